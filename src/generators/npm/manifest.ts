import { z } from "zod"

const Strings = z.record(z.string(), z.string())

/** A package.json of a commit, as far as we read it (npm's documentation, "package.json"). Hostile: its words choose steps, and come into a shell only quoted. */
export const Manifest = z.object({
  name: z.string().max(214).optional(),
  version: z.string().max(256).optional(),
  private: z.boolean().optional(),
  scripts: Strings.optional(),
  files: z.array(z.string()).optional(),
  main: z.string().optional(),
  module: z.string().optional(),
  types: z.string().optional(),
  typings: z.string().optional(),
  bin: z.union([z.string(), Strings]).optional(),
  exports: z.unknown().optional(),
  engines: z.unknown().optional(),
  packageManager: z.string().max(512).optional(),
  release: z.unknown().optional(),
  devDependencies: Strings.optional(),
})
export type Manifest = z.infer<typeof Manifest>

export function manifestOf(text: string | undefined): Manifest | undefined {
  try {
    return text === undefined ? undefined : Manifest.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // not JSON
  }
}

const pathsMax = 2000
const pathLengthMax = 4096
const depthMax = 8

/** The folder that holds what a pattern names; all of a path without one. */
function untilWildcard(path: string): string {
  const at = path.search(/[*?{[]/)
  return at < 0 ? path : path.slice(0, path.lastIndexOf("/", at) + 1)
}

/** The paths that it names as the package's own, as they are below its folder, up to the folder that holds a wildcard. */
export function namedPaths(manifest: Manifest): readonly string[] {
  const { files = [], main, module, types, typings, bin, exports } = manifest
  const bins = typeof bin === "string" ? [bin] : Object.values(bin ?? {})
  const named = [...files.filter((path) => !path.startsWith("!")), main, module, types, typings, ...bins, ...stringsIn(exports, depthMax)]
  const plain = named.flatMap((path) => {
    const bare = untilWildcard(path?.slice(0, pathLengthMax).replace(/^(?:\.?\/)+/, "") ?? "")
    return bare === "" || bare.split("/").includes("..") ? [] : [bare]
  })
  return [...new Set(plain)].slice(0, pathsMax)
}

/** Targets of "exports": strings at any depth of conditions. */
function stringsIn(value: unknown, depthLeft: number): readonly string[] {
  if (typeof value === "string") return [value]
  if (typeof value !== "object" || value === null || depthLeft === 0) return []
  return Object.values(value).flatMap((inner) => stringsIn(inner, depthLeft - 1))
}

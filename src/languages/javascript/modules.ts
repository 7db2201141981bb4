import { posix } from "node:path"
import type { Exported, Thing } from "../imperative/platform.ts"
import type { FilePaths } from "../language.ts"

/** What stands behind the name of a module (Node.js, "File modules", "Folders as modules"; TypeScript writes the ending of what it compiles to). */
const endings = [
  "",
  ".js",
  ".cjs",
  ".mjs",
  ".ts",
  ".cts",
  ".mts",
  ".tsx",
  ".jsx",
  "/index.js",
  "/index.cjs",
  "/index.mjs",
  "/index.ts",
  "/index.tsx",
]

/** The file that a thing is of whose full name begins with a relative path: `./data.blob` is `blob` of `./data`. */
export function exported(of: string, path: string, files: FilePaths): Exported | undefined {
  if (!/^\.{1,2}(?:\/|$)/.test(of)) return undefined
  for (let end = of.length; end > 1; end = of.lastIndexOf(".", end - 1)) {
    const module = fileOf(of.slice(0, end), path, files)
    if (module !== undefined) return { module, name: of.slice(end + 1) }
  }
  return undefined
}

function fileOf(name: string, path: string, files: FilePaths): string | undefined {
  const whole = posix.join(posix.dirname(path), name)
  const stems = /\.[cm]?jsx?$/.test(whole) ? [whole, whole.replace(/\.[cm]?jsx?$/, "")] : [whole]
  for (const stem of stems)
    for (const ending of endings) if (scripts.test(`${stem}${ending}`) && files.has(`${stem}${ending}`)) return `${stem}${ending}`
  return undefined
}

const scripts = /\.(?:[cm]?[jt]s|[jt]sx)$/

/** `exports` and `module.exports`: by the names of its fields, or all of it, which is also `default`. */
export function* exportsOf(names: ReadonlyMap<string, Thing>): Iterable<readonly [string, Thing]> {
  const module = names.get("module")
  const wholes = [names.get("exports"), module?.kind === "instance" ? module.fields.get("exports") : undefined]
  for (const whole of new Set(wholes.flatMap((one) => (one?.kind === "some" ? one.of : (one ?? []))))) {
    if (whole.kind === "instance" && whole.type === "") yield* whole.fields
    else yield ["", whole]
    if (whole.kind === "closure") yield* whole.fields
  }
}

/**
 * `npm run popular`: writes data/popular-names.json, the names that most use of each registry, the most used first. They are facts that others counted and publish as
 * packages, fetched from the configured registries by their digests. The versions are written here, so that new lists are a change that somebody reads.
 */
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { z } from "zod"
import { FaultError, orThrow } from "../src/core/fault.ts"
import type { Context } from "../src/io/context.ts"
import { createContext } from "../src/io/create-context.ts"
import { locate, parseTarget } from "../src/registries/index.ts"
import { contentsOf } from "../src/registries/members.ts"

interface Carrier {
  readonly target: string
  readonly sha256: string
  readonly kind: "zip" | "tar.gz"
  /** By the type of a package URL: the file that lists its names. */
  readonly lists: Readonly<Record<string, string>>
}

const resources = "guarddog/analyzer/metadata/resources"
const carriers: readonly Carrier[] = [
  {
    target: "npm:npm-high-impact@1.13.0",
    sha256: "63ed31dacc861ac10c95b47af242a984f210f0170eaea8eaa66ba4a9b8f9d30b",
    kind: "tar.gz",
    lists: { npm: "package/lib/top-download.js" },
  },
  {
    target: "pkg:pypi/guarddog@3.2.0?file_name=guarddog-3.2.0-py3-none-any.whl",
    sha256: "e503812dc8cf79b74327b7a85a819d62bfb420e3fa8739a7f2f29a93a372c84d",
    kind: "zip",
    lists: {
      golang: `${resources}/top_go_packages.json`,
      pypi: `${resources}/top_pypi_packages.json`,
    },
  },
]

const Listed = z.object({ packages: z.array(z.string()) })

/** The strings of a script that holds nothing else; it is not run. */
const stringsOf = (script: string): readonly string[] => [...script.matchAll(/^\s*'([^'\\]+)',?$/gm)].map(([, name = ""]) => name)

async function listsOf(
  { target, sha256: expected, kind, lists }: Carrier,
  ctx: Context,
): Promise<readonly (readonly [string, readonly string[]])[]> {
  const { bytes, sha256 } = orThrow(await locate(orThrow(await parseTarget(target)), ctx))
  if (sha256 !== expected)
    throw new FaultError({ kind: "mismatch", source: target, expected: `sha256 ${expected}`, found: `sha256 ${sha256}` })
  const wanted = new Set(Object.values(lists))
  const found = await contentsOf(kind, { layer: target, bytes, limits: ctx.limits }, (path) => wanted.has(path))
  return Object.entries(lists).map(([type, path]) => {
    const text = Buffer.from(found.get(path) ?? "").toString("utf8")
    const names = path.endsWith(".json") ? Listed.parse(JSON.parse(text)).packages : stringsOf(text)
    if (names.length === 0) throw new FaultError({ kind: "malformed", layer: target, offset: 0, expected: `names in ${path}` })
    return [type, names] as const
  })
}

/** By the type of a package URL: every name that is listed, the most used first. */
export async function listedNames(ctx: Context): Promise<ReadonlyMap<string, readonly string[]>> {
  return new Map((await Promise.all(carriers.map((carrier) => listsOf(carrier, ctx)))).flat())
}

/** Further down the counts are close, and names say little. */
export const namesMax = 5000

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lists = [...(await listedNames(createContext({})))].map(([type, names]) => [type, names.slice(0, namesMax)] as const)
  const file = fileURLToPath(new URL("../data/popular-names.json", import.meta.url))
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(lists)).replaceAll('","', '",\n"')}\n`)
  process.stderr.write(`data/popular-names.json: ${lists.map(([type, names]) => `${names.length} of ${type}`).join(", ")}\n`)
}

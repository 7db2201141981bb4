import { asBytes } from "../latin1.ts"
import { once } from "../once.ts"
import type { CommitFacts, Recipe, ReleaseFacts } from "../recipe.ts"
import { shallowTable, type Table, tableOf } from "../table.ts"

/** npm packs a `.tgz`, all below `package/` (docs.npmjs.com, "npm pack"); a registry may hand it out under any name. */
const isPackage = ({ name, purl, format, root, files }: ReleaseFacts): boolean =>
  (name.endsWith(".tgz") || purl?.startsWith("pkg:npm/") === true) &&
  format === "gzip+tar" &&
  root === "package/" &&
  files.has("package.json")

/** What pnpm takes from `publishConfig` in place of the field itself (pnpm.io, "package.json", publishConfig). */
const lifted = new Set(
  "bin type imports exports main module typings types browser esnext es2015 unpkg umd:main os cpu libc typesVersions".split(" "),
)
/** Scripts of packing, which pnpm leaves out, and fields for its own use. */
const packing = new Set(["prepublishOnly", "prepack", "prepare", "postpack", "publish", "postpublish"])
const own = new Set(["pnpm", "packageManager"])

/**
 * The manifest as `npm publish` of a tool that stamps it, and as `pnpm pack` (pnpm.io, "pnpm publish"), write it: the commit's as data, printed by JSON.stringify, the fields in
 * the file's order, which means nothing on this level alone. Nothing of scripts, dependencies, or what is run or imported is ever taken from the file.
 */
export const packageJson: Recipe = {
  name: "npm/package.json",
  writes: /^package\.json$/,
  of: isPackage,
  write: async ({ text: stated }, { commit }) => {
    const manifest = shallowTable(jsonOf(await commit.text("package.json")))
    if (manifest === undefined) return []
    const names = [...(tableOf(jsonOf(stated))?.keys() ?? [])]
    const packed = await byPnpm(manifest, commit)
    return [{ manifest, read: [] }, ...(packed === undefined ? [] : [packed])].map((one) => ({
      text: printed(inOrder(stamped(one.manifest, names, commit), names), stated),
      from: { commit: ["package.json", ...one.read], release: [] },
      dropped: ["the order of its fields", "its indentation", "its last line end"],
    }))
  },
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(Buffer.from(text, "latin1").toString("utf8"))
  } catch {
    return undefined
  }
}

const inOrder = (table: Table, names: readonly string[]): Table =>
  new Map([...names.filter((name) => table.has(name)), ...table.keys()].map((name) => [name, table.get(name)]))

/** npm notes the commit, and once noted the package's id: where the file has either, it is this commit's and this package's. */
function stamped(table: Table, names: readonly string[], commit: CommitFacts): Table {
  const [name, version] = [table.get("name"), table.get("version")]
  const all = new Map(table)
  if (names.includes("gitHead")) all.set("gitHead", commit.id)
  if (names.includes("_id") && typeof name === "string" && typeof version === "string") all.set("_id", `${name}@${version}`)
  return all
}

/** JSON.stringify in the file's own indentation: what it does not print so, a key that comes twice for one, is not equal. */
function printed(table: Table, stated: string): string {
  const indent = /^\{\n( {1,8}|\t)"/.exec(stated)?.[1] ?? "  "
  const end = stated.endsWith("\n") ? "\n" : ""
  return `${asBytes(JSON.stringify(Object.fromEntries(table), undefined, indent))}${end}`
}

interface PackedManifest {
  readonly manifest: Table
  /** Of the commit, beside it. */
  readonly read: readonly string[]
}

/** Undefined where it depends on a package of the workspace whose version cannot be told. */
async function byPnpm(manifest: Table, commit: CommitFacts): Promise<PackedManifest | undefined> {
  const config = tableOf(manifest.get("publishConfig"))
  const read = new Set<string>()
  const all = new Map([...manifest].filter(([name]) => !own.has(name)))
  for (const [name, value] of config ?? []) if (lifted.has(name)) all.set(name, value)
  const left = [...(config ?? [])].filter(([name]) => !lifted.has(name))
  if (config !== undefined && left.length === 0) all.delete("publishConfig")
  else if (config !== undefined) all.set("publishConfig", Object.fromEntries(left))
  const scripts = tableOf(all.get("scripts"))
  if (scripts !== undefined) all.set("scripts", Object.fromEntries([...scripts].filter(([name]) => !packing.has(name))))
  for (const name of ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]) {
    const wanted = tableOf(all.get(name))
    if (wanted === undefined) continue
    const found = await resolved(wanted, commit, read)
    if (found === undefined) return undefined
    all.set(name, Object.fromEntries(found))
  }
  return { manifest: all, read: [...read] }
}

/** `workspace:^` is the version that the commit has of it (pnpm.io, "Workspaces", Publishing workspace packages). */
async function resolved(
  wanted: Table,
  commit: CommitFacts,
  read: Set<string>,
): Promise<readonly (readonly [string, unknown])[] | undefined> {
  const found: (readonly [string, unknown])[] = []
  for (const [name, value] of wanted) {
    const range = typeof value === "string" ? /^workspace:(.*)$/.exec(value)?.[1] : undefined
    const isOfCommit = range !== undefined && /^[*^~]?$/.test(range)
    const known = isOfCommit ? (await knownIn(commit.at(""))).get(name) : undefined
    if (isOfCommit && known?.version === undefined) return undefined
    if (known !== undefined) read.add(`/${known.path}`)
    found.push([name, known === undefined ? (range ?? value) : `${range === "*" ? "" : range}${known.version}`])
  }
  return found
}

interface Known {
  readonly path: string
  /** Undefined where manifests of one name, those of fixtures too, differ in it: nobody says which is the workspace's. */
  readonly version: string | undefined
}

/** Manifests of a repository that are looked at; where it has more, nothing is known of any. */
const manifestsMax = 2000

const knownIn = once(async (whole: CommitFacts): Promise<ReadonlyMap<string, Known>> => {
  const paths = [...whole.tree.keys()].filter((path) => /(?:^|\/)package\.json$/.test(path))
  const known = new Map<string, Known>()
  for (const path of paths.length > manifestsMax ? [] : paths) {
    const table = tableOf(jsonOf(await whole.text(path)))
    const [name, version] = [table?.get("name"), table?.get("version")]
    if (typeof name !== "string" || typeof version !== "string") continue
    const other = known.get(name)
    if (other === undefined) known.set(name, { path, version })
    else if (other.version !== version) known.set(name, { path, version: undefined })
  }
  return known
})

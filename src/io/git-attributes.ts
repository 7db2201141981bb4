import type { Anomaly } from "../core/anomaly.ts"
import type { GitOid } from "../core/digest.ts"
import { nameDanger } from "../core/name.ts"
import type { Attributes, Tree } from "../model/repository.ts"
import type { Repository } from "./git.ts"
import { runGit } from "./git-process.ts"

const asked = ["export-ignore", "export-subst", "ident", "text", "eol", "crlf", "filter"]

export interface ReadAttributes {
  /** Keyed by the path from the repository's root; only paths that have any. */
  readonly attributes: ReadonlyMap<string, Attributes>
  readonly anomalies: readonly Anomaly[]
}

const nothing: ReadAttributes = { attributes: new Map(), anomalies: [] }
const tell = (message: string, path?: string): Anomaly => ({
  kind: "attributes-unread",
  severity: "review",
  message,
  layer: "repository",
  ...(path === undefined ? {} : { path }),
})

/**
 * gitattributes(5) as git itself reads them, from an index of our own that holds the tree's .gitattributes files and nothing else:
 * names of a hostile tree never reach git's index, and each file was rehashed before.
 */
export async function readAttributes(repository: Repository, tree: Tree): Promise<ReadAttributes> {
  const sources = [...tree.values()].filter((entry) => /(?:^|\/)\.gitattributes$/.test(entry.path))
  if (sources.length === 0) return nothing
  const anomalies: Anomaly[] = []
  const usable: string[] = []
  const read = await Promise.all(sources.map(async (entry) => ({ entry, known: await isBlob(repository, entry.oid) })))
  for (const { entry, known } of read) {
    // git does not read attributes through a link either (gitattributes(5), "NOTES").
    if (known && entry.mode.startsWith("100") && nameDanger(entry.path) === undefined)
      usable.push(`${entry.mode} ${entry.oid} 0\t${entry.path}\0`)
    else anomalies.push(tell("its attributes could not be read", entry.path))
  }
  const paths = askedPaths(tree)
  const output = await checkAttributes(repository, usable, paths)
  if (output === undefined)
    return { attributes: new Map(), anomalies: [...anomalies, tell("git could not tell the attributes of this tree")] }
  return { attributes: gather(tree, parseCheckAttr(output)), anomalies }
}

const isBlob = async (repository: Repository, oid: GitOid): Promise<boolean> => (await repository.object(oid))?.type === "blob"

/** Files and, with a slash as git archive asks for them, the folders above them and submodules. Paths that git would refuse are left out. */
function askedPaths(tree: Tree): readonly string[] {
  const paths = new Set<string>()
  for (const entry of tree.values()) {
    if (nameDanger(entry.path) !== undefined || entry.path.split("/").includes(".")) continue
    paths.add(entry.mode === "160000" ? `${entry.path}/` : entry.path)
    for (const folder of foldersAbove(entry.path)) paths.add(folder)
  }
  return [...paths]
}

function foldersAbove(path: string): readonly string[] {
  const folders: string[] = []
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) folders.push(path.slice(0, slash + 1))
  return folders
}

async function checkAttributes(repository: Repository, index: readonly string[], paths: readonly string[]): Promise<string | undefined> {
  const environment = { GIT_INDEX_FILE: `${repository.place.folder}/index` }
  const made = await runGit(repository.place, { args: ["update-index", "-z", "--index-info"], stdin: index.join(""), environment })
  if (!made.ok || made.value.code !== 0) return undefined
  const args = ["check-attr", "--cached", "-z", "--stdin", ...asked]
  const answer = await runGit(repository.place, { args, stdin: `${paths.join("\0")}\0`, environment, outputMax: 2 ** 30 })
  return answer.ok && answer.value.code === 0 ? answer.value.stdout.toString("utf8") : undefined
}

type Values = ReadonlyMap<string, string>

/** `path NUL attribute NUL value NUL`, again and again (git-check-attr(1), "OUTPUT"); `unspecified` is left out. */
export function parseCheckAttr(output: string): ReadonlyMap<string, Values> {
  const fields = output.split("\0")
  const found = new Map<string, Map<string, string>>()
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = "", attribute = "", value = ""] = fields.slice(at, at + 3)
    if (value === "unspecified") continue
    const values = found.get(path) ?? new Map<string, string>()
    found.set(path, values.set(attribute, value))
  }
  return found
}

function gather(tree: Tree, values: ReadonlyMap<string, Values>): ReadonlyMap<string, Attributes> {
  const ignored = (path: string): boolean => values.get(path)?.get("export-ignore") === "set"
  const attributes = new Map<string, Attributes>()
  for (const { path, mode } of tree.values()) {
    const own = values.get(mode === "160000" ? `${path}/` : path)
    const exportIgnore = ignored(mode === "160000" ? `${path}/` : path) || foldersAbove(path).some(ignored)
    const found = attributesOf(own ?? new Map(), exportIgnore)
    if (found.exportIgnore || found.exportSubst || found.ident || found.lfs || found.eol !== undefined) attributes.set(path, found)
  }
  return attributes
}

const attributesOf = (own: Values, exportIgnore: boolean): Attributes => ({
  exportIgnore,
  exportSubst: own.get("export-subst") === "set",
  ident: own.get("ident") === "set",
  eol: eolOf(own),
  lfs: own.get("filter") === "lfs",
})

/** `eol` counts unless `text` is unset; `crlf` is the old spelling of both (gitattributes(5), "Backwards compatibility"). */
function eolOf(own: Values): "lf" | "crlf" | undefined {
  if (own.get("text") === "unset" || (own.get("text") === undefined && own.get("crlf") === "unset")) return undefined
  const eol = own.get("eol")
  if (eol === "lf" || eol === "crlf") return eol
  return own.get("text") === undefined && own.get("crlf") === "input" ? "lf" : undefined
}

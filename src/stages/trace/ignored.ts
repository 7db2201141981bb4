import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { Context } from "../../io/context.ts"
import type { Repository } from "../../io/git.ts"
import { type BlamedFile, blameFiles } from "../../io/git-blame.ts"
import { type IgnorePattern, ignoredBy } from "../../io/git-ignore.ts"
import type { Tree, TreeEntry } from "../../model/repository.ts"
import type { IgnoredFiles } from "../../model/trace.ts"
import { contentOf } from "./contents.ts"
import { type Handed, type HandOf, handTeller } from "./hand.ts"

export interface IgnoredRequest extends Handed {
  readonly commit: GitOid
  /** The whole tree of the commit. */
  readonly tree: Tree
  /** Paths of the release that the commit lacks, from the repository's root. */
  readonly shipped: readonly string[]
}

/** Those whose patterns are git's (gitignore(5)); npm follows them in its own. */
const ignoreNames = [".gitignore", ".npmignore"]
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1)

/** Entries of ignore files that keep a file out of the repository which the release has, and who added them; the newest first. */
export async function ignoredFiles(
  repository: Repository,
  of: IgnoredRequest,
  ctx: Context,
): Promise<{ readonly ignored: readonly IgnoredFiles[]; readonly limits: readonly string[] }> {
  const { ignoreFilesMax, ignoredMax } = ctx.limits
  const wanted = filesOver(of)
  const asked = wanted.slice(0, ignoreFilesMax)
  const limits =
    asked.length === wanted.length
      ? []
      : [`${plural(wanted.length - asked.length, "ignore file")} beyond ${number(ignoreFilesMax)} (ignoreFilesMax)`]
  const handOf = handTeller(of)
  const matched = [...(await deciding(repository, asked, { ctx, limits }))].flatMap(([name, matches]): readonly Matched[] => {
    const entry = of.tree.get(name)
    return entry === undefined ? [] : [{ entry, matches }]
  })
  const blamed = await blame(repository, { matched, commit: of.commit }, ctx)
  const found = matched.flatMap((one, index) => told(one, blamed[index], handOf))
  const unknown = matched.filter((_, index) => blamed[index] === undefined).length
  if (unknown > 0)
    limits.push(`${plural(unknown, "ignore file")} of whose lines git did not tell the commits (blameSecondsMax, blameSecondsRunMax)`)
  found.sort((a, b) => order(b.added?.day ?? "", a.added?.day ?? "") || order(a.file, b.file) || order(a.line, b.line))
  if (found.length > ignoredMax)
    limits.push(`${plural(found.length - ignoredMax, "entry", "entries")} of ignore files beyond ${number(ignoredMax)} (ignoredMax)`)
  return { ignored: found.slice(0, ignoredMax), limits }
}

interface Over {
  readonly entry: TreeEntry
  readonly paths: readonly string[]
}

/** The ignore files with what is shipped below each, those of outer folders first. */
function filesOver({ tree, shipped }: IgnoredRequest): readonly Over[] {
  const sorted = [...shipped].sort(order)
  return [...tree.values()]
    .filter(({ path, mode }) => mode.startsWith("100") && ignoreNames.includes(path.slice(path.lastIndexOf("/") + 1)))
    .sort((a, b) => order(a.path, b.path))
    .map((entry) => ({ entry, paths: below(folderOf(entry.path), sorted) }))
    .filter(({ paths }) => paths.length > 0)
}

/** Those of sorted paths that begin so stand together. */
function below(folder: string, sorted: readonly string[]): readonly string[] {
  let [start, end] = [0, sorted.length]
  while (start < end) {
    const middle = (start + end) >> 1
    if ((sorted[middle] ?? "") < folder) start = middle + 1
    else end = middle
  }
  while (sorted[end]?.startsWith(folder)) end += 1
  return sorted.slice(start, end)
}

type Deciding = ReadonlyMap<string, ReadonlyMap<string, IgnorePattern>>

/** No file has this name: what git says of it in a folder it says of anything there. */
const probe = "everybyte-probe"

/**
 * By ignore file the paths that it decides of, as ignored: of several files of one name the innermost that says something of a path does, unless one further out ignores the
 * folder that it stands in, into which git does not look (gitignore(5): a file cannot be included again if a folder above it is excluded).
 */
async function deciding(
  repository: Repository,
  asked: readonly Over[],
  { ctx, limits }: { readonly ctx: Context; readonly limits: string[] },
): Promise<Deciding> {
  const decided = new Map<string, { readonly file: string; readonly pattern: IgnorePattern; readonly by: number }>()
  const folders = asked.map(({ entry }) => folderOf(entry.path))
  const nameOf = (index: number): string => asked[index]?.entry.path.slice(folders[index]?.length) ?? ""
  const files = asked.map(({ entry: { oid }, paths }, index) => {
    const own = folders[index] ?? ""
    const inner = folders.filter((folder, other) => folder !== own && folder.startsWith(own) && nameOf(other) === nameOf(index))
    const probes = inner.flatMap((folder) => [folder.slice(own.length, -1), `${folder.slice(own.length)}${probe}`])
    return { oid, paths: [...new Set([...paths.map((one) => one.slice(own.length)), ...probes])] }
  })
  const answers = await ignoredBy(repository, files, ctx)
  const isClosed = (folder: string, by: number): boolean => {
    const inside = folder.slice(folders[by]?.length)
    const [within, itself] = [answers[by]?.get(`${inside}${probe}`), answers[by]?.get(inside.slice(0, -1))]
    if (within === undefined || within.pattern.startsWith("!")) return false
    // A pattern of folders alone matched the folder, as the probe is none.
    return within.pattern.endsWith("/") || itself?.line === within.line
  }
  for (const [index, { paths }] of asked.entries()) {
    const folder = folders[index] ?? ""
    for (const path of paths) {
      const pattern = answers[index]?.get(path.slice(folder.length))
      const key = `${nameOf(index)} ${path}`
      const outer = decided.get(key)
      if (pattern === undefined || (outer !== undefined && isClosed(folder, outer.by))) continue
      decided.set(key, { file: `${folder}${nameOf(index)}`, pattern, by: index })
    }
  }
  const left = answers.filter((answer) => answer === undefined).length
  if (left > 0)
    limits.push(`${plural(left, "ignore file")} of which git told nothing in time (ignoreSecondsMax), or that could not be read`)
  const byFile = new Map<string, Map<string, IgnorePattern>>()
  for (const [key, { file, pattern }] of decided) {
    if (pattern.pattern.startsWith("!")) continue
    const own = byFile.get(file) ?? new Map<string, IgnorePattern>()
    byFile.set(file, own.set(key.slice(key.indexOf(" ") + 1), pattern))
  }
  return byFile
}

interface Matched {
  readonly entry: TreeEntry
  readonly matches: ReadonlyMap<string, IgnorePattern>
}

/** The commits of the lines of each file; all of them share the seconds of one run. */
async function blame(
  repository: Repository,
  { matched, commit }: { readonly matched: readonly Matched[]; readonly commit: GitOid },
  ctx: Context,
): Promise<readonly (BlamedFile | undefined)[]> {
  const files: { readonly path: string; readonly lines: number }[] = []
  for (const { entry } of matched) {
    const { lines } = contentOf((await repository.object(entry.oid))?.bytes ?? new Uint8Array(0))
    files.push({ path: entry.path, lines })
  }
  const whole = async (_: number, file: BlamedFile): Promise<BlamedFile> => file
  const answers = await blameFiles(repository, { commit, since: undefined, files, tell: whole }, ctx)
  return answers.map((answer) => (typeof answer === "string" ? undefined : answer))
}

const pathsShown = 100

/** Each line of an ignore file with what it matches, and the commit that git blames for it. */
function told({ entry, matches }: Matched, blamed: BlamedFile | undefined, handOf: HandOf): readonly IgnoredFiles[] {
  const byLine = new Map<number, { readonly pattern: string; readonly paths: string[] }>()
  for (const [path, { line, pattern }] of matches) {
    const known = byLine.get(line) ?? { pattern, paths: [] }
    byLine.set(line, known)
    known.paths.push(path)
  }
  const runs = blamed?.runs ?? []
  return [...byLine].map(([line, { pattern, paths }]) => {
    const run = runs.find(({ first, lines: count }) => line >= first && line < first + count)
    const added = run === undefined ? undefined : handOf(run.commit)
    const ships = paths.sort(order)
    return {
      ...{ file: entry.path, line, pattern, ships: ships.slice(0, pathsShown), shipped: ships.length },
      ...(added === undefined ? {} : { added }),
    }
  })
}

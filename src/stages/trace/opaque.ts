import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { Context } from "../../io/context.ts"
import type { Repository } from "../../io/git.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { Tree, TreeEntry } from "../../model/repository.ts"
import type { Level, OpaqueFile, OpaqueVersion, PersonId } from "../../model/trace.ts"
import { ancestryOf } from "./ancestry.ts"
import { type Content, Contents } from "./contents.ts"
import { withoutCuts } from "./cut-commits.ts"
import { dayOf, daysBetween } from "./days.ts"
import { Naming } from "./naming.ts"
import { nextTags } from "./next-tag.ts"
import { originOf, type PathVersion, versionsOf } from "./path-versions.ts"

export interface TreeOfHistory {
  readonly commit: GitOid
  /** The whole tree of the commit. */
  readonly tree: Tree
  readonly history: RecordedHistory
  /** By the index of a signature. */
  readonly personOf: readonly PersonId[]
  /** Undefined for a merge. */
  readonly levelOf: (commit: GitOid) => Level | undefined
  /** Only these; undefined: all of the tree. */
  readonly paths?: ReadonlySet<string>
}

export interface OpaqueFiles {
  /** By path. */
  readonly files: readonly OpaqueFile[]
  readonly limits: readonly string[]
}

/** Links and submodules hold no content of their own. */
export const filesOf = (tree: Tree): readonly TreeEntry[] =>
  [...tree.values()].filter(({ mode }) => mode.startsWith("100")).sort((a, b) => order(a.path, b.path))

/** Every file of a tree that is no text, with what the history of its commit says of it and who in the tree names it. */
export async function opaqueFilesOf(repository: Repository, asked: TreeOfHistory, ctx: Context): Promise<OpaqueFiles> {
  const of = { ...asked, history: (await withoutCuts(repository, asked.history)).history }
  const contents = new Contents(repository)
  const entries = filesOf(of.tree)
  const naming = new Naming(entries.map(({ path }) => path))
  const named = new Map<GitOid, readonly string[]>()
  ctx.progress("looking for opaque files", 0, entries.length)
  const looked = await contents.look(
    entries.map(({ oid }) => oid),
    (oid, bytes, { encoding }) => {
      if (encoding !== undefined) named.set(oid, naming.namedIn(bytes, encoding))
    },
  )
  for (const { path, oid } of entries) naming.note(path, named.get(oid) ?? [])
  const opaque = entries.flatMap((entry, index) => {
    const content = looked[index]
    return content === undefined || content.encoding !== undefined || of.paths?.has(entry.path) === false ? [] : [{ entry, content }]
  })
  const listed = opaque.slice(0, ctx.limits.opaqueFilesMax)
  const versions = versionsOf(
    ancestryOf(of.history, of.commit),
    listed.map(({ entry }) => entry.path),
  )
  const teller = await versionTeller(of, { contents, versions: [...versions.values()].flat() })
  const files = listed.map(({ entry, content }) => {
    const own = versions.get(entry.path) ?? []
    const told = shortened(own, ctx.limits.opaqueVersionsMax).map((version) => teller(version, entry.path))
    return { ...described(entry, content), versions: told, namedBy: naming.namersOf(entry.path) }
  })
  const unexplained = listed.filter(({ entry }) => originOf(versions.get(entry.path) ?? [], entry.oid) === undefined)
  return { files, limits: [...limitsOf({ opaque, listed, versions, unexplained }, ctx), ...contents.limits] }
}

const described = ({ path, oid }: TreeEntry, { size, entropy, format }: Content): Omit<OpaqueFile, "versions" | "namedBy"> => ({
  path,
  oid,
  size,
  entropy: Math.round(entropy * 1000) / 1000,
  ...(format === undefined ? {} : { format }),
})

/** Of too many the first half and the last: how it began and what it is now. */
function shortened<T>(list: readonly T[], max: number): readonly T[] {
  return list.length <= max ? list : [...list.slice(0, Math.ceil(max / 2)), ...list.slice(list.length - Math.floor(max / 2))]
}

interface Counted {
  readonly opaque: readonly unknown[]
  readonly listed: readonly unknown[]
  readonly versions: ReadonlyMap<string, readonly PathVersion[]>
  readonly unexplained: readonly unknown[]
}

function* limitsOf({ opaque, listed, versions, unexplained }: Counted, { limits }: Context): Generator<string> {
  const { opaqueVersionsMax } = limits
  if (listed.length < opaque.length)
    yield `only ${number(listed.length)} of ${plural(opaque.length, "opaque file")} are listed (opaqueFilesMax)`
  const long = [...versions.values()].filter(({ length }) => length > opaqueVersionsMax).length
  if (long > 0)
    yield `of ${plural(long, "opaque file")} only the first and last of their versions are listed, ${number(opaqueVersionsMax)} of each (opaqueVersionsMax)`
  if (unexplained.length > 0)
    yield `${plural(unexplained.length, "opaque file")} with a content that no commit but a merge brought, or none that was read: their last version is not what the tree has`
}

interface Beside {
  readonly contents: Contents
  readonly versions: readonly PathVersion[]
}

/** Tells a version, once the contents beside all of them are known. */
async function versionTeller(
  of: TreeOfHistory,
  { contents, versions }: Beside,
): Promise<(version: PathVersion, now: string) => OpaqueVersion> {
  const commits = new Set(versions.map(({ commit }) => commit))
  const beside = new Set([...commits].flatMap(({ changes }) => changes.flatMap(({ before, after }) => after ?? before ?? [])))
  const oids = [...beside]
  const looked = await contents.look(oids)
  const isOpaque = new Set(oids.filter((_, index) => looked[index] !== undefined && looked[index]?.encoding === undefined))
  const opaqueIn = new Map(
    [...commits].map((commit) => [commit.oid, commit.changes.filter(({ before, after }) => has(isOpaque, after ?? before)).length]),
  )
  const tagged = nextTags(of.history)
  return ({ commit, path, oid }, now) => {
    const tag = tagged.get(commit.oid)
    return {
      commit: commit.oid,
      ...(path === now ? {} : { path }),
      day: dayOf(commit.committed),
      author: of.personOf[commit.author] ?? -1,
      committer: of.personOf[commit.committer] ?? -1,
      level: of.levelOf(commit.oid) ?? 0,
      beside: commit.changes.length - 1,
      besideOpaque: (opaqueIn.get(commit.oid) ?? 0) - (isOpaque.has(oid) ? 1 : 0),
      ...(tag === undefined ? {} : { daysToTag: daysBetween(commit.committed, tag) }),
    }
  }
}

const has = (oids: ReadonlySet<GitOid>, oid: GitOid | undefined): boolean => oid !== undefined && oids.has(oid)

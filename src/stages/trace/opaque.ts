import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { roundedEntropy } from "../../core/entropy.ts"
import { order } from "../../core/order.ts"
import { siblingsOf } from "../../core/siblings.ts"
import type { Context } from "../../io/context.ts"
import type { Repository } from "../../io/git.ts"
import type { Tree, TreeEntry } from "../../model/repository.ts"
import type { OpaqueFile } from "../../model/trace.ts"
import { ancestryOf } from "./ancestry.ts"
import { Contents, type LookedAt } from "./contents.ts"
import { insidesOf } from "./insides.ts"
import { Naming } from "./naming.ts"
import { type PeopleOfHistory, versionTeller } from "./opaque-versions.ts"
import { originOf, type PathVersion, versionsOf } from "./path-versions.ts"

export interface TreeOfHistory extends PeopleOfHistory {
  readonly commit: GitOid
  /** Commits at which a shallow clone ends: what they seem to bring is not in the history. */
  readonly cut: ReadonlySet<GitOid>
  /** The whole tree of the commit. */
  readonly tree: Tree
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
export async function opaqueFilesOf(repository: Repository, of: TreeOfHistory, ctx: Context): Promise<OpaqueFiles> {
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
  const teller = await versionTeller(of, { contents, naming, named, versions: [...versions.values()].flat() })
  const newest = newestFirst(listed, versions)
  const { insides, limits } = await insidesOf(
    repository,
    newest.map(({ entry: { oid }, content: { size } }) => ({ oid, size })),
    ctx,
  )
  const siblings = siblingsOf(listed.map(({ entry, content }) => described(entry, content)))
  const files = listed.map(({ entry, content }, index): OpaqueFile => {
    const own = versions.get(entry.path) ?? []
    const told = shortened(own, ctx.limits.opaqueVersionsMax).map((version) => teller(version, entry.path))
    const beside = siblings[index]
    return {
      ...described(entry, content),
      ...(beside === undefined ? {} : { siblings: beside }),
      ...insides.get(entry.oid),
      versions: told,
      namedBy: naming.namersOf(entry.path),
    }
  })
  const unexplained = listed.filter(({ entry }) => originOf(versions.get(entry.path) ?? [], entry.oid) === undefined)
  return { files, limits: [...limitsOf({ opaque, listed, versions, unexplained }, ctx), ...limits, ...contents.limits] }
}

interface Listed {
  readonly entry: TreeEntry
  readonly content: LookedAt
}

/** What changed last is looked into first. */
function newestFirst(listed: readonly Listed[], versions: ReadonlyMap<string, readonly PathVersion[]>): readonly Listed[] {
  const changed = new Map(listed.map(({ entry: { path } }) => [path, versions.get(path)?.at(-1)?.commit.committed ?? 0]))
  return [...listed].sort(
    (a, b) => order(changed.get(b.entry.path) ?? 0, changed.get(a.entry.path) ?? 0) || order(a.entry.path, b.entry.path),
  )
}

const described = (
  { path, oid }: TreeEntry,
  { size, entropy, format }: LookedAt,
): Pick<OpaqueFile, "path" | "oid" | "size" | "entropy" | "format"> => ({
  path,
  oid,
  size,
  entropy: roundedEntropy(entropy),
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

import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"
import type { Level, OpaqueVersion, PersonId } from "../../model/trace.ts"
import type { Contents, LookedAt } from "./contents.ts"
import { dayOf, daysBetween } from "./days.ts"
import { Naming } from "./naming.ts"
import { nextTags } from "./next-tag.ts"
import type { PathVersion } from "./path-versions.ts"

export interface PeopleOfHistory {
  readonly history: RecordedHistory
  /** By the index of a signature. */
  readonly personOf: readonly PersonId[]
  /** Undefined for a merge. */
  readonly levelOf: (commit: GitOid) => Level | undefined
}

interface Beside {
  readonly contents: Contents
  readonly versions: readonly PathVersion[]
  /** The names of the tree, and which of them each of its texts has. */
  readonly naming: Naming
  readonly named: ReadonlyMap<GitOid, readonly string[]>
}

/** Tells a version, once the contents beside all of them are known. */
export async function versionTeller(of: PeopleOfHistory, beside: Beside): Promise<(version: PathVersion, now: string) => OpaqueVersion> {
  const pathsIn = new Map<Commit, string[]>()
  for (const { commit, path } of beside.versions) {
    const paths = pathsIn.get(commit)
    if (paths === undefined) pathsIn.set(commit, [path])
    else paths.push(path)
  }
  const oids = [...new Set([...pathsIn.keys()].flatMap(({ changes }) => changes.flatMap(({ before, after }) => after ?? before ?? [])))]
  const { isOpaque, namedIn } = await lookBeside(oids, beside)
  const besideIn = new Map([...pathsIn].map(([commit, paths]) => [commit, besideOf(commit, new Naming(paths), { isOpaque, namedIn })]))
  const tagged = nextTags(of.history)
  return ({ commit, path, oid }, now) => {
    const tag = tagged.get(commit.oid)
    const { opaque = 0, naming } = besideIn.get(commit) ?? {}
    return {
      commit: commit.oid,
      ...(path === now ? {} : { path }),
      day: dayOf(commit.committed),
      author: of.personOf[commit.author] ?? -1,
      committer: of.personOf[commit.committer] ?? -1,
      level: of.levelOf(commit.oid) ?? 0,
      beside: commit.changes.length - 1,
      besideOpaque: opaque - (isOpaque(oid) ? 1 : 0),
      namedBeside: naming?.namersOf(path) ?? [],
      ...(tag === undefined ? {} : { daysToTag: daysBetween(commit.committed, tag) }),
    }
  }
}

interface Looked {
  readonly isOpaque: (oid: GitOid | undefined) => boolean
  readonly namedIn: (oid: GitOid) => readonly string[]
}

/** A text that the tree still has was searched for the names of the tree: it is read again only where a file had another name. */
async function lookBeside(oids: readonly GitOid[], { contents, versions, naming, named }: Beside): Promise<Looked> {
  const found = new Map<GitOid, readonly string[]>()
  const then = new Naming(versions.map(({ path }) => path))
  const see = (oid: GitOid, bytes: Uint8Array, { encoding }: LookedAt): void => {
    if (encoding !== undefined) found.set(oid, then.namedIn(bytes, encoding))
  }
  const looked = await contents.look(oids, see)
  const opaque = new Set(oids.filter((_, index) => looked[index] !== undefined && looked[index]?.encoding === undefined))
  if (versions.some(({ path }) => then.has(path) && !naming.has(path)))
    await contents.again(
      oids.filter((oid) => named.has(oid)),
      see,
    )
  return {
    isOpaque: (oid) => oid !== undefined && opaque.has(oid),
    namedIn: (oid) => found.get(oid) ?? named.get(oid) ?? [],
  }
}

/** How many files of a commit are opaque, and which of its texts name which of the paths. */
function besideOf(
  { changes }: Commit,
  naming: Naming,
  { isOpaque, namedIn }: Looked,
): { readonly opaque: number; readonly naming: Naming } {
  let opaque = 0
  for (const { path, before, after } of [...changes].sort((a, b) => order(a.path, b.path))) {
    if (isOpaque(after ?? before)) opaque += 1
    else if (after !== undefined) naming.note(path, namedIn(after))
  }
  return { opaque, naming }
}

import { plural } from "../core/count.ts"
import { type GitOid, isGitOid } from "../core/digest.ts"
import type { Commit, PathChange } from "../model/history.ts"
import type { Repository } from "./git.ts"
import type { Ref } from "./git-refs.ts"
import { commitOf, type NamedObject, objectsNamed } from "./git-walk.ts"
import type { StoredHistory } from "./history-store.ts"

export const isTag = ({ name }: Ref): boolean => name.startsWith("refs/tags/")

/** What the refs of a repository name. */
export interface Named {
  /** The commit of each ref's id that leads to one, and of all of them each once. */
  readonly commits: ReadonlyMap<GitOid, GitOid>
  readonly tips: readonly GitOid[]
  /** The tag objects that lead to one. */
  readonly tagObjects: readonly GitOid[]
  readonly mailmap: NamedObject | undefined
}

/** What is known without asking git for it. */
export interface Before {
  readonly commitOf: (oid: GitOid) => GitOid | undefined
  /** Of HEAD; undefined: it has to be asked for. */
  readonly mailmap: string | undefined
}

export async function namedIn(repository: Repository, before?: Before): Promise<Named> {
  const { refs } = repository
  const known = new Map(refs.map(({ oid }) => [oid, before?.commitOf(oid)]))
  const asked = [...known].flatMap(([oid, commit]) => (commit === undefined ? [commitOf(oid)] : []))
  const mailmap = `${headOf(repository)}:${mailmapPath}`
  const objects = await objectsNamed(repository, before?.mailmap === undefined ? [...asked, mailmap] : asked)
  const commits = new Map(
    [...known].flatMap(([oid, told]) => {
      const found = objects.get(commitOf(oid))
      const commit = told ?? (found?.type === "commit" ? found.oid : undefined)
      return commit === undefined ? [] : [[oid, commit] as const]
    }),
  )
  const tagObjects = refs.flatMap((ref) => (isTag(ref) && commits.has(ref.oid) && commits.get(ref.oid) !== ref.oid ? [ref.oid] : []))
  return { commits, tips: [...new Set(commits.values())], tagObjects: [...new Set(tagObjects)], mailmap: objects.get(mailmap) }
}

/** Sentences about refs that lead to no commit. */
export function lostRefs(refs: readonly Ref[], commits: Named["commits"]): readonly string[] {
  const lost = refs.filter(({ oid }) => !commits.has(oid))
  const tags = lost.filter(isTag)
  const branches = lost.filter((ref) => !isTag(ref))
  const told = (count: string, [first]: readonly Ref[]): string => `${count} of no commit, or could not be read, first ${first?.name}`
  return [
    ...(tags.length === 0 ? [] : [told(plural(tags.length, "tag is", "tags are"), tags)]),
    ...(branches.length === 0 ? [] : [told(plural(branches.length, "branch is", "branches are"), branches)]),
  ]
}

/** What HEAD names, else the tip of the first branch. */
export function headOf({ head, refs }: Pick<Repository, "head" | "refs">): GitOid | undefined {
  if (head !== undefined && isGitOid(head)) return head
  return (refs.find(({ name }) => name === head) ?? refs.find(({ name }) => name.startsWith("refs/heads/")) ?? refs[0])?.oid
}

const mailmapPath = ".mailmap"
const mailmapBytesMax = 1 << 20

/**
 * The `.mailmap` of HEAD, where what is new leads from the stored HEAD to it commit by commit and none of these changes that file. What merges change the log does not tell.
 */
export function knownMailmap(repository: Repository, stored: StoredHistory, added: ReadonlyMap<GitOid, Commit>): string | undefined {
  let oid = headOf(repository)
  while (oid !== undefined && oid !== stored.head) {
    const commit = added.get(oid)
    const isPlain = commit?.parents.length === 1 && !commit.changes.some(isOfMailmap)
    oid = isPlain ? commit.parents[0] : undefined
  }
  return oid === undefined ? undefined : stored.mailmap
}

/** A folder in its place has paths below it. */
const isOfMailmap = ({ path }: PathChange): boolean => path === mailmapPath || path.startsWith(`${mailmapPath}/`)

/** The `.mailmap` of HEAD by its id, as ours has no HEAD: git reads it as gitmailmap(5) says. Empty: there is none that is used, which is said where there is one. */
export async function mailmapOf(
  repository: Repository,
  found: NamedObject | undefined,
): Promise<{ readonly oid: string; readonly said: readonly string[] }> {
  if (found === undefined) return { oid: "", said: [] }
  const isFit = found.type === "blob" && found.size <= mailmapBytesMax
  if (isFit && (await repository.object(found.oid)) !== undefined) return { oid: found.oid, said: [] }
  return { oid: "", said: [".mailmap is absent, too large or no file, and was not used"] }
}

import { plural } from "../core/count.ts"
import { type GitOid, isGitOid } from "../core/digest.ts"
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

/** Of what a stored history knows git is not asked again: no id ever names something else. */
export async function namedIn(repository: Repository, stored: StoredHistory | undefined): Promise<Named> {
  const { refs } = repository
  const mailmap = `${headOf(repository)}:.mailmap`
  const asked = refs.flatMap(({ oid }) => (stored?.refs.has(oid) === true ? [] : [commitOf(oid)]))
  const objects = await objectsNamed(repository, knownMailmap(repository, stored) === undefined ? [...asked, mailmap] : asked)
  const commits = new Map(
    refs.flatMap(({ oid }) => {
      const found = objects.get(commitOf(oid))
      const commit = stored?.refs.get(oid) ?? (found?.type === "commit" ? found.oid : undefined)
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

const mailmapBytesMax = 1 << 20

/** That of the same HEAD: no commit ever has another. */
const knownMailmap = (repository: Repository, stored: StoredHistory | undefined): string | undefined =>
  stored === undefined || stored.mailmap === "" || stored.head !== headOf(repository) ? undefined : stored.mailmap

/** The `.mailmap` of HEAD by its id, as ours has no HEAD: git reads it as gitmailmap(5) says. Empty: there is none that is used. */
export async function mailmapOf(
  repository: Repository,
  found: NamedObject | undefined,
  { stored, said }: { readonly stored: StoredHistory | undefined; readonly said: string[] },
): Promise<string> {
  const known = knownMailmap(repository, stored)
  if (known !== undefined) return known
  if (found === undefined) return ""
  if (found.oid === stored?.mailmap) return found.oid
  const isFit = found.type === "blob" && found.size <= mailmapBytesMax
  if (isFit && (await repository.object(found.oid)) !== undefined) return found.oid
  said.push(".mailmap is absent, too large or no file, and was not used")
  return ""
}

import { plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { roundedEntropy } from "../../core/entropy.ts"
import type { Repository } from "../../io/git.ts"
import type { ChangedOpaqueFile } from "../../model/people.ts"
import type { Tree } from "../../model/repository.ts"
import { ancestryOf } from "./ancestry.ts"
import { Contents } from "./contents.ts"
import { dayOf, daysBetween } from "./days.ts"
import { nextTags } from "./next-tag.ts"
import { filesOf } from "./opaque.ts"
import type { PeopleOfHistory } from "./opaque-versions.ts"
import { type PathVersion, versionsOf } from "./path-versions.ts"
import type { ReleaseRange } from "./release-range.ts"

export interface Changed extends PeopleOfHistory {
  /** Those files of the release's commit that are another than before the range. */
  readonly tree: Tree
  readonly release: ReleaseRange
  readonly filesMax: number
}

/** Which of these files are no text, and which commits of the range gave them what they hold. What is inside and what names them is a trace's to tell. */
export async function changedOpaqueFiles(
  repository: Repository,
  { tree, release, history, filesMax, ...people }: Changed,
): Promise<{ readonly files: readonly ChangedOpaqueFile[]; readonly limits: readonly string[] }> {
  const contents = new Contents(repository)
  const entries = filesOf(tree)
  const listed = entries.slice(0, filesMax)
  const looked = await contents.look(listed.map(({ oid }) => oid))
  const versions = versionsOf(
    ancestryOf(history, release.tip),
    listed.map(({ path }) => path),
  )
  const tagged = nextTags(history)
  const files = listed.flatMap(({ path, oid }, index): readonly ChangedOpaqueFile[] => {
    const content = looked[index]
    if (content === undefined || content.encoding !== undefined) return []
    const { size, entropy, format } = content
    const within = (versions.get(path) ?? []).filter(({ commit }) => release.range.has(commit.oid))
    const last = within.at(-1)
    const told =
      last === undefined ? {} : { last: { ...versionOf(last, people, tagged), ...(last.path === path ? {} : { path: last.path }) } }
    const what = { path, oid, size, entropy: roundedEntropy(entropy), ...(format === undefined ? {} : { format }) }
    return [{ ...what, versions: within.length, ...told }]
  })
  const left = entries.length - listed.length
  return {
    files,
    limits: [
      ...contents.limits,
      ...(left > 0 ? [`${plural(left, "more opaque file")} of the release that changed: not listed (opaqueFilesMax)`] : []),
    ],
  }
}

function versionOf({ commit }: PathVersion, { personOf, levelOf }: Omit<PeopleOfHistory, "history">, tagged: ReadonlyMap<GitOid, number>) {
  const tag = tagged.get(commit.oid)
  return {
    commit: commit.oid,
    day: dayOf(commit.committed),
    author: personOf[commit.author] ?? -1,
    committer: personOf[commit.committer] ?? -1,
    level: levelOf(commit.oid) ?? 0,
    beside: commit.changes.length - 1,
    ...(tag === undefined ? {} : { daysToTag: daysBetween(commit.committed, tag) }),
  }
}

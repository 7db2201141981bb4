import type { GitOid } from "../../core/digest.ts"
import type { Limits } from "../../core/limits.ts"
import { order } from "../../core/order.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"
import type { BotCommit, MovedTag, ReleaseFacts } from "../../model/release-facts.ts"
import type { Snapshot } from "../../model/repository.ts"

/** Everything that the tips reach, themselves included. */
function reachedFrom(byOid: ReadonlyMap<GitOid, Commit>, tips: Iterable<GitOid>): ReadonlySet<GitOid> {
  const reached = new Set<GitOid>()
  const open = [...tips]
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    const commit = reached.has(oid) ? undefined : byOid.get(oid)
    if (commit === undefined) continue
    reached.add(oid)
    open.push(...commit.parents)
  }
  return reached
}

/** What branches, tags and commits say of a release. */
export function historyFacts(
  history: RecordedHistory,
  { snapshot, before }: { readonly snapshot: Snapshot; readonly before: readonly TagBefore[] },
  limits: Limits,
): Pick<ReleaseFacts, "outside" | "moved" | "botCommits"> {
  const byOid = new Map(history.commits.map((commit) => [commit.oid, commit]))
  const inBranch = reachedFrom(
    byOid,
    history.branches.map(({ tip }) => tip),
  )
  const { commit, ref } = snapshot
  const isOutside = history.branches.length > 0 && byOid.has(commit) && !inBranch.has(commit) && ref?.startsWith("refs/tags/") === true
  return {
    ...(isOutside ? { outside: { ref: ref ?? "", commit } } : {}),
    moved: movedTags(history, { byOid, inBranch, before }, limits),
    botCommits: botCommits(history, { byOid, snapshot }, limits),
  }
}

/** Where a tag, in full, pointed or should point. */
export interface TagBefore extends Pick<MovedTag, "ref" | "by" | "seen"> {
  readonly commit: GitOid
}

interface Known {
  readonly byOid: ReadonlyMap<GitOid, Commit>
  readonly inBranch: ReadonlySet<GitOid>
  readonly before: readonly TagBefore[]
}

function movedTags({ tags }: RecordedHistory, { byOid, inBranch, before }: Known, limits: Limits): readonly MovedTag[] {
  const nowAt = new Map(tags.map(({ name, commit }) => [`refs/tags/${name}`, commit]))
  return before
    .flatMap(({ commit, ...one }) => {
      const now = nowAt.get(one.ref)
      return now === undefined || now === commit ? [] : [{ ...one, before: commit, now }]
    })
    .sort((a, b) => order(a.ref, b.ref))
    .slice(0, limits.movedTagsMax)
    .map((one) => ({
      ...one,
      isForward: byOid.has(one.now) ? reachedFrom(byOid, [one.now]).has(one.before) : undefined,
      isInBranch: inBranch.has(one.now),
    }))
}

/** `[bot]` is what forges put behind the names of programs; others call themselves a bot. */
const isBotName = (name: string): boolean => /\[bot\]$|(?:^|[\s._-])bot(?:$|[\s._-])/i.test(name)

/** Commits under a bot's name that left a file as the release's commit has it. */
function botCommits(
  { commits, signatures }: RecordedHistory,
  { byOid, snapshot }: { readonly byOid: Known["byOid"]; readonly snapshot: Snapshot },
  limits: Limits,
): readonly BotCommit[] {
  const bots = new Set(signatures.flatMap(({ name }, index) => (isBotName(name) ? [index] : [])))
  if (bots.size === 0) return []
  const personOf = (index: number) => signatures[index] ?? { name: "", address: "" }
  const byName = Map.groupBy(
    commits.filter(({ author }) => bots.has(author)),
    ({ author }) => personOf(author).name.toLowerCase(),
  )
  const reached = reachedFrom(byOid, [snapshot.commit])
  const found: BotCommit[] = []
  for (const own of byName.values()) {
    const byAddress = Map.groupBy(own, ({ author }) => personOf(author).address.toLowerCase())
    for (const [address, few] of byAddress) {
      const others = own.filter(({ author }) => personOf(author).address.toLowerCase() !== address)
      for (const { oid, author, committer, changes } of few) {
        if (others.length <= few.length || !reached.has(oid) || found.length >= limits.botCommitsMax) continue
        const paths = changes.flatMap(({ path, after }) => (after !== undefined && snapshot.whole.get(path)?.oid === after ? [path] : []))
        if (paths.length === 0) continue
        found.push({
          commit: oid,
          name: personOf(author).name,
          address,
          committer: personOf(committer).address.toLowerCase(),
          paths,
          others: {
            commits: others.length,
            addresses: [...new Set(others.map((one) => personOf(one.author).address.toLowerCase()))].sort(order),
            committers: [...new Set(others.map((one) => personOf(one.committer).address.toLowerCase()))].sort(order),
          },
        })
      }
    }
  }
  return found.sort((a, b) => order(a.commit, b.commit))
}

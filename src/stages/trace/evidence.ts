import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import type { PatchIds } from "../../io/git-patch-ids.ts"
import type { Commit } from "../../model/history.ts"
import type { ForgeExports } from "../../model/pull.ts"
import type { AuthorEvidence, Evidence, HandCount, Level, PersonId } from "../../model/trace.ts"
import type { Alias } from "./identities.ts"
import { discounts, handsBehind, type TypedId, type Vouching, type Witness } from "./independence.ts"
import { type LevelInput, Levels, normalName, type Standing } from "./levels.ts"
import { reviewsOf } from "./reviews.ts"
import { groupedBy, isChange, type Twins, twinCandidates, twinsOf } from "./twins.ts"

export { twinCandidates }

export interface EvidenceInput extends LevelInput {
  /** Of `twinCandidates`, of the same that are asked for. */
  readonly patchIds: PatchIds
  /** What forges say; the addresses that aliases join tie their accounts to people. */
  readonly forges?: { readonly exports: ForgeExports; readonly aliases: readonly Alias[]; readonly stepsMax: number } | undefined
  /** Which commits are counted; all of the history is read in any case. Undefined: all. */
  readonly isShown?: ((commit: GitOid) => boolean) | undefined
  /** Which commits have to have the level that their twins give them, those that are shown among them. Undefined: all. */
  readonly isAsked?: ((commit: GitOid) => boolean) | undefined
}

export interface Assessed {
  readonly evidence: Evidence
  /** Of every commit that is no merge. */
  readonly levelOf: ReadonlyMap<GitOid, Level>
  /** The same: its author, and those who stand behind it and are independent. */
  readonly handsOf: ReadonlyMap<GitOid, HandCount>
}

/** Who else looked, as far as a history tells (docs/trace.md). */
export function evidenceOf(input: EvidenceInput): Assessed {
  const { history, personOf, isShown = () => true } = input
  const levels = new Levels(input)
  const twins = twinsOf(history, input.patchIds, input.isAsked)
  const changes = history.commits.filter(isChange)
  const alone = new Map(changes.map((commit) => [commit.oid, levels.standingOf(commit)]))
  const together = standingsOfTwins(twins, alone)
  const standings = changes.map((commit) => ({
    commit,
    author: personOf[commit.author] ?? -1,
    committer: personOf[commit.committer] ?? -1,
    ...(together.get(commit.oid) ?? alone.get(commit.oid) ?? nobody),
  }))
  const against = againstIn(input, standings, levels.typedOf)
  const shown = standings.filter(({ commit }) => isShown(commit.oid))
  const counts: Record<Level, number> = { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 }
  for (const { level } of shown) counts[level] += 1
  const levelOf = new Map(standings.map(({ commit, level }) => [commit.oid, level]))
  const vouched = standings.flatMap(({ author, seconds }) => seconds.map((second): Vouching => ({ author, second })))
  const forge = input.forges === undefined ? undefined : reviewsOf({ ...input, ...input.forges, twins, levelOf, vouched, isShown })
  return {
    evidence: {
      levels: counts,
      twins: shown.filter(({ commit }) => (twins.groupOf.get(commit.oid)?.[0] ?? commit) !== commit).length,
      authors: authorsOf(shown, against),
      ...(forge === undefined ? {} : { reviews: forge.reviews }),
      notAssessed: [
        ...(forge?.said ?? ["reviews on a forge: none of its data was given"]),
        ...sentencesOf(input, { levels, twins }),
        ...nameSentence(input, shown),
        ...batchSentence(shown, twins),
      ],
    },
    levelOf,
    handsOf: new Map(
      standings.map((stood) => [stood.commit.oid, handsBehind(stood.witnesses.filter((witness) => against(stood, witness) === undefined))]),
    ),
  }
}

interface Stood extends Standing {
  readonly commit: Commit
  readonly author: PersonId
  readonly committer: PersonId
}

type Against = (stood: Stood, witness: Witness) => string | undefined

const vouchings = ({ author }: Stood, { typed }: Witness): readonly Vouching[] => typed.map((second) => ({ author, second }))

/** Why a witness counts for less with an author: each pair is looked at once. Of a key with several addresses each must be independent, and one must be known. */
function againstIn({ history, personOf }: EvidenceInput, standings: readonly Stood[], typedOf: readonly TypedId[]): Against {
  const vouched = standings.flatMap((stood) => stood.witnesses.flatMap((witness) => vouchings(stood, witness)))
  const discount = discounts(history, { personOf, typedOf, vouched })
  const known = new Map<string, string | undefined>()
  const once = (vouching: Vouching): string | undefined => {
    const key = `${vouching.author} ${vouching.second}`
    if (!known.has(key)) known.set(key, discount(vouching))
    return known.get(key)
  }
  return (stood, witness) =>
    witness.typed.length === 0
      ? "nobody wrote or committed with an address of their key"
      : vouchings(stood, witness).flatMap((vouching) => once(vouching) ?? [])[0]
}

/** How commits stand that have twins: all as the one that was committed first. Of several in the same second the lowest level counts, and whoever stands behind one of them. */
function standingsOfTwins({ groupOf }: Twins, alone: ReadonlyMap<GitOid, Standing>): ReadonlyMap<GitOid, Standing> {
  const standings = new Map<GitOid, Standing>()
  for (const group of new Set(groupOf.values())) {
    const firsts = group.filter(({ committed }) => committed === group[0]?.committed).map(({ oid }) => alone.get(oid) ?? nobody)
    const level = firsts.map((one) => one.level).sort()[0] ?? 0
    const stands = level < 2 ? [] : firsts
    const seconds = [...new Set(stands.flatMap((one) => one.seconds))]
    const witnesses = stands.flatMap((one) => one.witnesses)
    for (const { oid } of group) standings.set(oid, { level, seconds, witnesses })
  }
  return standings
}

const nobody: Standing = { level: 0, seconds: [], witnesses: [] }

function authorsOf(standings: readonly Stood[], against: Against): readonly AuthorEvidence[] {
  return [...groupedBy(standings, ({ author }) => String(author)).values()]
    .map((own): AuthorEvidence => {
      const person = own[0]?.author ?? -1
      return { person, commits: own.length, seconded: own.filter(({ level }) => level >= 2).length, seconds: secondsOf(own, against) }
    })
    .sort((a, b) => b.commits - a.commits || a.person - b.person)
}

function* sentencesOf(
  { verified }: EvidenceInput,
  { levels, twins }: { readonly levels: Levels; readonly twins: Twins },
): Generator<string> {
  if (verified === undefined) yield "signatures of commits: no keys were given, so no level is above 2"
  else yield* verified.said
  if (levels.signedByNobody > 0)
    yield `verified signatures by keys whose addresses nobody wrote or committed with, which count for nobody: ${number(levels.signedByNobody)}`
  if (twins.unconfirmed > 0)
    yield `commits with author, author time and subject of another, whose patches differ or could not be compared, which count by themselves: ${number(twins.unconfirmed)}`
  if (twins.again > 0)
    yield `commits that make a change again which they have in their past (author, author time, subject and patch are equal), which count by themselves: ${number(twins.again)}`
}

/** Names make nobody one person; where they are equal it is likely all the same. */
function nameSentence({ history }: EvidenceInput, standings: readonly Stood[]): readonly string[] {
  const nameOf = (signature: number): string => normalName(history.signatures[signature]?.mapped.name ?? "")
  const same = standings.filter(
    ({ commit, committer, seconds }) => seconds.includes(committer) && nameOf(commit.author) === nameOf(commit.committer),
  )
  return same.length === 0
    ? []
    : [
        `commits whose author and committer have one name and two addresses, which count as two people unless a file of aliases joins them: ${number(same.length)}`,
      ]
}

/** Independent is who is so in one commit, be it under one of several addresses. */
function secondsOf(own: readonly Stood[], against: Against): AuthorEvidence["seconds"] {
  const found = new Map<PersonId, { commits: number; isIndependent: boolean; readonly why: Set<string> }>()
  for (const stood of own)
    for (const person of stood.seconds) {
      const second = found.get(person) ?? { commits: 0, isIndependent: false, why: new Set<string>() }
      found.set(person, second)
      second.commits += 1
      const witnesses = stood.witnesses.filter(({ people }) => people.includes(person))
      if (witnesses.length === 0) second.why.add("their key is this author's too")
      for (const witness of witnesses) {
        const why = against(stood, witness)
        if (why === undefined) second.isIndependent = true
        else second.why.add(why)
      }
    }
  return [...found]
    .map(([person, { commits, isIndependent, why }]) => {
      const [reason = ""] = [...why].sort()
      return { person, commits, isIndependent, ...(isIndependent ? {} : { why: reason }) }
    })
    .sort((a, b) => b.commits - a.commits || a.person - b.person)
}

/** A series that one person applied at once. */
const batchMin = 5
const batchSecondsMax = 5

/** Rewriting an author's commits (a rebase, filter-branch) leaves the same traces as applying a series from mail, which may have been read before. */
function batchSentence(standings: readonly Stood[], twins: Twins): readonly string[] {
  const single = standings.filter((one) => one.seconds.includes(one.committer) && !twins.groupOf.has(one.commit.oid))
  let commits = 0
  let batches = 0
  for (const pair of groupedBy(single, ({ author, committer }) => `${author} ${committer}`).values()) {
    const times = pair.map(({ commit }) => commit.committed).sort((a, b) => a - b)
    let start = 0
    for (let at = 1; at <= times.length; at += 1) {
      if (at < times.length && (times[at] ?? 0) - (times[at - 1] ?? 0) <= batchSecondsMax) continue
      if (at - start >= batchMin) {
        commits += at - start
        batches += 1
      }
      start = at
    }
  }
  if (batches === 0) return []
  return [
    `commits of one author that one committer made within seconds of each other, ${batchMin} or more at once: ${number(commits)} in ${plural(batches, "batch", "batches")}; whether they were read and applied, or only rewritten, cannot be told`,
  ]
}

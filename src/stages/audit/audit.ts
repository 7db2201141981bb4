import { assert } from "../../core/assert.ts"
import type { Explanation } from "../../model/ledger.ts"
import type { PackageSettings, Policy } from "../../model/policy.ts"
import type { Cause, Report, ReportAudit, ReportEntry, Settled } from "../../model/report.ts"
import type { Item, RefusedReview, Review, Words } from "../../model/review.ts"
import { byVerdict, causesOf, judge, type Seen, totalsOf } from "../../rules/index.ts"
import { Exemptions } from "./exemptions.ts"
import { keyOf } from "./reviews.ts"
import { settingsOf } from "./settings.ts"
import { policyReasons, tooMuch, weighed } from "./weigh.ts"

export interface AuditOptions {
  readonly policy: Policy
  readonly words: Words
  /** YYYY-MM-DD. */
  readonly day: string
  /** Positions of the entries, what to read first in front. */
  readonly order: readonly number[]
}

/**
 * The report as policy and people's word leave it: each cause of the verdict is open or settled, never gone, and the verdict is that of the open ones.
 * Whatever is settled says by whom.
 */
export function audit(report: Report, options: AuditOptions): Report {
  const { policy, words, day, order } = options
  const settings = settingsOf(policy, report.artifact.purl)
  const entries = order.map((position) => report.ledger.entries[position]).filter((entry) => entry !== undefined)
  assert(entries.length === report.ledger.entries.length, "the order leaves entries out")
  const seen = [...causesOf({ ...report, ledger: { ...report.ledger, entries } }), ...policyReasons(report, settings)]
  const parted = settle(seen, { report, settings, ...options })
  const open = [...parted.open, ...tooMuch(parted.open, settings, report.artifact.sha256)].sort(byUrgency(entries))
  const after = report.ledger.entries.map((entry) => parted.entries.get(entry) ?? entry)
  return {
    ...report,
    ...judge(open),
    ledger: { ...report.ledger, totals: totalsOf(after, open), entries: after },
    audit: {
      ...(policy.source === undefined ? {} : { policy: policy.source }),
      day,
      ...baselineOf(report),
      open: open.map(causeOf),
      settled: parted.settled,
      refused: [...words.refused, ...parted.refused],
    },
  }
}

const baselineOf = ({ previous }: Report): Pick<ReportAudit, "baseline"> =>
  previous?.accepted === true
    ? { baseline: { target: previous.target, sha256: previous.sha256, by: previous.by ?? "your word alone" } }
    : {}

/**
 * What used to be accounted and no longer is comes first, then the worst, then what is to be read first: a finding stands before the entry that it is about, so that
 * the findings of files which matter less do not bury what runs. One of no entry comes first, what is no entry's last.
 */
function byUrgency(entries: readonly ReportEntry[]): (a: Seen, b: Seen) => number {
  const places = new Map(entries.map(({ path }, place) => [path, place] as const).reverse())
  const place = ({ kind, at }: Seen): number => (kind === "finding" || kind === "entry" ? (places.get(at) ?? -1) : entries.length)
  const regressed = ({ entry }: Seen): number => (entry?.regressed === true ? 0 : 1)
  return (a, b) => regressed(a) - regressed(b) || byVerdict(a, b) || place(a) - place(b)
}

const itemOf = ({ kind, at, what }: Item): Item => ({ kind, at, what })
const causeOf = (cause: Cause): Cause => ({ ...itemOf(cause), verdict: cause.verdict, why: cause.why, toRead: cause.toRead })

interface Parted {
  readonly open: readonly Seen[]
  readonly settled: readonly Settled[]
  readonly refused: readonly RefusedReview[]
  /** What became of the entries that are settled. */
  readonly entries: ReadonlyMap<ReportEntry, ReportEntry>
}

interface Asked extends AuditOptions {
  readonly report: Report
  readonly settings: PackageSettings
}

/** Whoever read it counts before whoever takes the risk, and both before the policy, so that a report names the best word there is. */
function settle(seen: readonly Seen[], { report, settings, policy, words, day }: Asked): Parted {
  const reviews = reviewed(words.reviews, report)
  const exemptions = new Exemptions(settings.exemptions, report, day)
  const open: Seen[] = []
  const settled: Settled[] = []
  const refused: RefusedReview[] = []
  const entries = new Map<ReportEntry, ReportEntry>()
  for (const cause of seen) {
    const weighs = weighed(cause, settings)
    if (cause.verdict === "accounted" && weighs.verdict === "accounted") continue
    const review = reviews.get(keyOf(cause))
    const exempt = exemptions.for(cause)
    const word =
      review === undefined ? (wordOf(exempt.holds) ?? (weighs.verdict === "accounted" ? ofPolicy(policy) : undefined)) : readBy(review)
    if (word === undefined) {
      open.push(weighs)
      refused.push(...exempt.refused)
      continue
    }
    const { verdict } = weighs.verdict === "accounted" ? cause : weighs
    settled.push({ ...itemOf(cause), ...word, verdict, toRead: cause.toRead })
    if (cause.entry !== undefined) entries.set(cause.entry, settledEntry(cause.entry, review))
  }
  return { open, settled, refused, entries }
}

type Word = Pick<Settled, "word" | "by" | "reason" | "expires">

const readBy = ({ reviewer, reason, expires }: Review): Word => ({
  word: "review",
  by: reviewer,
  reason,
  ...(expires === undefined ? {} : { expires }),
})

const wordOf = (exemption: PackageSettings["exemptions"][number] | undefined): Word | undefined =>
  exemption === undefined ? undefined : { word: "exemption", by: exemption.owner, reason: exemption.reason, expires: exemption.expires }

const ofPolicy = ({ source }: Policy): Word => ({ word: "policy", by: source?.path ?? "the policy", reason: "it only takes note of this" })

/** Items by what names them, each with the first review that accepts it. */
function reviewed(reviews: readonly Review[], { artifact }: Report): ReadonlyMap<string, Review> {
  assert(
    reviews.every(({ artifact: { sha256 } }) => sha256 === artifact.sha256),
    "a review of another artifact was handed over",
  )
  return new Map(reviews.toReversed().flatMap((review) => review.items.map((item) => [keyOf(item), review] as const)))
}

/** Read and signed for: explained by that. A risk that is only taken explains nothing, and leaves nothing to read. */
function settledEntry(entry: ReportEntry, review: Review | undefined): ReportEntry {
  if (review === undefined) return { ...entry, toRead: 0 }
  const { reviewer, keyId, signed } = review
  const explanation: Explanation = { kind: "review", reviewer, keyId, signed, instead: entry.explanation }
  const { unexplained: _, shown: __, ...rest } = entry
  return { ...rest, explanation, toRead: 0 }
}

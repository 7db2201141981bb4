import { plural } from "../../core/count.ts"
import { baseName } from "../../core/path.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import type { Answer, Rule, Subject } from "../rule.ts"

/**
 * Does a file that nothing explains state a version that its origin never published? A serial that is one higher than any keeps autoreconf from
 * replacing a macro by the genuine one, and a made-up timestamp makes an altered script look newer (aclocal(1), `--install`; `serial`).
 */
export const originClaimedVersion: Rule = {
  id: "origin/claimed-version",
  version: 4,
  question: "Is there a file that states a version which its origin never published?",
  check: answer,
}

interface Claim {
  readonly item: LedgerEntry
  /** Base name of the file that is meant: the entry's own, or that of a part of it. */
  readonly name: string
  readonly claimed: string
  /** What the origins published under this name; none: they do not have the name. */
  readonly published: readonly string[]
}

function answer({ ledger, origins }: Subject): Answer {
  if (origins === undefined) return { outcome: "not-assessed", why: "there is no index of known origins" }
  const counted = new Set(ledger.origins)
  const claims = ledger.entries.flatMap(statedBy).map(({ item, name, claimed }): Claim => {
    const published = [...origins.claimsOf(name)].flatMap(([origin, versions]) => (counted.has(origin) ? [...versions] : []))
    return { item, name, claimed, published }
  })
  if (claims.length === 0) return { outcome: "not-applicable", why: "no file that is unexplained states a version of itself" }
  const invented = claims.filter(({ claimed, published }) => published.length > 0 && !published.includes(claimed))
  if (invented.length > 0) return found(invented)
  const unknown = claims.filter(({ published }) => published.length === 0)
  if (unknown.length > 0) return { outcome: "not-assessed", why: `no known origin published files of these names: ${named(unknown)}` }
  return { outcome: "absent", why: `${plural(claims.length, "file")} of published versions` }
}

function statedBy(item: LedgerEntry): readonly Omit<Claim, "published">[] {
  const { entry, explanation, claimed, claimedParts = [] } = item
  if (explanation.kind !== "unexplained") return []
  return [
    ...(claimed === undefined ? [] : [{ item, name: baseName(entry.path), claimed }]),
    ...claimedParts.map((one) => ({ item, name: one.part, claimed: one.claimed })),
  ]
}

function found(invented: readonly Claim[]): Answer {
  const findings = invented.map(({ item: { entry }, name, claimed, published }) => ({
    severity: isOld(claimed, published) ? ("note" as const) : ("review" as const),
    message: `${name} states ${claimed}, which no origin of that name published (${plural(new Set(published).size, "version")} known)`,
    at: { path: entry.path },
    evidence: [{ what: "the file", where: entry.path, digest: `sha256:${entry.sha256}` }],
  }))
  return { outcome: "present", why: `versions that were never published: ${named(invented)}`, findings }
}

/**
 * Older than one that was published, of the same kind (`serial`, `timestamp`): from before the index begins, or a snapshot of the origin's development, which honest packers ship. What is newer than all
 * keeps tools from replacing the file.
 */
const isOld = (claimed: string, published: readonly string[]): boolean =>
  published.some((one) => kindOf(one) === kindOf(claimed) && isNewer(one, claimed))

const kindOf = (version: string): string => version.split(" ", 1)[0] ?? ""

/** Number by number, as they are written. */
function isNewer(one: string, other: string): boolean {
  const [mine, theirs] = [numbersOf(one), numbersOf(other)]
  const at = mine.findIndex((number, index) => number !== (theirs[index] ?? -1))
  return at !== -1 && (mine[at] ?? 0) > (theirs[at] ?? -1)
}

const numbersOf = (version: string): readonly number[] => (version.match(/\d{1,15}/g) ?? []).map(Number)

/** A few of them by name, for one sentence. */
function named(claims: readonly Claim[]): string {
  const names = [...new Set(claims.map(({ name }) => name))]
  return names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ")
}

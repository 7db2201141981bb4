import { aside, others } from "./edit-problems.ts"
import type { Report } from "./report-schema.ts"

/** A file of the twin, and how it differs from the honest one. */
export interface Changed {
  /** As the archive names it. */
  readonly path: string
  readonly honest: readonly string[]
  readonly lines: readonly string[]
  /** Lines that the twin has and the honest file has not, and the reverse. */
  readonly added: readonly string[]
  readonly gone: readonly string[]
}

export interface Twin {
  readonly changed: readonly Changed[]
  /** The macro file, and what it states of itself. */
  readonly macro: string
  readonly claimed: string
}

type Entry = Report["ledger"]["entries"][number]

/** How the twin's report, less that of the honest release, is not exactly what was poisoned. `listed`: paths below the root, in the order of reading. */
export function twinProblems(before: Report, after: Report, twin: Twin, listed: readonly string[]): readonly string[] {
  const touched = new Set(twin.changed.map(({ path }) => path))
  const more = after.ledger.totals.toRead - before.ledger.totals.toRead
  const cost = ({ ledger }: Report): number =>
    ledger.entries.filter(({ path }) => touched.has(path)).reduce((sum, entry) => sum + costOf(entry), 0)
  const expected = cost(after) - cost(before)
  const first = new Set(listed.slice(0, touched.size).map((path) => after.artifact.root + path))
  const claims = after.findings.filter(({ rule, at }) => rule === "origin/claimed-version" && at.path === twin.macro)
  return [
    ...twin.changed.flatMap((one) => ownProblems(before, after, one)),
    ...others(before, after, touched),
    ...aside(before, after, [], touched),
    ...(more === expected ? [] : [`toRead +${more}, and what is shown costs ${expected}`]),
    ...(["review", "alarm"].includes(after.verdict) ? [] : [`the verdict is ${after.verdict}`]),
    ...(claims.some(({ message }) => message.includes(twin.claimed)) ? [] : [`origin/claimed-version does not name ${twin.claimed}`]),
    ...[...touched].filter((path) => !first.has(path)).map((path) => `${path} is not among the first ${touched.size} to read`),
  ]
}

/**
 * Lines that stand in a text more than once are each other's equals to a diff (a `fi`, a `;;`): one may be left in place of another. Every other line that is
 * left must have been left before, or be the poison's.
 */
function ownProblems(before: Report, after: Report, { path, honest, lines, added, gone }: Changed): readonly string[] {
  const [was, is] = [before, after].map(({ ledger }) => ledger.entries.find((entry) => entry.path === path))
  if (is === undefined) return [`${path} is gone`]
  if (is.explanation.kind !== "unexplained") return [`${path} is explained as ${is.explanation.kind}`]
  const expected = expectedIn({ path, honest, lines, added, gone }, was)
  const [left, all] = [counted(uncovered(is, lines)), counted(lines)]
  for (const line of expected.left) left.set(line, (left.get(line) ?? 0) - 1)
  const differ = [...left].filter(([, count]) => count !== 0)
  const evens = differ.reduce((sum, [, count]) => sum + count, 0) === 0
  const wrong = differ.filter(([line]) => !(evens && (all.get(line) ?? 0) > 1))
  const removed = goneFrom(is) - goneFrom(was)
  return [
    ...wrong.slice(0, 3).map(([line, count]) => `${path}: ${count > 0 ? "also left" : "not left"}: ${line.trim()}`),
    ...(wrong.length > 3 ? [`${path}: ${wrong.length - 3} more such lines`] : []),
    ...(removed === expected.removed ? [] : [`${path}: ${removed} lines gone for ${expected.removed}`]),
  ]
}

/** A line that went and was left to read before is not missed: nothing covered it. */
function expectedIn(
  { honest, added, gone }: Changed,
  was: Entry | undefined,
): { readonly left: readonly string[]; readonly removed: number } {
  const left = [...uncovered(was, honest)]
  let removed = gone.length
  for (const line of gone) {
    const at = left.indexOf(line)
    if (at < 0) continue
    left.splice(at, 1)
    removed -= 1
  }
  return { left: [...left, ...added], removed }
}

const uncovered = (entry: Entry | undefined, lines: readonly string[]): readonly string[] =>
  (entry?.unexplained ?? []).flatMap(({ first, last }) => lines.slice(first - 1, last))

const goneFrom = (entry: Entry | undefined): number => (entry?.unexplained ?? []).reduce((sum, { removed }) => sum + removed, 0)

/** Contract, `toRead`: a line is one, and a run that takes away more than it brings is one more. */
const costOf = ({ unexplained = [] }: Entry): number =>
  unexplained.reduce((sum, { first, last, removed }) => sum + last - first + 1 + (removed > last - first + 1 ? 1 : 0), 0)

function counted(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

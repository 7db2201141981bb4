import { aside, others } from "./edit-problems.ts"
import type { Report } from "./report-schema.ts"

/** A file of the twin, and how it differs from the honest one. */
export interface Changed {
  /** As the archive names it. */
  readonly path: string
  readonly honest: readonly string[]
  readonly lines: readonly string[]
  /** Lines that the twin has more than the honest file, and how many went. */
  readonly added: readonly string[]
  readonly removed: number
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
  const expected = twin.changed.reduce((sum, { added }) => sum + added.length, 0)
  const first = new Set(listed.slice(0, touched.size).map((path) => after.artifact.root + path))
  const claims = after.findings.filter(({ rule, at }) => rule === "origin/claimed-version" && at.path === twin.macro)
  return [
    ...twin.changed.flatMap((one) => ownProblems(before, after, one)),
    ...others(before, after, touched),
    ...aside(before, after, [], touched),
    ...(more === expected ? [] : [`toRead +${more} for ${expected} lines`]),
    ...(["review", "alarm"].includes(after.verdict) ? [] : [`the verdict is ${after.verdict}`]),
    ...(claims.some(({ message }) => message.includes(twin.claimed)) ? [] : [`origin/claimed-version does not name ${twin.claimed}`]),
    ...[...touched].filter((path) => !first.has(path)).map((path) => `${path} is not among the first ${touched.size} to read`),
  ]
}

/**
 * Where equal lines stand beside each other, a diff may call one or the other new (a `fi` before it, or the one behind it); which texts are new, and how
 * often, is the same for every shortest diff.
 */
function ownProblems(before: Report, after: Report, { path, honest, lines, added, removed }: Changed): readonly string[] {
  const [was, is] = [before, after].map(({ ledger }) => ledger.entries.find((entry) => entry.path === path))
  if (is === undefined) return [`${path} is gone`]
  if (is.explanation.kind !== "unexplained") return [`${path} is explained as ${is.explanation.kind}`]
  const left = counted(uncovered(is, lines))
  for (const line of [...uncovered(was, honest), ...added]) left.set(line, (left.get(line) ?? 0) - 1)
  const wrong = [...left].filter(([, count]) => count !== 0)
  const gone = goneFrom(is) - goneFrom(was)
  return [
    ...wrong.slice(0, 3).map(([line, count]) => `${path}: ${count > 0 ? "also left" : "not left"}: ${line.trim()}`),
    ...(wrong.length > 3 ? [`${path}: ${wrong.length - 3} more such lines`] : []),
    ...(gone === removed ? [] : [`${path}: ${gone} lines gone for ${removed}`]),
  ]
}

const uncovered = (entry: Entry | undefined, lines: readonly string[]): readonly string[] =>
  (entry?.unexplained ?? []).flatMap(({ first, last }) => lines.slice(first - 1, last))

const goneFrom = (entry: Entry | undefined): number => (entry?.unexplained ?? []).reduce((sum, { removed }) => sum + removed, 0)

function counted(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

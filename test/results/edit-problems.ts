import type { Edit } from "./edits.ts"
import type { TextEdit } from "./line-edits.ts"
import type { Report } from "./report-schema.ts"

export interface Seen {
  /** Empty: the report named the edit, and nothing else. */
  readonly problems: readonly string[]
  readonly more: number
  /** The edited text was compared with what the original is, not with another edition that is nearer now. */
  readonly sameBase: boolean
}

type Entry = Report["ledger"]["entries"][number]

/** How the report of the edited release, less that of the original, is not exactly the edit. */
export function problemsOf(before: Report, after: Report, edit: Edit): Seen {
  const touched = new Set([edit.path, edit.renamed ?? edit.path])
  const [was, is] = [
    before.ledger.entries.find(({ path }) => path === edit.path),
    after.ledger.entries.find(({ path }) => path === (edit.renamed ?? edit.path)),
  ]
  const gone = (edit.renamed !== undefined || edit.text === undefined) && was?.explanation.kind === "source"
  const own = ownProblems(was, is, edit)
  return {
    problems: [...own.problems, ...others(before, after, touched), ...aside(before, after, gone ? [edit.path] : [], touched)],
    more: after.ledger.totals.toRead - before.ledger.totals.toRead,
    sameBase: own.sameBase,
  }
}

/** Every other entry must be as it was. */
export function others(before: Report, after: Report, touched: ReadonlySet<string>): readonly string[] {
  const rest = (report: Report): ReadonlyMap<string, string> =>
    new Map(report.ledger.entries.filter(({ path }) => !touched.has(path)).map((entry) => [entry.path, JSON.stringify(entry)]))
  const [old, now] = [rest(before), rest(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) =>
    old.get(path) === now.get(path) ? [] : [`${path} differs as well`],
  )
}

/** What stands beside the entries: all of it as before, but for what is said of the edited entry. Totals and digests follow from the entries. */
export function aside(before: Report, after: Report, gone: readonly string[], touched: ReadonlySet<string>): readonly string[] {
  const parts: readonly (readonly [string, (report: Report) => unknown])[] = [
    ["absent", ({ ledger, artifact }) => ledger.absent.filter(({ path }) => !gone.includes(artifact.root + path))],
    ["anomalies", ({ anomalies }) => anomalies],
    ["unexplained framing", ({ ledger }) => ledger.framing.map(({ layer, unexplained }) => [layer, unexplained])],
    ["the repository", ({ repository }) => repository],
    ["findings", ({ findings }) => findings.filter(({ at }) => !touched.has(at.path))],
  ]
  const lost = gone.filter((path) => !after.ledger.absent.some((one) => after.artifact.root + one.path === path))
  return [
    ...parts.flatMap(([name, of]) => (JSON.stringify(of(before)) === JSON.stringify(of(after)) ? [] : [`${name} differs`])),
    ...lost.map((path) => `${path} is not listed as absent`),
  ]
}

function ownProblems(was: Entry | undefined, is: Entry | undefined, edit: Edit): { problems: readonly string[]; sameBase: boolean } {
  if (was === undefined) return { problems: ["the entry was not there"], sameBase: false }
  if (edit.text !== undefined)
    return is === undefined ? { problems: ["the entry is gone"], sameBase: false } : textProblems(was, is, edit, edit.text)
  if (edit.renamed === undefined) return { problems: is === undefined ? [] : ["the entry is still there"], sameBase: true }
  const moved = is?.explanation.kind === "unexplained" && is.explanation.difference === "moved" && is.toRead === 1
  const named = is !== undefined && hasBytesOf(is, was)
  return { problems: moved && named ? [] : ["not moved, toRead 1, with the old file as base"], sameBase: named }
}

const hasBytesOf = ({ explanation: { base } }: Entry, was: Entry): boolean => base?.sha256 === was.sha256 || base?.gitOid === was.gitOid

const sums = ({ unexplained = [] }: Entry): { added: number; removed: number } => ({
  added: unexplained.reduce((sum, { first, last }) => sum + last - first + 1, 0),
  removed: unexplained.reduce((sum, { removed }) => sum + removed, 0),
})

/**
 * With the same base the longest common subsequence has one length, so the counts of lines are the edit's own. With another base, an edition that is nearer
 * now, no more may remain than the edit brought. Each line that nobody published must be among those that remain.
 */
function textProblems(
  was: Entry,
  is: Entry,
  edit: Edit,
  { added, removed, marker }: TextEdit,
): { problems: readonly string[]; sameBase: boolean } {
  if (is.explanation.kind !== "unexplained") return { problems: [`explained as ${is.explanation.kind}`], sameBase: false }
  if (is.explanation.base === undefined) return { problems: ["without a base"], sameBase: false }
  const whole = was.explanation.kind !== "unexplained"
  const sameBase = whole ? hasBytesOf(is, was) : JSON.stringify(was.explanation.base) === JSON.stringify(is.explanation.base)
  const [old, now] = [sums(was), sums(is)]
  const more = { added: now.added - old.added, removed: now.removed - old.removed }
  const uncovered = new Set(
    (is.unexplained ?? []).flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at)),
  )
  const exact = more.added === added && more.removed === removed
  return {
    sameBase,
    problems: [
      ...(is.toRead > was.toRead ? [] : ["toRead did not grow"]),
      ...(sameBase && !exact ? [`${more.added} lines more and ${more.removed} gone, for ${added} and ${removed}`] : []),
      ...(!sameBase && more.added + more.removed > added + removed ? ["another base that leaves more"] : []),
      ...(marker === undefined || uncovered.has(edit.lines.indexOf(marker) + 1) ? [] : ["the new line is not among those that remain"]),
    ],
  }
}

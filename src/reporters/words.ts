import { belowRoot } from "../core/path.ts"
import { dangers } from "../model/ledger.ts"
import type { Report, ReportEntry } from "../model/report.ts"

/** Sentences that the text and Markdown forms share. Foreign parts are escaped by the form that prints them. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",")
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${number(count)} ${count === 1 ? one : many}`

/** To read first: what runs, then the costly, then by path. Entries that cost nothing are not listed. */
export function ranked(report: Report): readonly ReportEntry[] {
  const rank = (entry: ReportEntry): number => dangers.indexOf(entry.danger)
  const news = (entry: ReportEntry): number => (entry.previous === "same" ? 1 : 0)
  return report.ledger.entries
    .filter((entry) => entry.toRead > 0)
    .sort((a, b) => news(a) - news(b) || rank(a) - rank(b) || b.toRead - a.toRead || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/** Below the common root, as people name it. */
export const shortPath = (entry: { readonly path: string }, report: Report): string => belowRoot(entry.path, report.artifact.root)

/** What remains of an entry, in a few words. */
export function remains(entry: ReportEntry): string {
  const { explanation } = entry
  if (explanation.kind !== "unexplained") return explanation.kind
  if (explanation.difference !== undefined) return `${explanation.difference}: ${explanation.why}`
  if (entry.unexplained === undefined) return `${plural(entry.size, "byte")}; ${explanation.why}`
  const uncovered = entry.unexplained.reduce((sum, run) => sum + run.last - run.first + 1, 0)
  const removed = entry.unexplained.reduce((sum, run) => sum + run.removed, 0)
  const against =
    explanation.base === undefined ? explanation.why : `${explanation.why}${removed > 0 ? `; ${plural(removed, "line")} of it gone` : ""}`
  return `${number(uncovered)} of ${plural(entry.lines ?? 0, "line")}; ${against}`
}

/** What the user does next, as commands. Foreign words are quoted for a POSIX shell: a report must not be a trap to paste. */
export function nextSteps(report: Report): readonly string[] {
  const { artifact, repository } = report
  const explain = `everybyte explain ${quoted(artifact.target)}`
  if (repository === undefined) {
    const declared = artifact.declaredRepository
    if (declared === undefined) return [`${explain} --repository PATH-OR-ADDRESS`]
    return [`${explain} --repository ${quoted(declared)}   # an address that the release itself declares`]
  }
  const submodules = new Set(
    report.ledger.entries.flatMap(({ explanation }) => (explanation.kind === "undetermined" ? (explanation.submodule?.path ?? []) : [])),
  )
  return [...submodules].map((path) => `${explain} --repository ${quoted(repository.location)} --submodule ${quoted(path)}=PATH-OR-ADDRESS`)
}

/** POSIX.1-2024, Shell Command Language, section 2.2.2: nothing is special inside single quotes. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

import type { createColors } from "picocolors"
import { number, plural } from "../core/count.ts"
import { escapeForeign } from "../core/escape.ts"
import { belowRoot } from "../core/path.ts"
import type { Cause, Report, ReportAudit, ReportEntry, Settled } from "../model/report.ts"
import type { RefusedReview } from "../model/review.ts"
import type { Look } from "./reporter.ts"
import { firstOf, quoted, remains } from "./words.ts"

type Colours = ReturnType<typeof createColors>

/** Lines of each part, so that the whole is one screen; --list makes it longer, --format html shows all. */
const screen = { open: 12, settled: 6, refused: 4, lines: 3 } as const

/** What a gate has to say: what is open, the worst first, what was settled and by whom, and what did not help. */
export function auditParts(report: Report, audit: ReportAudit, look: Look, colours: Colours): readonly (readonly string[])[] {
  const longer = (max: number): number => (look.listMax > 25 ? look.listMax : Math.min(max, look.listMax))
  return [
    section(`open: ${number(audit.open.length)}, the worst first`, openLines(report, audit, longer(screen.open), look, colours)),
    section(`settled: ${number(audit.settled.length)}`, limited(settledLines(report, audit.settled), longer(screen.settled))),
    section(
      `refused: ${number(audit.refused.length)}, these words do not count`,
      limited(audit.refused.map(refusedLine), longer(screen.refused)),
    ),
    section(
      "next:",
      nextLines(report, audit, look).map((line) => colours.bold(line)),
    ),
  ]
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]

function limited(lines: readonly string[], max: number): readonly string[] {
  const { shown, more } = firstOf(lines, max)
  return [...shown, ...more]
}

function openLines(report: Report, { open }: ReportAudit, max: number, look: Look, colours: Colours): readonly string[] {
  const entries = new Map(report.ledger.entries.filter(({ toRead }) => toRead > 0).map((entry) => [entry.path, entry]))
  const lines = gathered(open).flatMap(({ cause, others }) => {
    const entry = cause.kind === "entry" ? entries.get(cause.at) : undefined
    const head = `${colours.red(cause.verdict.padEnd(12))} ${escapeForeign(placeOf(cause, report))}`
    const count = others === 0 ? "" : ` and ${plural(others, "entry", "entries")} more`
    const why = entry === undefined ? cause.why : `${entry.danger}: ${remains(entry)}`
    const words = cause.kind === "reason" ? head : `${head}${count}  ${colours.dim(escapeForeign(why))}`
    return [[words, ...shownLines(entry, look, colours)]]
  })
  const { shown, more } = firstOf(lines, max)
  return [...shown.flat(), ...more]
}

/** What could not be looked at for one reason is one line: a release without a repository must not fill the screen with itself. */
function gathered(open: readonly Cause[]): readonly { readonly cause: Cause; readonly others: number }[] {
  const groups = Map.groupBy(open, (cause) => (cause.kind === "entry" && cause.verdict === "undetermined" ? cause.why : cause))
  return [...groups.values()].flatMap(([cause, ...others]) => (cause === undefined ? [] : [{ cause, others: others.length }]))
}

function shownLines(entry: ReportEntry | undefined, look: Look, colours: Colours): readonly string[] {
  const width = Math.max(20, look.columns - 24)
  return (entry?.shown ?? []).slice(0, screen.lines).map(({ line, text }) => {
    const safe = escapeForeign(text.replaceAll("\t", "  "))
    return `               ${colours.cyan(`+${line}`)} ${safe.length > width ? `${safe.slice(0, width - 1)}…` : safe}`
  })
}

const placeOf = ({ kind, at, why }: Cause, { artifact }: Report): string => (kind === "reason" ? why : belowRoot(at, artifact.root))

/** One line for each word, with how much it settled. */
function settledLines({ artifact }: Report, settled: readonly Settled[]): readonly string[] {
  const words = Map.groupBy(settled, ({ word, by, reason, expires }) => JSON.stringify([word, by, reason, expires]))
  return [...words.values()].map(([first, ...more]) => {
    if (first === undefined) return ""
    const unseen = [first, ...more].filter(({ verdict }) => verdict === "undetermined").length
    const until = first.expires === undefined ? "" : `, until ${first.expires}`
    const what = more.length === 0 ? belowRoot(first.at, artifact.root) : plural(more.length + 1, "item")
    const blind = unseen === 0 ? "" : `, ${number(unseen)} of them not looked at`
    return escapeForeign(`${first.word} by ${first.by}${until}: ${what}${blind}: ${first.reason}`)
  })
}

const refusedLine = ({ source, why }: RefusedReview): string => escapeForeign(`${source}: ${why}`)

/** What to do, as commands and as what a policy would have to say. */
function nextLines(report: Report, audit: ReportAudit, look: Look): readonly string[] {
  const { artifact, repository } = report
  if (audit.open.length === 0) return []
  const command = quoted(look.command)
  const target = quoted(artifact.target)
  if (repository === undefined)
    return [
      `${command} audit ${target} --repository ${artifact.declaredRepository === undefined ? "PATH-OR-ADDRESS" : `${quoted(artifact.declaredRepository)}   # an address that the release itself declares`}`,
    ]
  const where = `--repository ${quoted(repository.location)}`
  const entry = report.ledger.entries.find(({ toRead }) => toRead > 0)
  const exemption =
    entry === undefined
      ? []
      : [
          `or exempt one file, in a policy: {path: ${JSON.stringify(belowRoot(entry.path, artifact.root))}, sha256: ${entry.sha256},`,
          `    reason: WHY, owner: YOU, expires: YYYY-MM-DD}`,
        ].map(escapeForeign)
  return [`${command} explain ${target} ${where} --format html -o report.html   # read it`, ...exemption]
}

import type { createColors } from "picocolors"
import { number, plural } from "../core/count.ts"
import { escapeForeign } from "../core/escape.ts"
import { belowRoot } from "../core/path.ts"
import type { Cause, Report, ReportAudit, ReportEntry, Settled } from "../model/report.ts"
import type { RefusedReview } from "../model/review.ts"
import type { Look } from "./reporter.ts"
import { firstOf, quoted, remains, replayed } from "./words.ts"

type Colours = ReturnType<typeof createColors>

/** Lines of each part, so that the whole is one screen; --list makes it longer, --format html shows all. */
const screen = { open: 10, settled: 6, refused: 4, lines: 2 } as const

/** What a gate has to say: what is open, the worst first, what was settled and by whom, and what did not help. */
export function auditParts(report: Report, audit: ReportAudit, look: Look, colours: Colours): readonly (readonly string[])[] {
  const longer = (max: number): number => (look.listMax > 25 ? look.listMax : Math.min(max, look.listMax))
  return [
    about(report, audit),
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

/** What the verdict is of, so that it can be quoted. */
function about(report: Report, { policy, baseline, day }: ReportAudit): readonly string[] {
  const { artifact, repository } = report
  return [
    `  artifact    ${artifact.name}  sha256 ${artifact.sha256}`,
    ...(repository === undefined
      ? []
      : [`  repository  ${repository.location}  ${repository.ref ?? ""} ${repository.commit} (${repository.how})`]),
    ...(baseline === undefined ? [] : [`  baseline    ${baseline.target}, accepted by ${baseline.by}`]),
    ...(policy === undefined ? [] : [`  policy      ${policy.path}  sha256 ${policy.sha256}, on ${day}`]),
    ...replayed(report).map((line) => `  made again  ${line}`),
  ].map(escapeForeign)
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
    const count = others === 0 ? "" : ` and ${plural(others, "entry", "entries")} more`
    const place = `${escapeForeign(placeOf(cause, report))}${count}`
    const why = cause.kind === "reason" ? "" : escapeForeign(entry === undefined ? cause.why : `${entry.danger}: ${remains(entry)}`)
    const room = Math.max(60, look.columns - 20 - place.length)
    return [
      [`${colours.red(cause.verdict.padEnd(12))} ${place}  ${colours.dim(clip(why, room))}`.trimEnd(), ...shownLines(entry, look, colours)],
    ]
  })
  const { shown, more } = firstOf(lines, max)
  return [...shown.flat(), ...more]
}

/** What could not be looked at for one reason is one line: a release without a repository must not fill the screen with itself. */
function gathered(open: readonly Cause[]): readonly { readonly cause: Cause; readonly others: number }[] {
  const groups = Map.groupBy(open, (cause) => (cause.kind === "entry" && cause.verdict === "undetermined" ? cause.why : cause))
  return [...groups.values()].flatMap(([cause, ...others]) => (cause === undefined ? [] : [{ cause, others: others.length }]))
}

/** The lines that a base leaves over. Of a text that is new as a whole the first ones say nothing. */
function shownLines(entry: ReportEntry | undefined, look: Look, colours: Colours): readonly string[] {
  if (entry?.shown === undefined || entry.explanation.kind !== "unexplained" || entry.explanation.base === undefined) return []
  const width = Math.max(20, look.columns - 24)
  return entry.shown
    .filter(({ text }) => text.trim() !== "")
    .slice(0, screen.lines)
    .map(({ line, text }) => `${" ".repeat(13)}${colours.cyan(`+${line}`)} ${clip(escapeForeign(text.replaceAll("\t", "  ")), width)}`)
}

const clip = (line: string, width: number): string => (line.length > width ? `${line.slice(0, width - 1)}…` : line)

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

/** What to do: give what is missing, read, or take a risk in writing. */
function nextLines(report: Report, { open }: ReportAudit, look: Look): readonly string[] {
  const { artifact, repository, ledger } = report
  if (open.length === 0) return []
  const target = quoted(artifact.target)
  const command = (verb: string): string => `${quoted(look.command)} ${verb} ${target}`
  if (repository === undefined) {
    const declared = artifact.declaredRepository
    if (declared === undefined) return [`${command("audit")} --repository PATH-OR-ADDRESS`]
    return [escapeForeign(`${command("audit")} --repository ${quoted(declared)}   # an address that the release itself declares`)]
  }
  const read = `${command("explain")} --repository ${quoted(repository.location)} --format html -o report.html   # read what is left`
  const first = open.find(({ kind }) => kind === "entry")
  const entry = ledger.entries.find(({ path }) => path === first?.at)
  const exempt = entry === undefined ? [] : exemptionOf(belowRoot(entry.path, artifact.root), entry.sha256)
  return [read, ...exempt].map(escapeForeign)
}

const exemptionOf = (path: string, sha256: string): readonly string[] => [
  "or take the risk of one file, below `exemptions:` in a policy:",
  `  - {path: ${JSON.stringify(path)}, sha256: ${sha256}, reason: WHY, owner: YOU, expires: YYYY-MM-DD}`,
]

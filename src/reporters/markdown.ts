import { number } from "../core/count.ts"
import { escapeForeign } from "../core/escape.ts"
import { kinds } from "../model/ledger.ts"
import type { Report, ReportEntry } from "../model/report.ts"
import { openOf, refusedOf, settledOf, stepsOf } from "./audit.ts"
import { factsOf, rangeWords, toldPeople, traceCommand } from "./people.ts"
import { type Look, listMaxOf, type Reporter } from "./reporter.ts"
import { alsoHeld, comparedWith, explainedBy, firstOf, notAssessed, ownOf, ranked, remains, replayed, shortPath, toolsOf } from "./words.ts"

/** For an issue or a review: the same order as on a terminal. */
export const markdown = {
  format: "markdown",
  render(report, look) {
    const { ledger } = report
    const compared = comparedWith(report)
    const parts = [
      `# ${report.verdict}: ${number(ledger.totals.toRead)} to read`,
      bullets([...report.reasons, ...(compared === undefined ? [] : [compared])]),
      [
        "| explanation | entries | bytes |",
        "| --- | ---: | ---: |",
        ...kinds.flatMap((kind) => row(kind, ledger.totals.byKind[kind])),
      ].join("\n"),
      bullets([...explainedBy(report), ...alsoHeld(report)]),
      about(report),
      ...audited(report, look),
      people(report, look),
      framing(report),
      section(
        "Findings",
        report.findings.flatMap(({ severity, rule, at, message, evidence }) => [
          `- ${severity}: **${plain(rule)}** ${code(at.path)}: ${plain(message)}`,
          ...evidence.map(({ what, where, digest }) => `  - ${plain(`${what}: ${where}`)} ${code(digest)}`),
        ]),
      ),
      listed(
        "Absent from the release",
        ledger.absent.map((entry) => `- ${code(entry.path)}${entry.why === undefined ? "" : ` (${entry.why})`}`),
        look,
      ),
      listed(
        "Anomalies",
        report.anomalies.map((one) => `- ${one.severity}: **${one.kind}** ${code(one.path ?? one.layer)}: ${plain(one.message)}`),
        look,
      ),
      listed(
        "To read, what runs first",
        ranked(report).map((entry) => item(entry, report)),
        look,
      ),
      section(
        "Next",
        stepsOf(report, look).map((step) => `- ${code(step)}`),
      ),
    ]
    return `${parts.filter((part) => part !== "").join("\n\n")}\n`
  },
} satisfies Reporter

/** What policy and people made of it; the rest of the report stays what was seen. */
function audited(report: Report, look: Look): readonly string[] {
  const { audit } = report
  if (audit === undefined) return []
  const open = openOf(report, audit).map(
    ({ cause, place, why }) => `- **${cause.verdict}** ${code(place)}${why === "" ? "" : `: ${plain(why)}`}`,
  )
  return [
    listed("Open, the worst first", open, look),
    listed(
      "Settled",
      settledOf(report, audit).map((line) => `- ${plain(line)}`),
      look,
    ),
    listed(
      "Refused: these words do not count",
      refusedOf(audit).map((line) => `- ${plain(line)}`),
      look,
    ),
  ]
}

/** Who stands behind what is new: no verdict rests on it. */
function people(report: Report, look: Look): string {
  const { people } = report
  if (people === undefined) return ""
  if (people.kind === "not-assessed") return section("People", [`- not assessed: ${plain(people.why)}`])
  const told = toldPeople(people)
  const { shown, more } = firstOf(Object.values(factsOf(told)).flat(), listMaxOf(look))
  const command = traceCommand(report, look)
  return section("People", [
    ...[rangeWords(people), ...shown, ...more].map((line) => `- ${plain(line)}`),
    ...(command === undefined ? [] : [`- ${code(command)}`]),
  ])
}

const row = (kind: string, of: { entries: number; bytes: number } | undefined): string[] =>
  of === undefined ? [] : [`| ${kind} | ${number(of.entries)} | ${number(of.bytes)} |`]

const section = (title: string, lines: readonly string[]): string => (lines.length === 0 ? "" : `## ${title}\n\n${lines.join("\n")}`)

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${plain(line)}`).join("\n")

/** A section of at most `--list` items; one that is cut says so. */
function listed(title: string, lines: readonly string[], look: Look): string {
  const { shown, more } = firstOf(lines, listMaxOf(look))
  return section(title, [...shown, ...more.map((line) => `- ${plain(line)}`)])
}

function about(report: Report): string {
  const { artifact, repository } = report
  return [
    `- artifact: ${code(artifact.purl ?? artifact.name)}, sha256 ${code(artifact.sha256)}`,
    ...artifact.chain.map((link) => `- ${plain(link)}`),
    ...(repository === undefined
      ? []
      : [`- repository: ${code(repository.location)} ${code(repository.ref ?? "")} ${code(repository.commit)} (${repository.how})`]),
    ...replayed(report).map((line) => `- made again: ${plain(line)}`),
    ...toolsOf(report).map((line) => `- read with ${plain(line)}`),
    ...artifact.notLookedAt.map((left) => `- not looked at: ${plain(left)}`),
    ...notAssessed(report).map((line) => `- not known: ${plain(line)}`),
  ].join("\n")
}

/** The containers' own bytes: each layer is accounted for like an entry, and what nothing explains of it stands below it. */
function framing({ ledger }: Report): string {
  const lines = ledger.framing.flatMap((layer) => [
    `- ${code(layer.layer)}, ${layer.format}, ${number(layer.size)} bytes, of them framing: ${ownOf(layer)}`,
    ...layer.unexplained.map(
      (run) =>
        `  - **unexplained** bytes ${run.start}..${run.end}: ${plain(run.why)}: ${code(Buffer.from(run.head, "hex").toString("latin1"))}`,
    ),
  ])
  return section("Framing", lines)
}

function item(entry: ReportEntry, report: Report): string {
  const lines = (entry.shown ?? []).slice(0, entry.toRead <= 24 ? 24 : 3).map(({ line, text }) => `  - ${line}: ${code(text)}`)
  return [
    `- **${number(entry.toRead)}** ${code(shortPath(entry, report))} (${entry.danger}${entry.previous === undefined ? "" : `, ${entry.previous}`}): ${plain(remains(entry))}`,
    ...lines,
  ].join("\n")
}

/** Foreign text in running text: nothing of it can be markup (CommonMark 0.31, backslash escapes and entities). */
function plain(text: string): string {
  return escapeForeign(text)
    .replace(/[\\`*_{}[\]()#+\-.!|~@:/]/g, (mark) => (mark === ":" || mark === "/" || mark === "." || mark === "-" ? mark : `\\${mark}`))
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
}

/** Foreign text in a code span whose fence is longer than any run of backticks inside (CommonMark 0.31, section 6.1). */
function code(text: string): string {
  const safe = escapeForeign(text)
  const fence = "`".repeat(Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length)) + 1)
  return safe === "" ? "" : `${fence}${safe.startsWith("`") || safe.endsWith("`") ? ` ${safe} ` : safe}${fence}`
}

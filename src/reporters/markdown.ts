import { escapeForeign } from "../core/escape.ts"
import { kinds } from "../model/ledger.ts"
import type { Report, ReportEntry } from "../model/report.ts"
import type { Reporter } from "./reporter.ts"
import { nextSteps, number, ranked, remains, shortPath } from "./words.ts"

/** For an issue or a review: the same order as on a terminal. */
export const markdown = {
  format: "markdown",
  render(report, look) {
    const { artifact, repository, ledger } = report
    const parts = [
      `# ${report.verdict}: ${number(ledger.totals.toRead)} to read`,
      report.reasons.map((reason) => `- ${plain(reason)}`).join("\n"),
      [
        "| explanation | entries | bytes |",
        "| --- | ---: | ---: |",
        ...kinds.flatMap((kind) => row(kind, ledger.totals.byKind[kind])),
      ].join("\n"),
      [
        `- artifact: ${code(artifact.purl ?? artifact.name)}, sha256 ${code(artifact.sha256)}`,
        ...artifact.chain.map((link) => `- ${plain(link)}`),
        ...(repository === undefined
          ? []
          : [`- repository: ${code(repository.location)} ${code(repository.ref ?? "")} ${code(repository.commit)} (${repository.how})`]),
        ...artifact.notLookedAt.map((left) => `- not looked at: ${plain(left)}`),
      ].join("\n"),
      framing(report),
      section(
        "Absent from the release",
        ledger.absent.map((entry) => `- ${code(entry.path)}${entry.why === undefined ? "" : ` (${entry.why})`}`),
      ),
      section(
        "Anomalies",
        report.anomalies.map((one) => `- ${one.severity}: **${one.kind}** ${code(one.path ?? one.layer)}: ${plain(one.message)}`),
      ),
      section(
        "To read, what runs first",
        ranked(report)
          .slice(0, look.listMax)
          .map((entry) => item(entry, report)),
      ),
      section(
        "Next",
        nextSteps(report).map((step) => `- ${code(step)}`),
      ),
    ]
    return `${parts.filter((part) => part !== "").join("\n\n")}\n`
  },
} satisfies Reporter

const row = (kind: string, of: { entries: number; bytes: number } | undefined): string[] =>
  of === undefined ? [] : [`| ${kind} | ${number(of.entries)} | ${number(of.bytes)} |`]

const section = (title: string, lines: readonly string[]): string => (lines.length === 0 ? "" : `## ${title}\n\n${lines.join("\n")}`)

function framing(report: Report): string {
  const runs = report.ledger.framing.flatMap((layer) =>
    layer.unexplained.map(
      (run) =>
        `- bytes ${run.start}..${run.end} of ${code(layer.layer)}: ${plain(run.why)}: ${code(Buffer.from(run.head, "hex").toString("latin1"))}`,
    ),
  )
  return section("Unexplained framing", runs)
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

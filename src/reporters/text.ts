import { createColors } from "picocolors"
import { number, plural } from "../core/count.ts"
import { escapeForeign } from "../core/escape.ts"
import { type Kind, kinds } from "../model/ledger.ts"
import type { Report, ReportEntry, ReportRepository, Verdict } from "../model/report.ts"
import { auditParts } from "./audit.ts"
import { type Look, listMaxOf, type Reporter } from "./reporter.ts"
import {
  alsoHeld,
  comparedWith,
  explainedBy,
  firstOf,
  nextSteps,
  notAssessed,
  ownOf,
  ranked,
  remains,
  replayed,
  shortPath,
  signed,
  toolsOf,
} from "./words.ts"

type Colours = ReturnType<typeof createColors>

/** For a terminal: the headline, a bar, then what to read, most dangerous first; of an audit one screen. */
export const text = {
  format: "text",
  render(report, look) {
    const colours = createColors(look.colour)
    const { audit } = report
    const parts =
      audit === undefined ? explained(report, look, colours) : [headline(report, colours), ...auditParts(report, audit, look, colours)]
    return `${parts
      .filter((part) => part.length > 0)
      .map((part) => part.join("\n"))
      .join("\n\n")}\n`
  },
} satisfies Reporter

const explained = (report: Report, look: Look, colours: Colours): readonly (readonly string[])[] => [
  headline(report, colours),
  bar(report, look, colours),
  about(report),
  findings(report, colours),
  absent(report, look),
  anomalies(report, look, colours),
  list(report, look, colours),
  next(report, look, colours),
]

function headline(report: Report, colours: Colours): string[] {
  const { totals } = report.ledger
  const compared = comparedWith(report)
  return [
    `${paint(report.verdict, colours)}  ${colours.bold(`${number(totals.toRead)} to read`)}  ${escapeForeign(report.artifact.purl ?? report.artifact.name)}`,
    ...report.reasons.map((reason) => `  ${escapeForeign(reason)}`),
    ...(compared === undefined ? [] : [`  ${escapeForeign(compared)}`]),
  ]
}

function paint(verdict: Verdict, colours: Colours): string {
  const word = ` ${verdict} `
  if (verdict === "accounted") return colours.bgGreen(colours.black(word))
  if (verdict === "undetermined") return colours.bgYellow(colours.black(word))
  return colours.bgRed(colours.white(word))
}

const fill: Record<Kind, string> = {
  source: "█",
  origin: "▓",
  derived: "▒",
  recipe: "▒",
  review: "▒",
  baseline: "░",
  unexplained: "✗",
  undetermined: "?",
}

/** A bar of the entries' bytes by explanation; what exists gets at least one cell. */
function bar(report: Report, look: Look, colours: Colours): string[] {
  const { totals } = report.ledger
  const width = Math.max(20, Math.min(look.columns, 100) - 2)
  const present = kinds.filter((kind) => totals.byKind[kind] !== undefined)
  const cells = present.map((kind) => Math.max(1, Math.round(((totals.byKind[kind]?.bytes ?? 0) / Math.max(1, totals.bytes)) * width)))
  const excess = cells.reduce((sum, cell) => sum + cell, 0) - width
  const widest = cells.indexOf(Math.max(...cells))
  const drawn = present.map((kind, index) =>
    tint(kind, colours)(fill[kind].repeat(Math.max(1, (cells[index] ?? 1) - (index === widest ? excess : 0)))),
  )
  const legend = present.map((kind) => {
    const { entries, bytes } = totals.byKind[kind] ?? { entries: 0, bytes: 0 }
    const counted = `${number(entries).padStart(9)} ${(entries === 1 ? "entry" : "entries").padEnd(7)} ${number(bytes).padStart(15)} ${bytes === 1 ? "byte" : "bytes"}`
    return `  ${tint(kind, colours)(fill[kind])} ${kind.padEnd(13)}${counted}`
  })
  return drawn.length === 0
    ? []
    : [
        `  ${drawn.join("")}`,
        ...legend,
        ...[...explainedBy(report), ...alsoHeld(report)].map((line) => `    ${escapeForeign(line)}`),
        ...framing(report),
      ]
}

const tint = (kind: Kind, colours: Colours): ((text: string) => string) =>
  kind === "unexplained" ? colours.red : kind === "undetermined" ? colours.yellow : colours.green

function framing(report: Report): string[] {
  return report.ledger.framing.flatMap((layer) => {
    return [
      `  + ${layer.format.padEnd(13)}${number(layer.size).padStart(33)} ${layer.size === 1 ? "byte" : "bytes"}, of them framing: ${ownOf(layer)}`,
      ...layer.unexplained.map(
        (run) => `    ✗ bytes ${run.start}..${run.end} of ${escapeForeign(layer.layer)}: ${escapeForeign(run.why)}: ${printable(run.head)}`,
      ),
    ]
  })
}

const printable = (hex: string): string => escapeForeign(Buffer.from(hex, "hex").toString("latin1"))

/** Lines under one label; without a label what belongs to the line above. */
const labelled = (label: string, lines: readonly string[]): string[] => lines.map((line) => `${label.padEnd(12)}${escapeForeign(line)}`)

function about(report: Report): string[] {
  const { artifact, repository } = report
  return [
    ...labelled("artifact", [`${artifact.name}  sha256 ${artifact.sha256}`]),
    ...labelled("", artifact.format === "file" ? ["one file, no archive of a kind that is read"] : []),
    ...labelled("", artifact.chain),
    ...labelled("signature", artifact.signature === undefined ? [] : [signed(artifact.signature)]),
    ...(repository === undefined ? [] : place(repository)),
    ...labelled("made again", replayed(report)),
    ...labelled("read with", toolsOf(report)),
    ...labelled("not looked", artifact.notLookedAt),
    ...labelled("not known", artifact.signature === undefined ? notAssessed(report) : []),
  ]
}

function place({ location, ref, commit, subdirectory, how, agrees, candidates }: ReportRepository): string[] {
  const found = `${ref === undefined ? "" : `${ref} `}${commit}${subdirectory === undefined ? "" : ` in ${subdirectory}`} (${how})`
  const others = candidates.map(
    (one) => `${one.how.padEnd(10)} ${one.ref ?? ""} ${one.commit} covers ${plural(one.covered, "entry", "entries")}`,
  )
  return [...labelled("repository", [location]), ...labelled("", [found, ...(agrees ? [] : others)])]
}

function findings({ findings: all }: Report, colours: Colours): string[] {
  return all.length === 0
    ? []
    : [
        "findings:",
        ...all.flatMap(({ severity, rule, at, message, evidence }) => [
          `  ${severity === "note" ? severity : colours.red(severity)}  ${rule}  ${escapeForeign(at.path)}: ${escapeForeign(message)}`,
          ...evidence.map(({ what, where, digest }) => `    ${escapeForeign(`${what}: ${where} ${digest}`)}`),
        ]),
      ]
}

function absent(report: Report, look: Look): string[] {
  const all = report.ledger.absent
  if (all.length === 0) return []
  const bare = all.filter((entry) => entry.why === undefined)
  const reasons = all.length - bare.length
  const { shown, more } = firstOf(bare, listMaxOf(look))
  return [
    `absent: ${plural(all.length, "entry", "entries")} of the commit that the release lacks${reasons > 0 ? `, ${number(reasons)} of them by export-ignore or as submodules` : ""}`,
    ...shown.map((entry) => `  ${escapeForeign(entry.path)}`),
    ...more.map((line) => `  ${line}`),
  ]
}

function anomalies(report: Report, look: Look, colours: Colours): string[] {
  const all = report.anomalies
  if (all.length === 0) return []
  const { shown, more } = firstOf(all, listMaxOf(look))
  return [
    `anomalies: ${number(all.length)}`,
    ...shown.map(
      (one) =>
        `  ${one.severity === "review" ? colours.red(one.kind) : one.kind}  ${escapeForeign(one.path ?? one.layer)}: ${escapeForeign(one.message)}`,
    ),
    ...more.map((line) => `  ${line}`),
  ]
}

function list(report: Report, look: Look, colours: Colours): string[] {
  const all = ranked(report)
  if (all.length === 0) return []
  const lines: string[] = [colours.bold("to read, what runs first:")]
  let danger = ""
  const { shown, more } = firstOf(all, listMaxOf(look))
  for (const entry of shown) {
    if (entry.danger !== danger) lines.push(`  ${entry.danger}`)
    danger = entry.danger
    lines.push(...item(entry, report, look, colours))
  }
  return [...lines, ...more.map((line) => `  ${line}`)]
}

/** Lines shown of one entry: a short remainder whole, of a long one the start. */
const linesShown = (entry: ReportEntry): number => (entry.toRead <= 24 ? 24 : 3)

function item(entry: ReportEntry, report: Report, look: Look, colours: Colours): string[] {
  const mark = entry.previous === undefined ? "" : ` [${entry.previous}]`
  const head = `    ${number(entry.toRead).padStart(7)}  ${colours.bold(escapeForeign(shortPath(entry, report)))}${mark}  ${colours.dim(escapeForeign(remains(entry)))}`
  const width = Math.max(20, look.columns - 20)
  const shown = (entry.shown ?? []).slice(0, linesShown(entry))
  return [
    head,
    ...shown.map(({ line, text }) => `             ${colours.cyan(`+${line}`)} ${clip(escapeForeign(text.replaceAll("\t", "  ")), width)}`),
  ]
}

const clip = (line: string, width: number): string => (line.length > width ? `${line.slice(0, width - 1)}…` : line)

function next(report: Report, look: Look, colours: Colours): string[] {
  const steps = nextSteps(report, look)
  return steps.length === 0 ? [] : ["next:", ...steps.map((step) => `  ${colours.bold(escapeForeign(step))}`)]
}

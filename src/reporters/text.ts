import { createColors } from "picocolors"
import { escapeForeign } from "../core/escape.ts"
import { type Kind, kinds } from "../model/ledger.ts"
import type { Report, ReportEntry, Verdict } from "../model/report.ts"
import type { Look, Reporter } from "./reporter.ts"
import { nextSteps, number, plural, ranked, remains, shortPath } from "./words.ts"

type Colours = ReturnType<typeof createColors>

/** For a terminal: the headline, a bar, then what to read, most dangerous first. */
export const text = {
  format: "text",
  render(report, look) {
    const colours = createColors(look.colour)
    const parts = [
      headline(report, colours),
      bar(report, look, colours),
      about(report),
      absent(report),
      anomalies(report, colours),
      list(report, look, colours),
      next(report, colours),
    ]
    return `${parts
      .filter((part) => part.length > 0)
      .map((part) => part.join("\n"))
      .join("\n\n")}\n`
  },
} satisfies Reporter

function headline(report: Report, colours: Colours): string[] {
  const { totals } = report.ledger
  const lines = [
    `${paint(report.verdict, colours)}  ${colours.bold(`${number(totals.toRead)} to read`)}  ${escapeForeign(report.artifact.purl ?? report.artifact.name)}`,
    ...report.reasons.map((reason) => `  ${escapeForeign(reason)}`),
  ]
  if (report.previous?.accepted === true) lines.push(`  accepted on your word alone: ${escapeForeign(report.previous.target)}`)
  return lines
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
    const of = totals.byKind[kind]
    return `  ${tint(kind, colours)(fill[kind])} ${kind.padEnd(13)}${number(of?.entries ?? 0).padStart(9)} entries ${number(of?.bytes ?? 0).padStart(15)} bytes`
  })
  return drawn.length === 0 ? [] : [`  ${drawn.join("")}`, ...legend, ...framing(report)]
}

const tint = (kind: Kind, colours: Colours): ((text: string) => string) =>
  kind === "unexplained" ? colours.red : kind === "undetermined" ? colours.yellow : colours.green

function framing(report: Report): string[] {
  return report.ledger.framing.flatMap((layer) => {
    const own = layer.claims.filter((claim) => claim.role !== "content").map((claim) => `${number(claim.bytes)} ${claim.role}`)
    return [
      `  + ${layer.format.padEnd(13)}${plural(layer.size, "byte").padStart(29)}, of them framing: ${own.length === 0 ? "none" : own.join(", ")}`,
      ...layer.unexplained.map(
        (run) => `    ✗ bytes ${run.start}..${run.end} of ${escapeForeign(layer.layer)}: ${escapeForeign(run.why)}: ${printable(run.head)}`,
      ),
    ]
  })
}

const printable = (hex: string): string => escapeForeign(Buffer.from(hex, "hex").toString("latin1"))

function about(report: Report): string[] {
  const { artifact, repository } = report
  const lines = [
    `artifact    ${escapeForeign(artifact.name)}  sha256 ${artifact.sha256}`,
    ...artifact.chain.map((link) => `            ${escapeForeign(link)}`),
  ]
  const { signature } = artifact
  if (signature !== undefined) {
    lines.push(
      `signature   ${
        signature.kind === "valid"
          ? `valid, by ${escapeForeign(signature.signer)} ${signature.fingerprint} on ${signature.created} (key from ${escapeForeign(signature.keyFrom)})`
          : signature.kind === "bad"
            ? `BAD, by ${signature.fingerprint}: ${escapeForeign(signature.why)}`
            : `not checked: key ${signature.keyId} is not known here; --keyring FILE gives it`
      }`,
    )
  }
  if (repository !== undefined) {
    const place = `${repository.ref === undefined ? "" : `${escapeForeign(repository.ref)} `}${repository.commit}${repository.subdirectory === undefined ? "" : ` in ${escapeForeign(repository.subdirectory)}`}`
    lines.push(`repository  ${escapeForeign(repository.location)}`, `            ${place} (${repository.how})`)
    if (!repository.agrees)
      for (const { how, ref, commit, covered } of repository.candidates)
        lines.push(`            ${how.padEnd(10)} ${escapeForeign(ref ?? "")} ${commit} covers ${plural(covered, "entry", "entries")}`)
  }
  for (const left of artifact.notLookedAt) lines.push(`not looked  ${escapeForeign(left)}`)
  return lines
}

function absent(report: Report): string[] {
  const all = report.ledger.absent
  if (all.length === 0) return []
  const bare = all.filter((entry) => entry.why === undefined)
  const reasons = all.length - bare.length
  const shown = bare.slice(0, 20).map((entry) => `  ${escapeForeign(entry.path)}`)
  const more = bare.length > shown.length ? [`  and ${bare.length - shown.length} more`] : []
  return [
    `absent: ${plural(all.length, "entry", "entries")} of the commit that the release lacks${reasons > 0 ? `, ${reasons} of them by export-ignore or as submodules` : ""}`,
    ...shown,
    ...more,
  ]
}

function anomalies(report: Report, colours: Colours): string[] {
  const all = report.anomalies
  if (all.length === 0) return []
  const shown = all
    .slice(0, 30)
    .map(
      (one) =>
        `  ${one.severity === "review" ? colours.red(one.kind) : one.kind}  ${escapeForeign(one.path ?? one.layer)}: ${escapeForeign(one.message)}`,
    )
  return [`anomalies: ${all.length}`, ...shown, ...(all.length > 30 ? [`  and ${all.length - 30} more (--format json lists them)`] : [])]
}

function list(report: Report, look: Look, colours: Colours): string[] {
  const all = ranked(report)
  if (all.length === 0) return []
  const lines: string[] = [colours.bold("to read, what runs first:")]
  let danger = ""
  for (const entry of all.slice(0, look.listMax)) {
    if (entry.danger !== danger) lines.push(`  ${entry.danger}`)
    danger = entry.danger
    lines.push(...item(entry, report, look, colours))
  }
  if (all.length > look.listMax)
    lines.push(
      `  and ${plural(all.length - look.listMax, "entry", "entries")} more (--list ${all.length} shows them, --format json has all)`,
    )
  return lines
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

function next(report: Report, colours: Colours): string[] {
  const steps = nextSteps(report)
  return steps.length === 0 ? [] : ["next:", ...steps.map((step) => `  ${colours.bold(escapeForeign(step))}`)]
}

import { createColors } from "picocolors"
import { canonicalJson } from "../core/canonical-json.ts"
import { number, plural } from "../core/count.ts"
import { escapeForeign } from "../core/escape.ts"
import { verdicts } from "../model/report.ts"
import type { AuditedComponent, SbomAudit } from "../model/sbom.ts"
import { type Look, listMaxOf } from "./reporter.ts"
import { firstOf } from "./words.ts"

/** The forms of an SBOM's audit, by the name that --format takes. */
export const sbomForms = { text, json: (audited: SbomAudit): string => canonicalJson(audited) } as const

/** One verdict, how many packages have each, and the packages, the worst first; those that are accounted for are only counted. */
function text({ verdict, components, sbom }: SbomAudit, look: Look): string {
  const { bold } = createColors(look.colour)
  const listed = components.reduce((sum, one) => sum + one.listed, 0)
  const counts = verdicts.toReversed().flatMap((one) => {
    const of = components.filter((component) => component.verdict === one).length
    return of === 0 ? [] : [`${number(of)} ${one}`]
  })
  const open = components
    .filter((one) => one.verdict !== "accounted")
    .sort((a, b) => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict) || b.toRead - a.toRead)
  const { shown, more } = firstOf(open.map(line), listMaxOf(look))
  const head = [
    `${bold(verdict)}  ${plural(components.length, "package")} of ${plural(listed, "component")}: ${counts.join(", ")}`,
    `  CycloneDX ${sbom.specVersion}  sha256 ${sbom.sha256}`,
  ]
  return `${[...head, ...shown.map((one) => `  ${escapeForeign(one)}`), ...more.map((one) => `  ${one}`)].join("\n")}\n`
}

const line = ({ verdict, purl, name, toRead, reasons }: AuditedComponent): string =>
  `${verdict.padEnd(13)}${purl ?? name}${toRead === 0 ? "" : `  ${number(toRead)} to read`}  ${reasons.join("; ")}`

import { createColors } from "picocolors"
import { canonicalJson } from "../core/canonical-json.ts"
import { number, plural } from "../core/count.ts"
import { escapeForeign } from "../core/escape.ts"
import type { ChangedEntry, ComparedEntry, ComparedRelease, Comparison } from "../model/comparison.ts"
import { kinds } from "../model/ledger.ts"
import { type Look, listMaxOf } from "./reporter.ts"
import { firstOf } from "./words.ts"

/** The forms of a comparison, by the name that --format takes. */
export const comparisonForms = { text, json: (comparison: Comparison): string => canonicalJson(comparison) } as const

function text(comparison: Comparison, look: Look): string {
  const { bold } = createColors(look.colour)
  const { added, removed, changed, old, new: now } = comparison
  const parts = [
    [
      `${bold(escapeForeign(nameOf(now)))} over ${bold(escapeForeign(nameOf(old)))}  ${comparison.verdict}, was ${old.verdict}`,
      `  to read  ${difference(old.toRead, now.toRead)}`,
      `  entries  ${difference(old.entries, now.entries)}: ${number(added.length)} added, ${number(removed.length)} removed, ${number(changed.length)} changed, ${number(comparison.same)} same`,
      `  bytes    ${difference(old.bytes, now.bytes)}: ${number(sizeOf(added))} added, ${number(sizeOf(removed))} removed`,
      ...byKind(added, changed),
    ],
    listed(
      "findings that are new",
      comparison.findings.map(({ severity, rule, at, message }) => `${severity}  ${rule}  ${at.path}: ${message}`),
      look,
    ),
    listed(
      "can do what the old one could not",
      comparison.capabilities.map(
        ({ capability, runs, places, at, through }) =>
          `${through === undefined ? "" : `through ${through}: `}${capability}${runs === undefined ? "" : ` at ${runs}`}: ${plural(places, "place")}, the first ${at.path}:${at.lines[0]}`,
      ),
      look,
    ),
    listed("was accounted for, now is not", changed.filter(isWorse).map(changedLine), look),
    listed("mode or type changed", changed.filter(({ what }) => what.includes("mode") || what.includes("type")).map(changedLine), look),
    listed(
      "origins that are new",
      comparison.origins.map(({ origin, entries }) => `${origin}: ${plural(entries, "entry", "entries")}`),
      look,
    ),
    listed(
      "generated files that are new",
      comparison.generated.map(({ path, generator }) => `${path}  by ${generator}`),
      look,
    ),
    listed(
      "added",
      [...added].sort(byToRead).map((one) => `${line(one)}  ${one.mode}`),
      look,
    ),
    listed(
      "changed",
      changed
        .filter((one) => !isWorse(one))
        .sort(byToRead)
        .map(line),
      look,
    ),
    listed(
      "removed",
      removed.map(({ path }) => path),
      look,
    ),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n")}\n`
}

const nameOf = ({ purl, name }: ComparedRelease): string => purl ?? name
const difference = (old: number, now: number): string => `${number(now)}, was ${number(old)}`
const sizeOf = (entries: readonly ComparedEntry[]): number => entries.reduce((sum, { size }) => sum + size, 0)
const isWorse = ({ what }: ChangedEntry): boolean => what.includes("regressed")
const byToRead = (a: ComparedEntry, b: ComparedEntry): number => b.toRead - a.toRead

/** What explains what is new. */
function byKind(added: readonly ComparedEntry[], changed: readonly ComparedEntry[]): readonly string[] {
  const counts = kinds.flatMap((kind) => {
    const of = [...added, ...changed].filter(({ explanation }) => explanation === kind)
    return of.length === 0 ? [] : [`${number(of.length)} ${kind}`]
  })
  return counts.length === 0 ? [] : [`  of what is added or changed: ${counts.join(", ")}`]
}

function listed(title: string, lines: readonly string[], look: Look): readonly string[] {
  if (lines.length === 0) return []
  const { shown, more } = firstOf(lines, listMaxOf(look))
  return [`${title}: ${number(lines.length)}`, ...[...shown, ...more].map((one) => `  ${escapeForeign(one)}`)]
}

const line = ({ path, size, explanation, toRead }: ComparedEntry): string =>
  `${path}  ${plural(size, "byte")}, ${explanation}${toRead === 0 ? "" : `, ${number(toRead)} to read`}`

const changedLine = (one: ChangedEntry): string =>
  `${one.path}  ${one.what.join(", ")}: ${one.was.explanation} ${one.was.mode} before, now ${one.explanation} ${one.mode}${one.toRead === 0 ? "" : `, ${number(one.toRead)} to read`}`

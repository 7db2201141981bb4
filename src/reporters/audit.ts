import type { createColors } from "picocolors"
import { number, plural } from "../core/count.ts"
import { escapeForeign } from "../core/escape.ts"
import { belowRoot } from "../core/path.ts"
import type { Held } from "../model/capability.ts"
import type { Cause, Report, ReportAudit, ReportEntry, Settled } from "../model/report.ts"
import { peopleLines } from "./people-text.ts"
import type { Look } from "./reporter.ts"
import { firstOf, nextSteps, quoted, remains, replayed, signed } from "./words.ts"

type Colours = ReturnType<typeof createColors>

/** Lines of each part, so that the whole is one screen; --list makes it longer, --format html shows all. */
const screen = { open: 10, settled: 6, refused: 4, lines: 2, steps: 12, wholeLinesMax: 10 } as const

/** What a gate has to say: what is open, the worst first, what was settled and by whom, and what did not help. */
export function auditParts(report: Report, audit: ReportAudit, look: Look, colours: Colours): readonly (readonly string[])[] {
  const longer = (max: number): number => look.listMax ?? max
  const open = openOf(report, audit).map((one) => openLines(one, look, colours))
  const settled = settledOf(report, audit).map((line) => [escapeForeign(line)])
  const refused = refusedOf(audit).map((line) => [escapeForeign(line)])
  return [
    about(report, audit).map(([name, value]) => `  ${name.padEnd(12)}${escapeForeign(value)}`),
    section(`open: ${number(audit.open.length)}, the worst first`, open, longer(screen.open)),
    section(`settled: ${number(audit.settled.length)}`, settled, longer(screen.settled)),
    section(`refused: ${number(audit.refused.length)}, these words do not count`, refused, longer(screen.refused)),
    peopleLines(report, look, colours),
    section("next:", [nextOf(report, audit, look).map((line) => colours.bold(escapeForeign(line)))], 1),
  ]
}

function section(title: string, items: readonly (readonly string[])[], max: number): readonly string[] {
  const { shown, more } = firstOf(items, max)
  const lines = [...shown.flat(), ...more]
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]
}

/** What the verdict is of, so that it can be quoted. */
function about(report: Report, { policy, baseline, day }: ReportAudit): readonly (readonly [name: string, value: string])[] {
  const { artifact, repository } = report
  const found = repository === undefined ? "" : `${repository.ref === undefined ? "" : `${repository.ref} `}${repository.commit}`
  return [
    ["artifact", `${artifact.name}  sha256 ${artifact.sha256}`],
    ...(artifact.signature === undefined ? [] : [["signature", signed(artifact.signature)] as const]),
    ...(repository === undefined ? [] : [["repository", `${repository.location}  ${found} (${repository.how})`] as const]),
    ...(baseline === undefined ? [] : [["baseline", `${baseline.target}, accepted by ${baseline.by}`] as const]),
    ...(policy === undefined ? [] : [["policy", `${policy.path}  sha256 ${policy.sha256}, on ${day}`] as const]),
    ...replayed(report).map((line) => ["made again", line] as const),
    ...abilities(report).map((line) => ["can", line] as const),
  ]
}

/** What its code can do, a line for each time at which it does; the same of the packages that it needs, as far as they were opened; and which were not. */
export function abilities({ capabilities = [], dependencies }: Report): readonly string[] {
  const own = byMoment(capabilities.filter(({ through }) => through === undefined))
  if (dependencies === undefined) return own
  const { looked, not } = dependencies
  const needed = capabilities.filter(({ through }) => through !== undefined)
  const through = [...Map.groupBy(needed, ({ runs }) => runs)].map(([runs, all]) => {
    const what = [...Map.groupBy(all, ({ capability }) => capability)].map(
      ([capability, holders]) => `${capability} (${first(holders.map((one) => one.through ?? ""))})`,
    )
    return `through what it needs, at ${runs}: ${what.join(", ")}`
  })
  const opened = looked.length === 0 ? [] : [`through what it needs: ${plural(looked.length, "package")} opened`]
  const unopened = not.length === 0 ? [] : [`through what it needs: not assessed: ${first(not.map(({ name, why }) => `${name}: ${why}`))}`]
  return [...own, ...(through.length === 0 ? opened : through), ...unopened]
}

const first = (of: readonly string[]): string =>
  of.length <= namedMax ? of.join(", ") : `${of.slice(0, namedMax).join(", ")} and ${number(of.length - namedMax)} more`
const namedMax = 3

function byMoment(capabilities: readonly Held[]): readonly string[] {
  return [...Map.groupBy(capabilities, ({ runs }) => runs)].map(([runs, all]) => {
    const what = all.map(({ capability, places }) => `${capability} (${number(places)})`).join(", ")
    return runs === undefined ? `where nothing that was looked at runs it: ${what}` : `at ${runs}: ${what}`
  })
}

/** An open item as it is told: where, why, and the entry that is left to read, if it is one. */
export interface Open {
  readonly cause: Cause
  readonly place: string
  readonly why: string
  readonly entry: ReportEntry | undefined
  /** Of a finding: what it rests on, step by step. */
  readonly steps: readonly string[]
}

/** What could not be looked at for one reason is one: a release without a repository must not fill the screen with itself. */
export function openOf(report: Report, { open }: ReportAudit): readonly Open[] {
  const entries = new Map(report.ledger.entries.filter(({ toRead }) => toRead > 0).map((entry) => [entry.path, entry]))
  const groups = Map.groupBy(open, (cause) => (cause.kind === "entry" && cause.verdict === "undetermined" ? cause.why : cause))
  return [...groups.values()].flatMap(([cause, ...others]) => {
    if (cause === undefined) return []
    const entry = cause.kind === "entry" ? entries.get(cause.at) : undefined
    const more = others.length === 0 ? "" : ` and ${plural(others.length, "entry", "entries")} more`
    const place = cause.kind === "reason" ? cause.at : `${belowRoot(cause.at, report.artifact.root)}${more}`
    const why = cause.kind === "reason" ? "" : entry === undefined ? cause.why : `${entry.danger}: ${remains(entry)}`
    return [{ cause, place, why, entry, steps: cause.kind === "finding" ? stepsOfFinding(report, cause) : [] }]
  })
}

function stepsOfFinding({ findings, artifact: { root } }: Report, { at, why }: Cause): readonly string[] {
  const found = findings.find(({ message, at: { path } }) => message === why && path === at)
  return (found?.evidence ?? []).map(({ what, where }) => `${belowRoot(where, root)}  ${what}`)
}

function openLines({ cause, place, why, entry, steps }: Open, look: Look, colours: Colours): readonly string[] {
  const where = escapeForeign(place)
  const room = Math.max(60, look.columns - 17 - where.length)
  const head = `${colours.red(cause.verdict.padEnd(12))} ${where}  ${colours.dim(clip(escapeForeign(why), room))}`
  const chain = firstOf(steps, screen.steps)
  const told = [...chain.shown, ...chain.more].map(
    (step) => `${" ".repeat(13)}${colours.cyan("|")} ${clip(escapeForeign(step), Math.max(20, look.columns - 20))}`,
  )
  return [why === "" ? head.trimEnd() : head, ...told, ...shownLines(entry, look, colours)]
}

/** The lines that a base leaves over. Of a long text that is new as a whole the first ones say nothing. */
function shownLines(entry: ReportEntry | undefined, look: Look, colours: Colours): readonly string[] {
  if (entry?.shown === undefined || entry.explanation.kind !== "unexplained") return []
  if (entry.explanation.base === undefined && (entry.lines ?? 0) > screen.wholeLinesMax) return []
  const width = Math.max(20, look.columns - 24)
  return entry.shown
    .filter(({ text }) => text.trim() !== "")
    .slice(0, screen.lines)
    .map(({ line, text }) => `${" ".repeat(13)}${colours.cyan(`+${line}`)} ${clip(escapeForeign(text.replaceAll("\t", "  ")), width)}`)
}

const clip = (line: string, width: number): string => (line.length > width ? `${line.slice(0, width - 1)}…` : line)

/** One line for each word, with how much it settled. */
export function settledOf({ artifact }: Report, { settled }: ReportAudit): readonly string[] {
  const words = Map.groupBy(settled, ({ word, by, reason, expires }) => JSON.stringify([word, by, reason, expires]))
  return [...words.values()].flatMap((items) => items.slice(0, 1).map((first) => settledWords(first, items, artifact.root)))
}

function settledWords({ word, by, reason, expires, at }: Settled, items: readonly Settled[], root: string): string {
  const unseen = items.filter(({ verdict }) => verdict === "undetermined").length
  const until = expires === undefined ? "" : `, until ${expires}`
  const what = items.length === 1 ? belowRoot(at, root) : plural(items.length, "item")
  const blind = unseen === 0 ? "" : `, ${number(unseen)} of them never looked at`
  return `${word} by ${by}${until}: ${what}${blind}: ${reason}`
}

export const refusedOf = ({ refused }: ReportAudit): readonly string[] => refused.map(({ source, why }) => `${source}: ${why}`)

/** What the user does next, be it an audit or not. */
export const stepsOf = (report: Report, look: Look): readonly string[] =>
  report.audit === undefined ? nextSteps(report, look) : nextOf(report, report.audit, look)

/** What to do: give what is missing, read and sign for it, or take a risk in writing. */
function nextOf(report: Report, { open }: ReportAudit, look: Look): readonly string[] {
  const { artifact, repository, ledger } = report
  if (open.length === 0) return []
  const target = quoted(artifact.target)
  const command = (verb: string): string => `${quoted(look.command)} ${verb} ${target}`
  if (repository === undefined) {
    const declared = artifact.declaredRepository
    const follows = report.previous === undefined && listsReleases.test(artifact.purl ?? "")
    return [
      declared === undefined
        ? `${command("audit")} --repository PATH-OR-ADDRESS`
        : `${command("audit")} --repository ${quoted(declared)}   # an address that the release itself declares`,
      ...(follows ? [`${command("audit")} --previous auto   # what it does that the release before it did not`] : []),
    ]
  }
  const first = open.find(({ kind }) => kind === "entry")
  const entry = ledger.entries.find(({ path }) => path === first?.at)
  const exempt = entry === undefined ? [] : exemptionOf(belowRoot(entry.path, artifact.root), entry.sha256)
  const { release, policy, reviews } = look.given ?? { release: ["--repository", repository.location], policy: [], reviews: [] }
  const words = (...parts: readonly string[]): string => parts.map((part) => ` ${quoted(part)}`).join("")
  return [
    `${command("explain")}${words(...release)} --format html -o report.html   # read what is left`,
    `${command("audit")}${words(...release, ...policy, ...reviews)} --format json -o report.json`,
    `${quoted(look.command)} review sign report.json${words(...reviews)} --reason WHY   # once you did`,
    ...exempt,
  ]
}

/** Packages whose registry tells which release came before. */
const listsReleases = /^pkg:(?:npm|pypi|cargo)\//

const exemptionOf = (path: string, sha256: string): readonly string[] => [
  "or take the risk of one file, below `exemptions:` in a policy:",
  `  - {path: ${JSON.stringify(path)}, sha256: ${sha256}, reason: WHY, owner: YOU, expires: YYYY-MM-DD}`,
]

import { number, plural } from "../core/count.ts"
import { isEdition, withOriginals } from "../core/edition.ts"
import { belowRoot } from "../core/path.ts"
import { dangers, kinds } from "../model/ledger.ts"
import type { Replay } from "../model/replay.ts"
import type { Report, ReportEntry, ReportLayer } from "../model/report.ts"
import type { TrustedTool } from "../model/tool.ts"
import type { Look } from "./reporter.ts"

/** Of what runs at build, configure and the macros that it is made of run before anything else: a skewed Makefile.in of hundreds of lines must not bury them. */
const isConfigure = ({ path }: ReportEntry): boolean => /(?:^|\/)configure(?:\.ac|\.in)?$|\.m4$/.test(path)

/** To read first: what used to be made again and no longer is; what runs, in the order in which it does, then the costly, then by path. Entries that cost nothing are not listed. */
export function ranked(report: Report): readonly ReportEntry[] {
  const rank = (entry: ReportEntry): number => 2 * dangers.indexOf(entry.danger) + (isConfigure(entry) ? 0 : 1)
  const regress = (entry: ReportEntry): number => (entry.regressed === true ? 0 : 1)
  const news = (entry: ReportEntry): number => (entry.previous === "same" ? 1 : 0)
  return report.ledger.entries
    .filter((entry) => entry.toRead > 0)
    .sort(
      (a, b) =>
        regress(a) - regress(b) ||
        news(a) - news(b) ||
        rank(a) - rank(b) ||
        b.toRead - a.toRead ||
        (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    )
}

/** Positions of the entries: what to read first, as in the other forms; then what could not be looked at, then the explained, in the archive's order. */
export function readingOrder(report: Report): readonly number[] {
  const { entries } = report.ledger
  const positions = new Map(entries.map((entry, position) => [entry, position]))
  const first = ranked(report).map((entry) => positions.get(entry) ?? 0)
  const rest = [...entries.keys()].filter((position) => entries[position]?.toRead === 0)
  const unknown = (position: number): boolean => entries[position]?.explanation.kind === "undetermined"
  return [...first, ...rest.filter(unknown), ...rest.filter((position) => !unknown(position))]
}

/** Below the common root, as people name it. */
export const shortPath = (entry: { readonly path: string }, report: Report): string => belowRoot(entry.path, report.artifact.root)

/** What remains of an entry, in a few words. */
export const remains = (entry: ReportEntry): string =>
  `${entry.regressed === true ? "a generator made all or more of it again in the earlier release; " : ""}${left(entry)}`

function left(entry: ReportEntry): string {
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

/** The release against an earlier one, accepted or not; undefined when none was named. */
export function comparedWith(report: Report): string | undefined {
  const { previous, ledger } = report
  if (previous === undefined) return undefined
  const count = (what: ReportEntry["previous"]): string => number(ledger.entries.filter((entry) => entry.previous === what).length)
  const counts = `${count("same")} same, ${count("changed")} changed, ${count("new")} new, ${number(previous.gone.length)} gone`
  const word = previous.by === undefined ? "on your word alone" : `by ${previous.by}`
  return `compared with ${previous.target}${previous.accepted ? `, accepted ${word}` : ""}: ${counts}${madeBefore(report)}`
}

function madeBefore({ previous, ledger }: Report): string {
  const before = previous?.madeBefore
  if (before === undefined) return ""
  if ("why" in before) return `; whether it was made again is not known: ${before.why}`
  const regressed = ledger.entries.filter((entry) => entry.regressed === true).length
  if (before.derived === 0) return ""
  return `; ${number(before.derived)} of its entries were made again whole; more is left now of ${regressed === 0 ? "none" : number(regressed)} that a generator made`
}

/** How many entries other explanations hold for as well, one sentence a kind; and what an origin that counts for nothing has. */
export function alsoHeld({ ledger: { entries } }: Report): readonly string[] {
  const held = kinds.flatMap((kind) => counted(`also ${kind}`, entries.filter(({ also }) => also?.some((one) => one.kind === kind)).length))
  const known = entries.filter(({ explanation }) => explanation.kind === "undetermined" && explanation.known !== undefined).length
  return [...held, ...counted("undetermined with a note on known origins (--format json or html shows it)", known)]
}

const counted = (what: string, entries: number): readonly string[] =>
  entries === 0 ? [] : [`${what}: ${plural(entries, "entry", "entries")}`]

/** Origins named in one sentence. */
const originsNamed = 12

/** Whose files explain entries: a version is the first that has the file, so one origin has several. */
export function explainedBy({ ledger: { origins = [] } }: Report): readonly string[] {
  if (origins.length === 0) return []
  const files = origins.reduce((sum, { entries }) => sum + entries, 0)
  const named = origins.slice(0, originsNamed).map(({ origin, version, entries }) => `${origin} ${version} (${number(entries)})`)
  const more = origins.length > originsNamed ? `, and ${plural(origins.length - originsNamed, "more version")}` : ""
  return [`origin: ${plural(files, "file")} of ${named.join(", ")}${more}`]
}

/** The tools that read the untrusted bytes: the independent ones in one line, then each that is part of what is audited. */
export function toolsOf({ tool }: Report): readonly string[] {
  const shown = ({ name, version }: TrustedTool): string => (version.startsWith(name) ? version : `${name} ${version}`)
  const others = tool.trustedBase.filter(({ sharesSource }) => sharesSource !== true).map(shown)
  const own = tool.trustedBase.filter(({ sharesSource }) => sharesSource === true).map(shown)
  return [
    ...(others.length === 0 ? [] : [others.join(", ")]),
    ...own.map((one) => `${one}: it shares the release's own source, so a defect there could hide itself here`),
  ]
}

/** What generators made again of the commit, or why they did not. */
export function replayed({ replays = [] }: Report): readonly string[] {
  return replays.flatMap((one) => {
    if ("why" in one) return [`not ${one.generator}: ${one.why}`]
    const skewed = one.tools.filter(({ stated, used }) => stated !== undefined && used !== undefined && !isEdition(used, stated))
    const failed = one.steps.filter(({ code }) => code !== 0)
    const last = one.steps.at(-1)
    return [
      `${one.generator}: ${plural(one.derived, "entry", "entries")} derived; ${one.commands}; in ${one.toolchain.name} of ${one.toolchain.date}${withOriginals(one.originals)}${madeWith(one)}`,
      ...skewed.map(
        ({ tool, stated, used }) => `${one.generator}: the release was made with ${tool} ${stated}, which is not at hand; ${used} was run`,
      ),
      ...(one.without === undefined
        ? []
        : [`${one.generator}: made without ${one.without.join(", ")}, which the repository or the registry lacks`]),
      ...failed.map(
        (step) =>
          `${one.generator}: \`${step.step}\` ended with ${step.code}${step === last ? ", and what comes after it was not made" : ""}`,
      ),
    ]
  })
}

/** Packages of a registry, which nobody here has read. */
function madeWith({ packages }: Pick<Replay, "packages">): string {
  if (packages === undefined) return ""
  const { count, undigested } = packages
  return `, with ${plural(count, "package")} of a registry${undigested === 0 ? "" : `, ${number(undigested)} of them by the digest that it states itself`}`
}

/** What became of the release's signature, in words. */
export const signed = (signature: NonNullable<Report["artifact"]["signature"]>): string => {
  if (signature.kind === "unknown-key") return `not checked: key ${signature.keyId} is not known here; --keyring FILE gives it`
  if (signature.kind === "bad") return `BAD, by ${signature.fingerprint}: ${signature.why}`
  if (signature.kind === "weak") return `fits, by ${signature.fingerprint}, and is not relied on: ${signature.why}`
  const { signer, fingerprint, created, keyFrom } = signature
  return `valid, by ${signer} ${fingerprint} on ${created} (key from ${keyFrom})`
}

/** What no rule could look at, where the artifact's own list does not say it already. */
export const notAssessed = ({ rules, artifact }: Report): readonly string[] =>
  rules
    .filter(({ outcome, why = "" }) => outcome === "not-assessed" && !artifact.notLookedAt.some((left) => why.includes(left)))
    .map(({ rule, why }) => `${rule}: ${why ?? "no reason was given"}`)

/** What of a layer is the container's own, by role. */
export function ownOf(layer: ReportLayer): string {
  const own = layer.claims.filter((claim) => claim.role !== "content").map((claim) => `${number(claim.bytes)} ${claim.role}`)
  return own.length === 0 ? "none" : own.join(", ")
}

/** The first of a list, and what tells that there is more. */
export function firstOf<T>(all: readonly T[], max: number): { readonly shown: readonly T[]; readonly more: readonly string[] } {
  const left = all.length - max
  const more = left > 0 ? [`and ${plural(left, "entry", "entries")} more (--list ${all.length} shows them, --format json has all)`] : []
  return { shown: all.slice(0, max), more }
}

/** What the user does next, as commands. Foreign words are quoted for a POSIX shell: a report must not be a trap to paste. */
export function nextSteps(report: Report, { command }: Look): readonly string[] {
  const { artifact, repository } = report
  const explain = `${quoted(command)} explain ${quoted(artifact.target)}`
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
export const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

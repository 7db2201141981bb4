import { number, plural } from "../../core/count.ts"
import type { Content, Members, Namer, Repeats, Row, Siblings, Stop, Structure } from "../../model/inside.ts"
import type { OpaqueFile, OpaqueVersion } from "../../model/trace.ts"
import { percent, short, type Told, who } from "./words.ts"

/** An opaque file: what it is, what is inside, its last version, its first where that is another, and what names it. */
export const opaqueFacts = (told: Told, file: OpaqueFile): readonly string[] => [
  `${plural(file.size, "byte")}, ${bits(file.entropy)}${file.siblings === undefined ? "" : `; ${siblingWords(file.siblings)}`}`,
  ...insideFacts(file),
  ...historyFacts(told, file),
  namerWords(file.namedBy, "no text names it", "named by"),
]

const bits = (entropy: number): string => `${entropy.toFixed(2)} bits a byte`

/** Ranks and medians among its siblings. */
export const siblingWords = ({ of, count, sizeRank, sizeMedian, entropyRank, entropyMedian }: Siblings): string =>
  `of ${number(count)} ${of} here number ${number(sizeRank)} by size (median ${number(sizeMedian)}), ${number(entropyRank)} by entropy (${entropyMedian.toFixed(2)})`

/** What its own bytes repeat, and what a parser says of them, layer by layer. */
export function insideFacts({ size, format = "", repeats, structure }: OpaqueFile): readonly string[] {
  if (repeats === undefined) return [`${format === "" ? "" : `${format}, `}not looked into`]
  const all = [...repeatWords(repeats, size), ...(structure === undefined ? [] : structureWords(structure, format))]
  const left = all.length - insideShown
  return left > 0 ? [...all.slice(0, insideShown), `${plural(left, "line")} more of what is inside (--format json has all)`] : all
}

function structureWords(structure: Structure, format: string): readonly string[] {
  const { stopped, unexplained, anomalies, content, members } = structure
  const parts = [
    stopped === undefined ? `${format}, whole` : `${format}, ${stopWords(stopped)}`,
    ...(members === undefined ? [] : [memberWords(members)]),
    ...(unexplained.bytes === 0 ? [] : [`${plural(unexplained.bytes, "byte")} unexplained`]),
    ...anomalies.first.slice(0, oddShown),
    ...(anomalies.count > oddShown ? [`${plural(anomalies.count - oddShown, "more oddity", "more oddities")}`] : []),
  ]
  return [
    parts.join("; "),
    ...(content === undefined ? [] : contentWords(content, "decoded")),
    ...(members?.listed ?? []).slice(0, membersShown).flatMap((one) => contentWords(one, one.path)),
  ]
}

const insideShown = 8
const oddShown = 2
const membersShown = 3

function stopWords({ kind, at, why }: Stop): string {
  if (kind === "over-limit") return `not read to its end: ${why}`
  return kind === "unavailable" ? `not read: ${why}` : `refused${at === undefined ? "" : ` at byte ${number(at)}`}: ${why}`
}

const memberWords = ({ texts, opaque, bytes }: Members): string =>
  `${plural(texts, "text")} and ${number(opaque)} opaque of ${plural(bytes, "byte")} in it`

const contentWords = ({ size, encoding, entropy, format, repeats, structure }: Content, name: string): readonly string[] => [
  [
    `${name}: ${encoding === undefined ? "" : `${encoding} text of `}${plural(size, "byte")}, ${bits(entropy)}`,
    ...repeatWords(repeats, size),
  ].join("; "),
  ...(structure === undefined ? [] : structureWords(structure, format ?? "")),
]

/** Nothing where nothing repeats. */
function repeatWords({ bytes, runs, longest: all, row }: Repeats, size: number): readonly string[] {
  const [longest] = [...all].sort((a, b) => b.end - b.start - (a.end - a.start))
  if (longest === undefined) return []
  const most = { period: longest.period, bytes: longest.end - longest.start, start: longest.start }
  const rowWords = row === undefined ? [] : [`${number(row.runs)} of ${runWords(row)}, and again every ${number(row.distance)} bytes`]
  // Where the longest is one of a row, the row says it.
  const told = row?.bytes === most.bytes ? rowWords : [`${runs === 1 ? "" : "the longest "}${runWords(most)}`, ...rowWords]
  return [`${percent(bytes, size)} in ${plural(runs, "run")}: ${told.join("; ")}`]
}

const runWords = ({ period, bytes, start }: Pick<Row, "period" | "bytes" | "start">): string =>
  `${plural(bytes, "byte")} of period ${number(period)} at byte ${number(start)}`

/** Its versions, the last and the first. */
export function historyFacts(told: Told, { versions }: OpaqueFile): readonly string[] {
  const [first, last] = [versions[0], versions.at(-1)]
  const count = versions.length < 2 ? "" : `${plural(versions.length, "version")}, the last `
  return [
    ...(last === undefined ? [] : [`${count}${versionLine(told, last)}`]),
    ...(first === undefined || first === last ? [] : [`first ${first.day} ${versionLine(told, first)}`]),
  ]
}

function versionLine(told: Told, version: OpaqueVersion): string {
  const { commit, path, author, committer, level, beside, besideOpaque, namedBeside, daysToTag } = version
  const by = author === committer ? `by ${who(told, author)}` : `by ${who(told, author)}, committed by ${who(told, committer)}`
  const opaque = besideOpaque === 0 ? "" : `, ${number(besideOpaque)} of them opaque`
  const named = beside === besideOpaque ? "" : `, ${namerWords(namedBeside, "no text of them names it", "named there by")}`
  const besideWords = beside === 0 ? "alone" : `beside ${plural(beside, "other path")}${opaque}${named}`
  const tag = daysToTag === undefined ? "in no tag" : `${plural(daysToTag, "day")} before a tag`
  return `${by} in ${short(commit)}${path === undefined ? "" : ` as ${path}`}, level ${level}, ${tag}, ${besideWords}`
}

const namersShown = 3

/** Builds and tests first, and what each is by its path. */
export function namerWords(namers: readonly Namer[], none: string, by: string): string {
  if (namers.length === 0) return none
  const shown = namers.slice(0, namersShown).map(({ path, kind }) => (kind === "other" ? path : `${path} (${kind})`))
  const left = namers.length - shown.length
  return `${by} ${shown.join(", ")}${left > 0 ? ` and ${number(left)} more` : ""}`
}

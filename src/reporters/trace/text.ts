import { createColors } from "picocolors"
import { number, plural } from "../../core/count.ts"
import { escapeForeign } from "../../core/escape.ts"
import type { AuthorEvidence, OpaqueFile, Person, RightsEvent, Trace } from "../../model/trace.ts"
import { type Look, listMaxOf } from "../reporter.ts"
import { firstOf } from "../words.ts"
import { handCounts, handRows, handWords } from "./hand-words.ts"
import { opaqueFacts } from "./opaque-words.ts"
import { ownSentence } from "./own-words.ts"
import { approvedLevels, approvedLine, approversOf, untiedWords } from "./review-words.ts"
import {
  baseRate,
  clip,
  eventWords,
  holdersOf,
  lastOf,
  levels,
  levelWords,
  newerThan,
  newestFirst,
  notLookedAt,
  ofRightHolders,
  percent,
  releasesOf,
  secondsOf,
  short,
  summary,
  sumOf,
  type Told,
  toldOf,
  unionsOf,
  who,
  yearlyOf,
} from "./words.ts"

/** For a terminal: a timeline that is read in a minute, and what stands behind it. */
export function text(trace: Trace, look: Look): string {
  const told = toldOf(trace)
  const { bold } = createColors(look.colour)
  const parts = [
    [bold(foreign(trace.repository.location)), ...summary(told).flatMap((line) => wrapped(line, 2, look))],
    holders(told),
    timeline(told, look),
    evidence(told, look),
    approved(told, look),
    authors(told, look),
    opaque(told, look),
    hands(told),
    people(told, look),
    limits(trace, look),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n")}\n`
}

const foreign = escapeForeign
const widthOf = ({ columns }: Look): number => Math.max(40, Math.min(columns, 100))

/** Broken at spaces; what has none and is too long ends with a mark, as it does nowhere but here. */
export function wrapped(line: string, indent: number, look: Look): readonly string[] {
  const width = widthOf(look) - indent
  const lines: string[] = []
  let last = ""
  for (const word of foreign(line).split(" ")) {
    const longer = last === "" ? word : `${last} ${word}`
    if (longer.length > width && last !== "") lines.push(last)
    last = clip(longer.length > width ? word : longer, width)
  }
  return [...lines, last].map((one) => " ".repeat(indent) + one)
}

const yearsShown = 6

function holders(told: Told): readonly string[] {
  const shown = yearlyOf(told.trace.windows, yearsShown)
  if (shown.length === 0) return []
  const rows = shown.map((window) => {
    const { end, commits, absence50, absence80 } = window
    const figures = [end, number(commits).padStart(9), String(absence50).padStart(5), String(absence80).padStart(5)]
    return `  ${figures.join(" ")}  ${foreign(`${holdersOf(told, window)}${releasesOf(told, window)}`)}`
  })
  return [
    "holders: how few made half and 80 % of the commits of the 365 days before",
    "  day          commits  50 %  80 %  those of half",
    ...rows,
  ]
}

function timeline(told: Told, look: Look): readonly string[] {
  const { events } = told.trace
  const chosen = look.listMax === undefined ? ofRightHolders(events) : events
  const { shown, earlier } = lastOf(chosen, listMaxOf(look))
  const left = events.length - chosen.length
  const others = left === 0 ? [] : [`${number(left)} of people who got no right in what is shown (--list ${events.length} shows them)`]
  return events.length === 0
    ? []
    : [
        `events: ${number(events.length)}, by the days that commits and tags state`,
        ...[...others, ...earlier].flatMap((line) => wrapped(line, 2, look)),
        ...shown.flatMap((event) => eventLines(event, told, look)),
      ]
}

function eventLines(event: RightsEvent, told: Told, look: Look): readonly string[] {
  const { bold, dim } = createColors(look.colour)
  const { kind, day, person, commit, tag, detail } = event
  const place = [...(commit === undefined ? [] : [short(commit)]), ...(tag === undefined ? [] : [clip(foreign(tag), 40)])]
  const head = [day, bold(eventWords[kind].padEnd(22)), ...(person === undefined ? [] : [foreign(who(told, person))]), ...place]
  return [`  ${head.join("  ")}`, ...wrapped(`${detail}; ${baseRate(told, kind)}`, 14, look).map((line) => dim(line))]
}

function evidence({ trace }: Told, look: Look): readonly string[] {
  const whole = sumOf(trace.evidence?.levels)
  if (trace.evidence === undefined || whole === 0) return []
  const { levels: counts, twins } = trace.evidence
  const twin = twins === 0 ? "" : `, ${number(twins)} of them a change that another branch has too`
  return [
    `who else looked: ${plural(whole, "commit")} without merges${twin}`,
    ...levels.map(
      (level) =>
        `  level ${level}  ${levelWords[level].padEnd(44)}${number(counts[level]).padStart(11)} ${percent(counts[level], whole).padStart(6)}`,
    ),
    ...ownSentence(trace).flatMap((line) => wrapped(line, 2, look)),
  ]
}

function approved({ trace }: Told, look: Look): readonly string[] {
  const { reviews } = trace.evidence
  if (reviews === undefined) return []
  const rows = approvedLevels(reviews).map((level) =>
    `  level ${level}  ${number(reviews.commits[level]).padStart(9)}  ${untiedWords(reviews, level)}`.trimEnd(),
  )
  const [first = "", ...more] = wrapped(approvedLine(reviews), 0, look)
  return [first, ...more.map((line) => `  ${line}`), ...rows]
}

const authorsShown = 8

function authors(told: Told, look: Look): readonly string[] {
  const all = [...(told.trace.evidence?.authors ?? [])].sort((a, b) => b.commits - a.commits)
  if (all.length === 0) return []
  const { shown, more } = firstOf(all, look.listMax ?? authorsShown)
  const line = (one: AuthorEvidence): readonly string[] => [
    `  ${number(one.commits).padStart(9)} ${number(one.seconded).padStart(9)} ${percent(one.seconded, one.commits).padStart(5)}  ${foreign(who(told, one.person))}`,
    ...[...secondsOf(told, one), ...approversOf(told, one.person)].flatMap((second) => wrapped(second, 28, look)),
  ]
  return [
    "largest authors, and who stands behind their commits:",
    "    commits  seconded",
    ...shown.flatMap(line),
    ...more.map((one) => `  ${one}`),
  ]
}

const opaqueShown = 8

function opaque(told: Told, look: Look): readonly string[] {
  const { opaque: files = [] } = told.trace
  if (files.length === 0) return []
  const { shown, more } = firstOf(newestFirst(files), look.listMax ?? opaqueShown)
  const { bold } = createColors(look.colour)
  const lines = (file: OpaqueFile): readonly string[] => [
    `  ${file.versions.at(-1)?.day ?? "no commit "}  ${bold(clip(foreign(file.path), widthOf(look) - 14))}`,
    ...opaqueFacts(told, file).flatMap((fact) => wrapped(fact, 14, look)),
  ]
  return [`opaque files: ${number(files.length)}, the last changed first`, ...shown.flatMap(lines), ...more.map((one) => `  ${one}`)]
}

function hands(told: Told): readonly string[] {
  const found = told.trace.hands
  if (found === undefined) return []
  const rows = handRows(found).map(
    ([name, { levels: by, hands: per }]) =>
      [
        name,
        [...levels.toReversed().map((level) => by[level]), ...handCounts.map((count) => per[count])].map((one) => number(one)),
      ] as const,
  )
  const width = Math.max(cellWidthMin, ...rows.flatMap(([, cells]) => cells.map((one) => one.length + 1)))
  const line = (name: string, cells: readonly string[]): string => `  ${name.padEnd(16)}${cells.map((one) => one.padStart(width)).join("")}`
  const single = found.all.singleHanded
    .slice(0, authorsShown)
    .map(
      (one) =>
        `  ${[one.lines, one.bytes, one.opaqueBytes].map((figure) => ` ${number(figure)}`.padStart(12)).join("")}  ${foreign(who(told, one.person))}`,
    )
  const rest = found.all.singleHanded.length - single.length
  return [
    `hands: ${short(found.commit)}${newerThan(found)}, by evidence and independent people behind the last change`,
    line("", [...levels.toReversed().map((level) => `level ${level}`), ...handCounts.map((count) => handWords[count])]),
    ...rows.map(([name, cells]) => line(name, cells)),
    ...(single.length === 0 ? [] : ["  single-handed: lines, their bytes, opaque bytes", ...single]),
    ...(rest > 0 ? [`  and ${plural(rest, "more person", "more people")}`] : []),
  ]
}

/** Ten million bytes with their groups of digits; larger figures widen all columns. */
const cellWidthMin = 10

/** All people with `--list`; without, those that are named above. */
function people(told: Told, look: Look): readonly string[] {
  const { trace, named } = told
  const ids = [...trace.people.keys()]
  const { shown, more } = look.listMax === undefined ? { shown: ids.filter((id) => named.has(id)), more: [] } : firstOf(ids, look.listMax)
  const line = ({ name, address, kind, authored, committed }: Person): string =>
    `${name.trim() === "" ? "(no name)" : clip(name, 60)} <${clip(address, 80)}>${kind === "person" ? "" : ` (${kind})`}: ${number(authored)} written, ${number(committed)} committed`
  const all = shown.flatMap((id) => {
    const person = trace.people[id]
    return person === undefined ? [] : [...wrapped(line(person), 2, look), ...unionsOf(person).flatMap((one) => wrapped(one, 4, look))]
  })
  const left = look.listMax === undefined ? trace.people.length - shown.length : 0
  const rest = left === 0 ? [] : [`  and ${number(left)} who are not named here (--list ${trace.people.length} shows them)`]
  return trace.people.length === 0
    ? []
    : [
        `people: ${number(told.persons.length)}, by .mailmap, addresses and your aliases, never by name`,
        ...all,
        ...more.map((one) => `  ${one}`),
        ...rest,
      ]
}

function limits(trace: Trace, look: Look): readonly string[] {
  const all = notLookedAt(trace)
  if (all.length === 0) return []
  const { shown, more } = firstOf(all, listMaxOf(look))
  return ["not looked at:", ...[...shown, ...more].flatMap((line) => wrapped(line, 2, look))]
}

import { number } from "../../core/count.ts"
import type { Reviews, Trace } from "../../model/trace.ts"
import { element, type Markup } from "../html/markup.ts"
import { type Look, listMaxOf } from "../reporter.ts"
import { firstOf } from "../words.ts"
import { axis, bar, rightHolders, rightKinds, scaleOf } from "./bars.ts"
import { handCounts, handLines, handRows, handWhat, handWords, newerLines } from "./hand-words.ts"
import { code, lines, list, note, type Row, type Section, table, uncut } from "./markup.ts"
import { historyFacts, insideFacts, namerWords, siblingWords } from "./opaque-words.ts"
import { ownSentence } from "./own-words.ts"
import { approvedLevels, approvedLine, approversOf, untiedWords } from "./review-words.ts"
import {
  baseRate,
  eventWords,
  holdersOf,
  lastOf,
  levels,
  levelWords,
  newerThan,
  newestFirst,
  notLookedAt,
  percent,
  secondsOf,
  short,
  sumOf,
  type Told,
  unionsOf,
  who,
} from "./words.ts"

/** The page shows more of each list than the text unless --list asks for more still: it can be searched. */
const rowsMin = 500
const rowsMax = (look: Look): number => Math.max(listMaxOf(look), rowsMin)

/** The parts of the page that have something to say. */
export function sections(told: Told, look: Look): readonly Section[] {
  const { trace } = told
  const parts: readonly Section[] = [
    { id: "rights", title: "People and rights", content: rights(told, look) },
    { id: "events", title: `Events (${number(trace.events.length)})`, content: events(told, look) },
    { id: "holders", title: "Holders", content: holders(told, look) },
    { id: "evidence", title: "Who else looked", content: evidence(told, look) },
    { id: "opaque", title: `Opaque files (${number(trace.opaque?.length ?? 0)})`, content: opaque(told, look) },
    { id: "hands", title: "Hands", content: hands(told, look) },
    { id: "ignored", title: "Shipped, and kept out of the repository", content: ignored(told, look) },
    { id: "people", title: `People (${number(told.persons.length)})`, content: people(told, look) },
    { id: "limits", title: "Not looked at", content: limits(trace, look) },
  ]
  return parts.filter(({ content }) => content.length > 0)
}

const more = (all: readonly string[]): readonly Markup[] => all.map(note)

function rights(told: Told, look: Look): readonly Markup[] {
  const all = rightHolders(told.trace)
  const scale = scaleOf(all)
  if (scale === undefined) return []
  const { shown, more: left } = firstOf(all, rowsMax(look))
  const rows = shown.map((holder): Row => {
    const { id, person, days } = holder
    const name = who(told, id)
    const span = person.span
    return [
      name,
      uncut(span?.first ?? ""),
      ...rightKinds.map((kind) => uncut(days[kind] ?? "")),
      uncut(span?.last ?? ""),
      bar(holder, scale, `${name}, as the days beside say`),
    ]
  })
  const legend = rightKinds.flatMap((kind) => [element("span", { class: `key ${kind}`, "aria-hidden": "true" }), ` ${eventWords[kind]} `])
  return [
    element("p", { class: "note" }, "A bar goes from the first patch to the last commit that states its author. ", ...legend),
    table(["Who", "First patch", ...rightKinds.map((kind) => capital(eventWords[kind])), "Last commit", axis(scale)], rows),
    ...more(left),
  ]
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

function events(told: Told, look: Look): readonly Markup[] {
  const { shown, earlier } = lastOf(told.trace.events, rowsMax(look))
  if (shown.length === 0) return []
  const rows = shown.map(({ kind, day, person, commit, tag, detail }): Row => {
    const place = [...(commit === undefined ? [] : [uncut(short(commit), "code")]), ...(tag === undefined ? [] : [code(tag)])]
    return [uncut(day), eventWords[kind], person === undefined ? "" : who(told, person), lines(place), detail, baseRate(told, kind)]
  })
  return [
    note(
      "Days are what commits and tags state. Most people who get a right are a blessing to a project: the last column says how ordinary it is here.",
    ),
    ...more(earlier),
    table(["Day", "Event", "Who", "Where", "What", "How often"], rows),
  ]
}

function holders(told: Told, look: Look): readonly Markup[] {
  const { shown, more: left } = firstOf(told.trace.windows.toReversed(), rowsMax(look))
  if (shown.length === 0) return []
  const rows = shown.map((window): Row => {
    const { end, commits, absence50, absence80, releaseHolder } = window
    return [uncut(end), commits, absence50, absence80, holdersOf(told, window), releaseHolder === undefined ? "" : who(told, releaseHolder)]
  })
  return [
    table(["365 days before", "Commits", "Made 50 %", "Made 80 %", "Those of 50 %", "Most of the last five tags"], rows),
    ...more(left),
  ]
}

function evidence(told: Told, look: Look): readonly Markup[] {
  const found = told.trace.evidence
  const whole = sumOf(found?.levels)
  if (found === undefined || whole === 0) return []
  const { levels: counts, twins, authors } = found
  const rows = levels.map((level): Row => [`level ${level}`, levelWords[level], counts[level], percent(counts[level], whole)])
  const { reviews } = found
  const { shown, more: left } = firstOf(
    [...authors].sort((a, b) => b.commits - a.commits),
    rowsMax(look),
  )
  const seconded = shown.map(
    (one): Row => [
      who(told, one.person),
      one.commits,
      one.seconded,
      percent(one.seconded, one.commits),
      lines([...secondsOf(told, one), ...approversOf(told, one.person)]),
    ],
  )
  return [
    ...(twins === 0 ? [] : [note(`${number(twins)} commits make a change that another branch has too, and count as that one does.`)]),
    table(["Level", "Evidence", "Commits", "Share"], rows),
    ...(reviews === undefined ? [] : approved(reviews)),
    ...ownSentence(told.trace).map(note),
    ...(seconded.length === 0 ? [] : [table(["Author", "Commits", "Level 2 and above", "Share", "Who stands behind them"], seconded)]),
    ...more(left),
  ]
}

function approved(reviews: Reviews): readonly Markup[] {
  const rows = approvedLevels(reviews).map((level): Row => [`level ${level}`, reviews.commits[level], untiedWords(reviews, level)])
  return [note(`${capital(approvedLine(reviews))}.`), ...(rows.length === 0 ? [] : [table(["Level", "Approved", "By whom"], rows)])]
}

function opaque(told: Told, look: Look): readonly Markup[] {
  const { shown, more: left } = firstOf(newestFirst(told.trace.opaque ?? []), rowsMax(look))
  if (shown.length === 0) return []
  const rows = shown.map((file): Row => {
    const { path, size, entropy, siblings, namedBy, versions } = file
    return [
      path,
      uncut(versions.at(-1)?.day ?? ""),
      size,
      entropy.toFixed(2),
      siblings === undefined ? "alone" : siblingWords(siblings),
      lines(insideFacts(file)),
      namerWords(namedBy, "no text", ""),
      lines(historyFacts(told, file)),
    ]
  })
  return [
    note(
      "Beside it: opaque files of the folder whose names end alike. Inside: what repeats at least eight times, and what the parser of its format reads, layer by layer.",
    ),
    table(["Path", "Last change", "Bytes", "Bits a byte", "Beside it", "Inside", "Named by", "Versions"], rows),
    ...more(left),
  ]
}

function hands(told: Told, look: Look): readonly Markup[] {
  const found = told.trace.hands
  if (found === undefined) return []
  const upward = levels.toReversed()
  const rows = handRows(found).map(
    ([name, { levels: by, hands: per }]): Row => [
      name,
      ...upward.map((level) => by[level]),
      ...handCounts.map((count) => per[count]),
      sumOf(by),
    ],
  )
  const { shown, more: left } = firstOf(found.all.singleHanded, rowsMax(look))
  const single = shown.map((one): Row => [who(told, one.person), one.lines, one.bytes, one.opaqueBytes])
  return [
    note(
      `Lines and bytes of ${short(found.commit)}${newerThan(found)}, by the evidence behind the commit that changed them last, and by how many independent people that are.`,
    ),
    table(["What", ...upward.map((level) => `Level ${level}`), ...handCounts.map((count) => capital(handWords[count])), "All"], rows),
    ...(single.length === 0 ? [] : [table(["Single-handed", "Lines", "Their bytes", "Opaque bytes"], single)]),
    ...more(left),
    ...handled(told, look),
  ]
}

/** Files by who brought them, the least evidence first. */
function handled(told: Told, look: Look): readonly Markup[] {
  const { shown, more: left } = firstOf(told.trace.hands?.files ?? [], rowsMax(look))
  if (shown.length === 0) return []
  const rows = shown.map((file): Row => {
    const { path, introduced, changed, newer } = file
    const runs = newer === undefined ? "" : lines(newerLines(told, newer))
    return [path, handWhat(file), lines(handLines(told, changed)), lines(handLines(told, introduced)), runs]
  })
  return [
    note("The files by the evidence behind their last change, the least first, then the newest."),
    table(["Path", "What", "Last change", "Introduced", "Newer lines"], rows),
    ...more(left),
  ]
}

function ignored(told: Told, look: Look): readonly Markup[] {
  const { shown, more: left } = firstOf(told.trace.release?.ignored ?? [], rowsMax(look))
  if (shown.length === 0) return []
  const rows = shown.map(({ file, line, pattern, added, ships, shipped }): Row => {
    const some = ships.slice(0, shipsShown)
    const others = shipped > some.length ? [`and ${number(shipped - some.length)} more`] : []
    return [`${file}:${line}`, code(pattern), lines(handLines(told, added)), shipped, lines([...some, ...others])]
  })
  return [
    note(
      "Lines of ignore files that match what the release has and the commit lacks, the newest first. Most are ordinary: what a build makes is ignored, and shipped.",
    ),
    table(["Where", "Pattern", "Line of", "Files", "Shipped"], rows),
    ...more(left),
  ]
}

const shipsShown = 5

function people(told: Told, look: Look): readonly Markup[] {
  const { shown, more: left } = firstOf(told.trace.people, rowsMax(look))
  if (shown.length === 0) return []
  const rows = shown.map((person, id): Row => {
    const { address, kind, authored, committed } = person
    return [who(told, id), code(address), kind, authored, committed, lines(unionsOf(person))]
  })
  return [
    note("Joined by .mailmap, by equal addresses and by your aliases, never by a name alone."),
    table(["Name", "Address", "Kind", "Written", "Committed", "Joined"], rows),
    ...more(left),
  ]
}

function limits(trace: Trace, look: Look): readonly Markup[] {
  const { shown, more: left } = firstOf(notLookedAt(trace), rowsMax(look))
  return shown.length === 0 ? [] : [list([...shown, ...left])]
}

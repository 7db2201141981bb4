import type { createColors } from "picocolors"
import { number, plural } from "../core/count.ts"
import { escapeForeign } from "../core/escape.ts"
import type { ChangedOpaqueFile, PersonOfRelease, ReleasePeople, ReleaseTag } from "../model/people.ts"
import type { Report } from "../model/report.ts"
import type { Level, RightsEvent } from "../model/trace.ts"
import {
  eventsFirst,
  type Facts,
  factsOf,
  newestOpaque,
  ofRange,
  rangeWords,
  rateFigures,
  shortLevels,
  type ToldPeople,
  toldPeople,
  traceCommand,
} from "./people.ts"
import type { Look } from "./reporter.ts"
import { wrapped } from "./trace/text.ts"
import { clip, eventWords, levels, who } from "./trace/words.ts"

type Colours = ReturnType<typeof createColors>

/** Lines of each kind, so that all of them are fewer than twelve. */
const linesMax = { levels: 1, people: 3, tag: 1, events: 2, opaque: 1, notAssessed: 1 } as const

/** Who stands behind what is new in the release: a few short lines, and the command that tells more; with --list all of it, in whole sentences. */
export function peopleLines(report: Report, look: Look, colours: Colours): readonly string[] {
  const { people } = report
  if (people === undefined) return []
  if (people.kind === "not-assessed") return [`people: not assessed: ${escapeForeign(people.why)}`]
  const told = toldPeople(people)
  const facts = look.listMax === undefined ? shortFacts(told) : factsOf(told)
  const shown = kinds.flatMap((kind) => few(facts[kind], look.listMax ?? linesMax[kind], nouns[kind]))
  const width = Math.max(60, look.columns - 2)
  const command = traceCommand(report, look)
  return [
    `people: ${clip(escapeForeign(rangeWords(people)), width)}`,
    ...shown.flatMap((line) => (look.listMax === undefined ? [`  ${clip(escapeForeign(line), width)}`] : wrapped(line, 2, look))),
    ...(command === undefined ? [] : [`  ${colours.bold(escapeForeign(command))}`]),
  ]
}

const kinds = ["levels", "people", "tag", "events", "opaque", "notAssessed"] as const satisfies readonly (keyof Facts)[]
const nouns: { readonly [K in keyof Facts]: readonly [one: string, many: string] } = {
  levels: ["", ""],
  people: ["person", "people"],
  tag: ["", ""],
  events: ["event", "events"],
  opaque: ["opaque file", "opaque files"],
  notAssessed: ["", ""],
}

/** As many lines as are allowed; where there are more, one tells how many. */
function few(all: readonly string[], max: number, [one, many]: readonly [string, string]): readonly string[] {
  if (all.length <= max) return all
  const shown = Math.max(1, max - 1)
  const left = all.length - shown
  const rest = `and ${number(left)} more ${left === 1 ? one : many}`.trim()
  return max === 1 ? [`${all[0] ?? ""} (${rest})`] : [...all.slice(0, shown), rest]
}

/** The same facts in few words, what tells most in front: a narrow terminal cuts their ends. */
function shortFacts(told: ToldPeople): Facts {
  const { people } = told
  const by = levels.toReversed().filter((level) => people.range.levels[level] > 0)
  return {
    levels:
      by.length === 0 ? [] : [by.map((level) => `${number(people.range.levels[level])} level ${level} (${levelWord[level]})`).join(", ")],
    people: ofRange(told).flatMap((id) => {
      const person = people.people[id]
      return person === undefined ? [] : [`${told.labels[id] ?? ""}: ${shareWords(person)}`]
    }),
    tag: [people.tag === undefined ? "no tag names its commit" : tagWords(told, people.tag)],
    events: eventsFirst(told).map((event) => eventLine(told, event)),
    opaque: newestOpaque(told).map((file) => opaqueWords(told, file)),
    notAssessed: notLooked(people),
  }
}

const levelWord: Readonly<Record<Level, string>> = {
  4: "two signed",
  3: "another committed and signed it",
  2: "another committed it",
  1: "a claim",
  0: "nobody else",
}

function shareWords({ range, span, unions }: PersonOfRelease): string {
  const wrote = range.authored === 0 ? "" : ` (${shortLevels(range.levels)})`
  const first = span === undefined ? "" : `; first patch ${span.first}`
  return `wrote ${number(range.authored)}${wrote}, committed ${number(range.committed)}${first}${unions.length === 0 ? "" : `; ${plural(unions.length, "union")}`}`
}

function tagWords(told: ToldPeople, { name, day, person, form, signature, isNewSigner, before }: ReleaseTag): string {
  const by = who(told, person)
  if (form === "light") return `tag ${name}, a light one that names nobody; its commit by ${by}, ${day}`
  const own = before.tags === 0 ? "the first tag" : `${number(before.own)} of ${number(before.tags)} before`
  const signed = { none: "set unsigned", stated: "signed (unverified)", verified: "signed (verified)" } as const
  return `tag ${name} ${day} ${signed[signature]} by ${by}: ${isNewSigner ? "new release signer, " : ""}${own}`
}

function eventLine(told: ToldPeople, { kind, day, person, commit, tag }: RightsEvent): string {
  const whose = person === undefined ? "" : ` ${who(told, person)}`
  const { people, events, of, repositories, ofRepositories } = rateFigures(told, kind)
  const here = people === 0 ? plural(events, "time") : `${number(people)}/${plural(of, "person", "people")}`
  return `${day} ${eventWords[kind]}:${whose} (${here} here, ${number(repositories)}/${number(ofRepositories)} elsewhere) ${tag ?? commit?.slice(0, 12) ?? ""}`.trimEnd()
}

function opaqueWords(told: ToldPeople, { path, last }: ChangedOpaqueFile): string {
  const what = `opaque ${clip(path, 40)}`
  if (last === undefined) return `${what}: no commit but a merge brought it`
  const tagged = last.daysToTag === undefined ? "in no tag" : `${plural(last.daysToTag, "day")} before a tag`
  return `${what} ${last.day} by ${who(told, last.author)}, level ${last.level}, ${tagged}`
}

const notLooked = ({ notAssessed }: ReleasePeople): readonly string[] => notAssessed.map((one) => `not looked at: ${one}`)

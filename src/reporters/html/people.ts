import type { Report } from "../../model/report.ts"
import {
  eventsFirst,
  eventWhere,
  everWords,
  levelsWords,
  newestOpaque,
  ofRange,
  opaqueWords,
  rangeWords,
  rateOf,
  type ToldPeople,
  tagWords,
  toldPeople,
  traceCommand,
} from "../people.ts"
import { type Look, listMaxOf } from "../reporter.ts"
import { code, lines, list, note, type Row, table, uncut } from "../trace/markup.ts"
import { eventWords, unionsOf, who } from "../trace/words.ts"
import { firstOf } from "../words.ts"
import { element, type Markup } from "./markup.ts"

/** Who stands behind what is new in the release, with every union and every event. */
export function peopleSection(report: Report, look: Look): readonly Markup[] {
  const { people } = report
  if (people === undefined) return []
  if (people.kind === "not-assessed") return [note(`Not assessed: ${people.why}.`)]
  const told = toldPeople(people)
  const command = traceCommand(report, look)
  return [
    note(`${rangeWords(people)}. Facts of public history, as commits and tags state them: no verdict rests on them.`),
    list([...levelsWords(people.range.levels), people.tag === undefined ? "no tag names its commit" : `tag ${tagWords(told, people.tag)}`]),
    ...persons(told, look),
    ...events(told, look),
    ...opaque(told, look),
    ...(people.notAssessed.length === 0 ? [] : [note("Not looked at:"), list(people.notAssessed)]),
    ...(command === undefined ? [] : [element("p", {}, code(command))]),
  ]
}

/** A table of at most `--list` rows; one that is cut says so. */
function limited(head: Parameters<typeof table>[0], rows: readonly Row[], look: Look): readonly Markup[] {
  const { shown, more } = firstOf(rows, listMaxOf(look))
  return shown.length === 0 ? [] : [table(head, shown), ...more.map(note)]
}

function persons(told: ToldPeople, look: Look): readonly Markup[] {
  const rows = ofRange(told).flatMap((id): readonly Row[] => {
    const person = told.people.people[id]
    if (person === undefined) return []
    const { kind, range } = person
    return [
      [
        told.labels[id] ?? "",
        kind,
        range.authored,
        lines(levelsWords(range.levels)),
        range.committed,
        everWords(person),
        lines(unionsOf(person)),
      ],
    ]
  })
  return limited(["Who", "Kind", "Written", "Who else looked", "Committed", "In all of the history", "Joined"], rows, look)
}

function events(told: ToldPeople, look: Look): readonly Markup[] {
  const rows = eventsFirst(told).map((event): Row => {
    const { day, kind, person, detail } = event
    return [
      uncut(day),
      eventWords[kind],
      person === undefined ? "" : who(told, person),
      lines(eventWhere(event).map(code)),
      detail,
      rateOf(told, kind),
    ]
  })
  return limited(["Day", "Event", "Who", "Where", "What", "How often"], rows, look)
}

function opaque(told: ToldPeople, look: Look): readonly Markup[] {
  const rows = newestOpaque(told).map((file): Row => [file.path, opaqueWords(told, file)])
  return limited(["Opaque file", "Who brought what it holds"], rows, look)
}

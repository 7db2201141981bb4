import type { EventKind, Person, PersonId, Span, Trace } from "../../model/trace.ts"
import { element, type Markup } from "../html/markup.ts"

/** What lets a person do more than send patches, in the order in which a page draws and names it. */
export const rightKinds = [
  "first-push",
  "first-merge-for-others",
  "first-tag",
  "new-release-signer",
] as const satisfies readonly EventKind[]
type RightKind = (typeof rightKinds)[number]

/** A person who got a right, and on which days. */
export interface Holder {
  readonly id: PersonId
  readonly person: Person
  readonly days: { readonly [K in RightKind]?: string }
}

/** Whoever got a right within what is shown, by the day of the first. */
export function rightHolders({ events, people }: Pick<Trace, "events" | "people">): readonly Holder[] {
  const days = new Map<PersonId, { [K in RightKind]?: string }>()
  for (const { kind, person, day } of events) {
    const right = rightKinds.find((one) => one === kind)
    if (right === undefined || person === undefined) continue
    const known = days.get(person) ?? {}
    days.set(person, known)
    known[right] ??= day
  }
  return [...days].flatMap(([id, found]) => {
    const person = people[id]
    return person === undefined ? [] : [{ id, person, days: found }]
  })
}

const [width, height] = [480, 16]

/** The span that all bars are drawn in, by whole years. */
export function scaleOf(holders: readonly Holder[]): Span | undefined {
  const days = holders
    .flatMap(({ person: { span }, days: own }) => [...Object.values(own), ...(span === undefined ? [] : [span.first, span.last])])
    .sort()
  const [first, last] = [days[0], days.at(-1)]
  return first === undefined || last === undefined ? undefined : { first: `${first.slice(0, 4)}-01-01`, last: `${last.slice(0, 4)}-12-31` }
}

const secondsOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000

function xOf(day: string, { first, last }: Span): number {
  const [from, to] = [secondsOf(first), secondsOf(last)]
  return Math.round(((secondsOf(day) - from) / Math.max(1, to - from)) * (width - 4)) + 1
}

const drawing = (label: string, ...shapes: readonly Markup[]): Markup =>
  element("svg", { class: "bar", width: String(width), height: String(height), role: "img", "aria-label": label }, ...shapes)

interface Box {
  readonly from: number
  readonly to: number
  readonly top: number
  readonly high: number
}

const rectangle = (kind: string, { from, to, top, high }: Box): Markup =>
  element("rect", { class: kind, x: String(from), y: String(top), width: String(Math.max(2, to - from)), height: String(high) })

/** From the first patch to the last commit, with a mark at each right, a step lower for each kind: many get two on one day. The table beside it has the days. */
export function bar({ person: { span }, days }: Holder, scale: Span, label: string): Markup {
  const marks = rightKinds.flatMap((kind, step) => {
    const day = days[kind]
    if (day === undefined) return []
    const from = xOf(day, scale)
    return [rectangle(`mark ${kind}`, { from, to: from + 3, top: 3 * step, high: 7 })]
  })
  const life = span === undefined ? [] : [{ from: xOf(span.first, scale), to: xOf(span.last, scale), top: 6, high: 4 }]
  return drawing(label, ...life.map((box) => rectangle("span", box)), ...marks)
}

const labelsMax = 8

/** Years above the bars. */
export function axis(scale: Span): Markup {
  const [from, to] = [Number(scale.first.slice(0, 4)), Number(scale.last.slice(0, 4))]
  const step = Math.max(1, Math.ceil((to - from + 1) / labelsMax))
  const years = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => String(from + index * step).padStart(4, "0"))
  const label = `${scale.first.slice(0, 4)} to ${scale.last.slice(0, 4)}`
  return drawing(label, ...years.map((year) => element("text", { x: String(xOf(`${year}-01-01`, scale)), y: "12" }, year)))
}

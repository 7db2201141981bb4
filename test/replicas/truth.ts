import { personOf } from "./history.ts"
import type { Packed } from "./pack.ts"
import type { Replica, Spot } from "./replica.ts"

/** A spot with its lines counted, as `truth.json` and a rule's finding have them. Paths are as stored in the artifact. */
export type Place =
  | { readonly path: string; readonly lines: readonly [first: number, last: number]; readonly in?: string }
  | { readonly path: string; readonly in?: string }
  | { readonly ref: string }
  | { readonly fact: string }

/** Where spots are looked up: the artifact, `commit`, and other artifacts by their name. */
export type Texts = (inside: string | undefined, path: string) => { readonly stored: string; readonly content: Buffer } | undefined

export function placeOf(spot: Spot, texts: Texts): Place {
  if (!("path" in spot)) return spot
  const found = texts(spot.in, spot.path)
  if (found === undefined) throw new Error(`${spot.in ?? "the artifact"} has no ${spot.path}`)
  const inside = spot.in === undefined ? {} : { in: spot.in }
  if ("whole" in spot) return { path: found.stored, ...inside }
  const all = found.content.toString("latin1").split("\n")
  const first = lineOf(all, spot.from, found.stored)
  return { path: found.stored, lines: [first, spot.to === undefined ? first : lineOf(all, spot.to, found.stored)], ...inside }
}

/** Counted from 1. */
function lineOf(all: readonly string[], text: string, path: string): number {
  const wanted = Buffer.from(text).toString("latin1")
  const at = all.flatMap((line, index) => (line.includes(wanted) ? [index + 1] : []))
  const [line] = at
  if (line === undefined || at.length !== 1) throw new Error(`"${text}" stands in ${at.length} lines of ${path}, not in one`)
  return line
}

export const textsOf =
  (artifact: Packed, others: ReadonlyMap<string, Packed>, commit: ReadonlyMap<string, Buffer>): Texts =>
  (inside, path) => {
    const from = inside === undefined ? artifact : others.get(inside)
    const stored = inside === "commit" ? path : `${from?.root ?? ""}${path}`
    const content = inside === "commit" ? commit.get(path) : (from?.entries.get(stored) ?? from?.entries.get(path))
    return content === undefined ? undefined : { stored, content }
  }

/** What `truth.json` beside a replica says. */
export function truthOf(replica: Replica, texts: Texts, root: string): object {
  const { introducer, unexplained, ordinary = [], carrier, payload, expects } = replica.truth
  const change = "commit" in introducer ? replica.attack.history[introducer.commit] : undefined
  return {
    case: replica.case,
    name: replica.name,
    family: replica.family,
    signals: replica.signals,
    root,
    unexplained,
    ordinary,
    ...(carrier === undefined ? {} : { carrier }),
    ...(payload === undefined ? {} : { payload }),
    introducer: change === undefined ? introducer : { message: change.message, date: change.date, ...personOf(change.author ?? 1) },
    expects: expects.map(({ rule, at }) => ({ rule, at: placeOf(at, texts) })),
    twin: { how: replica.twin.how, differs: replica.twin.differs, expects: [] },
  }
}

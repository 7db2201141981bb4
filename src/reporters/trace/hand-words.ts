import { number, plural } from "../../core/count.ts"
import type { Divided, Hand, HandCount, HandledFile, Hands } from "../../model/trace.ts"
import { levels, short, sumOf, type Told, who } from "./words.ts"

/** The parts of a sum by the hands behind it. */
export const handWords: Readonly<Record<HandCount, string>> = { 1: "1 hand", 2: "2 hands", 3: "3 or more" }
export const handCounts = [1, 2, 3] as const satisfies readonly HandCount[]

/** What of hands is told, row by row: all, then what builds and installs alone. */
export const handRows = ({ all, build }: Hands): readonly (readonly [name: string, all: Divided])[] => [
  ["lines", all.lines],
  ["bytes of them", all.bytes],
  ["opaque bytes", all.opaqueBytes],
  ["build: lines", build.lines],
  ["build: bytes", build.bytes],
  ["build: opaque", build.opaqueBytes],
]

/** What a handled file is. */
export function handWhat({ isOlder, opaqueBytes, lines: by }: HandledFile): string {
  if (isOlder) return "as in the earlier release"
  if (opaqueBytes !== undefined) return plural(opaqueBytes, "opaque byte")
  if (by === undefined) return "lines not told"
  const parts = levels.flatMap((level) => (by[level] === 0 ? [] : [`${number(by[level])} of level ${level}`]))
  return `${plural(sumOf(by), "line")}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`
}

/** A commit that brought something: when, which, whose, and what stands behind it. */
export function handLines(told: Told, hand: Hand | undefined): readonly string[] {
  if (hand === undefined) return ["not known"]
  const { day, commit, author, committer, level, hands } = hand
  const by = author === committer ? who(told, author) : `${who(told, author)}, committed by ${who(told, committer)}`
  return [`${day} ${short(commit)}`, by, `level ${level}, ${handWords[hands]}`]
}

const runsShown = 3

/** Newer lines of a file, with the commit and author of each run. */
export function newerLines(told: Told, runs: NonNullable<HandledFile["newer"]>): readonly string[] {
  const shown = runs
    .slice(0, runsShown)
    .map(({ first, last, commit, author, level }) => `${first}-${last}: ${short(commit)} ${who(told, author)}, level ${level}`)
  const left = runs.length - shown.length
  return left > 0 ? [...shown, `and ${plural(left, "more run")}`] : shown
}

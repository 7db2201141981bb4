import { matchedPairs } from "../../core/diff.ts"
import { baseName } from "../../core/path.ts"
import type { Concatenation } from "../../model/ledger.ts"
import type { Edition, Publication } from "../../model/origin.ts"
import type { ComparedText } from "./compared-text.ts"
import type { Steps } from "./cover.ts"
import { baseOf } from "./origins.ts"

/** Files that a tool writes by putting others behind one another. */
export const isConcatenation = (path: string): boolean => baseName(path) === "aclocal.m4"

/** Parts that are looked for: no aclocal.m4 of ten releases has more than 40. */
const partsMax = 100
/** Editions of each round that are laid over the text: those that share the most lines with it. */
const laidMax = 3

interface Part {
  readonly publication: Publication
  /** In the numbers of the text. */
  readonly lines: Int32Array
  /** Where it lies in the text: [start, end). */
  readonly start: number
  readonly end: number
  readonly score: number
}

/**
 * aclocal(1) writes a header, then whole copies of the macros' files, each behind the other with an empty line between, then m4_include for those that the
 * release ships beside it (aclocal.in of Automake, `write_aclocal`). Found again part by part: the edition that fits what is left best, its lines set aside,
 * and so on. A name comes once and one edition of it whole, so the concatenation is a text that aclocal could have written, and one ordered diff with it
 * shows what was put in, taken out or moved: a line of one part covers no line that stands elsewhere.
 */
export function concatenationOf(
  text: ComparedText,
  near: (lines: readonly string[]) => readonly Edition[],
  steps: Steps,
): { readonly base: Concatenation; readonly lines: Int32Array } | undefined {
  const parts: Part[] = []
  let rest: readonly number[] = [...text.lines.keys()]
  while (parts.length < partsMax && rest.length > 0) {
    const names = new Set(parts.map(({ publication }) => baseName(publication.path)))
    const part = bestPart(text, rest, { editions: near(rest.map((index) => text.lines[index] ?? "")), names, steps })
    if (part === undefined) break
    parts.push(part)
    rest = rest.filter((index) => index < part.start || index >= part.end)
  }
  if (parts.length === 0) return undefined
  parts.sort((a, b) => a.start - b.start)
  const empty = text.numberOf("\n")
  return {
    base: {
      from: "concatenation",
      path: parts.map(({ publication }) => baseName(publication.path)).join(" + "),
      parts: parts.map(({ publication }) => baseOf(publication)),
    },
    lines: Int32Array.from(parts.flatMap(({ lines }) => [...lines, empty])),
  }
}

function bestPart(
  text: ComparedText,
  rest: readonly number[],
  { editions, names, steps }: { editions: readonly Edition[]; names: ReadonlySet<string>; steps: Steps },
): Part | undefined {
  const fitting = editions
    .filter(({ publication: { path } }) => path.endsWith(".m4") && !names.has(baseName(path)) && !isConcatenation(path))
    .flatMap(({ publication, ...edition }) => {
      const lines = text.translate({ publication, ...edition }, rest)
      return lines === undefined ? [] : [{ publication, lines, known: lines.reduce((sum, line) => sum + (line < 0 ? 0 : 1), 0) }]
    })
    .sort((a, b) => 2 * b.known - b.lines.length - (2 * a.known - a.lines.length))
  let best: Part | undefined
  for (const { publication, lines } of fitting.slice(0, laidMax)) {
    const laid = lay(text, rest, lines, steps)
    if (laid !== undefined && (best === undefined || laid.score > best.score)) best = { publication, lines, ...laid }
  }
  return best
}

/** Where an edition lies in what is left of the text, and how well: lines that it covers less those of it that are missing. Half of it must be there. */
function lay(
  text: ComparedText,
  rest: readonly number[],
  lines: Int32Array,
  steps: Steps,
): Pick<Part, "start" | "end" | "score"> | undefined {
  const window = windowOf(
    Int32Array.from(rest, (index) => text.numbers[index] ?? -1),
    lines,
  )
  if (window === undefined) return undefined
  const [from, to] = window
  const within = rest.slice(from, to)
  const pairs = matchedPairs(
    lines,
    Int32Array.from(within, (index) => text.numbers[index] ?? -1),
    steps,
  )
  const [first, last] = [pairs?.[0], pairs?.at(-1)]
  if (pairs === undefined || first === undefined || last === undefined || pairs.length * 2 < lines.length) return undefined
  return { start: within[first[1]] ?? 0, end: (within[last[1]] ?? 0) + 1, score: 2 * pairs.length - lines.length }
}

/** Lines that both have once tell where the edition lies; around them there is room for what it has before and behind. */
function windowOf(rest: Int32Array, lines: Int32Array): readonly [number, number] | undefined {
  const once = onlyOnce(rest)
  const anchors = [...onlyOnce(lines)].flatMap(([line, inEdition]) => {
    const inRest = once.get(line)
    return inRest === undefined ? [] : [{ inEdition, inRest }]
  })
  // The middle one is inside the part even where a few stand elsewhere; from there no further than the part is long, twice.
  const middle = anchors.map(({ inRest }) => inRest).sort((a, b) => a - b)[anchors.length >> 1]
  if (middle === undefined) return undefined
  const near = anchors.filter(({ inRest }) => Math.abs(inRest - middle) <= 2 * lines.length).sort((a, b) => a.inRest - b.inRest)
  const [first, last] = [near[0], near.at(-1)]
  if (first === undefined || last === undefined) return undefined
  return [Math.max(0, first.inRest - first.inEdition), Math.min(rest.length, last.inRest + lines.length - last.inEdition)]
}

function onlyOnce(lines: Int32Array): ReadonlyMap<number, number> {
  const once = new Map<number, number>()
  const more = new Set<number>()
  for (const [index, line] of lines.entries()) {
    if (once.has(line) || line < 0) more.add(line)
    else once.set(line, index)
  }
  for (const line of more) once.delete(line)
  return once
}

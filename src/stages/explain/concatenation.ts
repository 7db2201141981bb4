import { matchedPairs } from "../../core/diff.ts"
import { baseName } from "../../core/path.ts"
import type { Concatenation } from "../../model/ledger.ts"
import type { Edition, Publication } from "../../model/origin.ts"
import { aclocalHeader } from "./aclocal-header.ts"
import type { ComparedText } from "./compared-text.ts"
import type { Steps } from "./cover.ts"
import { baseOf } from "./origins.ts"

/** Files that a tool writes by putting others behind one another. */
export const isConcatenation = (path: string): boolean => baseName(path) === "aclocal.m4"

/** Parts that are looked for: no aclocal.m4 of ten releases has more than 40. */
const partsMax = 100
/** The shortest macro file of Automake has 12 lines, most of them its licence. */
const partLinesMin = 8
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

/** Lines of the text that no part lies over yet: [start, end). */
type Gap = readonly [start: number, end: number]

/**
 * aclocal(1) writes a header, then whole copies of the macros' files, each behind the other with an empty line between, then m4_include for those that the
 * release ships beside it (aclocal.in of Automake, `write_aclocal`). Found again part by part: the edition that lies over the text best, then the best over
 * what is before it and behind it, and so on. A name comes once and one edition of it whole, so the concatenation is a text that aclocal could have
 * written, and one ordered diff with it shows what was put in, taken out or moved: a line of one part covers no line that stands elsewhere.
 */
export function concatenationOf(
  text: ComparedText,
  near: (lines: readonly string[]) => readonly Edition[],
  steps: Steps,
): { readonly base: Concatenation; readonly lines: Int32Array } | undefined {
  const parts: Part[] = []
  const names = new Set<string>()
  const gaps: Gap[] = [[0, text.lines.length]]
  for (let gap = gaps.shift(); gap !== undefined && parts.length < partsMax; gap = gaps.shift()) {
    const part = bestPart(text, gap, { editions: near(text.lines.slice(...gap)), names, steps })
    if (part === undefined) continue
    names.add(baseName(part.publication.path))
    parts.push(part)
    gaps.push(
      ...(
        [
          [gap[0], part.start],
          [part.end, gap[1]],
        ] as const
      ).filter(([start, end]) => end - start >= partLinesMin),
    )
  }
  if (parts.length === 0) return undefined
  parts.sort((a, b) => a.start - b.start)
  const header = aclocalHeader(text.lines)
  const empty = text.numberOf("\n")
  const named = parts.map(({ publication }) => baseName(publication.path))
  return {
    base: {
      from: "concatenation",
      path: [...(header === undefined ? [] : [`the header of ${header.tool}`]), ...named].join(" + "),
      parts: parts.map(({ publication }) => baseOf(publication)),
    },
    lines: Int32Array.from([
      ...(header?.lines ?? []).map((line) => text.numberOf(line)),
      ...parts.flatMap(({ lines }) => [...lines, empty]),
    ]),
  }
}

function bestPart(
  text: ComparedText,
  gap: Gap,
  { editions, names, steps }: { editions: readonly Edition[]; names: ReadonlySet<string>; steps: Steps },
): Part | undefined {
  const fitting = editions
    .filter(({ publication: { path } }) => path.endsWith(".m4") && !names.has(baseName(path)) && !isConcatenation(path))
    .flatMap(({ publication, ...edition }) => {
      const lines = text.translate({ publication, ...edition }, gap)
      return lines === undefined ? [] : [{ publication, lines, known: lines.reduce((sum, line) => sum + (line < 0 ? 0 : 1), 0) }]
    })
    .sort((a, b) => 2 * b.known - b.lines.length - (2 * a.known - a.lines.length))
  let best: Part | undefined
  for (const { publication, lines } of fitting.slice(0, laidMax)) {
    const laid = lay(text, gap, lines, steps)
    if (laid !== undefined && (best === undefined || laid.score > best.score)) best = { publication, lines, ...laid }
  }
  return best
}

/** Where an edition lies in a gap, and how well: lines that it covers less those of it that are missing. Half of it must be there. */
function lay(text: ComparedText, [start, end]: Gap, lines: Int32Array, steps: Steps): Pick<Part, "start" | "end" | "score"> | undefined {
  const here = text.numbers.subarray(start, end)
  const anchors = anchorsOf(here, lines)
  const [first, last] = [anchors[0], anchors.at(-1)]
  if (first === undefined || last === undefined) return undefined
  // Around the anchors there is room for what the edition has before and behind them.
  const from = Math.max(0, first.inText - first.inEdition)
  const to = Math.min(here.length, last.inText + lines.length - last.inEdition)
  const pairs = matchedPairs(lines, here.subarray(from, to), steps)
  if (pairs === undefined || pairs.length * 2 < lines.length) return undefined
  const matched = new Set(pairs.map(([, inText]) => from + inText))
  return {
    start: start + edge(matched, first.inText, -1),
    end: start + edge(matched, last.inText, 1) + 1,
    score: 2 * pairs.length - lines.length,
  }
}

/** The farthest matched line from an anchor in one direction, over holes of a few lines: behind a wider one lie lines that just happen to be the same. */
function edge(matched: ReadonlySet<number>, anchor: number, direction: 1 | -1): number {
  let found = anchor
  for (let at = anchor + direction; Math.abs(at - found) <= holeMax; at += direction) if (matched.has(at)) found = at
  return found
}
const holeMax = 3

interface Anchor {
  readonly inEdition: number
  readonly inText: number
}

/** Lines that both have once tell where the edition lies: those around the middle one, no further from it than the edition is long, twice. */
function anchorsOf(here: Int32Array, lines: Int32Array): readonly Anchor[] {
  const once = onlyOnce(here)
  const all = [...onlyOnce(lines)].flatMap(([line, inEdition]): readonly Anchor[] => {
    const inText = once.get(line)
    return inText === undefined ? [] : [{ inEdition, inText }]
  })
  all.sort((a, b) => a.inText - b.inText)
  const middle = all[all.length >> 1]?.inText ?? 0
  return all.filter(({ inText }) => Math.abs(inText - middle) <= 2 * lines.length)
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

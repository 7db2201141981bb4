import type { ParsedScript, Statement } from "unbash"
import { parse } from "unbash"

/** A run of statements of a text; their positions count from `offset`. */
interface Part {
  readonly statements: readonly Statement[]
  readonly offset: number
}

export interface Syntax {
  readonly text: string
  readonly parts: readonly Part[]
  readonly faults: readonly { readonly why: string; readonly start: number; readonly end: number }[]
  /** Where a position stands in the text as it was given. */
  readonly original: (position: number) => number
}

/** Times that reading starts anew behind what cannot be read. */
const restartsMax = 32

/** Reads a text; behind what cannot be read it goes on with the next line. */
export function read(given: string): Syntax {
  const { text, original } = withoutReturns(given)
  const parts: Part[] = []
  const faults: { why: string; start: number; end: number }[] = []
  let offset = 0
  for (let restarts = 0; offset < text.length; restarts += 1) {
    if (restarts > restartsMax) {
      faults.push({ why: `shell that cannot be read in more than ${restartsMax} places`, start: offset, end: text.length })
      break
    }
    const script = parse(offset === 0 ? text : text.slice(offset))
    parts.push({ statements: script.commands, offset })
    const next = resume(script, text.length - offset, text.slice(offset))
    for (const { message, pos } of script.errors ?? [])
      faults.push({ why: `shell that cannot be read: ${message}`, start: offset + pos, end: offset + Math.max(pos, next ?? pos) })
    if (next === undefined) break
    offset += next
  }
  return { text, parts, faults, original }
}

/** Where to go on: undefined if all of it was read. */
function resume(script: ParsedScript, length: number, text: string): number | undefined {
  const last = script.errors?.at(-1)
  if (last === undefined) return undefined
  const reached = Math.max(script.commands.at(-1)?.end ?? 0, last.pos)
  const line = text.indexOf("\n", reached)
  return line === -1 || line + 1 >= length ? undefined : line + 1
}

/** Lines that end with CR LF as if they ended with LF: a script that came over Windows. */
function withoutReturns(given: string): { readonly text: string; readonly original: (position: number) => number } {
  if (!given.includes("\r\n")) return { text: given, original: (position) => position }
  const kept: string[] = given.split("\r\n")
  const starts: number[] = []
  let at = 0
  for (const one of kept) {
    starts.push(at)
    at += one.length + 1
  }
  const original = (position: number): number => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return position + low
  }
  return { text: kept.join("\n"), original }
}

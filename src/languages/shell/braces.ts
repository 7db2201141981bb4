import { text } from "../../model/code.ts"
import { constantOf } from "./builder.ts"
import type { Piece } from "./fields.ts"

/** Words that one brace expansion may become; more stay as they are. */
const wordsMax = 256

/** `a{b,c}d`, `{1..3}` (bash, Brace Expansion): the pieces of each word that it becomes. Only what is written unquoted has meaning. */
export function braces(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const signs = pieces.flatMap(signsOf)
  const all = expand(signs, 0)
  return all.length > wordsMax ? [pieces] : all
}

type Sign = Piece | "{" | "," | "}"

function signsOf(piece: Piece): readonly Sign[] {
  const constant = piece.written === true && !piece.quoted ? constantOf(piece.value) : undefined
  if (constant === undefined || !/[{},]/.test(constant)) return [piece]
  return constant
    .split(/([{},])/)
    .filter((part) => part !== "")
    .map((part) => (part === "{" || part === "," || part === "}" ? part : { ...piece, value: text(part) }))
}

const sign = (one: Sign): Piece => (typeof one === "string" ? { value: text(one), quoted: false, written: true } : one)

function expand(signs: readonly Sign[], depth: number): readonly (readonly Piece[])[] {
  const start = signs.indexOf("{")
  if (start === -1 || depth > 16) return [signs.map(sign)]
  const commas: number[] = []
  let open = 0
  let end = -1
  for (let at = start; at < signs.length && end === -1; at += 1) {
    if (signs[at] === "{") open += 1
    else if (signs[at] === "}") {
      open -= 1
      if (open === 0) end = at
    } else if (signs[at] === "," && open === 1) commas.push(at)
  }
  const before = signs.slice(0, start).map(sign)
  if (end === -1) return [signs.map(sign)]
  const bounds = [start, ...commas, end]
  const inside =
    commas.length > 0
      ? bounds.slice(1).flatMap((bound, index) => expand(signs.slice((bounds[index] ?? start) + 1, bound), depth + 1))
      : (sequence(signs.slice(start + 1, end)) ??
        expand(signs.slice(start + 1, end), depth + 1).map((one) => [sign("{"), ...one, sign("}")]))
  const rest = expand(signs.slice(end + 1), depth + 1)
  if (inside.length * rest.length > wordsMax) return [signs.map(sign)]
  return inside.flatMap((middle) => rest.map((after) => [...before, ...middle, ...after]))
}

/** `1..10`, `a..e`, `1..9..2`. */
function sequence(signs: readonly Sign[]): readonly (readonly Piece[])[] | undefined {
  const [only, more] = signs
  if (only === undefined || more !== undefined || typeof only === "string" || only.quoted) return undefined
  const match = /^(?:(-?\d{1,9})\.\.(-?\d{1,9})|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d{1,6}))?$/.exec(constantOf(only.value) ?? "")
  if (match === null) return undefined
  const letters = match[3] !== undefined
  const first = letters ? (match[3] ?? "").charCodeAt(0) : Number(match[1])
  const last = letters ? (match[4] ?? "").charCodeAt(0) : Number(match[2])
  const by = Math.abs(Number(match[5] ?? 1)) || 1
  const count = Math.floor(Math.abs(last - first) / by) + 1
  if (count > wordsMax) return undefined
  return Array.from({ length: count }, (_, index) => {
    const one = first + (last < first ? -by : by) * index
    return [{ value: text(letters ? String.fromCharCode(one) : String(one)), quoted: false }]
  })
}

import { classes } from "./patterns.ts"
import { withoutEscapes } from "./printing.ts"

/** `tr` (POSIX XCU, tr) over a constant; undefined: a set that is not read. */
export function translate(of: string, from: string, to: string | undefined, flags: ReadonlySet<string>): string | undefined {
  const complement = flags.has("c") || flags.has("C") || flags.has("complement")
  const first = setOf(from)
  const second = to === undefined ? undefined : setOf(to)
  if (first === undefined || (to !== undefined && second === undefined)) return undefined
  const list = complement ? all.filter((one) => !first.includes(one)) : first
  const removes = flags.has("d") || flags.has("delete")
  const squeezes = flags.has("s") || flags.has("squeeze-repeats")
  const wanted = new Map(list.map((one, index) => [one, index]))
  const last = second?.at(-1)
  let result = ""
  for (const one of of) {
    const index = wanted.get(one)
    if (index !== undefined && removes) continue
    const changed = index === undefined || second === undefined ? one : (second[index] ?? last ?? one)
    const squeezed = removes || second !== undefined ? second?.includes(changed) === true : index !== undefined
    if (!(squeezes && squeezed && result.endsWith(changed))) result += changed
  }
  return result
}

/** Whether letters or digits become other ones; deleting, squeezing and the case of letters leave a text that can be read. Sets that are not read may hide anything. */
export function exchangesLetters(from: string, to: string | undefined, flags: ReadonlySet<string>): boolean {
  if (to === undefined || flags.has("d") || flags.has("delete")) return false
  const [first, second] = [setOf(from), setOf(to)]
  if (first === undefined || second === undefined) return true
  const last = second.at(-1) ?? ""
  return first.some(
    (one, index) =>
      /[A-Za-z0-9\x80-\xff]/.test(one) &&
      /[A-Za-z0-9\x80-\xff]/.test(second[index] ?? last) &&
      one.toLowerCase() !== (second[index] ?? last).toLowerCase(),
  )
}

const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))

/** `a-z`, `[:upper:]`, `\n`, `\060`, `[a*3]`; the brackets of System V around a range stand for themselves. */
function setOf(set: string): readonly string[] | undefined {
  if (/\[=|\[.\*/.test(set)) return undefined
  const members: string[] = []
  for (let at = 0; at < set.length; ) {
    const named = /^\[:([a-z]+):\]/.exec(set.slice(at, at + 12))
    const found = named?.[1] === undefined ? undefined : classes.get(named[1])
    if (named !== null && found !== undefined) {
      members.push(...all.filter((one) => found.test(one)))
      at += named[0].length
      continue
    }
    const first = character(set, at)
    const second = set[first.end] === "-" && first.end + 1 < set.length ? character(set, first.end + 1) : undefined
    const [low, high] = [first.one.charCodeAt(0), (second ?? first).one.charCodeAt(0)]
    if (high < low || high > 255) return undefined
    for (let code = low; code <= high; code += 1) members.push(String.fromCharCode(code))
    at = (second ?? first).end
  }
  return members
}

function character(set: string, at: number): { readonly one: string; readonly end: number } {
  if (set[at] !== "\\" || at + 1 >= set.length) return { one: set.charAt(at), end: at + 1 }
  const octal = /^\\[0-7]{1,3}/.exec(set.slice(at, at + 4))?.[0]
  const written = octal ?? set.slice(at, at + 2)
  const undone = withoutEscapes(written, false).text
  return { one: undone.length === 1 ? undone : set.charAt(at + 1), end: at + written.length }
}

import type { Charge } from "./patterns.ts"

/**
 * A basic regular expression (POSIX XBD 9.3) as one of ours; undefined: with groups or intervals, or one that could take long over so many characters.
 * Each repetition is of one character, so that a match costs at most a power of the length, and that power is counted.
 */
export function posixPattern(pattern: string, length: number, charge: Charge): string | undefined {
  let result = ""
  let repeated = 0
  let canRepeat = false
  for (let at = 0; at < pattern.length; at += 1) {
    const one = pattern.charAt(at)
    if (one === "*" && canRepeat) {
      result += "*"
      repeated += 1
      canRepeat = false
    } else if (one === "[") {
      const set = /^\[(\^?)(\]?(?:\[:[a-z]+:\]|[^\]])*)\]/.exec(pattern.slice(at, at + 256))
      const members = set === null ? undefined : setMembers(set[2] ?? "")
      if (set === null || members === undefined) return undefined
      result += `[${set[1] ?? ""}${members}]`
      at += set[0].length - 1
      canRepeat = true
    } else if (one === "\\") {
      at += 1
      const escaped = pattern.charAt(at)
      if (/[(){}|1-9?+wWsSbB<>`']/.test(escaped) || escaped === "") return undefined
      result += escaped === "n" ? "\\n" : escaped === "t" ? "\\t" : `\\x${hex(escaped)}`
      canRepeat = true
    } else if (one === "." || (one === "^" && at === 0) || (one === "$" && at === pattern.length - 1)) {
      result += one === "." ? "[^]" : one
      canRepeat = one === "."
    } else {
      result += `\\x${hex(one)}`
      canRepeat = true
    }
  }
  return pattern === "" || !charge((length + 1) ** (repeated + 1)) ? undefined : result
}

const hex = (one: string): string => (one.charCodeAt(0) & 255).toString(16).padStart(2, "0")

const names: ReadonlyMap<string, string> = new Map([
  ["alnum", "0-9A-Za-z"],
  ["alpha", "A-Za-z"],
  ["digit", "0-9"],
  ["lower", "a-z"],
  ["upper", "A-Z"],
  ["xdigit", "0-9A-Fa-f"],
  ["space", " \\t-\\r"],
  ["blank", " \\t"],
  ["punct", "!-\\/:-@\\[-`{-~"],
])

function setMembers(of: string): string | undefined {
  let members = ""
  for (let at = 0; at < of.length; at += 1) {
    const named = /^\[:([a-z]+):\]/.exec(of.slice(at, at + 12))
    const range = named === null && of[at + 1] === "-" && at + 2 < of.length ? of.charAt(at + 2) : undefined
    if (named !== null) {
      const found = names.get(named[1] ?? "")
      if (found === undefined) return undefined
      members += found
      at += named[0].length - 1
    } else if (range !== undefined) {
      if (range < of.charAt(at)) return undefined
      members += `\\x${hex(of.charAt(at))}-\\x${hex(range)}`
      at += 2
    } else members += `\\x${hex(of.charAt(at))}`
  }
  return members === "" ? undefined : members
}

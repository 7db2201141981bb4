import type { Charge } from "./patterns.ts"
import { withoutEscapes } from "./printing.ts"
import { posixPattern } from "./regex.ts"

/** A command of sed, as far as it matters what it does to text. */
export type SedCommand =
  | { readonly kind: "s"; readonly address: boolean; readonly pattern: string; readonly replacement: string; readonly flags: string }
  | { readonly kind: "y"; readonly address: boolean; readonly from: string; readonly to: string }
  | { readonly kind: "r" | "R" | "w"; readonly address: boolean; readonly path: string }
  | { readonly kind: "e"; readonly address: boolean; readonly program: string }
  | { readonly kind: "p" | "d" | "q" | "Q" | "other"; readonly address: boolean }

const address =
  /^\s*(?:(?:\d+(?:~\d+)?|\$|\/(?:[^/\\\n]|\\.)*\/[IM]*|\\(.)(?:(?!\1)[^\\\n]|\\.)*\1[IM]*)\s*(?:,\s*(?:[+~]?\d+|\$|\/(?:[^/\\\n]|\\.)*\/[IM]*)\s*)?)/

/** The commands of a script (POSIX XCU, sed); undefined: it cannot be read. */
export function sedCommands(script: string): readonly SedCommand[] | undefined {
  const commands: SedCommand[] = []
  let rest = script.trimStart()
  while (rest !== "") {
    if (commands.length > 1000 || script.length > 65_536) return undefined
    const where = address.exec(rest)?.[0] ?? ""
    const isThere = where.trim() !== ""
    rest = rest.slice(where.length).replace(/^\s*!?\s*/, "")
    const taken = command(rest, isThere)
    if (taken === undefined) return undefined
    if (taken.command !== undefined) commands.push(taken.command)
    rest = taken.rest.replace(/^[\s;]+/, "")
  }
  return commands
}

interface Taken {
  readonly command?: SedCommand
  readonly rest: string
}

function command(rest: string, isThere: boolean): Taken | undefined {
  const letter = rest.charAt(0)
  const line = /^[^\n]*/.exec(rest.slice(1))?.[0] ?? ""
  const behind = rest.slice(1 + line.length)
  switch (letter) {
    case "":
      return { rest: "" }
    case "#":
    case ":":
      return { rest: behind }
    case "{":
    case "}":
      return { rest: rest.slice(1) }
    case "s":
    case "y":
      return substitution(rest, isThere)
    case "r":
    case "R":
    case "w":
    case "W":
      return { command: { kind: letter === "W" ? "w" : letter, address: isThere, path: line.trim() }, rest: behind }
    case "e":
      return { command: { kind: "e", address: isThere, program: line.trim() }, rest: behind }
    case "a":
    case "i":
    case "c": {
      const text = /^(?:[^\n]*\\\n)*[^\n]*/.exec(rest)?.[0] ?? rest
      return { command: { kind: "other", address: isThere }, rest: rest.slice(text.length) }
    }
    case "p":
    case "d":
    case "q":
    case "Q":
      return { command: { kind: letter, address: isThere }, rest: rest.slice(1).replace(/^\s*\d*/, "") }
    default: {
      if (!/^[=DgGhHlnNPxbtTvFzL]/.test(letter)) return undefined
      const label = /^[btTlLv]/.test(letter) ? /^\s*[^;\n}]*/ : /^/
      return { command: { kind: "other", address: isThere }, rest: rest.slice(1).replace(label, "") }
    }
  }
}

function substitution(rest: string, isThere: boolean): Taken | undefined {
  const sign = rest.charAt(1)
  if (sign === "" || sign === "\\" || sign === "\n") return undefined
  const parts: string[] = []
  let at = 2
  for (let part = ""; parts.length < 2 && at < rest.length; at += 1) {
    const one = rest.charAt(at)
    if (one === sign) {
      parts.push(part)
      part = ""
    } else if (one === "\\" && at + 1 < rest.length) {
      at += 1
      part += rest.charAt(at) === sign && !/[\w()|+?{}.*^$[\]]/.test(sign) ? sign : `\\${rest.charAt(at)}`
    } else if (one === "[" && parts.length === 0 && rest.charAt(0) === "s") {
      const set = /^\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]])*\]/.exec(rest.slice(at, at + 256))?.[0] ?? "["
      part += set
      at += set.length - 1
    } else part += one
  }
  const [first, second] = parts
  if (first === undefined || second === undefined) return undefined
  if (rest.charAt(0) === "y") return { command: { kind: "y", address: isThere, from: first, to: second }, rest: rest.slice(at) }
  const flags = /^[gpiIme0-9]*(?:w[^\n]*)?/.exec(rest.slice(at))?.[0] ?? ""
  return { command: { kind: "s", address: isThere, pattern: first, replacement: second, flags }, rest: rest.slice(at + flags.length) }
}

/** Runs substitutions and translations over a constant; undefined: it has other commands, or patterns beyond us. */
export function runSed(of: string, commands: readonly SedCommand[], silent: boolean, charge: Charge): string | undefined {
  if (silent || commands.some((one) => one.address || !(one.kind === "s" || one.kind === "y"))) return undefined
  const ends = of.endsWith("\n")
  const lines = (ends ? of.slice(0, -1) : of).split("\n")
  const done: string[] = []
  for (const line of lines) {
    let now: string | undefined = line
    for (const one of commands)
      if (now !== undefined) now = one.kind === "s" ? substitute(now, one, charge) : one.kind === "y" ? replaceEach(now, one) : undefined
    if (now === undefined) return undefined
    done.push(now)
  }
  return done.join("\n") + (ends ? "\n" : "")
}

function replaceEach(line: string, { from, to }: SedCommand & { readonly kind: "y" }): string | undefined {
  const [before, after] = [from, to].map((set) => [...withoutEscapes(set, false).text])
  if (before === undefined || after === undefined || before.length !== after.length) return undefined
  const map = new Map(before.map((one, index) => [one, after[index] ?? one]))
  return [...line].map((one) => map.get(one) ?? one).join("")
}

function substitute(
  line: string,
  { pattern, replacement, flags }: SedCommand & { readonly kind: "s" },
  charge: Charge,
): string | undefined {
  if (!/^g?$/.test(flags)) return undefined
  const expression = posixPattern(pattern, line.length, charge)
  if (expression === undefined) return undefined
  const put = (match: string): string | undefined => {
    let result = ""
    for (let at = 0; at < replacement.length; at += 1) {
      const one = replacement.charAt(at)
      if (one === "&") result += match
      else if (one !== "\\") result += one
      else if (/[1-9LUElu]/.test(replacement.charAt(at + 1))) return undefined
      else {
        at += 1
        result += replacement.charAt(at) === "n" ? "\n" : replacement.charAt(at) === "t" ? "\t" : replacement.charAt(at)
      }
    }
    return result
  }
  if (put("") === undefined) return undefined
  return line.replace(new RegExp(expression, flags === "g" ? "g" : ""), (match: string) => put(match) ?? match)
}

import { text, unknown, type Value } from "../../model/code.ts"
import { constantOf } from "./builder.ts"
import type { Call, Tool } from "./call.ts"

const named: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["e", "\x1b"],
  ["E", "\x1b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["?", "?"],
])

interface Escaped {
  readonly text: string
  /** A printable character was written by its number. */
  readonly hides: boolean
  /** `\c`: nothing is printed any more. */
  readonly ends: boolean
}

/** Escapes of `printf` and `echo -e`; octal ones of `echo` and `%b` begin with a 0 of their own. */
export function withoutEscapes(of: string, zero: boolean): Escaped {
  let hides = false
  let result = ""
  for (let at = 0; at < of.length; at += 1) {
    const character = of.charAt(at)
    if (character !== "\\") {
      result += character
      continue
    }
    const rest = of.slice(at + 1, at + 11)
    if (zero && rest.startsWith("c")) return { text: result, hides, ends: true }
    const number = (zero ? /^0([0-7]{1,3})/ : /^([0-7]{1,3})/).exec(rest) ?? /^([0-7]{1,3})/.exec(rest)
    const hex = /^x([0-9A-Fa-f]{1,2})/.exec(rest) ?? /^u([0-9A-Fa-f]{1,4})/.exec(rest) ?? /^U([0-9A-Fa-f]{1,8})/.exec(rest)
    const code =
      number !== null ? Number.parseInt(number[1] ?? "0", 8) & 255 : hex !== null ? Number.parseInt(hex[1] ?? "0", 16) : undefined
    if (code !== undefined && code < 256) {
      result += String.fromCharCode(code)
      hides ||= code > 32 && code < 127
      at += (number ?? hex)?.[0].length ?? 0
    } else {
      result += named.get(rest.charAt(0)) ?? `\\${rest.charAt(0)}`
      at += 1
    }
  }
  return { text: result, hides, ends: false }
}

/** A literal with its escapes undone: a step where they hide what it is. */
function unescaped(call: Call, value: Value, zero: boolean): Value {
  const constant = constantOf(value)
  if (constant === undefined)
    return value.kind === "joined" ? call.machine.build.joined(value.parts.map((part) => unescaped(call, part, zero))) : value
  const escaped = withoutEscapes(constant, zero)
  return escaped.hides
    ? call.machine.build.computed(call.step("decode", value), escaped.text)
    : escaped.text === constant
      ? value
      : text(escaped.text)
}

/** `echo`: with `-e`, and as some shells do without it, escapes mean something. */
export const echo: Tool = (call) => {
  let at = 0
  let [escapes, line] = [false, true]
  for (; at < call.args.length; at += 1) {
    const word = call.words[at]
    if (word === undefined || !/^-[neE]+$/.test(word)) break
    escapes = word.includes("e") || (escapes && !word.includes("E"))
    line &&= !word.includes("n")
  }
  const { build } = call.machine
  const parts = call.args.slice(at).flatMap((arg, index) => (index === 0 ? [arg] : [text(" "), arg]))
  const said = build.joined(parts)
  const constant = constantOf(said)
  const other =
    escapes || (constant !== undefined && /\\(?:0[0-7]{2}|x[0-9a-fA-F]{2})/.test(constant)) ? unescaped(call, said, true) : undefined
  const end = line ? [text("\n")] : []
  const undone = other === undefined ? [] : [build.joined([other, ...end])]
  return escapes ? undone[0] : build.either([build.joined([said, ...end]), ...undone])
}

const directive = /%(%|(?:[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?)([diouxXcsbqeEfFgGaA]|\([^)]*\)T))/

/** `printf` (POSIX XCU, printf): the format is used again while there are arguments. `-v name` sets a variable. */
export const printf: Tool = (call) => {
  const into = call.words[0] === "-v" ? call.words[1] : undefined
  const skip = into !== undefined ? 2 : call.words[0] === "--" ? 1 : 0
  const [format, ...args] = call.args.slice(skip)
  if (format === undefined) return
  const printed = print(call, format, args)
  if (into === undefined) return printed
  call.machine.variables.set(into, { value: printed })
  return
}

function print(call: Call, format: Value, args: readonly Value[]): Value {
  const { build, limits } = call.machine
  const constant = constantOf(format)
  if (constant === undefined) return build.joined([unescaped(call, format, false), ...args.filter((arg) => constantOf(arg) === undefined)])
  const parts: Value[] = []
  let next = 0
  do {
    const start = next
    let rest = constant
    for (let match = directive.exec(rest); match !== null; match = directive.exec(rest)) {
      parts.push(unescaped(call, text(rest.slice(0, match.index)), false))
      rest = rest.slice(match.index + match[0].length)
      if (match[0] === "%%") parts.push(text("%"))
      else parts.push(converted(call, args[next++] ?? text(""), match[0], match[2] ?? "s"))
    }
    parts.push(unescaped(call, text(rest), false))
    if (next === start) break
    if (parts.length > limits.valuePartsMax * 16) {
      call.machine.giveUp("a long list that is printed", call.at)
      break
    }
  } while (next < args.length)
  return build.joined(parts)
}

function converted(call: Call, arg: Value, directiveText: string, conversion: string): Value {
  const constant = constantOf(arg)
  if (conversion === "b") return unescaped(call, arg, true)
  if (conversion === "s" || conversion === "q") {
    const precision = /\.(\d+)s$/.exec(directiveText)?.[1]
    if (precision !== undefined && constant !== undefined) return text(constant.slice(0, Number(precision)))
    return arg
  }
  if (constant === undefined) return /[diouxX]/.test(conversion) ? unknown("a number") : arg
  if (conversion === "c") return text(constant.slice(0, 1))
  const number = /^['"]/.test(constant) ? constant.charCodeAt(1) : Number(/^0[0-7]+$/.test(constant) ? `0o${constant.slice(1)}` : constant)
  if (!Number.isSafeInteger(number)) return unknown("a number")
  const digits =
    conversion === "o"
      ? number.toString(8)
      : conversion === "x"
        ? number.toString(16)
        : conversion === "X"
          ? number.toString(16).toUpperCase()
          : String(number)
  const width = /^%(0?)[^1-9]*(\d{0,3})/.exec(directiveText)
  return text(digits.padStart(Number(width?.[2] ?? 0), width?.[1] === "0" ? "0" : " "))
}

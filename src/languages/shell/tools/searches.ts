import { type Search, text, unknown, type Value } from "../../../model/code.ts"
import { candidates, textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"
import { remove } from "../files.ts"
import type { Options } from "../options.ts"

const matchers: ReadonlyMap<string, Search["syntax"]> = new Map([
  ["egrep", "extended"],
  ["fgrep", "fixed"],
])

/** `grep`: with `-l` the names of files by their content, else lines of them. */
const grep: Tool = (call) => {
  const options = call.options({
    short: "efmABCdD",
    long: [
      "regexp",
      "file",
      "max-count",
      "after-context",
      "before-context",
      "context",
      "include",
      "exclude",
      "exclude-dir",
      "directories",
      "color",
      "binary-files",
    ],
  })
  return searched(
    call,
    options,
    options.flags.has("r") || options.flags.has("R") || options.flags.has("recursive") || call.name === "rgrep",
  )
}

function searched(call: Call, { flags, values, operands }: Options, recursive: boolean): Value | undefined {
  const { build } = call.machine
  const has = (...names: readonly string[]): boolean => names.some((name) => flags.has(name))
  const given = [...(values.get("e") ?? []), ...(values.get("regexp") ?? [])]
  const lists = [...(values.get("f") ?? []), ...(values.get("file") ?? [])].map((path) => call.content(path))
  const fromWords = given.length === 0 && lists.length === 0
  const [first, ...rest] = operands
  const patterns = fromWords ? [first ?? text("")] : [...given, ...lists]
  const paths = fromWords ? rest : operands
  const search: Search = {
    by: "content",
    syntax: has("P", "perl-regexp")
      ? "perl"
      : has("F", "fixed-strings")
        ? "fixed"
        : has("E", "extended-regexp")
          ? "extended"
          : (matchers.get(call.name) ?? "basic"),
    ignoresCase: has("i", "ignore-case", "y"),
    pattern: build.either(patterns.map((one) => (textual(one) === undefined ? one : text(textual(one) ?? "")))),
    within: [...paths, ...(values.get("include") ?? []).map((glob) => build.names({ ...byName, pattern: glob, within: paths }, call.at))],
  }
  if (has("l", "files-with-matches")) return build.names(search, call.at)
  if (has("L", "files-without-match")) return build.names({ ...byName, pattern: text("*"), within: paths }, call.at)
  if (has("q", "quiet", "silent")) {
    if (paths.length > 0 && !recursive) call.contents(paths)
    return
  }
  if (has("c", "count")) return unknown("a number of lines")
  return call.step("search", recursive ? build.file(build.names(search, call.at), call.at) : call.contents(paths))
}

const byName = { by: "name", syntax: "glob", ignoresCase: false } as const

const everywhere: Tool = (call) => {
  const options = call.options({ short: "efmABCgtj", long: ["regexp", "file", "glob", "type"] })
  const extended = { ...options, flags: new Set([...options.flags, "E"]) }
  return searched(call, extended, true)
}

const branching = new Set(["-exec", "-execdir", "-ok", "-okdir"])

/** `find folder -name pattern -exec command {} ;` */
const find: Tool = (call) => {
  const { machine, args, words } = call
  const start = words.findIndex((word) => word !== undefined && /^[-(!]/.test(word) && !/^-[HLPO]/.test(word))
  const folders = (start === -1 ? args : args.slice(0, start)).filter((_, index) => !/^-[HLPO]/.test(words[index] ?? ""))
  const patterns: Value[] = []
  let ignoresCase = false
  let acted = false
  const all = (): Value => {
    const [only, ...more] = patterns
    const pattern = only === undefined ? text("*") : more.length === 0 ? only : machine.build.either(patterns)
    return machine.build.names({ ...byName, ignoresCase, pattern, within: folders }, call.at)
  }
  for (let at = Math.max(start, 0); start !== -1 && at < args.length; at += 1) {
    const word = words[at] ?? ""
    const next = args[at + 1]
    if (/^-i?(?:name|path|wholename|lname)$/.test(word) && next !== undefined) {
      patterns.push(text(textual(next) ?? ""))
      if (textual(next) === undefined) patterns[patterns.length - 1] = next
      ignoresCase ||= word.startsWith("-i")
      at += 1
    } else if (word === "-delete") {
      remove(machine, all(), call.at)
      acted = true
    } else if (word === "-fprint" && next !== undefined) call.write(next, all())
    else if (branching.has(word)) {
      const end = words.findIndex((one, index) => index > at && (one === ";" || (one === "+" && words[index - 1] === "{}")))
      const last = end === -1 ? args.length : end
      call.command(args.slice(at + 1, last).map((arg) => replaced(call, arg, "{}", all())))
      at = last
      acted = true
    }
  }
  return acted && !words.some((word) => word === "-print" || word === "-print0") ? undefined : all()
}

/** A word with what stands for each name. */
export function replaced(call: Call, word: Value, mark: string, by: Value): Value {
  const constant = textual(word)
  if (constant === undefined || !constant.includes(mark)) return word
  const parts = constant.split(mark).flatMap((part, index) => (index === 0 ? [text(part)] : [by, text(part)]))
  return call.machine.build.joined(parts)
}

/** `ls`, `locate`: names. */
const list: Tool = (call) => {
  const { operands } = call.options({ short: "IwT" })
  const [only] = operands
  if (operands.length === 1 && only?.kind === "names") return only
  return call.machine.build.names({ ...byName, pattern: text("*"), within: operands }, call.at)
}

/** `xargs command`: what is piped becomes its arguments. */
const xargs: Tool = (call) => {
  const { values, operands } = call.options({
    short: "IiLlnPsdEea",
    long: ["replace", "max-args", "max-procs", "delimiter", "arg-file", "max-lines"],
    command: true,
  })
  const from = values.get("a")?.[0] ?? values.get("arg-file")?.[0]
  const read = from === undefined ? call.input : call.content(from)
  const mark = values.get("I")?.[0] ?? values.get("replace")?.[0]
  const words = operands.length === 0 ? [text("echo")] : operands
  const items = itemsOf(read, call)
  if (mark === undefined) return call.command([...words, ...items])
  const name = textual(mark) ?? "{}"
  const any = call.machine.build.either(items)
  return call.command(words.map((word) => replaced(call, word, name, any)))
}

function itemsOf(value: Value, call: Call): readonly Value[] {
  const [only, ...more] = candidates(value)
  if (only === undefined || more.length > 0 || value.kind === "environment" || !call.machine.charge(only.length)) return [value]
  const words = only.trim().split(/\s+/)
  return words.length > call.machine.limits.valuePartsMax
    ? [value]
    : words.filter((word) => word !== "").map((word) => text(word.replace(/^(['"])(.*)\1$/, "$2")))
}

/** `parallel command ::: words`. */
const parallel: Tool = (call) => {
  const { operands } = call.options({ short: "jnIad", long: ["jobs"], command: true })
  const mark = operands.findIndex((word) => textual(word) === ":::")
  const items = mark === -1 ? itemsOf(call.input, call) : operands.slice(mark + 1)
  const words = mark === -1 ? operands : operands.slice(0, mark)
  const one = call.machine.build.either(items)
  const filled = words.map((word) => replaced(call, word, "{}", one))
  const command = filled.some((word, index) => word !== words[index]) ? filled : [...filled, one]
  const spaced = command.flatMap((word, index) => (index === 0 ? [word] : [text(" "), word]))
  call.runsShell(call.machine.build.joined(spaced))
  return
}

export const searches: readonly (readonly [string, Tool])[] = [
  ["grep", grep],
  ["egrep", grep],
  ["fgrep", grep],
  ["rgrep", grep],
  ["zgrep", grep],
  ["rg", everywhere],
  ["ag", everywhere],
  ["ack", everywhere],
  ["find", find],
  ["ls", list],
  ["dir", list],
  ["vdir", list],
  ["locate", list],
  ["xargs", xargs],
  ["parallel", parallel],
]

import { unknown, type Value } from "../../../model/code.ts"
import { constantOf } from "../builder.ts"
import type { Tool } from "../call.ts"

type Rows = readonly (readonly [string, Tool])[]

/** Letters whose next word is theirs; what is left are files. */
const whole =
  (short = ""): Tool =>
  (call) =>
    call.contents(call.options({ short }).operands)

/** Another order, other columns, other numbers: still all of it, or a part. */
const changed =
  (how: "edit" | "slice", short = ""): Tool =>
  (call) =>
    call.step(how, call.contents(call.options({ short }).operands))

const reversed =
  (change: (one: string) => string): Tool =>
  (call) =>
    call.computed("translate", call.contents(call.options().operands), change)

const lastLine = (of: string): string => (of.endsWith("\n") ? "\n" : "")
const linesOf = (of: string): string[] => of.replace(/\n$/, "").split("\n")

/** `head -n 3`, `head -3`, `head -c 10`, `tail -n +2`, `tail +2`. */
const end =
  (first: boolean): Tool =>
  (call) => {
    const old = /^[-+]\d+[cl]?$/.exec(call.words[0] ?? "")?.[0]
    const rest = old === undefined ? call.args : call.args.slice(1)
    const { values, operands } = call.options({ short: "ncs", long: ["lines", "bytes"] })
    const files = old === undefined ? operands : rest.filter((_, index) => !(call.words[index + 1] ?? "").startsWith("-"))
    const bytes = values.get("c") ?? values.get("bytes")
    const amount = bytes ?? values.get("n") ?? values.get("lines")
    const said = amount?.[0] === undefined ? (old?.replace(/[cl]$/, "").replace(/^-/, "") ?? "10") : constantOf(amount[0])
    const inBytes = bytes !== undefined || old?.endsWith("c") === true
    return call.computed("slice", call.contents(files), (one) => (said === undefined ? undefined : cut(one, said, { first, inBytes })))
  }

function cut(of: string, said: string, { first, inBytes }: { readonly first: boolean; readonly inBytes: boolean }): string | undefined {
  if (!/^[-+]?\d{1,9}$/.test(said)) return undefined
  const count = Math.abs(Number(said))
  const units = inBytes ? [...of] : linesOf(of).map((line, index, all) => (index === all.length - 1 ? line + lastLine(of) : `${line}\n`))
  if (first) return units.slice(0, said.startsWith("-") ? Math.max(0, units.length - count) : count).join("")
  return (said.startsWith("+") ? units.slice(Math.max(0, count - 1)) : count === 0 ? [] : units.slice(-count)).join("")
}

/** `cut -c 1-3`, `cut -d: -f2`. */
const columns: Tool = (call) => {
  const { values, operands } = call.options({ short: "bcdf", long: ["bytes", "characters", "delimiter", "fields", "output-delimiter"] })
  const value = (...names: readonly string[]): string | undefined => {
    const found = names.flatMap((name) => values.get(name) ?? [])[0]
    return found === undefined ? undefined : constantOf(found)
  }
  const [list, byField] = [value("c", "b", "bytes", "characters") ?? value("f", "fields"), value("f", "fields") !== undefined]
  const between = value("d", "delimiter") ?? "\t"
  return call.computed("slice", call.contents(operands), (one) => {
    const wanted = list === undefined ? undefined : rangesOf(list)
    if (wanted === undefined) return undefined
    const line = (of: string): string => {
      const units = byField ? of.split(between) : [...of]
      return byField && units.length === 1 ? of : units.filter((_, index) => wanted(index + 1)).join(byField ? between : "")
    }
    return linesOf(one).map(line).join("\n") + lastLine(one)
  })
}

function rangesOf(list: string): ((position: number) => boolean) | undefined {
  const ranges = list.split(",").map((part) => /^(\d*)(-?)(\d*)$/.exec(part))
  if (ranges.includes(null)) return undefined
  return (position) =>
    ranges.some((range) => {
      const [from, to] = [Number(range?.[1] || 1), range?.[2] === "" ? Number(range[1]) : Number(range?.[3] || Number.POSITIVE_INFINITY)]
      return position >= from && position <= to
    })
}

/** `dd if=a of=b skip=1`. */
const copyBlocks: Tool = (call) => {
  const named = new Map(
    call.args.flatMap((arg, index) => {
      const word = call.words[index] ?? (arg.kind === "joined" && arg.parts[0] !== undefined ? constantOf(arg.parts[0]) : undefined)
      const name = /^([a-z]+)=/.exec(word ?? "")?.[1]
      return name === undefined ? [] : [[name, call.behind(arg, name.length + 1)] as const]
    }),
  )
  const from = named.get("if")
  const read = from === undefined ? call.input : call.content(from)
  const cuts = ["skip", "count", "bs", "ibs", "iseek"].some((name) => named.has(name))
  const what = named.has("conv") ? call.step("edit", read) : cuts ? call.step("slice", read) : read
  const to = named.get("of")
  if (to === undefined) return what
  call.write(to, what)
  return
}

/** `tee a b`: into files, and on. */
const tee: Tool = (call) => {
  const { flags, operands } = call.options()
  for (const path of operands) call.write(path, call.input, flags.has("a") || flags.has("append"))
  return call.input
}

/** `split`, `csplit`: pieces in files of many names. */
const pieces: Tool = (call) => {
  const [from, prefix] = call.options({ short: "abClnt" }).operands
  call.write(
    unknown(`pieces of ${prefix === undefined ? "x" : (constantOf(prefix) ?? "a file")}`),
    call.step("slice", from === undefined ? call.input : call.content(from)),
  )
  return
}

/** `paste`, `join`, `comm`, `diff`, `cmp`: files beside each other. */
const beside: Tool = (call) => call.step("edit", call.contents(call.options({ short: "d12et" }).operands))

const counted: Tool = (call): Value => {
  call.contents(call.options().operands)
  return unknown("a number")
}

export const readers: Rows = [
  ["cat", whole()],
  ["tac", reversed((one) => `${linesOf(one).reverse().join("\n")}${lastLine(one)}`)],
  [
    "rev",
    reversed(
      (one) =>
        linesOf(one)
          .map((line) => [...line].reverse().join(""))
          .join("\n") + lastLine(one),
    ),
  ],
  ["head", end(true)],
  ["tail", end(false)],
  ["cut", columns],
  ["dd", copyBlocks],
  ["dcfldd", copyBlocks],
  ["tee", tee],
  ["sponge", tee],
  ["split", pieces],
  ["csplit", pieces],
  ["sort", changed("edit", "kotSTm")],
  ["uniq", changed("edit", "fsw")],
  ["shuf", changed("edit", "ino")],
  ["nl", changed("edit", "bdfhilnsvw")],
  ["fold", changed("edit", "w")],
  ["fmt", changed("edit", "w")],
  ["pr", changed("edit", "lowh")],
  ["column", changed("edit", "stc")],
  ["expand", changed("edit", "t")],
  ["unexpand", changed("edit", "t")],
  ["strings", changed("slice", "nte")],
  ["od", changed("edit", "AjNtw")],
  ["hexdump", changed("edit", "nsef")],
  ["hd", changed("edit", "nse")],
  ["paste", beside],
  ["join", beside],
  ["comm", beside],
  ["diff", beside],
  ["less", whole()],
  ["more", whole()],
  ["pv", whole("LBs")],
  ["wc", counted],
  ["sum", counted],
  ["cksum", counted],
]

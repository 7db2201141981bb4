import type { Value } from "../../model/code.ts"
import { distinct } from "../distinct.ts"
import type { Call, Thing, World } from "./platform.ts"

/** Options before a text that an interpreter runs. */
const shells = { language: "shell", options: /^-[a-z]*c$/ }
const interpreters: ReadonlyMap<string, { readonly language: string; readonly options: RegExp }> = new Map([
  ...["sh", "bash", "dash", "zsh", "ksh", "ash", "busybox"].map((name) => [name, shells] as const),
  ...["node", "nodejs", "bun", "deno"].map(
    (name) => [name, { language: "javascript", options: /^(-[ep]+|--eval|--print|eval)$/ }] as const,
  ),
  ...["python", "python2", "python3", "pypy3"].map((name) => [name, { language: "python", options: /^-[A-Za-z]*c$/ }] as const),
  ["perl", { language: "perl", options: /^-[a-z]*[eE]$/ }],
  ["ruby", { language: "ruby", options: /^-e$/ }],
  ["php", { language: "php", options: /^-r$/ }],
  ...["powershell", "pwsh"].map((name) => [name, { language: "powershell", options: /^-(c|command|e|enc|encodedcommand)$/i }] as const),
  ["cmd", { language: "cmd", options: /^\/[ck]$/i }],
])

/** The name of a program, wherever it lies. */
const baseOf = (program: string | undefined): string =>
  (program ?? "")
    .replace(/^.*[/\\]/, "")
    .replace(/\.exe$/, "")
    .toLowerCase()

const interpreterOf = (program: string | undefined): { readonly language: string; readonly options: RegExp } | undefined =>
  interpreters.get(baseOf(program))

/** Programs that fetch, and the option behind which the file stands that it goes to (curl(1), wget(1)). */
const fetchers: ReadonlyMap<string, RegExp> = new Map([
  ["curl", /^(?:-[a-zA-Z]*o|--output)$/],
  ["wget", /^(?:-[a-zA-Z]*O|--output-document)$/],
])

/** What a program that fetches prints; undefined: it is none, or writes it to a file. */
function fetchesWith({ world, at }: Call, program: string, args: readonly Thing[]): Value | undefined {
  const into = fetchers.get(program)
  if (into === undefined) return undefined
  const address = args.find((one) => textsOf(world, one).some((text) => /^[a-z]+:\/\//i.test(text))) ?? args.at(-1)
  if (address === undefined) return undefined
  const from = world.value(address)
  world.act({ kind: "connects", to: from, at })
  const option = args.findIndex((one) => into.test(world.constant(one) ?? ""))
  const file = option === -1 ? undefined : args[option + 1]
  const answer: Value = { kind: "fetched", from, at }
  if (file === undefined) return answer
  world.act({ kind: "writes", path: world.value(file), what: answer, at })
  return undefined
}

/** `git push ADDRESS ...`: to whoever has the repository there, not to a remote that whoever runs it named. */
function pushes({ world, at }: Call, program: string, args: readonly Thing[]): void {
  if (program !== "git") return
  const words = args.map((one) => world.constant(one))
  // Options before the command, and what two of them take (git(1)).
  let command = 0
  while (words[command]?.startsWith("-") === true) command += /^-[cC]$/.test(words[command] ?? "") ? 2 : 1
  if (words[command] !== "push") return
  const to = args
    .slice(command + 1)
    .map((one) => world.value(one))
    .find((one) => /^(?:[a-z+]+:\/\/|[\w.-]+@[\w.-]+:)/i.test(startOf(one)))
  if (to !== undefined) world.act({ kind: "connects", to, at })
}

const startOf = (of: Value): string =>
  of.kind === "text" ? of.text : of.kind === "joined" && of.parts[0] !== undefined ? startOf(of.parts[0]) : ""

/** Each text that it may be, as a condition or a variable of the environment leaves it: `win ? "cmd" : "sh"`. */
function textsOf(world: World, thing: Thing): readonly string[] {
  if (thing.kind === "either" || thing.kind === "some") return thing.of.flatMap((one) => textsOf(world, one))
  const constant = world.constant(thing)
  return constant === undefined ? [] : [constant]
}

/** A program with arguments is run: the act, and where it is an interpreter with a text to run, that text. Gives what it prints. */
export function runProgram(call: Call, program: Thing, args: readonly Thing[], input?: Thing): Value {
  const { world, at } = call
  const given = args.map((one) => world.value(one))
  world.act({
    kind: "runs",
    as: "program",
    what: world.value(program),
    with: given,
    at,
    ...(input === undefined ? {} : { input: world.value(input) }),
  })
  const name = world.constant(program)
  const answer = fetchesWith(call, baseOf(name), args)
  pushes(call, baseOf(name), args)
  const interpreters = distinct(textsOf(world, program).map(interpreterOf)).filter((one) => one !== undefined)
  const texts = interpreters.flatMap(({ language, options }) => {
    const option = args.findIndex((one) => textsOf(world, one).some((text) => options.test(text)))
    const text = option === -1 ? undefined : args[option + 1]
    return text === undefined ? [] : [{ language, text, rest: args.slice(option + 2) }]
  })
  // What stands behind the text of a shell is its own name first.
  for (const { language, text, rest } of texts) world.runsText(text, language, call, { args: language === "shell" ? rest.slice(1) : rest })
  const script =
    texts.length > 0 || interpreters.length === 0 ? undefined : args.find((one) => world.constant(one)?.startsWith("-") !== true)
  if (script !== undefined)
    for (const { language } of interpreters) world.act({ kind: "runs", as: "module", what: world.value(script), language, at })
  if (texts.length === 0 && input !== undefined) for (const { language } of interpreters) world.runsText(input, language, call)
  return answer ?? world.step("program", name ?? "a program", world.joined([...spaced(args), ...(input === undefined ? [] : [input])]), at)
}

/** Words as words. */
const spaced = (args: readonly Thing[]): readonly Thing[] =>
  args.flatMap((one, index): readonly Thing[] => (index === 0 ? [one] : [{ kind: "text", text: " " }, one]))

import type { Value } from "../../model/code.ts"
import type { Call, Thing } from "./platform.ts"

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

const interpreterOf = (program: string | undefined): { readonly language: string; readonly options: RegExp } | undefined =>
  interpreters.get(
    (program ?? "")
      .replace(/^.*[/\\]/, "")
      .replace(/\.exe$/, "")
      .toLowerCase(),
  )

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
  const interpreter = interpreterOf(name)
  if (interpreter !== undefined) {
    const option = args.findIndex((one) => interpreter.options.test(world.constant(one) ?? ""))
    const text = args[option + 1]
    if (option !== -1 && text !== undefined) world.runsText(text, interpreter.language, call)
    else if (input !== undefined) world.runsText(input, interpreter.language, call)
  }
  return world.step("program", name ?? "a program", world.joined([...spaced(args), ...(input === undefined ? [] : [input])]), at)
}

/** Words as words. */
const spaced = (args: readonly Thing[]): readonly Thing[] =>
  args.flatMap((one, index): readonly Thing[] => (index === 0 ? [one] : [{ kind: "text", text: " " }, one]))

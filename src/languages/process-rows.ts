import type { Call, Thing } from "./imperative/platform.ts"

/** A program is started: a list of words, or one text, which is a command line only for a shell. */
export function started(call: Call, given: Thing, isShell: boolean, input: Thing | undefined): void {
  const [program, ...rest] = given.kind === "items" ? given.items : [given]
  if (program === undefined) return
  if (isShell) call.world.runsText(program, "shell", call, input)
  else {
    const values = rest.map((one) => call.world.value(one))
    const given = input === undefined ? {} : { input: call.world.value(input) }
    call.world.act({ kind: "runs", as: "program", what: call.world.value(program), with: values, ...given, at: call.at })
    runsInterpreter(call, program, rest)
  }
}

const interpreters: ReadonlyMap<string, string> = new Map([
  ["sh", "shell"],
  ["bash", "shell"],
  ["dash", "shell"],
  ["zsh", "shell"],
  ["ksh", "shell"],
  ["python", "python"],
  ["python2", "python"],
  ["python3", "python"],
  ["perl", "perl"],
  ["ruby", "ruby"],
  ["node", "javascript"],
  ["php", "php"],
])

/** `sh -c TEXT`, `python -c TEXT`, `perl -e TEXT`: the text is a program. */
export function runsInterpreter(call: Call, program: Thing, args: readonly Thing[]): void {
  const name = call.world.constant(program)?.replace(/^.*\//, "")
  const language = name === undefined ? undefined : interpreters.get(name.replace(/^(python[23])\.\d+$/, "$1"))
  const flag = args.findIndex((one) => /^-\w*[cer]$/.test(call.world.constant(one) ?? ""))
  const what = flag === -1 ? undefined : args[flag + 1]
  if (language !== undefined && what !== undefined) call.world.runsText(what, language, call)
}

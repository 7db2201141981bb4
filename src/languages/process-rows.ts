import { unknown } from "../model/code.ts"
import type { Call, Thing } from "./imperative/platform.ts"
import { runProgram } from "./imperative/programs.ts"

/** A program is started: a list of words, or one text, which is a command line only for a shell. Gives what it prints. */
export function started(call: Call, given: Thing, isShell: boolean, input: Thing | undefined): Thing {
  const [program, ...rest] = given.kind === "items" ? given.items : [given]
  if (program === undefined) return unknown("no program")
  if (!isShell) return runProgram(call, program, rest, input)
  call.world.runsText(program, "shell", call, input === undefined ? {} : { input })
  return unknown("what a shell gave")
}

#!/usr/bin/env -S node --max-semi-space-size=8 --v8-pool-size=1 --disable-warning=ExperimentalWarning
import { escapeForeign } from "../index.ts"
import { exitCodes } from "./exit.ts"
import { programOf } from "./program.ts"

// A reader that goes away (head, less) is no error of ours, and no success either: the exit code stays that of the verdict.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.exit(exitCodes.fault)
})

try {
  await programOf().parseAsync()
} catch (error) {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `everybyte: a defect of ours, please report it with the command that you ran:\n${stack.split("\n").map(escapeForeign).join("\n")}\n`,
  )
  process.exitCode = exitCodes.fault
}

// All is done and written: what V8 still compiles or collects beside it need not be waited for, nor its heap be taken apart (10 ms of each run).
if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit()

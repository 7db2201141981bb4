#!/usr/bin/env -S node --max-semi-space-size=8 --disable-warning=ExperimentalWarning
import { Command } from "@commander-js/extra-typings"
import { escapeForeign, toolVersion } from "../index.ts"
import { cacheCommand } from "./cache.ts"
import { doctorCommand } from "./doctor.ts"
import { exitCodes } from "./exit.ts"
import { explainCommand } from "./explain.ts"
import { originsCommand } from "./origins.ts"
import { startedAs } from "./terminal.ts"
import { toolchainCommand } from "./toolchain.ts"

const program = new Command(startedAs())
  .description("Accounts for every byte of an open-source release.")
  .version(toolVersion)
  .addHelpText("after", `\nStart with: ${startedAs()} explain --help`)
  .addCommand(explainCommand())
  .addCommand(originsCommand())
  .addCommand(toolchainCommand())
  .addCommand(cacheCommand())
  .addCommand(doctorCommand())

// A reader that goes away (head, less) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? exitCodes.done : exitCodes.fault))

/** commander ends with 1 for wrong words; the contract says 2. */
for (const command of [program, ...program.commands, ...program.commands.flatMap((child) => child.commands)]) {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage))
}

try {
  await program.parseAsync()
} catch (error) {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `everybyte: a defect of ours, please report it with the command that you ran:\n${stack.split("\n").map(escapeForeign).join("\n")}\n`,
  )
  process.exitCode = exitCodes.fault
}

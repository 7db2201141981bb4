import { Command } from "@commander-js/extra-typings"
import { toolVersion } from "../index.ts"
import { auditCommand } from "./audit.ts"
import { cacheCommand } from "./cache.ts"
import { compareCommand } from "./compare.ts"
import { completionCommand } from "./completion.ts"
import { doctorCommand } from "./doctor.ts"
import { exitCodes } from "./exit.ts"
import { explainCommand } from "./explain.ts"
import { originsCommand } from "./origins.ts"
import { reviewCommand } from "./review.ts"
import { showCommand } from "./show.ts"
import { startedAs } from "./terminal.ts"
import { toolchainCommand } from "./toolchain.ts"
import { traceCommand } from "./trace.ts"
import { verifyCommand } from "./verify.ts"

/** All commands, in the order in which help lists them. */
export function programOf() {
  const program = new Command(startedAs())
    .description("Accounts for every byte of an open-source release.")
    .version(toolVersion)
    .addHelpText("after", `\nStart with: ${startedAs()} explain --help`)
    .addCommand(auditCommand())
    .addCommand(explainCommand())
    .addCommand(compareCommand())
    .addCommand(traceCommand())
    .addCommand(showCommand())
    .addCommand(reviewCommand())
    .addCommand(verifyCommand())
    .addCommand(originsCommand())
    .addCommand(toolchainCommand())
    .addCommand(cacheCommand())
    .addCommand(doctorCommand())
  program.addCommand(completionCommand(() => program))
  /** commander ends with 1 for wrong words; the contract says 2. */
  for (const command of [program, ...program.commands, ...program.commands.flatMap((child) => child.commands)]) {
    command.exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage))
  }
  return program
}

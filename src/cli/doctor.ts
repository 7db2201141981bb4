import { Command } from "@commander-js/extra-typings"
import { createContext, doctor } from "../index.ts"
import { exitCodes } from "./exit.ts"

/** `everybyte doctor`: what this machine lacks, and what that makes undetermined. */
export const doctorCommand = () =>
  new Command("doctor")
    .description("what this machine lacks, and what that makes undetermined")
    .option("--cache <dir>", "another cache folder")
    .action(async (options) => {
      const findings = await doctor(createContext({ cache: options.cache }))
      for (const { what, have, without } of findings)
        process.stdout.write(`${have === undefined ? "lacks" : "has  "}  ${what.padEnd(16)}  ${have ?? `without it: ${without}`}\n`)
      if (findings.some((finding) => finding.needed && finding.have === undefined)) process.exitCode = exitCodes.fault
    })

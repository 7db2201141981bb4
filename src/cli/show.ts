import { Command } from "@commander-js/extra-typings"
import { createContext, type Reporter, readReport, reporters } from "../index.ts"
import { failWith } from "./exit.ts"
import { formatOption, listOption } from "./options.ts"
import { print } from "./release.ts"
import { lookOf, startedAs } from "./terminal.ts"

/** `everybyte show`: another form of a report that was made elsewhere, or before. */
export const showCommand = () =>
  new Command("show")
    .description("print a report that was kept as JSON in another form; nothing is looked at again")
    .argument("<report.json>", "what `--format json -o FILE` wrote")
    .addOption(formatOption())
    .option("-o, --output <file>", "write it to a file, replacing it, instead of stdout")
    .addOption(listOption())
    .option("--no-color", "no colours")
    .addHelpText(
      "after",
      `
Examples:
  ${startedAs()} show report.json
  ${startedAs()} show report.json --format sarif -o report.sarif     for code scanning

It ends with 0 whatever the verdict is: the gate is \`audit\`.`,
    )
    .action(async (path, { format, output, list, color }) => {
      const report = await readReport(path, createContext())
      if (!report.ok) {
        process.exitCode = failWith(report.fault)
        return
      }
      const reporter: Reporter = reporters[format]
      const failed = await print(reporter.render(report.value, lookOf({ color, list, toFile: output !== undefined })), output)
      if (failed !== undefined) process.exitCode = failWith(failed)
    })

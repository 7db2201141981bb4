import { Option } from "@commander-js/extra-typings"
import { compareReleases, comparisonForms } from "../index.ts"
import { failWith } from "./exit.ts"
import { dependenciesOption, failOnOption, needsOf, releaseCommand } from "./options.ts"
import { contextOf, print, requestOf, verdictCode } from "./release.ts"
import { lookOf, startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} compare old-1.2.tar.gz new-1.3.tar.gz
  ${startedAs()} compare deb-src:xz-utils@5.4.1 deb-src:xz-utils@5.8.1 --repository ../xz     and where the new bytes come from

Packages that only the new one needs are opened to see what they can do.
Each release's commit is found in the repository by itself. The verdict is the new release's.
Exit codes: 0 done, 1 the verdict is at or above --fail-on, 2 wrong usage, 3 could not be done.`

/** `everybyte compare`: what a release adds over another. */
export const compareCommand = () =>
  releaseCommand("compare")
    .description("what a release adds over another, and what it loses")
    .argument("<old>", "path, address, purl or short form")
    .argument("<new>", "the release after it")
    .addOption(new Option("--format <form>", "form of the comparison").choices(["text", "json"] as const).default("text" as const))
    .addOption(dependenciesOption())
    .addOption(failOnOption())
    .addHelpText("after", examples())
    .action(async (old, target, options) => {
      const request = await requestOf(target, { ...options, previous: old, acceptPrevious: false })
      const atOne = options.repository !== undefined && request.ok && request.value.ref !== undefined
      const refused = atOne ? { ok: false as const, fault: oneRef } : request
      if (!refused.ok) {
        process.exitCode = failWith(refused.fault)
        return
      }
      const { ctx, clear } = contextOf(options)
      const compared = await compareReleases({ ...refused.value, ...needsOf(options), previous: old }, ctx)
      clear()
      if (!compared.ok) {
        process.exitCode = failWith(compared.fault)
        return
      }
      const look = lookOf({ color: options.color, list: options.list, toFile: options.output !== undefined })
      const failed = await print(comparisonForms[options.format](compared.value, look), options.output)
      process.exitCode = failed === undefined ? verdictCode(compared.value.verdict, options.failOn) : failWith(failed)
    })

const oneRef = {
  kind: "usage",
  why: "--repository names one ref, and two releases are compared",
  remedy: "leave out the @REF: each release's commit is found by itself",
} as const

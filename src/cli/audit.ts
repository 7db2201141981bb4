import { type Audited, attestAudit, auditRelease } from "../index.ts"
import { failWith } from "./exit.ts"
import { auditFailOn, auditFailOnOption, collectText, dependenciesOption, needsOf, oneReleaseCommand } from "./options.ts"
import { contextOf, deliver, givenOf, requestOf, withPrevious } from "./release.ts"
import { auditedSbom } from "./sbom.ts"
import { startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} audit deb-src:xz-utils@5.8.1 --repository ../xz
  ${startedAs()} audit dist/foo-1.2.tar.gz --repository . --policy ~/policies/foo.yaml
  ${startedAs()} audit new.tar.xz --repository ../foo --previous old.tar.xz --accept-previous     only what is new
  ${startedAs()} audit npm:semver@7.6.3 --repository ../node-semver --format json -o report.json --fail-on alarm
  ${startedAs()} audit new.tar.xz --repository ../foo --yara ~/rules     a review for each content that a YARA rule is true of
  ${startedAs()} audit npm:semver@7.6.3 --previous auto     what it does that the release before it did not
  ${startedAs()} audit npm:express@5.2.1 --dependencies     and what the packages that it needs can do
  ${startedAs()} audit sbom.cdx.json --policy policy.yaml     each package that it lists; the policy names their repositories

The policy says what is worth a look and whose word counts; it never comes from what is audited.
Exit codes: 0 the verdict is below --fail-on, 1 it is at or above, 2 wrong usage, 3 could not be done.`

/** `everybyte audit`: one verdict that a packager and a CI job can act on. */
export const auditCommand = () =>
  oneReleaseCommand("audit")
    .description("one verdict on a release: what asks for attention, what was settled and by whom, what to do")
    .option("--policy <file>", "what counts, and whose word: a .yaml, .json or .toml file of yours")
    .option("--reviews <dir>", "a folder of reviews instead of your own")
    .option(
      "--yara <file>",
      "YARA rules of yours, a file or a folder of .yar and .yara files, to hold against every content (repeatable)",
      collectText,
    )
    .addOption(dependenciesOption())
    .option("--attest <file>", "sign the verdict as a SLSA Verification Summary")
    .option("--attest-key <file>", "private key for it, Ed25519 in PEM, instead of this machine's own")
    .addOption(auditFailOnOption())
    .addHelpText("after", examples())
    .action(async (artifact, options) => {
      const request = await requestOf(artifact, options)
      if (!request.ok) {
        process.exitCode = failWith(request.fault)
        return
      }
      const listed = await auditedSbom(artifact, options)
      if (listed !== undefined) {
        process.exitCode = listed
        return
      }
      const { ctx, clear } = contextOf(options)
      const compared = await withPrevious(request.value, ctx)
      const own = { ...needsOf(options), policy: options.policy, reviewFolder: options.reviews, yara: options.yara }
      const audited: Audited = compared.ok ? await auditRelease({ ...compared.value, ...own }, ctx) : compared
      clear()
      const failOn = options.failOn ?? audited.failOn ?? auditFailOn
      if (audited.ok && options.attest !== undefined) {
        const attested = await attestAudit(audited.value, { path: options.attest, key: options.attestKey, failOn }, ctx)
        if (!attested.ok) {
          process.exitCode = failWith(attested.fault)
          return
        }
      }
      process.exitCode = await deliver(audited, { ...options, failOn, given: givenOf(options) })
    })

import { Command } from "@commander-js/extra-typings"
import { type Attested, createContext, escapeForeign, verifyAttestation } from "../index.ts"
import { exitCodes, failWith } from "./exit.ts"
import { verifyFailOnOption } from "./options.ts"
import { startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} audit foo-1.2.tar.gz --repository ../foo --attest foo.vsa.json      signs the verdict with this machine's key
  ${startedAs()} verify foo.vsa.json foo-1.2.tar.gz --policy policy.yaml       elsewhere: the policy's reviewers count

Exit codes: 0 it holds, 1 it does not, 2 wrong usage, 3 could not be done.`

/** `everybyte verify`: whether somebody's signed summary of an audit holds for bytes at hand. */
export const verifyCommand = () =>
  new Command("verify")
    .description(
      "whether a signed summary of an audit (SLSA VSA) is of these very bytes, by somebody who counts, and says that they passed",
    )
    .argument("<attestation>", "what `audit --attest FILE` wrote")
    .argument("<artifact>", "path, address, purl or short form")
    .option("--policy <file>", "whose summaries count besides your own")
    .addOption(verifyFailOnOption())
    .option("--offline", "use the cache only, fetch nothing", false)
    .addHelpText("after", examples())
    .action(async (path, artifact, { policy, failOn, offline }) => {
      const found = await verifyAttestation({ path, artifact, policy, failOn }, createContext({ offline }))
      if (!found.ok) {
        process.exitCode = failWith(found.fault)
        return
      }
      process.stdout.write(attestedText(path, found.value))
      process.exitCode = found.value.why === undefined ? exitCodes.done : exitCodes.verdict
    })

function attestedText(path: string, { sha256, summary, by, why, otherPolicy }: Attested): string {
  return [
    why === undefined ? `holds     ${path}` : `refused   ${path}`,
    ...(why === undefined ? [] : [`  because   ${why}`]),
    `  bytes     sha256 ${sha256}`,
    ...(by === undefined ? [] : [`  by        ${by}`]),
    ...(summary === undefined
      ? []
      : [
          `  verdict   ${summary.everybyte.verdict} on ${summary.timeVerified.slice(0, 10)}, ${summary.everybyte.toRead} to read, ${summary.everybyte.settled} settled`,
          `  policy    ${summary.policy.digest?.["sha256"] ?? "none"}${otherPolicy === true ? " (another than --policy)" : ""}`,
          ...(summary.everybyte.expires === undefined ? [] : [`  expires   ${summary.everybyte.expires}`]),
        ]),
    "",
  ]
    .map(escapeForeign)
    .join("\n")
}

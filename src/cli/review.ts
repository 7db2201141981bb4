import { Command, Option } from "@commander-js/extra-typings"
import {
  canonicalJson,
  createContext,
  escapeForeign,
  exportReviews,
  type FoundReview,
  importReviews,
  listReviews,
  type Result,
  type ReviewKey,
  reviewKey,
  type Signed,
  signAudit,
  verifyReview,
  writeOutput,
} from "../index.ts"
import { exitCodes, failWith } from "./exit.ts"
import { startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} review key                                     this machine's key, made once; its public half for a policy
  ${startedAs()} audit foo-1.2.tar.gz --repository ../foo --format json -o report.json
  ${startedAs()} review sign report.json --reason "read all of it" --expires 2027-01-01
  ${startedAs()} review list --policy policy.yaml               who vouches for what, and whose word does not count
  ${startedAs()} review export -o reviews.ndjson                for a colleague: ${startedAs()} review import reviews.ndjson

A review is of the very bytes of one release, and of what asked for attention in it. It counts when a reviewer of the policy or this
machine's own key signed it, until it expires. Reviews are files in a folder: --reviews DIR keeps them where a team shares them.`

/** `everybyte review`: people's signed word on a release. */
export const reviewCommand = () =>
  new Command("review")
    .description("sign that you read what a release asks to be read, and see who did")
    .addHelpText("after", examples())
    .addCommand(keyCommand())
    .addCommand(signCommand())
    .addCommand(verifyCommand())
    .addCommand(listCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())

const reviewsOption = () => new Option("--reviews <dir>", "another folder of reviews")
const policyOption = () => new Option("--policy <file>", "whose reviews count besides your own")

/** Prints what `work` gives, or says in one sentence why not. */
function answer<T>(result: Result<T>, print: (value: T) => string): void {
  if (result.ok) process.stdout.write(print(result.value))
  else process.exitCode = failWith(result.fault)
}

const keyCommand = () =>
  new Command("key")
    .description("show the public half of the key that you sign with; the key is made if there is none, and never written over")
    .option("--key <file>", "another private key, Ed25519 in PEM")
    .action(async ({ key }) => answer(await reviewKey(key, createContext()), keyText))

const keyText = ({ path, keyId, publicKey, isNew }: ReviewKey): string =>
  [
    `# ${isNew ? "made" : "found"} ${escapeForeign(path)}; its private half never leaves that file`,
    `# key ${keyId}, for a policy:`,
    "reviewers:",
    "  - name: YOUR NAME",
    "    key: |",
    ...publicKey
      .trimEnd()
      .split("\n")
      .map((line) => `      ${line}`),
    "",
  ].join("\n")

const signCommand = () =>
  new Command("sign")
    .description("sign that you accept what is open in an audit's report: just that, of those bytes")
    .argument("<report.json>", "what `audit --format json -o FILE` wrote")
    .requiredOption("--reason <text>", "what you did and why it will do")
    .option("--expires <day>", "the first day on which it no longer holds: YYYY-MM-DD")
    .option("--key <file>", "another private key, Ed25519 in PEM")
    .addOption(reviewsOption())
    .action(async (report, options) => answer(await signAudit({ report, ...options }, createContext()), signedText))

/** Items that are named when they are signed for; the report lists them all. */
const namedMax = 10

function signedText({ path, said, toRead }: Signed): string {
  const { artifact, items, others, since } = said
  const rest = others.length === 0 ? "" : `; ${counted(others.length)} that others settled ${others.length === 1 ? "is" : "are"} not yours`
  return [
    `signed ${counted(items.length)}, ${toRead} to read, of ${artifact.name} (sha256 ${artifact.sha256})${rest}`,
    ...items.slice(0, namedMax).map(({ at }) => `  ${at}`),
    ...(items.length > namedMax ? [`  and ${items.length - namedMax} more`] : []),
    ...(since === undefined ? [] : [`since ${since.target} (sha256 ${since.sha256}): it counts only together with a review of that`]),
    `kept ${path}`,
    "",
  ]
    .map(escapeForeign)
    .join("\n")
}

const counted = (items: number): string => `${items} ${items === 1 ? "item" : "items"}`

const verifyCommand = () =>
  new Command("verify")
    .description("whether a review counts today, whose it is, and else why not")
    .argument("<file>", "one review")
    .addOption(policyOption())
    .addHelpText("after", "\nExit codes: 0 it counts, 1 it does not, 2 wrong usage, 3 could not be done.")
    .action(async (file, { policy }) => {
      const found = await verifyReview(file, { policy }, createContext())
      answer(found, reviewText)
      if (found.ok && found.value.kind === "refused") process.exitCode = exitCodes.verdict
    })

const listCommand = () =>
  new Command("list")
    .description("who vouches for what, and which reviews do not count and why")
    .addOption(reviewsOption())
    .addOption(policyOption())
    .addOption(new Option("--format <form>", "form of the answer").choices(["text", "json"] as const).default("text" as const))
    .action(async ({ format, ...asking }) => {
      const print = (reviews: readonly FoundReview[]): string =>
        format === "json"
          ? canonicalJson({ reviews })
          : reviews.length === 0
            ? "there are no reviews yet\n"
            : reviews.map(reviewText).join("\n")
      answer(await listReviews(asking, createContext()), print)
    })

function reviewText(found: FoundReview): string {
  const said = found.kind === "valid" ? found.review : found.said
  const lines = found.kind === "valid" ? [`counts    ${found.source}`] : [`refused   ${found.source}`, `  because   ${found.why}`]
  if (said === undefined) return `${lines.map(escapeForeign).join("\n")}\n`
  const { artifact, since, signed, expires, reason, items } = said
  const by = found.kind === "valid" ? `${found.review.reviewer} (key ${found.review.keyId.slice(0, 16)})` : "nobody that is known"
  return [
    ...lines,
    `  ${found.kind === "valid" ? "of      " : "says of "}  ${artifact.purl ?? artifact.target}  sha256 ${artifact.sha256}`,
    ...(since === undefined ? [] : [`  since     ${since.target}  sha256 ${since.sha256}`]),
    `  by        ${by}, ${signed}${expires === undefined ? "" : `, until ${expires}`}: ${counted(items.length)}`,
    `  reason    ${reason}`,
    "",
  ]
    .map(escapeForeign)
    .join("\n")
}

const exportCommand = () =>
  new Command("export")
    .description("write reviews as text, one a line")
    .argument("[sha256...]", "only of these artifacts: digests, or how they begin")
    .addOption(reviewsOption())
    .option("-o, --output <file>", "a file instead of stdout")
    .action(async (digests, { reviews, output }) => {
      const text = await exportReviews(digests, reviews, createContext())
      const written = text.ok && output !== undefined ? await writeOutput(output, text.value) : text
      answer(written, (value) => value ?? "")
    })

const importCommand = () =>
  new Command("import")
    .description("keep what somebody exported; whether it counts is asked each time it is used")
    .argument("<file...>", "what `review export` wrote")
    .addOption(reviewsOption())
    .action(async (files, { reviews }) => {
      for (const file of files)
        answer(await importReviews(file, reviews, createContext()), (kept) => kept.map((path) => `kept ${escapeForeign(path)}\n`).join(""))
    })

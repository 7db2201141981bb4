import { Command, Option } from "@commander-js/extra-typings"
import { type Fault, harmedBy, traceForms, traceRepository } from "../index.ts"
import { failWith } from "./exit.ts"
import { collectText, listOption, parseLimit } from "./options.ts"
import { contextOf, print } from "./release.ts"
import { lookOf, startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} trace ../xz                              who held it, and how rights changed hands
  ${startedAs()} trace ../xz --range v5.4.0..v5.6.1       only what is new in a release
  ${startedAs()} trace ../xz --release deb-src:xz-utils@5.4.1 --range v5.4.0..v5.4.1 --hands     whose its new lines are
  ${startedAs()} trace ../xz --format json | jq '.events[] | select(.kind == "new-release-signer")'

Facts of public history, as its commits state them: no score, no judgement. docs/trace.md has the git command for each figure.
Exit codes: 0 done, 2 wrong usage, 3 could not be done.`

/** `everybyte trace`: who put it there, who else looked, how rights changed hands. */
export const traceCommand = () =>
  new Command("trace")
    .description("who put it there, who else looked, how rights changed hands")
    .argument("<repository>", "git repository: a path (worktree, bare, mirror, bundle) or an address")
    .option(
      "--range <A..B>",
      "show only what B has and A has not, or all that B has (tags, branches, commits, HEAD; a side left out is HEAD)",
    )
    .option("--release <artifact>", "only what of this release the repository has: path, address, purl or short form")
    .option(
      "--hands",
      "also who last changed each line at the end of the range, of a range A..B those that are newer than A (minutes, for a large tree)",
      false,
    )
    .option("--aliases <file>", "addresses that are one person's, in JSON; as somebody who looked wrote them down")
    .option("--reviews <file>", "export of a forge: merged pulls with their reviews, in JSON (repeatable; docs/trace.md)", collectText)
    .addOption(new Option("--format <form>", "form of the trace").choices(["text", "json", "html"] as const).default("text" as const))
    .option("-o, --output <file>", "write the trace to a file, replacing it, instead of stdout")
    .option("--offline", "use the cache only, fetch nothing", false)
    .option("--cache <dir>", "folder of clones and of histories that were read before")
    .option("--keyring <file>", "OpenPGP keys whose signatures on commits and tags count (repeatable)", collectText)
    .option(
      "--allowed-signers <file>",
      "SSH keys whose signatures count, and whose they are, as ssh-keygen and git read them (repeatable)",
      collectText,
    )
    .option("--limit <name=value>", "raise or lower a limit, such as historyCommitsMax=4M (repeatable)", parseLimit)
    .addOption(listOption())
    .option("-q, --quiet", "no progress", false)
    .option("--progress", "progress on stderr though it is no terminal", false)
    .option("--no-color", "no colours")
    .addHelpText("after", examples())
    .action(async (repository, options) => {
      const refused = await refusalOf(repository, options)
      if (refused !== undefined) {
        process.exitCode = failWith(refused)
        return
      }
      const { ctx, clear } = contextOf(options)
      const { range, release, aliases, reviews, allowedSigners, hands: wantsHands } = options
      const traced = await traceRepository({ repository, range, release, aliases, reviews, allowedSigners, wantsHands }, ctx)
      clear()
      if (!traced.ok) {
        process.exitCode = failWith(traced.fault)
        return
      }
      const look = lookOf({ color: options.color, list: options.list, toFile: options.output !== undefined })
      const failed = await print(traceForms[options.format](traced.value, look), options.output)
      if (failed !== undefined) process.exitCode = failWith(failed)
    })

interface Named {
  readonly output?: string | undefined
  readonly aliases?: string | undefined
  readonly keyring?: readonly string[] | undefined
  readonly reviews?: readonly string[] | undefined
  readonly allowedSigners?: readonly string[] | undefined
}

/** A trace is not written over what it is made of. */
async function refusalOf(
  repository: string,
  { output, aliases, keyring = [], reviews = [], allowedSigners = [] }: Named,
): Promise<Fault | undefined> {
  if (output === undefined) return undefined
  const artifacts = [...keyring, ...allowedSigners, ...reviews, ...(aliases === undefined ? [] : [aliases])]
  const harmed = await harmedBy(output, { artifacts, repositories: [repository] })
  if (harmed === undefined) return undefined
  return { kind: "usage", why: `-o ${output} would write the trace over or into ${harmed}`, remedy: "name a file elsewhere" }
}

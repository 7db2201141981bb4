import { Command } from "@commander-js/extra-typings"
import { createContext, exists, explainRelease, type Fault, harmedBy, type Reporter, reporters, writeOutput } from "../index.ts"
import { exitCodes, failWith, verdictExit } from "./exit.ts"
import {
  collectText,
  failOnOption,
  formatOption,
  limitsHelp,
  parseCount,
  parseLimit,
  parseSubmodule,
  replayOption,
  splitRepository,
} from "./options.ts"
import { lookOf, progressOn, startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} explain deb-src:xz-utils                       what it holds; without a repository only known origins explain
  ${startedAs()} explain deb-src:xz-utils@5.8.1 --repository ../xz
  ${startedAs()} explain dist/foo-1.2.tar.gz --repository .     before you push the tag
  ${startedAs()} explain npm:tar-stream@3.1.8 --repository ../tar-stream@v3.1.8 --format json -o report.json
  ${startedAs()} explain deb-src:xz-utils@5.8.1 --repository ../xz --format html -o report.html     a page to look at
  ${startedAs()} explain deb-src:pcre2@10.46 --repository ../pcre2 --submodule deps/sljit=../sljit
  ${startedAs()} explain npm:kysely@0.29.5 --repository ../kysely --replay always      its dist/, built again
  ${startedAs()} explain new.tar.xz --repository ../foo --previous old.tar.xz

An artifact is a path, an http(s) address, a package URL or its short form (deb-src:NAME[@VERSION], npm:NAME[@VERSION]).
Exit codes: 0 done, 1 the verdict is at or above --fail-on, 2 wrong usage, 3 could not be done.`

/** `everybyte explain`: says for every byte where it comes from, and leaves the short list. */
export const explainCommand = () =>
  new Command("explain")
    .description("say for every byte of a release where it comes from")
    .argument("<artifact>", "path, address, purl or short form")
    .option("--repository <repository[@ref]>", "git repository: a path (worktree, bare, mirror, bundle) or an address")
    .option("--subdirectory <dir>", "the folder of the repository that the release is made of")
    .option("--submodule <path=repository>", "repository of a submodule (repeatable)", parseSubmodule)
    .option("--previous <artifact>", "an earlier release to compare with")
    .option("--accept-previous", "take what the earlier release holds as reviewed (on your word)", false)
    .addOption(replayOption())
    .addOption(formatOption())
    .option("-o, --output <file>", "write the report to a file, replacing it, instead of stdout")
    .addOption(failOnOption())
    .option("--offline", "use the cache only, fetch nothing", false)
    .option("--cache <dir>", "folder of downloads, indexes, clones, toolchains and replays")
    .option("--keyring <file>", "OpenPGP keys trusted for release signatures (repeatable)", collectText)
    .option("--limit <name=value>", "raise or lower a limit, such as layerBytesMax=64G (repeatable; `help` lists them)", parseLimit)
    .option("--list <count>", "entries of each list in text and markdown", parseCount, 25)
    .option("-q, --quiet", "no progress", false)
    .option("--progress", "progress on stderr though it is no terminal", false)
    .option("--no-color", "no colours")
    .addHelpText("after", examples())
    .on("option:limit", (text: string) => {
      if (text !== "help") return
      process.stdout.write(limitsHelp())
      process.exit(exitCodes.done) // like --help: before a missing artifact is missed
    })
    .action(async (artifact, options) => {
      const { progress, clear } = progressOn({ quiet: options.quiet, asked: options.progress })
      const ctx = createContext({
        cache: options.cache,
        offline: options.offline,
        keyrings: options.keyring,
        limits: options.limit,
        progress,
      })
      const { repository, ref } = await repositoryOf(options.repository)
      const refused = ref === "" ? emptyRef : await refusalOf(artifact, repository, options)
      if (refused !== undefined) {
        process.exitCode = failWith(refused)
        return
      }
      const reporter: Reporter = reporters[options.format]
      const result = await explainRelease(
        {
          target: artifact,
          repository,
          ref,
          subdirectory: options.subdirectory,
          submodules: options.submodule ?? new Map(),
          previous: options.previous,
          acceptPrevious: options.acceptPrevious,
          replay: options.replay,
          wantsExhibits: reporter.wantsExhibits === true,
        },
        ctx,
      )
      clear()
      if (!result.ok) {
        process.exitCode = failWith(result.fault)
        return
      }
      const look = lookOf({ color: options.color, list: options.list, toFile: options.output !== undefined })
      const rendered = reporter.render(result.value, look, result.exhibits)
      if (options.output === undefined) process.stdout.write(rendered)
      else {
        const written = await writeOutput(options.output, rendered)
        if (!written.ok) {
          process.exitCode = failWith(written.fault)
          return
        }
      }
      process.exitCode = verdictExit(result.value.verdict, options.failOn)
      if (process.exitCode === exitCodes.verdict)
        process.stderr.write(`everybyte: the verdict is ${result.value.verdict} (--fail-on ${options.failOn})\n`)
    })

/** `R@REF`; what is there as a whole is a repository whose name has an @. */
async function repositoryOf(text: string | undefined): Promise<{ repository: string | undefined; ref: string | undefined }> {
  if (text === undefined) return { repository: undefined, ref: undefined }
  return (await exists(text)) ? { repository: text, ref: undefined } : splitRepository(text)
}

const emptyRef = {
  kind: "usage",
  why: "--repository names no ref after its @",
  remedy: "write REPOSITORY@REF, or leave out the @",
} as const

interface Named {
  readonly previous?: string | undefined
  readonly acceptPrevious: boolean
  readonly keyring?: readonly string[] | undefined
  readonly submodule?: ReadonlyMap<string, string> | undefined
  readonly subdirectory?: string | undefined
  readonly output?: string | undefined
}

/** Words that contradict each other, found before anything is fetched. */
async function refusalOf(artifact: string, repository: string | undefined, named: Named): Promise<Fault | undefined> {
  const { previous, output } = named
  if (named.acceptPrevious && previous === undefined)
    return { kind: "usage", why: "--accept-previous accepts nothing by itself", remedy: "name the accepted release with --previous" }
  if (repository === undefined && (named.submodule !== undefined || named.subdirectory !== undefined))
    return { kind: "usage", why: "--submodule and --subdirectory are of a repository", remedy: "name it with --repository" }
  if (output === undefined) return undefined
  const artifacts = [artifact, ...(previous === undefined ? [] : [previous]), ...(named.keyring ?? [])]
  const repositories = [...(repository === undefined ? [] : [repository]), ...(named.submodule?.values() ?? [])]
  const harmed = await harmedBy(output, { artifacts, repositories })
  if (harmed === undefined) return undefined
  return { kind: "usage", why: `-o ${output} would write the report over or into ${harmed}`, remedy: "name a file elsewhere" }
}

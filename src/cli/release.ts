import {
  type Context,
  createContext,
  type Explained,
  type ExplainRequest,
  exists,
  type Fault,
  type Format,
  harmedBy,
  type Limits,
  type Look,
  type ReplayMode,
  type Report,
  type Reporter,
  type Result,
  releaseBefore,
  reporters,
  type Verdict,
  writeOutput,
} from "../index.ts"
import { exitCodes, failWith, verdictExit } from "./exit.ts"
import { splitRepository } from "./options.ts"
import { lookOf, progressOn } from "./terminal.ts"

/** What the words of a command about releases say of the machine. */
export interface MachineOptions {
  readonly cache?: string | undefined
  readonly offline: boolean
  readonly keyring?: readonly string[] | undefined
  readonly limit?: Partial<Limits> | undefined
  readonly quiet: boolean
  readonly progress: boolean
}

export function contextOf(options: MachineOptions): { readonly ctx: Context; readonly clear: () => void } {
  const { progress, clear } = progressOn({ quiet: options.quiet, asked: options.progress })
  const { cache, offline, keyring: keyrings, limit: limits } = options
  return { ctx: createContext({ cache, offline, keyrings, limits, progress, program: bundled(process.argv[1]) }), clear }
}

/** `main.js` names the rest of the program by digests (tools/bundle.ts); a script of the sources, main.ts, does not. */
const bundled = (script: string | undefined): string | undefined =>
  script !== undefined && /\bmain\.js$/.test(script) ? script : undefined

/** What they say of the release and its repository. */
export interface RequestOptions extends Named {
  readonly repository?: string | undefined
  readonly replay: ReplayMode
  readonly format: Format
}

/** The words as a request, or why they make none. */
export async function requestOf(artifact: string, options: RequestOptions): Promise<Result<ExplainRequest>> {
  const { repository, ref } = await repositoryOf(options.repository)
  const refused = ref === "" ? emptyRef : await refusalOf(artifact, repository, options)
  if (refused !== undefined) return { ok: false, fault: refused }
  const { subdirectory, submodule = new Map(), previous, acceptPrevious, replay } = options
  const reporter: Reporter = reporters[options.format]
  const wantsExhibits = reporter.wantsExhibits === true
  const value = { target: artifact, repository, ref, subdirectory, submodules: submodule, previous, acceptPrevious, replay, wantsExhibits }
  return { ok: true, value }
}

/** `--previous auto` is what the registry says. */
export async function withPrevious(request: ExplainRequest, ctx: Context): Promise<Result<ExplainRequest>> {
  if (request.previous !== "auto") return { ok: true, value: request }
  const previous = await releaseBefore(request.target, ctx)
  return previous.ok ? { ok: true, value: { ...request, previous: previous.value } } : previous
}

export interface DeliveryOptions {
  readonly format: Format
  readonly color: boolean
  readonly list?: number | undefined
  readonly output?: string | undefined
  readonly quiet: boolean
  readonly failOn: Verdict
  readonly given?: Look["given"]
}

/** Writes the report where it was asked for; gives back the exit code. */
export async function deliver(explained: Explained, options: DeliveryOptions): Promise<number> {
  if (!explained.ok) return failWith(explained.fault)
  const { value: report, exhibits } = explained
  const reporter: Reporter = reporters[options.format]
  const look = lookOf({ ...options, toFile: options.output !== undefined })
  const failed = await print(reporter.render(report, look, exhibits), options.output)
  if (failed !== undefined) return failWith(failed)
  if (options.output !== undefined && !options.quiet) process.stderr.write(writtenText(report, options.output))
  return verdictCode(report.verdict, options.failOn)
}

function writtenText({ verdict, audit, ledger }: Report, output: string): string {
  const open = audit === undefined ? "" : `${audit.open.length} open, `
  return `everybyte: wrote ${output}: ${verdict}, ${open}${ledger.totals.toRead} to read\n`
}

/** To the file that was asked for, or to stdout. */
export async function print(text: string, output: string | undefined): Promise<Fault | undefined> {
  if (output === undefined) process.stdout.write(text)
  const written = output === undefined ? undefined : await writeOutput(output, text)
  return written?.ok === false ? written.fault : undefined
}

/** The exit code of a verdict; one that fails says so on stderr. */
export function verdictCode(verdict: Verdict, failOn: Verdict): number {
  const code = verdictExit(verdict, failOn)
  if (code === exitCodes.verdict) process.stderr.write(`everybyte: the verdict is ${verdict} (--fail-on ${failOn})\n`)
  return code
}

/** `R@REF`; what is there as a whole is a repository whose name has an @. */
export async function repositoryOf(text: string | undefined): Promise<{ repository: string | undefined; ref: string | undefined }> {
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
  if (named.acceptPrevious && previous === "auto")
    return { kind: "usage", why: "--accept-previous is your word for a release that you name", remedy: "name it with --previous" }
  if (repository === undefined && (named.submodule !== undefined || named.subdirectory !== undefined))
    return { kind: "usage", why: "--submodule and --subdirectory are of a repository", remedy: "name it with --repository" }
  if (output === undefined) return undefined
  const artifacts = [artifact, ...(previous === undefined ? [] : [previous]), ...(named.keyring ?? [])]
  const repositories = [...(repository === undefined ? [] : [repository]), ...(named.submodule?.values() ?? [])]
  const harmed = await harmedBy(output, { artifacts, repositories })
  if (harmed === undefined) return undefined
  return { kind: "usage", why: `-o ${output} would write the report over or into ${harmed}`, remedy: "name a file elsewhere" }
}

interface GivenOptions extends Named {
  readonly repository?: string | undefined
  readonly replay: ReplayMode
  readonly policy?: string | undefined
  readonly reviews?: string | undefined
}

/** What a command that continues this one repeats. */
export function givenOf(options: GivenOptions): NonNullable<Look["given"]> {
  const word = (name: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [name, value])
  return {
    release: [
      ...word("--repository", options.repository),
      ...word("--subdirectory", options.subdirectory),
      ...[...(options.submodule ?? [])].flatMap(([path, repository]) => word("--submodule", `${path}=${repository}`)),
      ...word("--previous", options.previous),
      ...(options.acceptPrevious ? ["--accept-previous"] : []),
      ...word("--replay", options.replay === "auto" ? undefined : options.replay),
    ],
    policy: word("--policy", options.policy),
    reviews: word("--reviews", options.reviews),
  }
}

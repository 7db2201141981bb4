import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings"
import { type Limits, limitsDefault, replayModes, type reporters, type Verdict } from "../index.ts"
import { exitCodes } from "./exit.ts"

/** `NAME=VALUE`, checked against the table of limits; plain integers, or with k, M, G (powers of 1024). `help` changes none. */
export function parseLimit(text: string, before: Partial<Limits> = {}): Partial<Limits> {
  if (text === "help") return before
  const match = /^([A-Za-z0-9]+)=(\d+)([kMG]?)$/.exec(text)
  const name = Object.keys(limitsDefault).find((candidate) => candidate === match?.[1])
  if (match === null || name === undefined)
    throw new InvalidArgumentError("Give NAME=NUMBER, as in layerBytesMax=64G; --limit help lists the names.")
  const unit = { "": 1, k: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match[3] ?? ""] ?? 1
  return { ...before, [name]: Number(match[2]) * unit }
}

/** What `--limit help` prints: each limit as it could be written. */
export const limitsHelp = (): string =>
  [
    "Limits and their defaults, as --limit takes them. A number may end in k, M or G (powers of 1024).",
    ...Object.entries(limitsDefault).map(([name, value]) => `  ${name}=${shortNumber(value)}`),
    "",
  ].join("\n")

function shortNumber(value: number): string {
  const unit = (
    [
      ["G", 2 ** 30],
      ["M", 2 ** 20],
      ["k", 2 ** 10],
    ] as const
  ).find(([, size]) => value % size === 0)
  return unit === undefined ? String(value) : `${value / unit[1]}${unit[0]}`
}

/** `PATH=REPOSITORY`, repeatable. */
export function parseSubmodule(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const cut = text.indexOf("=")
  if (cut < 1 || cut === text.length - 1) throw new InvalidArgumentError("Give PATH=REPOSITORY, as in deps/sljit=../sljit.")
  return new Map([...before, [text.slice(0, cut).replace(/\/+$/, ""), text.slice(cut + 1)]])
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Give a whole number.")
  return Number(text)
}

/** `R@REF`, split at the last @ that is not part of an address's user. A path that exists as a whole is not split: the caller looks first. */
export function splitRepository(text: string): { repository: string; ref: string | undefined } {
  const cut = text.lastIndexOf("@")
  const scheme = text.indexOf("://")
  const isUserPart = scheme >= 0 ? !text.slice(scheme + 3, cut).includes("/") : /^[^/:]+@[^/:]+:[^@]*$/.test(text)
  return cut < 1 || isUserPart ? { repository: text, ref: undefined } : { repository: text.slice(0, cut), ref: text.slice(cut + 1) }
}

/** A repeatable option. */
export const collectText = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

/** `--format`, the forms of the table. */
export const formatOption = () =>
  new Option("--format <form>", "form of the report")
    .choices(["text", "json", "markdown", "html", "sarif", "cyclonedx"] as const satisfies readonly (keyof typeof reporters)[])
    .default("text" as const)

const failOnWords = ["undetermined", "review", "alarm"] as const satisfies readonly Verdict[]

/**
 * What an audit fails at unless it is told: a gate that lets pass what could not be looked at is open wherever a toolchain or a repository is missing, as on most
 * machines of a CI. (The contract says `review`; a configure that nobody read passed by it.)
 */
export const auditFailOn = "undetermined" satisfies Verdict

export const listOption = () =>
  new Option("--list <count>", "entries of each list in text and markdown (default: 25; of an audit, a screen)").argParser(parseCount)

const failOn = (what: string) => new Option("--fail-on <verdict>", what).choices(failOnWords)
const exitsAt = "exit with 1 at this verdict or a worse one"

/** `--fail-on`; by themselves only audits fail on less than an alarm (contract, Common options). */
export const failOnOption = () => failOn(exitsAt).default("alarm" as const)

/** audit's own: left out, the policy says, and without its word it is `auditFailOn`. */
export const auditFailOnOption = () => failOn(`${exitsAt} (default: the policy's, else "${auditFailOn}")`)

export const verifyFailOnOption = () => failOn("it does not hold at this verdict or a worse one").default(auditFailOn)

export const replayOption = () =>
  new Option(
    "--replay <mode>",
    "run the commit's build scripts again in a sandbox and compare: auto (where the toolchain is here), always (builds it), never; needs --repository",
  )
    .choices(replayModes)
    .default("auto" as const)

/** A command about releases with the options that all of these share. */
export const releaseCommand = (name: string) =>
  new Command(name)
    .option("--repository <repository[@ref]>", "git repository: a path (worktree, bare, mirror, bundle) or an address")
    .option("--subdirectory <dir>", "the folder of the repository that the release is made of")
    .option("--submodule <path=repository>", "repository of a submodule (repeatable)", parseSubmodule)
    .addOption(replayOption())
    .option("-o, --output <file>", "write the report to a file, replacing it, instead of stdout")
    .option("--offline", "use the cache only, fetch nothing", false)
    .option("--cache <dir>", "folder of downloads, indexes, clones, toolchains and replays")
    .option("--keyring <file>", "OpenPGP keys trusted for release signatures (repeatable)", collectText)
    .option("--limit <name=value>", "raise or lower a limit, such as layerBytesMax=64G (repeatable; `help` lists them)", parseLimit)
    .addOption(listOption())
    .option("-q, --quiet", "no progress", false)
    .option("--progress", "progress on stderr though it is no terminal", false)
    .option("--no-color", "no colours")
    .on("option:limit", (text: string) => {
      if (text !== "help") return
      process.stdout.write(limitsHelp())
      process.exit(exitCodes.done) // like --help: before a missing artifact is missed
    })

/** For commands that tell what code can do. */
export const dependenciesOption = () =>
  new Option("--dependencies", "open all that it needs, and what that needs, to tell what those can do").default(false)

export const needsOf = ({ dependencies }: { readonly dependencies: boolean }): { readonly dependencies?: "all" } =>
  dependencies ? { dependencies: "all" } : {}

/** What one release is explained or audited by. */
export const oneReleaseCommand = (name: string) =>
  releaseCommand(name)
    .argument("<artifact>", "path, address, purl or short form")
    .option("--previous <artifact>", "an earlier release to compare with; auto: the one before, as npm, PyPI and crates list them")
    .option("--accept-previous", "take what the earlier release holds as reviewed (on your word)", false)
    .addOption(formatOption())

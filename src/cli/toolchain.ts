import { Command, Option } from "@commander-js/extra-typings"
import {
  buildToolchain,
  type Context,
  canonicalJson,
  createContext,
  escapeForeign,
  listToolchains,
  planToolchain,
  type Result,
  removeToolchain,
  type Toolchain,
  type ToolchainPlan,
  toolVersions,
} from "../index.ts"
import { failWith } from "./exit.ts"
import { progressOn, shownSize, startedAs } from "./terminal.ts"

const examples = (): string => `
Examples:
  ${startedAs()} toolchain build trixie                 the tools of Debian 13 that releases are made with
  ${startedAs()} toolchain build trixie+xz-utils        and what Debian builds xz-utils with
  ${startedAs()} toolchain build trixie:python          and what Python's source distributions are made with; also :rust, :meson, :cmake
  ${startedAs()} toolchain build --dry-run bookworm     how much it would download, and how big it would get
  ${startedAs()} toolchain list
  ${startedAs()} toolchain remove trixie

A toolchain is a folder with the root of a small Debian: unpacked from signed packages, none of whose scripts is run.
No rights of an administrator are needed. It is entered by replays, inside a sandbox without network, and never changed.`

/** `everybyte toolchain list|build|remove`. */
export const toolchainCommand = () =>
  new Command("toolchain")
    .description("root file systems with the tools that replays run")
    .addHelpText("after", examples())
    .addCommand(listCommand())
    .addCommand(buildCommand())
    .addCommand(removeCommand())

const listCommand = () =>
  new Command("list")
    .description("those that are built: their tools, size and what is missing")
    .addOption(new Option("--format <form>", "form of the answer").choices(["text", "json"] as const).default("text" as const))
    .option("--cache <dir>", "another cache folder")
    .action(async ({ format, cache }) => {
      const toolchains = await listToolchains(createContext({ cache }))
      if (format === "json") process.stdout.write(canonicalJson({ toolchains }))
      else
        process.stdout.write(
          toolchains.length === 0 ? `none is built; ${startedAs()} toolchain build NAME\n` : toolchains.map(text).join("\n"),
        )
    })

function text(toolchain: Toolchain): string {
  const { name, digest, date, packages, missing, installedBytes, root } = toolchain
  const tools = [...toolVersions(toolchain)].map(([tool, version]) => `${tool} ${version}`)
  return [
    `${name}  ${digest.slice(0, 16)}  ${shownSize(installedBytes)}, ${packages.length} packages of ${date}`,
    `  tools    ${tools.join(", ")}`,
    ...missing.map((one) => `  missing  ${one}`),
    `  root     ${root}`,
    "",
  ]
    .map(escapeForeign)
    .join("\n")
}

const buildCommand = () =>
  new Command("build")
    .description("make one from the distribution's signed packages; one that was broken off goes on where it stopped")
    .argument(
      "<name...>",
      "SUITE of the distribution (trixie, bookworm); SUITE+SOURCE: and what it needs to build that source package; SUITE:SET: and a set of ours (python, rust, meson, cmake)",
    )
    .option("-n, --dry-run", "only say what would be downloaded and how big it would get", false)
    .option("--offline", "use the cache only, fetch nothing", false)
    .option("--cache <dir>", "folder of downloads, indexes and toolchains")
    .option("-q, --quiet", "no progress", false)
    .option("--progress", "progress on stderr though it is no terminal", false)
    .action(async (names, options) => {
      const { progress, clear } = progressOn({ quiet: options.quiet, asked: options.progress })
      const ctx = createContext({ cache: options.cache, offline: options.offline, progress })
      for (const name of names) {
        const done = await buildOne(name, options.dryRun, ctx, clear)
        if (done.ok) continue
        process.exitCode = failWith(done.fault)
        return
      }
    })

async function buildOne(name: string, dryRun: boolean, ctx: Context, clear: () => void): Promise<Result<unknown>> {
  const plan = await planToolchain(name, ctx)
  clear()
  if (!plan.ok) return plan
  process.stdout.write(planText(plan.value))
  if (dryRun) return plan
  const built = await buildToolchain(plan.value, ctx)
  clear()
  if (built.ok) process.stdout.write(builtText(built.value, plan.value))
  return built
}

/** Measured on two cores: packages unpack at 40 MB a second and more. What the network gives is anyone's guess. */
const unpackedPerSecond = 40e6
const downloadedPerSecond = 10e6

function planText({ name, date, packages, missing, downloadBytes, installedBytes }: ToolchainPlan): string {
  const minutes = Math.ceil((downloadBytes / downloadedPerSecond + installedBytes / unpackedPerSecond) / 60)
  const time = `about ${minutes} min at ${downloadedPerSecond / 1e6} MB/s`
  return [
    `${name}: ${packages.length} packages of ${date}; ${shownSize(downloadBytes)} to download, about ${shownSize(installedBytes)} unpacked, ${time}`,
    ...missing.map((one) => `  missing  ${one}`),
    "",
  ]
    .map(escapeForeign)
    .join("\n")
}

function builtText({ name, installedBytes, missing, root }: Toolchain, plan: ToolchainPlan): string {
  const more = missing.filter((one) => !plan.missing.includes(one)).map((one) => `  missing  ${one}`)
  return [`${name} is built: ${shownSize(installedBytes)} in ${root}`, ...more, ""].map(escapeForeign).join("\n")
}

const removeCommand = () =>
  new Command("remove")
    .description("remove some; nothing else of the cache goes with them")
    .argument("<name...>", "a name, for all that are built of it, or the start of a digest")
    .option("--cache <dir>", "another cache folder")
    .action(async (names, { cache }) => {
      for (const name of names) {
        const removed = await removeToolchain(name, createContext({ cache }))
        if (removed.ok) process.stdout.write(`removed ${escapeForeign(name)}: ${shownSize(removed.value)} freed\n`)
        else process.exitCode = failWith(removed.fault)
      }
    })

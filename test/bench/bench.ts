/**
 * `npm run bench [-- --only xz|linux|map|origins|replay|audit|walkers|trace|inspect] [--runs N] [--cache DIR] [--no-write]`: speed and memory, each beside a reference in the same run.
 * Published, never asserted: the figures are the machine's as much as ours.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { cpus, tmpdir, totalmem } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { FaultError } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { markdownTable, writeMarked } from "../../tools/marked-text.ts"
import type { Report } from "../results/report-schema.ts"
import { findRepository } from "../results/repositories.ts"
import { cacheArgs, checkout, commandLine, runExplain } from "../results/run-explain.ts"
import { benchAudit } from "./audit.ts"
import { benchInspect } from "./inspect.ts"
import { benchMap } from "./map.ts"
import { alternate, type Command, NotRun, type Samples, spreadOf } from "./measure.ts"
import { benchOrigins } from "./origins.ts"
import { benchReplay } from "./replay.ts"
import { benchTrace } from "./trace.ts"
import { benchWalkers } from "./walkers.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    runs: { type: "string", default: "5" },
    cache: { type: "string" },
    "no-write": { type: "boolean", default: false },
  },
})
const runs = Math.max(1, Number.parseInt(values.runs, 10) || 1)
const sections = {
  xz: benchXz,
  linux: benchLinux,
  map: () => benchMap(runs),
  origins: () => benchOrigins(runs, values.cache),
  replay: () => benchReplay(work, values.cache),
  audit: () => benchAudit(work, values.cache),
  walkers: () => benchWalkers(work, runs),
  trace: () => benchTrace(work, runs),
  inspect: () => benchInspect(work, runs, values.cache),
}
const work = mkdtempSync(join(tmpdir(), "everybyte-bench-"))

function output(command: string, args: readonly string[]): string | undefined {
  const run = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  return run.error === undefined ? `${run.stdout}${run.stderr}`.trim() : undefined
}

function mustRun(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = process.env): void {
  const run = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"], env: environment })
  if (run.status !== 0) throw new NotRun(`${command} ${args[0] ?? ""}: ${run.error?.message ?? run.stderr.trim()}`)
}

/** Downloads (once) and reads the release; its bytes are then in the cache. */
function fetched(target: string, repository?: string): { readonly report: Report; readonly file: string } {
  const ran = runExplain({
    target,
    replay: "never",
    session: { cache: values.cache, kept: "no" },
    ...(repository === undefined ? {} : { repository }),
  })
  if (ran.kind !== "report") throw new NotRun(ran.why)
  const { sha256 } = ran.report.artifact
  const objects = join(createContext({ cache: values.cache }).cache, "objects")
  const file = [join(objects, sha256), join(objects, sha256.slice(0, 2), sha256)].find(existsSync)
  if (file === undefined) throw new NotRun(`${objects} has no ${sha256}`)
  return { report: ran.report, file }
}

const everybyte = (name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Command => ({
  name,
  argv: [...commandLine, "explain", ...args, ...cacheArgs(values.cache), "--format", "json", "-o", join(work, "report.json")],
  environment,
  good: [0, 1],
})

const openOnly = (name: string, file: string, environment: Readonly<Record<string, string>> = {}): Command => ({
  name,
  argv: [process.execPath, join(checkout, "tools/node.mjs"), "test/bench/open-only.ts", file, createContext({ cache: values.cache }).cache],
  environment,
  good: [0],
})

function benchXz(): string {
  const diffoscope = output("diffoscope", ["--version"])
  if (diffoscope === undefined) throw new NotRun("diffoscope is not installed (apt-get install diffoscope)")
  const repository = findRepository("tukaani-project/xz")
  if (!repository.ok) throw new NotRun(repository.why)
  const location = `${repository.path}@v5.8.1`
  const { report, file } = fetched("deb-src:xz-utils@5.8.1", location)
  const [archive, tree] = [join(work, "archive"), join(work, "git")]
  mkdirSync(archive)
  mkdirSync(tree)
  mustRun("tar", ["-xf", file, "-C", archive, "--strip-components=1"])
  exportTree(repository.path, report.repository?.commit ?? "", tree)
  const commands = [
    everybyte("everybyte explain", ["deb-src:xz-utils@5.8.1", "--repository", location, "--offline", "--replay", "never"]),
    {
      name: "diffoscope --new-file",
      argv: ["diffoscope", "--new-file", "--text", join(work, "diffoscope.txt"), archive, tree],
      good: [0, 1],
    },
  ]
  const helpers = output("diffoscope", ["--list-missing-tools", "debian"])
  const samples = alternate(commands, runs)
  const [ours = Number.NaN, theirs = Number.NaN] = commands.map(
    ({ name }) => spreadOf((samples.byName.get(name) ?? []).map(({ seconds }) => seconds)).median,
  )
  return [
    "xz 5.8.1 against its repository, whole process, downloads cached, no stored result, nothing made again:",
    tableOf(samples, "diffoscope --new-file"),
    `diffoscope takes ${(theirs / ours).toFixed(1)} times as long.`,
    `${diffoscope}; helpers that it says are missing:`,
    `\`\`\`text\n${helpers ?? "?"}\n\`\`\``,
  ].join("\n\n")
}

/** `git archive` from an empty repository of ours over the objects of the other (contract, Commands). */
function exportTree(repository: string, commit: string, into: string): void {
  const [bare, tar] = [join(work, "bare.git"), join(work, "tree.tar")]
  const environment = { ...process.env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_NO_LAZY_FETCH: "1" }
  mustRun("git", ["init", "-q", "--bare", bare], environment)
  const objects = [join(repository, "objects"), join(repository, ".git", "objects")].find(existsSync) ?? ""
  mustRun("git", ["--git-dir", bare, "archive", "--output", tar, commit], { ...environment, GIT_OBJECT_DIRECTORY: objects })
  mustRun("tar", ["-xf", tar, "-C", into])
}

/** A version that the mirrors of the main archive have; security pools may lack theirs. */
const linux = "deb-src:linux@6.1.170"

function benchLinux(): string {
  const { report, file } = fetched(linux)
  const commands = [
    openOnly("open and hash", file),
    { name: "xz -dc | sha1sum", argv: ["sh", "-c", 'xz -dc < "$1" | sha1sum', "sh", file], good: [0] },
    openOnly("open and hash, EVERYBYTE_NO_SYSTEM_DECODERS=1", file, { EVERYBYTE_NO_SYSTEM_XZ: "1" }),
    everybyte("explain, with its JSON report", [file]),
  ]
  const samples = alternate(commands, runs)
  const unpacked = Math.max(...report.ledger.framing.map((layer) => layer.size))
  const { entries } = report.artifact
  const perEntry = [...samples.byName].flatMap(([name, list]) => {
    const resident = list.flatMap((sample) => sample.residentMax ?? [])
    if (name.startsWith("xz") || resident.length === 0) return []
    const over = spreadOf(resident).max - 150 * 1_000_000
    return [`- ${name}: ${over <= 0 ? "under 150 MB" : `${Math.round(over / entries)} bytes per entry over 150 MB`} (largest run)`]
  })
  return [
    `${report.artifact.name}: ${(unpacked / 1e9).toFixed(2)} GB unpacked, ${entries} entries, opened and hashed (SHA-256 and git id of each entry, SHA-256 of each layer), without a repository; ${output("xz", ["--version"])?.split("\n")[0] ?? "no xz"}:`,
    tableOf(samples, "xz -dc | sha1sum"),
    perEntry.length === 0 ? "Memory: not measured (/usr/bin/time is not installed)." : `Memory:\n\n${perEntry.join("\n")}`,
  ].join("\n\n")
}

function tableOf({ byName, failed }: Samples, reference: string): string {
  const seconds = (name: string): ReturnType<typeof spreadOf> => spreadOf((byName.get(name) ?? []).map((sample) => sample.seconds))
  const rows = [...byName].map(([name, list]) => {
    const { median, min, max } = seconds(name)
    const resident = list.flatMap((sample) => sample.residentMax ?? [])
    const memory = resident.length === 0 ? "not measured" : `${Math.round(spreadOf(resident).max / 1e6)} MB`
    return [name, median.toFixed(2), `${min.toFixed(2)} to ${max.toFixed(2)}`, (median / seconds(reference).median).toFixed(2), memory]
  })
  const broken = [...failed].map(([name, why]) => [name, `FAILED: ${why}`, "", "", ""])
  return markdownTable(["command", "median s", "range s", "time / reference", "peak resident"], [...rows, ...broken])
}

const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
/** What makes a release again takes a minute or more, and is run once. */
const rounds = (name: string): string =>
  name === "replay" || name === "audit" ? "." : `; ${runs} runs each, alternating, after one unmeasured.`
try {
  for (const [name, section] of Object.entries(sections)) {
    if (values.only !== undefined && values.only !== name) continue
    let text: string
    try {
      text = `${await section()}\n\n${machine}${rounds(name)}`
    } catch (error) {
      if (!(error instanceof NotRun || error instanceof FaultError)) throw error
      text = `${name}: not run: ${error.message}`
    }
    process.stdout.write(`${text}\n\n`)
    if (!values["no-write"]) writeMarked(join(checkout, "docs/results.md"), `bench ${name}`, text)
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}

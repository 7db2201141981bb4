import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createContext } from "../../src/io/create-context.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { commandLine } from "../results/run-explain.ts"
import { bundled } from "./bundled.ts"
import type { Inspected } from "./inspect-only.ts"
import { alternate, type Command, NotRun, type Samples, spreadOf } from "./measure.ts"
import { lend } from "./replay.ts"
import { type Scanner, scanners } from "./scanners.ts"
import { type Composed, composeSources, sourceSet } from "./source-set.ts"

const small = "npm:semver@7.8.6"
const bars = { bytesPerSecond: 3e6, residentBytes: 600e6, ratio: 3 }

/** An audit of 100 MB of source beside explaining it and beside scanners of others, then language by language; and a small release, warm. */
export async function benchInspect(work: string, runs: number, cache: string | undefined): Promise<string> {
  const ctx = createContext({ cache })
  const [set, folder, note, apart] = ["set.tar", "set", "inspected.json", "inspect-cache"].map((name) => join(work, name))
  if (set === undefined || folder === undefined || note === undefined || apart === undefined) throw new NotRun("no folder")
  const composed = await composeSources(set, ctx)
  mkdirSync(folder)
  const unpacked = spawnSync("tar", ["-xf", set, "-C", folder], { encoding: "utf8" })
  if (unpacked.status !== 0) throw new NotRun(`tar: ${unpacked.error?.message ?? unpacked.stderr}`)
  lend(ctx.cache, apart, ["objects", "indexes"])
  const others = scanners(folder, work)
  const everybyte = (name: string, verb: string, target: string): Command => ({
    name,
    argv: [...commandLine, verb, target, "--cache", apart, "--offline", "--format", "json", "-o", join(work, "inspect.json")],
    good: [0, 1],
  })
  const commands: readonly Command[] = [
    everybyte("explain the set", "explain", set),
    anew(everybyte("audit the set", "audit", set), join(apart, "reports")),
    { name: "language by language", argv: [...bundled("inspect-only", work), set, note], good: [0] },
    ...others.flatMap((one) => ("command" in one ? [one.command] : [])),
    everybyte("explain", "explain", small),
    anew(everybyte("audit anew", "audit", small), join(apart, "reports")),
    everybyte("audit kept", "audit", small),
  ]
  const samples = alternate(commands, runs)
  const failed = [...samples.failed].filter(([name]) => !others.some((one) => one.name.startsWith(name)))
  if (failed.length > 0) throw new NotRun(failed.map(([name, why]) => `${name}: ${why}`).join("; "))
  return [wholeTable(samples, composed, others), languageTable(JSON.parse(readFileSync(note, "utf8"))), smallTable(samples)].join("\n\n")
}

/** Without the report that was kept of the run before. */
const anew = (command: Command, reports: string): Command => ({
  ...command,
  argv: ["sh", "-c", 'rm -rf "$0" && exec "$@"', reports, ...command.argv],
})

const held = (is: boolean): string => (is ? "held" : "NOT HELD")

function wholeTable(samples: Samples, { files, bytes }: Composed, others: readonly Scanner[]): string {
  const of = (name: string) => samples.byName.get(name) ?? []
  const median = (name: string, what: "seconds" | "processor" | "residentMax"): number =>
    spreadOf(of(name).flatMap((sample) => sample[what] ?? [])).median
  const [ours, plain] = ["audit the set", "explain the set"]
  const inspecting = median(ours, "processor") - median(plain, "processor")
  const rate = (name: string, prefix: string): number => bytes(prefix) / median(name, "processor")
  const row = (shown: string, name: string, prefix = ""): readonly string[] => [
    shown,
    (bytes(prefix) / 1e6).toFixed(1),
    median(name, "seconds").toFixed(1),
    median(name, "processor").toFixed(1),
    (rate(name, prefix) / 1e6).toFixed(2),
    (rate(ours, "") / rate(name, prefix)).toFixed(2),
    `${Math.round(median(name, "residentMax") / 1e6)} MB`,
  ]
  const speed = bytes() / inspecting
  const { min, max } = spreadOf([...samples.byName.values()].flat().flatMap((sample) => sample.elsewhere ?? []))
  const elsewhere = [min, max]
  const resident = Math.max(...of(ours).flatMap(({ residentMax }) => residentMax ?? Number.NaN))
  return [
    `${(bytes() / 1e6).toFixed(0)} MB of source, ${files} files in the languages that are read, of ${sourceSet.length} releases (${sourceSet.map((one) => `\`${one}\``).join(", ")}; \`test/bench/source-set.ts\` composes it):`,
    markdownTable(
      ["what", "MB", "s", "processor s", "MB/s", "audit's MB/s / its", "memory"],
      [
        ...[ours, plain].map((name) => row(`everybyte ${name}`, name)),
        ...others.map((one) => {
          const name = "command" in one ? one.command.name : ""
          if ("why" in one) return [one.name, "", `not run: ${one.why}`, "", "", "", ""]
          const why = samples.failed.get(name)
          return why === undefined ? row(one.name, name, one.prefix) : [one.name, "", `not run: ${why.slice(0, 200)}`, "", "", "", ""]
        }),
      ],
    ),
    `Inspecting and judging is what an audit does besides explaining: ${inspecting.toFixed(1)} s of processor time, ${(speed / 1e6).toFixed(2)} MB/s. At least 3 MB/s: ${held(speed >= bars.bytesPerSecond)}. Under 600 MB: ${held(resident < bars.residentBytes)} (${Math.round(resident / 1e6)} MB). No file is skipped by a prefilter: each is parsed. Other work of the machine had ${elsewhere.map((cores) => cores.toFixed(1)).join(" to ")} cores meanwhile.`,
  ].join("\n\n")
}

function languageTable(found: readonly Inspected[]): string {
  const rows = found.map(({ language, files, bytes, seconds, acts, whole, bytesBlind }) => [
    language,
    String(files),
    (bytes / 1e6).toFixed(2),
    seconds.toFixed(2),
    (bytes / 1e6 / seconds).toFixed(2),
    String(acts),
    `${files - whole} (${(bytesBlind / 1e6).toFixed(2)} MB)`,
  ])
  return [
    "The same, each language by itself one after the other in one process (the last run); of a file that something was given up of, the rest was analysed:",
    markdownTable(["language", "files", "MB", "processor s", "MB/s", "acts", "files with a blind place"], rows),
  ].join("\n\n")
}

function smallTable({ byName }: Samples): string {
  const seconds = (name: string): ReturnType<typeof spreadOf> => spreadOf((byName.get(name) ?? []).map((sample) => sample.seconds))
  const ratio = (name: string): number => seconds(name).median / seconds("explain").median
  const rows = ["explain", "audit anew", "audit kept"].map((name) => {
    const { median, min, max } = seconds(name)
    return [name, median.toFixed(3), `${min.toFixed(3)} to ${max.toFixed(3)}`, ratio(name).toFixed(2)]
  })
  return [
    `\`${small}\`, downloads cached; \`anew\`: no report of it is kept:`,
    markdownTable(["command", "median s", "range s", "time / explain"], rows),
    `An audit at most 3 times an explanation: ${held(ratio("audit anew") <= bars.ratio)} anew, ${held(ratio("audit kept") <= bars.ratio)} kept.`,
  ].join("\n\n")
}

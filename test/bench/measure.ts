import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"

/** A section that could not be measured says why; it never gives a figure. */
export class NotRun extends Error {}

export interface Command {
  readonly name: string
  readonly argv: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Exit codes that mean it did its work. */
  readonly good: readonly number[]
}

export interface Sample {
  readonly seconds: number
  /** The largest process of the command, in bytes; undefined without GNU time. */
  readonly residentMax: number | undefined
  /** Seconds of the processor that it took, with its children; undefined without GNU time. */
  readonly processor: number | undefined
  /** How many cores other work of the machine had meanwhile; undefined without GNU time. */
  readonly elsewhere: number | undefined
}

/** Seconds that all cores have worked so far. */
const worked = (): number => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000

const gnuTime = "/usr/bin/time"

/** One run as a whole process. Throws when the command did not do its work: a failed run is no figure. */
export function measure({ argv, environment, good }: Command): Sample {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-bench-"))
  const file = join(folder, "time")
  try {
    const timed = existsSync(gnuTime) ? [gnuTime, "-f", "%M %U %S", "-o", file, ...argv] : argv
    const before = worked()
    const started = performance.now()
    const run = spawnSync(timed[0] ?? "", timed.slice(1), {
      encoding: "utf8",
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
      maxBuffer: 2 ** 28,
    })
    const seconds = (performance.now() - started) / 1000
    if (run.status === null || !good.includes(run.status))
      throw new Error(`exit ${run.status ?? run.signal}: ${run.error?.message ?? run.stderr.trim().slice(0, 500)}`)
    const all = worked() - before
    if (!existsSync(file)) return { seconds, residentMax: undefined, processor: undefined, elsewhere: undefined }
    const [kilobytes = 0, user = 0, system = 0] = (readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "").split(" ").map(Number)
    return { seconds, residentMax: kilobytes * 1024, processor: user + system, elsewhere: Math.max(0, all - user - system) / seconds }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface Samples {
  readonly byName: ReadonlyMap<string, readonly Sample[]>
  /** Commands that failed in their unmeasured run, and why. */
  readonly failed: ReadonlyMap<string, string>
}

/** One unmeasured run of each, then A B A B: what slows the machine down slows all of them. */
export function alternate(commands: readonly Command[], runs: number): Samples {
  const failed = new Map<string, string>()
  for (const command of commands) {
    try {
      report("warm-up", command, measure(command))
    } catch (error) {
      failed.set(command.name, error instanceof Error ? error.message : String(error))
    }
  }
  const sound = commands.filter(({ name }) => !failed.has(name))
  const byName = new Map<string, Sample[]>(sound.map(({ name }) => [name, []]))
  for (let round = 1; round <= runs; round += 1) {
    for (const command of sound) {
      const sample = measure(command)
      report(`run ${round}`, command, sample)
      byName.get(command.name)?.push(sample)
    }
  }
  return { byName, failed }
}

function report(round: string, { name }: Command, { seconds }: Sample): void {
  process.stderr.write(`${round}: ${name}: ${seconds.toFixed(2)} s\n`)
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const middle = Math.floor(sorted.length / 2)
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
  return { median, min: at(0), max: at(sorted.length - 1) }
}

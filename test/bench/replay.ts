import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { loadavg } from "node:os"
import { join } from "node:path"
import { orThrow } from "../../src/core/fault.ts"
import { proceduresFor } from "../../src/generators/index.ts"
import { createContext } from "../../src/io/create-context.ts"
import type { Procedure } from "../../src/model/replay.ts"
import { parseTarget } from "../../src/registries/index.ts"
import { open } from "../../src/stages/open/open.ts"
import { read } from "../../src/stages/read/read.ts"
import { factsOf } from "../../src/stages/replay/replay.ts"
import { cachedToolchain } from "../../src/toolchains/index.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { findRepository } from "../results/repositories.ts"
import { checkout, commandLine } from "../results/run-explain.ts"
import { type Command, measure, NotRun } from "./measure.ts"

const release = "deb-src:xz-utils@5.8.1"

/** What the measured process of the reference is told: the same script, inputs and toolchain. */
export interface ByHand {
  readonly script: string
  readonly collation: string
  readonly originals: readonly string[]
  readonly toolchain: string
  readonly input: string
}

/** A replay of xz 5.8.1 that nothing was kept of, beside its release's commands run once by hand in the same sandbox; then the replay again, kept. */
export async function benchReplay(work: string, cache: string | undefined): Promise<string> {
  const repository = findRepository("tukaani-project/xz")
  if (!repository.ok) throw new NotRun(repository.why)
  const [input, apart] = [join(work, "replay-input"), join(work, "replay-cache")]
  mkdirSync(input)
  const procedure = await prepared(`${repository.path}`, input, cache)
  withoutReplays(createContext({ cache }).cache, apart)
  const note = join(work, "by-hand.json")
  const { script, collation, originals, toolchain } = procedure
  writeFileSync(note, JSON.stringify({ script, collation, originals, toolchain, input } satisfies ByHand))
  const words = ["explain", release, "--repository", `${repository.path}@v5.8.1`, "--offline", "--replay", "always"]
  const explain = (name: string): Command => ({
    name,
    argv: [...commandLine, ...words, "--cache", apart, "--format", "json", "-o", join(work, "replay.json")],
    good: [0, 1],
  })
  const byHand: Command = {
    name: `by hand, once: ${procedure.commands}`,
    argv: [process.execPath, join(checkout, "tools/node.mjs"), "test/bench/replay-by-hand.ts", note, apart],
    good: [0],
  }
  const commands = [
    byHand,
    explain("everybyte explain --replay always, twice inside, nothing kept"),
    explain("the same again, replay kept"),
  ]
  const samples = commands.map((command) => ({ name: command.name, load: loadavg()[0] ?? Number.NaN, seconds: measure(command).seconds }))
  const [reference = Number.NaN, first = Number.NaN, second = Number.NaN] = samples.map(({ seconds }) => seconds)
  const rows = samples.map(({ name, seconds, load }) => [name, seconds.toFixed(1), (seconds / reference).toFixed(2), load.toFixed(1)])
  const held = (is: boolean): string => (is ? "held" : "NOT HELD")
  return [
    `xz 5.8.1 made again in ${procedure.toolchain}, whole processes, downloads and toolchain cached; one run each:`,
    markdownTable(["command", "s", "time / by hand", "load average before"], rows),
    `At most 1.5 times by hand: ${held(first <= 1.5 * reference)} (${(first / reference).toFixed(2)}). Kept, at most a tenth: ${held(second <= first / 10)} (1/${(first / second).toFixed(1)}).`,
  ].join("\n\n")
}

/** The commit as the sandbox gets it, and what is to be run on it. */
async function prepared(repository: string, input: string, cache: string | undefined): Promise<Procedure> {
  const ctx = createContext({ cache })
  const artifact = orThrow(await open(release, orThrow(await parseTarget(release)), ctx))
  try {
    const snapshot = orThrow(await read(artifact, { repository, ref: "v5.8.1", submodules: new Map() }, ctx))
    try {
      const [procedure] = await proceduresFor(await factsOf(artifact, snapshot, ctx))
      if (procedure === undefined || "why" in procedure) throw new NotRun(procedure?.why ?? "no generator has anything to make of it")
      if ((await cachedToolchain(procedure.toolchain, ctx)) === undefined)
        throw new NotRun(`the toolchain ${procedure.toolchain} is not on this machine (everybyte toolchain build ${procedure.toolchain})`)
      orThrow(await snapshot.exportTo(input, { history: procedure.history, whole: procedure.whole === true }))
      return procedure
    } finally {
      await snapshot.close()
    }
  } finally {
    await artifact.close()
  }
}

/** A cache folder with all that the real one has, but for replays. */
export const withoutReplays = (cache: string, apart: string): void => lend(cache, apart, ["objects", "indexes", "toolchains"])

export function lend(cache: string, apart: string, names: readonly string[]): void {
  mkdirSync(apart)
  for (const name of names) if (existsSync(join(cache, name))) symlinkSync(join(cache, name), join(apart, name))
}

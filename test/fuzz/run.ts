/**
 * The long fuzz run, which docs/results.md has:
 *
 *   npm run fuzz -- [--inputs 10000000] [--seed 1] [--parts 1] [--keep] [WALKER...]     --keep writes the rows into docs/results.md
 *
 * `--parts 10` shares the inputs among ten runs, of this seed and the nine behind it, each of which begins with the seeds of its walker: a corpus that has grown for
 * hours makes each input cost twice as much. Each walker runs in a thread with half a gigabyte; one input that takes half a minute of processor time, or ten minutes of which the watch sees every second, is a hang: a machine that does other work makes none. An input that is not withstood is written to a file and named, and the exit code is 1.
 */
import { writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { z } from "zod"
import { markdownTable, readMarked, writeMarked } from "../../tools/marked-text.ts"
import { subjects } from "./subjects.ts"

const results = join(import.meta.dirname, "../../docs/results.md")
const memoryMegabytes = 512
const hangSeconds = 30
const hangTicks = 600
const headBytes = 16
const inputBytesMax = 1 << 16

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: "string", default: "10000000" },
    seed: { type: "string", default: "1" },
    parts: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
})
const names = positionals.length > 0 ? positionals : subjects.map(({ name }) => name)
const unknown = names.find((name) => !subjects.some((subject) => subject.name === name))
if (unknown !== undefined) {
  process.stderr.write(`there is no walker ${unknown}; there are ${subjects.map(({ name }) => name).join(", ")}\n`)
  process.exit(2)
}

const Message = z.union([
  z.object({
    outcome: z.object({ inputs: z.number(), corpus: z.number(), answers: z.array(z.string()), faults: z.number(), slowestMs: z.number() }),
  }),
  z.object({ crash: z.string() }),
])

interface Part {
  readonly inputs: number
  readonly corpus: number
  readonly answers: readonly string[]
  readonly faults: number
  readonly slowestMs: number
  readonly residentMax: number
}

/** The row of a walker, or why there is none. */
async function run(name: string): Promise<readonly string[] | { readonly failed: string }> {
  const started = performance.now()
  const [parts, inputs, seed] = [Number(values.parts), Number(values.inputs), Number(values.seed)]
  const done: Part[] = []
  for (let at = 0; at < parts; at += 1) {
    const part = await runPart(name, Math.ceil(inputs / parts), seed + at)
    if ("failed" in part) return part
    done.push(part)
    if (parts > 1) process.stderr.write(`${name}: part ${at + 1} of ${parts} ended: ${part.inputs} inputs, seed ${seed + at}\n`)
  }
  const seconds = (performance.now() - started) / 1000
  const sum = (of: (part: Part) => number): number => done.reduce((all, part) => all + of(part), 0)
  const most = (of: (part: Part) => number): number => Math.max(...done.map(of))
  const all = sum((part) => part.inputs)
  return [
    name,
    all,
    parts,
    seconds.toFixed(0),
    (all / seconds).toFixed(0),
    sum((part) => part.corpus),
    new Set(done.flatMap((part) => part.answers)).size,
    `${((100 * sum((part) => part.faults)) / all).toFixed(0)} %`,
    most((part) => part.slowestMs).toFixed(0),
    (most((part) => part.residentMax) / 2 ** 20).toFixed(0),
    "0",
  ].map(String)
}

function runPart(name: string, inputs: number, seed: number): Promise<Part | { readonly failed: string }> {
  const shared = new SharedArrayBuffer(headBytes + inputBytesMax)
  const progress = new Float64Array(shared, 0, 2)
  const worker = new Worker(join(import.meta.dirname, "worker.ts"), {
    workerData: { name, inputs, seed, shared },
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
  })
  const failure = (why: string): { readonly failed: string } => {
    const file = join(tmpdir(), `everybyte-fuzz-${name}-${seed}-${progress[0]}`)
    writeFileSync(file, new Uint8Array(shared, headBytes, progress[1]))
    return { failed: `${name}: ${why} at input ${progress[0]}, which is ${file}` }
  }
  return new Promise((resolve) => {
    let seen = { count: -1, ticks: 0, busy: process.cpuUsage() }
    let residentMax = 0
    const watch = setInterval(() => {
      residentMax = Math.max(residentMax, process.memoryUsage.rss())
      const count = progress[0] ?? 0
      const { user, system } = process.cpuUsage(seen.busy)
      seen.ticks += 1
      if (count !== seen.count) seen = { count, ticks: 0, busy: process.cpuUsage() }
      else if (user + system > hangSeconds * 1e6 || seen.ticks > hangTicks)
        done(failure(`no answer in ${Math.round((user + system) / 1e6)} seconds of processor time`))
      if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${count} inputs `)
    }, 1000)
    const done = (found: Part | { readonly failed: string }): void => {
      clearInterval(watch)
      void worker.terminate()
      resolve(found)
    }
    worker.on("error", (error) => done(failure(error.message)))
    worker.on("message", (message: unknown) => {
      const told = Message.parse(message)
      done("crash" in told ? failure(told.crash) : { ...told.outcome, residentMax })
    })
  })
}

const head = [
  "walker",
  "inputs",
  "parts",
  "seconds",
  "inputs a second",
  "corpus",
  "different answers",
  "ended in a fault",
  "slowest ms",
  "process MiB",
  "crashes, hangs, gaps",
]
let failed = false
for (const name of names) {
  const row = await run(name)
  if ("failed" in row) {
    failed = true
    process.stderr.write(`${row.failed}\n`)
    continue
  }
  process.stdout.write(`${markdownTable(head, [row])}\n`)
  // Rows of other walkers stay as their own runs left them.
  if (values.keep)
    writeMarked(results, "fuzz", markdownTable(head, [...readMarked(results, "fuzz").filter(([one]) => one !== name), row].sort()))
}
process.exitCode = failed ? 1 : 0

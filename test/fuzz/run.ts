/**
 * The long fuzz run, which docs/results.md has:
 *
 *   npm run fuzz -- [--inputs 10000000] [--seed 1] [--keep] [WALKER...]     --keep writes the rows into docs/results.md
 *
 * Each walker runs in a thread with half a gigabyte; one input that takes half a minute of processor time, or ten minutes of which the watch sees every second, is a hang: a machine that does other work makes none. An input that is not withstood is written to a file and named, and the exit code is 1.
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
    outcome: z.object({ inputs: z.number(), corpus: z.number(), answers: z.number(), faults: z.number(), slowestMs: z.number() }),
  }),
  z.object({ crash: z.string() }),
])

/** The row of a walker, or why there is none. */
function run(name: string): Promise<readonly string[] | { readonly failed: string }> {
  const shared = new SharedArrayBuffer(headBytes + inputBytesMax)
  const progress = new Float64Array(shared, 0, 2)
  const started = performance.now()
  const worker = new Worker(join(import.meta.dirname, "worker.ts"), {
    workerData: { name, inputs: Number(values.inputs), seed: Number(values.seed), shared },
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
  })
  const failure = (why: string): { readonly failed: string } => {
    const file = join(tmpdir(), `everybyte-fuzz-${name}-${values.seed}-${progress[0]}`)
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
    const done = (found: readonly string[] | { readonly failed: string }): void => {
      clearInterval(watch)
      void worker.terminate()
      resolve(found)
    }
    worker.on("error", (error) => done(failure(error.message)))
    worker.on("message", (message: unknown) => {
      const told = Message.parse(message)
      if ("crash" in told) return done(failure(told.crash))
      const { inputs, corpus, answers, faults, slowestMs } = told.outcome
      const seconds = (performance.now() - started) / 1000
      const share = `${((100 * faults) / inputs).toFixed(0)} %`
      done(
        [
          name,
          inputs,
          seconds.toFixed(0),
          (inputs / seconds).toFixed(0),
          corpus,
          answers,
          share,
          slowestMs.toFixed(0),
          (residentMax / 2 ** 20).toFixed(0),
          "0",
        ].map(String),
      )
    })
  })
}

const head = [
  "walker",
  "inputs",
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

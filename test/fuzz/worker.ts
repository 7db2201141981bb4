import { parentPort, workerData } from "node:worker_threads"
import { z } from "zod"
import { Crash, fuzz } from "./fuzz.ts"
import { subjects } from "./subjects.ts"

/** One walker's run in a thread of its own, which tells through shared memory what it is at: whoever watches it can stop it. */
const { name, inputs, seed, shared } = z
  .object({ name: z.string(), inputs: z.number(), seed: z.number(), shared: z.instanceof(SharedArrayBuffer) })
  .parse(workerData)
const progress = new Float64Array(shared, 0, 2)
const current = new Uint8Array(shared, 16)
const subject = subjects.find((one) => one.name === name)
if (subject === undefined) throw new Error(`no walker ${name}`)
try {
  const outcome = await fuzz(subject, {
    inputs,
    seed,
    begin: (count, input) => {
      current.set(input.subarray(0, current.byteLength))
      progress[1] = input.byteLength
      progress[0] = count
    },
  })
  parentPort?.postMessage({ outcome })
} catch (error) {
  if (!(error instanceof Crash)) throw error
  parentPort?.postMessage({ crash: error.message })
}

import type { ChildProcess } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { escapeForeign } from "../core/escape.ts"
import { FaultError, faultsOf, orThrow, type Result } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { diskFaults } from "./disk-fault.ts"
import { feed } from "./program.ts"
import type { SandboxEnd, SandboxJob, SandboxRun } from "./sandbox-job.ts"
import { type Mechanism, nameOf, start } from "./sandbox-start.ts"
import { usageBelow } from "./sandbox-usage.ts"
import { spill } from "./spill.ts"

type Why = Extract<SandboxEnd, { kind: "stopped" }>["why"]

const saidBytesMax = 64 * 2 ** 10
const lookMilliseconds = 100
/** What is killed and does not die is not waited for longer than this. */
const deathMilliseconds = 5000

/** Runs a job to its end, whatever that is, and leaves no process of it. */
export function runInside(mechanism: Mechanism, job: SandboxJob, ctx: Context): Promise<Result<SandboxRun>> {
  return faultsOf(async () => {
    // In /tmp, as another user has to be able to pass through to it.
    const folder = orThrow(await diskFaults("/tmp", () => mkdtemp(`/tmp/everybyte-${process.pid}-`)))
    try {
      const child = orThrow(await diskFaults(folder, () => start(mechanism, job, folder, ctx)))
      return await follow(child, mechanism, job, ctx)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

async function follow(child: ChildProcess, mechanism: Mechanism, job: SandboxJob, ctx: Context): Promise<SandboxRun> {
  const output = await spill(ctx)
  const watched = watch(child, job)
  try {
    const fed = feed(child, job.input)
    for await (const chunk of chunksOf(child, watched)) {
      if (output.size + chunk.byteLength > job.limits.outputBytesMax) watched.stop("output")
      else if (watched.why() === undefined) await output.append(chunk)
    }
    const [failure, code] = await Promise.all([fed, watched.exited])
    const why = watched.why()
    if (failure !== undefined) throw failure
    const said = watched.said()
    if (why === undefined && !watched.entered())
      throw new FaultError({
        kind: "unavailable",
        source: nameOf(mechanism),
        why: `the sandbox could not be entered (${escapeForeign(said.trim() || `it ended with ${code}`)})`,
        remedy: "run `everybyte doctor`",
      })
    return { end: endOf(code, why), output, said }
  } catch (error) {
    await output.close()
    throw error
  } finally {
    watched.stop("signal")
  }
}

/** Shells and bubblewrap alike tell the end by a signal as 128 and its number (POSIX.1-2017, XCU 2.8.2). */
function endOf(code: number | undefined, why: Why | undefined): SandboxEnd {
  if (why !== undefined) return { kind: "stopped", why }
  return code === undefined || code > 128 ? { kind: "stopped", why: "signal" } : { kind: "exit", code }
}

interface Watched {
  readonly exited: Promise<number | undefined>
  /** Ends every process; the first reason counts. */
  stop(why: Why): void
  why(): Why | undefined
  entered(): boolean
  said(): string
}

function watch(child: ChildProcess, { limits }: SandboxJob): Watched {
  let why: Why | undefined
  let entered = false
  let said = Buffer.alloc(0)
  const stop = (reason: Why): void => {
    why ??= reason
    clearTimeout(timer)
    clearInterval(look)
    child.kill("SIGKILL") // all that is inside dies with it
    const left = setTimeout(() => {
      for (const pipe of child.stdio) pipe?.destroy()
    }, deathMilliseconds)
    void exited.then(() => clearTimeout(left))
  }
  const timer = setTimeout(() => stop("time"), limits.secondsMax * 1000)
  const look = setInterval(() => {
    if (child.pid === undefined || !entered) return // until then, /proc shows the root of this machine
    const { memoryBytes, files } = usageBelow(child.pid)
    if (memoryBytes > limits.memoryBytesMax) stop("memory")
    else if (files > limits.filesMax) stop("files")
  }, lookMilliseconds)
  child.stderr?.on("data", (chunk: Buffer) => {
    said = Buffer.concat([said, chunk]).subarray(-saidBytesMax)
  })
  child.stdio[3]?.on("data", () => {
    entered = true
  })
  for (const pipe of [child.stderr, child.stdio[3]]) pipe?.on("error", () => undefined) // what did not arrive was not said
  const exited = new Promise<number | undefined>((resolve) => {
    child.on("error", (error) => {
      said = Buffer.from(error.message)
      resolve(undefined)
    })
    child.on("close", (code) => resolve(code ?? undefined))
  })
  return { exited, stop, why: () => why, entered: () => entered, said: () => said.toString("utf8") }
}

/** Standard output; a reader that was stopped is no error. */
async function* chunksOf(child: ChildProcess, watched: Watched): AsyncGenerator<Uint8Array> {
  if (child.stdout === null) return
  try {
    for await (const chunk of child.stdout) if (chunk instanceof Uint8Array) yield chunk
  } catch (error) {
    if (watched.why() === undefined) throw error
  }
}

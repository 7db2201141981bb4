import type { ChildProcess } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { escapeForeign } from "../core/escape.ts"
import { FaultError, faultsOf, type Result } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { spill } from "./files.ts"
import { feed } from "./program.ts"
import type { SandboxEnd, SandboxJob, SandboxRun } from "./sandbox-job.ts"
import { type Mechanism, start } from "./sandbox-start.ts"

type Why = Extract<SandboxEnd, { kind: "stopped" }>["why"]

const saidBytesMax = 64 * 2 ** 10
const lookMilliseconds = 100

/** Runs a job to its end, whatever that is, and leaves no process of it. */
export function runInside(mechanism: Mechanism, job: SandboxJob, ctx: Context): Promise<Result<SandboxRun>> {
  return faultsOf(async () => {
    const folder = await mkdtemp("/tmp/everybyte-") // there, as another user has to be able to pass through to it
    try {
      await chmod(folder, 0o755)
      return await follow(await start(mechanism, job, folder, ctx), mechanism, job, ctx)
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
        source: mechanism.name,
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
  }
  const timer = setTimeout(() => stop("time"), limits.secondsMax * 1000)
  const look = setInterval(() => {
    if (memoryInUse(child.pid) > limits.memoryBytesMax) stop("memory")
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

/** Bytes that a process and all below it hold for themselves (proc(5), status). What they wrote to files in memory is limited by those. */
function memoryInUse(pid: number | undefined): number {
  if (pid === undefined) return 0
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1")
    const own = Number(/^RssAnon:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
    const below = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "latin1").split(" ").filter(Boolean),
    )
    return below.reduce((sum, one) => sum + memoryInUse(Number(one)), own)
  } catch {
    return 0 // it has just ended
  }
}

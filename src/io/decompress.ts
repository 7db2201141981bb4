import { type ChildProcess, spawn } from "node:child_process"
import type { FileWriter, Spill } from "../core/bytes.ts"
import { escapeForeign } from "../core/escape.ts"
import { FaultError } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { feed, findProgram, versionOf } from "./program.ts"
import { workerDecompress } from "./xz-worker.ts"

/** What the system's xz may use of memory, dictionary and threads together. */
const memoryMax = "1GiB"

/**
 * Undoes xz compression: with the system's xz as a child without environment or network of ours, else with a WASM decoder in a worker.
 * Of our files xz gets none but `into`, where it writes itself: through a pipe the bytes would be copied twice more (measured on linux's 1.4 GB:
 * 1.5 of 19 seconds of processor time). The worker leaves that to whoever takes the chunks.
 * Which of them ran is in the report's trusted base. EVERYBYTE_NO_SYSTEM_XZ=1 takes the worker.
 */
export function xzDecompress(ctx: Context): (chunks: AsyncIterable<Uint8Array>, into?: Into) => AsyncIterable<Uint8Array> {
  return (chunks, into) => {
    const program = ctx.environment["EVERYBYTE_NO_SYSTEM_XZ"] === "1" ? undefined : findProgram("xz", ctx)
    if (program === undefined) {
      ctx.toolsUsed.set("xz-decompress (WASM)", "0.2.3")
      return workerDecompress(chunks, ctx.environment["NODE_COMPILE_CACHE"])
    }
    return named(throughProgram(program, chunks, into), program, ctx)
  }
}

/** A file that the decoder may write itself, and how many bytes are promised. */
export interface Into {
  readonly spill: Spill
  readonly bytesMax: number
}

/** The chunks, and beside them the program's version for the trusted base: asked once, while it decodes. */
async function* named(chunks: AsyncIterable<Uint8Array>, program: string, ctx: Context): AsyncGenerator<Uint8Array> {
  const version = ctx.toolsUsed.has("xz") ? undefined : versionOf(program)
  try {
    yield* chunks
  } finally {
    if (version !== undefined) ctx.toolsUsed.set("xz", await version)
  }
}

async function* throughProgram(program: string, chunks: AsyncIterable<Uint8Array>, into?: Into): AsyncGenerator<Uint8Array> {
  let running: Running | undefined
  const start = (stdout: number | "pipe"): Running => {
    const child = spawn(program, ["-dc", "-T2", `--memlimit-decompress=${memoryMax}`], {
      cwd: "/",
      env: {},
      stdio: ["pipe", stdout, "pipe"],
    })
    running = { child, exited: exitOf(child), fed: feed(child, chunks) }
    return running
  }
  try {
    yield* into === undefined ? (start("pipe").child.stdout ?? []) : into.spill.follow((fd) => writerOf(start(fd)), into.bytesMax)
    const [failure, exit] = await Promise.all([running?.fed, running?.exited])
    if (failure !== undefined) throw failure
    if (exit !== undefined && exit !== "") throw faultOf(program, exit)
  } finally {
    running?.child.kill("SIGKILL")
  }
}

interface Running {
  readonly child: ChildProcess
  readonly exited: Promise<string>
  readonly fed: Promise<unknown>
}

const writerOf = ({ child, exited }: Running): FileWriter => ({ ended: exited, stop: () => void child.kill("SIGKILL") })

/** A disk that is full says nothing against the stream. */
function faultOf(program: string, said: string): FaultError {
  const why = `${program} says: ${escapeForeign(said)}`
  if (!/write error/i.test(said))
    return new FaultError({ kind: "malformed", layer: "xz", offset: 0, expected: `a sound xz stream; ${why}` })
  const remedy = "free some space, run `everybyte cache prune`, or choose another folder with --cache"
  const isFull = /no space left/i.test(said)
  return new FaultError({
    kind: "unavailable",
    source: "the temporary file for what is decoded",
    why: isFull ? "the disk is full" : why,
    remedy,
  })
}

/** What the program said when it failed, or "" when it did not. */
function exitOf(child: ChildProcess): Promise<string> {
  let said = ""
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-2000)
  })
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message))
    child.on("close", (code, signal) => resolve(code === 0 ? "" : said.trim() || `ended with ${code ?? signal}`))
  })
}

import { type ChildProcess, spawn } from "node:child_process"
import { escapeForeign } from "../core/escape.ts"
import { FaultError } from "../core/fault.ts"
import type { Decompress } from "../parsers/parser.ts"
import type { Context } from "./context.ts"
import { feed, findProgram, versionOf } from "./program.ts"
import { workerDecompress } from "./xz-worker.ts"

/** What the system's xz may use of memory, dictionary and threads together. */
const memoryMax = "1GiB"

/**
 * Undoes xz compression: with the system's xz as a child without environment, files or network of ours, else with a WASM decoder in a worker.
 * Which of them ran is in the report's trusted base. EVERYBYTE_NO_SYSTEM_XZ=1 takes the worker.
 */
export function xzDecompress(ctx: Context): Decompress {
  return (chunks) => {
    const program = ctx.environment["EVERYBYTE_NO_SYSTEM_XZ"] === "1" ? undefined : findProgram("xz", ctx)
    if (program === undefined) {
      ctx.toolsUsed.set("xz-decompress (WASM)", "0.2.3")
      return workerDecompress(chunks, ctx.environment["NODE_COMPILE_CACHE"])
    }
    return named(throughProgram(program, chunks), program, ctx)
  }
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

async function* throughProgram(program: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const child = spawn(program, ["-dc", "-T2", `--memlimit-decompress=${memoryMax}`], { cwd: "/", env: {}, stdio: ["pipe", "pipe", "pipe"] })
  const exited = exitOf(child)
  const fed = feed(child, chunks)
  try {
    for await (const chunk of child.stdout) yield chunk
    const [failure, exit] = await Promise.all([fed, exited])
    if (failure !== undefined) throw failure
    if (exit !== "")
      throw new FaultError({
        kind: "malformed",
        layer: "xz",
        offset: 0,
        expected: `a sound xz stream; ${program} says: ${escapeForeign(exit)}`,
      })
  } finally {
    child.kill("SIGKILL")
  }
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

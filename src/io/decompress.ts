import { type ChildProcess, execFile, spawn } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { escapeForeign } from "../core/escape.ts"
import { FaultError } from "../core/fault.ts"
import type { Decompress } from "../parsers/parser.ts"
import type { Context } from "./context.ts"
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

function findProgram(name: string, ctx: Context): string | undefined {
  for (const folder of (ctx.environment["PATH"] ?? "").split(delimiter)) {
    if (!folder.startsWith("/")) continue
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      // not in this folder
    }
  }
  return undefined
}

const versionOf = (program: string): Promise<string> =>
  new Promise((resolve) => {
    const told = (_error: Error | null, stdout: string): void => resolve(stdout.split("\n")[0]?.trim() || "unknown")
    execFile(program, ["--version"], { encoding: "utf8", env: {}, timeout: 10_000 }, told)
  })

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

/** Writes the chunks with back-pressure; returns what went wrong on our side of the pipe. A program that closes early says why itself. */
async function feed(child: ChildProcess, chunks: AsyncIterable<Uint8Array>): Promise<unknown> {
  const { stdin } = child
  if (stdin === null) return undefined
  let broken = false
  let wake: () => void = () => undefined
  stdin.on("drain", () => wake())
  stdin.on("close", () => wake())
  stdin.on("error", () => {
    broken = true
    wake()
  })
  try {
    for await (const chunk of chunks) {
      if (broken || stdin.closed) return undefined
      const drained = new Promise<void>((resolve) => {
        wake = resolve
      })
      if (!stdin.write(chunk) && !broken && !stdin.closed) await drained
    }
    return undefined
  } catch (error) {
    return error
  } finally {
    stdin.end()
  }
}

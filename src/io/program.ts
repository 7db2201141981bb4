import { type ChildProcess, execFile } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import type { Context } from "./context.ts"

/** Where a program stands, by absolute folders of PATH alone; undefined when it is nowhere. */
export function findProgram(name: string, ctx: Context): string | undefined {
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

/** The first line that the program says of its version; bzip2(1) says it where others complain, and goes on to read what it is given. */
export const versionOf = (program: string): Promise<string> =>
  new Promise((resolve) => {
    const told = (_error: Error | null, stdout: string, stderr: string): void =>
      resolve(
        `${stdout}\n${stderr}`
          .split("\n")
          .find((line) => /\d\.\d/.test(line))
          ?.trim() ?? "unknown",
      )
    execFile(program, ["--version"], { encoding: "utf8", env: {}, timeout: 10_000 }, told).stdin?.end()
  })

/** Writes the chunks with back-pressure; returns what went wrong on our side of the pipe. A program that closes early says why itself. */
export async function feed(child: ChildProcess, chunks: AsyncIterable<Uint8Array>): Promise<unknown> {
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

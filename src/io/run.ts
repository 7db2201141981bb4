import { spawn } from "node:child_process"
import { type Fault, failed, ok, type Result } from "../core/fault.ts"

/** One call of another program: an argument vector, never a shell, and an environment built from nothing. */
export interface Run {
  readonly program: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder?: string
  readonly stdin?: Uint8Array | string
  /** Standard output beyond this ends the program with a fault. */
  readonly outputBytesMax: number
  readonly secondsMax: number
}

export interface Ran {
  /** Undefined: ended by a signal. */
  readonly code: number | undefined
  readonly stdout: Uint8Array
  /** The last part of standard error. */
  readonly stderr: string
}

const stderrCharactersMax = 4000

/** Runs a program to its end. A missing program, a timeout and too much output are faults; an exit code is the caller's to judge. */
export function run(call: Run): Promise<Result<Ran>> {
  return new Promise((resolve) => {
    const child = spawn(call.program, call.args, {
      shell: false,
      cwd: call.folder,
      env: { ...call.environment },
      stdio: ["pipe", "pipe", "pipe"],
    })
    const parts: Buffer[] = []
    let size = 0
    let stderr = ""
    let fault: Fault | undefined
    const stop = (why: Fault): void => {
      fault ??= why
      child.kill("SIGKILL")
    }
    const timer = setTimeout(
      () => stop(unavailable(call, `it did not end within ${call.secondsMax} s`, "run again, or check what it waits for")),
      call.secondsMax * 1000,
    )
    child.stdin.on("error", () => undefined) // a child that ends before it has read all is told by its exit code
    child.stdin.end(call.stdin ?? "")
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > call.outputBytesMax)
        stop(unavailable(call, `it wrote more than ${call.outputBytesMax} bytes`, "check that it is the program you expect"))
      else parts.push(chunk)
    })
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString("utf8")).slice(-stderrCharactersMax)
    })
    child.on("error", (error) => {
      clearTimeout(timer)
      const missing = "code" in error && error.code === "ENOENT"
      resolve(
        failed(
          unavailable(
            call,
            missing ? "the program was not found" : `it could not be started (${error.message})`,
            `install ${call.program} or put it in PATH`,
          ),
        ),
      )
    })
    child.on("close", (code) => {
      clearTimeout(timer)
      resolve(fault === undefined ? ok({ code: code ?? undefined, stdout: Buffer.concat(parts), stderr }) : failed(fault))
    })
  })
}

const unavailable = (call: Run, why: string, remedy: string): Fault => ({ kind: "unavailable", source: call.program, why, remedy })

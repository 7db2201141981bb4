import type { Spill } from "../core/bytes.ts"
import type { Result } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import type { Context } from "./context.ts"

/** How much one run may take. What the kernel counts is counted by the kernel; time, output and the memory of all are ours to watch. */
export interface SandboxLimits {
  /** On the wall; also of processor time, for each process. */
  readonly secondsMax: number
  /** Writable memory of each process, and memory in use by all of them. */
  readonly memoryBytesMax: number
  /** Address space of each process, where that is not to be the same. */
  readonly addressBytesMax?: number
  /** Processes and threads at once. */
  readonly processesMax: number
  /** Standard output. */
  readonly outputBytesMax: number
  /** Everything written inside, in memory: half of it in the work folder, a quarter in the temporary one, the rest at home. */
  readonly diskBytesMax: number
  /** Files and folders at once, in those folders together. */
  readonly filesMax: number
  /** One file written inside. */
  readonly fileBytesMax: number
}

/** One run: bytes in, bytes out. Nothing that is writable inside is a file of this machine. */
export interface SandboxJob {
  /** A folder of this machine that is the root file system inside, read-only. It has `/bin/sh`; its `/build`, `/dev`, `/home/build`, `/proc` and `/tmp` are not seen. */
  readonly root: string
  /** Further read-only folders or files of this machine, by the absolute path at which they stand inside, over what root has there. */
  readonly mounts: ReadonlyMap<string, string>
  /** Looked for inside. It starts in `/build`, which is empty. */
  readonly argv: readonly string[]
  /** Added to the fixed environment (`sandboxEnvironment`), or in place of it. */
  readonly environment: Readonly<Record<string, string>>
  /** Standard input. It need not be read. */
  readonly input: AsyncIterable<Uint8Array>
  readonly limits: SandboxLimits
}

/** A run that was stopped has no result: what it wrote until then counts for nothing. */
export type SandboxEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "stopped"; readonly why: "time" | "output" | "memory" | "files" | "signal" }

export interface SandboxRun {
  readonly end: SandboxEnd
  /** Standard output, in a temporary file without a name: to be closed. */
  readonly output: Spill & { close(): Promise<void> }
  /** The last part of standard error. Foreign text: escape it where it is shown. */
  readonly said: string
}

export interface Sandbox {
  /** With its version: "bubblewrap 0.8.0". */
  readonly name: string
  /** Whether system calls are filtered. */
  readonly seccomp: boolean
  /** A fault: it could not be entered, or the input or output broke on our side. What happens inside is told by `end`. */
  run(job: SandboxJob, ctx: Context): Promise<Result<SandboxRun>>
}

/**
 * The sandbox's share of the program's limits. `managed` is for programs that reserve far more address space than they use, as garbage collectors do; then the memory that
 * they may write to is counted alone.
 */
export const sandboxLimits = (limits: Limits, memory: "counted" | "managed" = "counted"): SandboxLimits => ({
  secondsMax: limits.sandboxSecondsMax,
  memoryBytesMax: limits.sandboxMemoryBytesMax,
  ...(memory === "managed" ? { addressBytesMax: limits.sandboxAddressBytesMax } : {}),
  processesMax: limits.sandboxProcessesMax,
  outputBytesMax: limits.sandboxOutputBytesMax,
  diskBytesMax: limits.sandboxDiskBytesMax,
  filesMax: limits.sandboxFilesMax,
  fileBytesMax: limits.sandboxFileBytesMax,
})

/** Who one is inside; nothing of this machine's user shows. */
export const sandboxUser = { id: 1000, name: "build", host: "everybyte", work: "/build", home: "/home/build", temporary: "/tmp" } as const

/** The whole environment inside, but for what a job adds. */
export const sandboxEnvironment: Readonly<Record<string, string>> = {
  HOME: sandboxUser.home,
  LC_ALL: "C",
  LOGNAME: sandboxUser.name,
  PATH: "/usr/local/bin:/usr/bin:/bin",
  SHELL: "/bin/sh",
  TERM: "dumb",
  TMPDIR: sandboxUser.temporary,
  TZ: "UTC",
  USER: sandboxUser.name,
}

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { join } from "node:path"
import { failed, ok, type Result } from "../core/fault.ts"
import { isRecord, isText, shapedJson } from "../core/shape.ts"
import type { Context } from "./context.ts"
import { regularFile } from "./git-refs.ts"

/** A bare repository of ours, borrowing the objects of another one. The only kind of repository that git is started in. */
export interface GitPlace {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** Aborted when the repository is closed: whatever git still runs then is ended. */
  readonly signal?: AbortSignal
}

/** Set on every call, after git's own configuration files are switched off: nothing here comes from the repository that is read. */
const settings = [
  "core.commitGraph=false", // a commit-graph may say other parents and trees than the commits do
  "core.multiPackIndex=false",
  "core.hooksPath=/dev/null",
  "core.attributesFile=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "protocol.allow=never",
  "gc.auto=0",
  "maintenance.auto=false",
  "log.showSignature=false",
].flatMap((setting) => ["-c", setting])

/**
 * The whole environment of a git process, built from nothing (git(1), "Environment Variables"). GIT_DIR is always named, so
 * git never looks for a repository itself; GIT_OBJECT_DIRECTORY is all that it is told of R.
 */
export function gitEnvironment(folder: string, objects: string | undefined, ctx: Context): GitPlace {
  return {
    folder,
    environment: {
      PATH: ctx.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
      HOME: folder,
      LC_ALL: "C",
      TZ: "UTC",
      GIT_DIR: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_NO_LAZY_FETCH: "1",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_PAGER: "",
      ...(objects === undefined ? {} : { GIT_OBJECT_DIRECTORY: objects }),
    },
  }
}

export function startGit(
  place: GitPlace,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const child = spawn("git", ["--no-pager", ...settings, ...args], {
    cwd: place.folder,
    env: { ...place.environment, ...extra },
    stdio: ["pipe", "pipe", "pipe"],
    ...(place.signal === undefined ? {} : { signal: place.signal }),
  })
  // A child that ends before it has read all of its input is told by its exit code, not by EPIPE.
  child.stdin.on("error", () => undefined)
  return child
}

export interface GitRun {
  readonly args: readonly string[]
  readonly stdin?: Uint8Array | string
  readonly outputMax?: number
  readonly secondsMax?: number
  readonly environment?: Readonly<Record<string, string>>
}

export interface GitAnswer {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** One short run of git. A non-zero exit is an answer; no git, too much output and too much time are faults. */
export function runGit(place: GitPlace, run: GitRun): Promise<Result<GitAnswer>> {
  const outputMax = run.outputMax ?? 64 * 2 ** 20
  const source = `git ${run.args.find((arg) => /^[a-z]/.test(arg) && !arg.includes("=")) ?? ""}`
  return new Promise((resolve) => {
    const child = startGit(place, run.args, run.environment)
    const stdout: Buffer[] = []
    let size = 0
    let stderr = ""
    const stop = (why: string) => {
      child.kill("SIGKILL")
      resolve(failed({ kind: "unavailable", source, why, remedy: "look at the repository with git itself, or give another one" }))
    }
    const timer = setTimeout(() => stop("did not end in time"), (run.secondsMax ?? 300) * 1000)
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > outputMax) stop(`wrote more than ${outputMax} bytes`)
      else stdout.push(chunk)
    })
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < 4096) stderr += chunk.toString("latin1")
    })
    child.on("error", (error) => {
      clearTimeout(timer)
      resolve(failed(gitMissing(error)))
    })
    child.on("close", (code) => {
      clearTimeout(timer)
      resolve(ok({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: stderr.trim() }))
    })
    child.stdin.end(run.stdin ?? "")
  })
}

export const gitMissing = (error: Error) =>
  ({ kind: "unavailable", source: "git", why: error.message, remedy: "install git 2.35 or newer and put it in PATH" }) as const

let version: Promise<string | undefined> | undefined

/** Puts git and its version in the report's trusted base. Asked once a process, in no repository. */
export async function noteGitVersion(ctx: Context): Promise<void> {
  version ??= runGit(gitEnvironment("/", undefined, ctx), { args: ["version"], secondsMax: 20 }).then((answer) =>
    answer.ok ? answer.value.stdout.toString("latin1").trim().replace("git version ", "") : undefined,
  )
  const found = await version
  if (found !== undefined) ctx.toolsUsed.set("git", found)
}

const toldIn = ({ folder }: GitPlace): string => join(folder, "events")

/** For a process that is started anyway: it tells its version (git's api-trace2, "The Event Format Target"), and no other, at 6 ms each, has to be asked. */
export const tellingVersion = (place: GitPlace): Readonly<Record<string, string>> => ({ GIT_TRACE2_EVENT: toldIn(place) })

const isVersion = isRecord({ event: isText, exe: isText })

/** Notes the version that a process which has ended told; asks where none did. */
export async function noteToldVersion(place: GitPlace, ctx: Context): Promise<void> {
  const [first = ""] = (regularFile(toldIn(place), 1 << 20)?.toString("utf8") ?? "").split("\n", 1)
  const told = shapedJson(first, isVersion)
  if (told?.event === "version") version ??= Promise.resolve(told.exe)
  await noteGitVersion(ctx)
}

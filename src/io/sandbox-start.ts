import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs"
import { chmod, mkdir, writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import type { Context } from "./context.ts"
import { type SandboxJob, type SandboxLimits, sandboxEnvironment, sandboxUser } from "./sandbox-job.ts"
import { type Plan, planRoot, type Step } from "./sandbox-plan.ts"
import { unusedUser } from "./sandbox-user.ts"

/** What a mechanism makes a command of. */
export interface Entry {
  readonly plan: Plan
  /** Runs inside: a shell that sets the last limits and becomes the job's program. */
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** An empty folder of this machine that anyone may read, gone after the run: a place to mount on. */
  readonly place: string
}

/** A way to enter. */
export interface Mechanism {
  readonly tool: string
  readonly version: string
  /** A program of system calls that `command` gives to the kernel, open as descriptor 4. */
  readonly filter: Uint8Array | undefined
  /** Enters, as a user without rights. */
  command(entry: Entry): readonly string[]
}

export const nameOf = ({ tool, version }: Mechanism): string => `${tool} ${version}`

const filesOpenMax = 1024
export const filterDescriptor = 4

/**
 * Runs inside before the job's program does. The number of processes is limited here, not before entering: since Linux 5.14 it is counted by user
 * namespace as well (inc_rlimit_ucounts in kernel/ucount.c), so that the caller's other processes do not count against it. bash calls it -u, dash
 * and busybox -p. What is written to descriptor 3 says that everything up to here has worked.
 */
const become = `umask 022 && if (ulimit -u 1) 2>/dev/null; then ulimit -u "$1"; else ulimit -p "$1"; fi && shift &&
printf entered >&3 && exec "$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-`

/**
 * As root: what will be bound is first bound, in a mount namespace of our own, to where the unused user can reach it (/root/.cache is closed to
 * it); then that user is taken.
 */
const lend = `set -e
place=$1 user=$2 n=0
shift 2
mount -t tmpfs -o mode=0755,nosuid,nodev everybyte "$place"
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir "$place/$n"; else : >"$place/$n"; fi
  mount --rbind -- "$1" "$place/$n"
  n=$((n + 1))
  shift
done
shift
exec setpriv --reuid="$user" --regid="$user" --clear-groups -- "$@"`

/** Starts a job, with a folder for what it takes, which is opened to anyone. Descriptor 3 is a pipe that is written to once the job has been entered. */
export async function start(mechanism: Mechanism, job: SandboxJob, folder: string, ctx: Context): Promise<ChildProcess> {
  await chmod(folder, 0o755)
  const plan = await planRoot({ ...job, root: resolve(job.root) }, await accounts(folder))
  const user = unusedUser()
  const lent = join(folder, "lent")
  const place = join(folder, "place")
  await mkdir(lent, { mode: 0o755 })
  await mkdir(place, { mode: 0o755 })
  const entered = mechanism.command({
    plan: user === undefined ? plan : relocated(plan, lent),
    argv: ["/bin/sh", "-c", become, "sh", String(job.limits.processesMax), ...job.argv],
    environment: { ...sandboxEnvironment, ...job.environment },
    place,
  })
  const limited = ["prlimit", ...kernelLimits(job.limits), "--", ...entered]
  const lending = ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", lend, "sh", lent, String(user), ...sources(plan)]
  const command = user === undefined ? limited : [...lending, "--", ...limited]
  const filter = mechanism.filter === undefined ? undefined : join(folder, "filter")
  if (filter !== undefined) await writeFile(filter, mechanism.filter ?? "")
  return launch(command, filter, ctx)
}

/** In a session of its own, with no descriptor but those that are meant: any other that our own parent left open is covered with /dev/null. */
function launch([program = "", ...args]: readonly string[], filter: string | undefined, ctx: Context): ChildProcess {
  const nothing = openSync("/dev/null", "r")
  const filterFile = filter === undefined ? nothing : openSync(filter, "r")
  try {
    const stdio: ("pipe" | "ignore" | number)[] = ["pipe", "pipe", "pipe", "pipe", filterFile]
    for (const descriptor of inherited()) {
      while (stdio.length <= descriptor) stdio.push("ignore")
      if (descriptor > filterDescriptor) stdio[descriptor] = nothing
    }
    const environment = { PATH: ctx.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" }
    return spawn(program, args, { cwd: "/", env: environment, stdio, detached: true })
  } finally {
    closeSync(nothing)
    if (filterFile !== nothing) closeSync(filterFile)
  }
}

const closesOnExec = 0o2000000

/** Descriptors of ours that a child would inherit: Node closes its own, but not what it was itself started with (proc(5), fdinfo). */
function inherited(): readonly number[] {
  return readdirSync("/proc/self/fdinfo")
    .map(Number)
    .filter((descriptor) => descriptor > 2 && (flagsOf(descriptor) & closesOnExec) === 0)
}

function flagsOf(descriptor: number): number {
  try {
    return Number.parseInt(/^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "latin1"))?.[1] ?? "0", 8)
  } catch {
    return closesOnExec // closed since it was listed
  }
}

/** Set by util-linux' prlimit, for each process. Nobody inside has the right to raise them (setrlimit(2), which also says what RLIMIT_DATA counts since Linux 4.7). */
const kernelLimits = (limits: SandboxLimits): readonly string[] => [
  `--as=${limits.addressBytesMax ?? limits.memoryBytesMax}`,
  `--data=${limits.memoryBytesMax}`,
  `--cpu=${Math.ceil(limits.secondsMax)}`,
  `--fsize=${limits.fileBytesMax}`,
  `--nofile=${filesOpenMax}`,
  "--core=0",
  "--msgqueue=0",
  "--rtprio=0",
]

/** The accounts inside, over those of the root: by path inside, the file of this machine. */
async function accounts(folder: string): Promise<ReadonlyMap<string, string>> {
  const { id, name, home } = sandboxUser
  const nobody = 65534
  const files = new Map([
    ["passwd", `root:x:0:0:root:/:/bin/sh\n${name}:x:${id}:${id}:${name}:${home}:/bin/sh\nnobody:x:${nobody}:${nobody}:nobody:/:/bin/sh\n`],
    ["group", `root:x:0:\n${name}:x:${id}:\nnogroup:x:${nobody}:\n`],
  ])
  for (const [file, text] of files) await writeFile(join(folder, file), text, { mode: 0o644 })
  return new Map([...files.keys()].map((file) => [`/etc/${file}`, join(folder, file)]))
}

const sources = (plan: Plan): readonly string[] => [...plan.values()].flatMap((step) => (step.kind === "bind" ? [step.source] : []))

/** The plan with each source at the place where `lend` binds it: the order of both is the same. */
function relocated(plan: Plan, lent: string): Plan {
  let count = 0
  const at = (step: Step): Step => (step.kind === "bind" ? { ...step, source: join(lent, String(count++)) } : step)
  return new Map([...plan].map(([path, step]) => [path, at(step)]))
}

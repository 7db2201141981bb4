import { failed, ok, type Result } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { findProgram, versionOf } from "./program.ts"
import { bubblewrap } from "./sandbox-bubblewrap.ts"
import type { Sandbox } from "./sandbox-job.ts"
import { objection } from "./sandbox-probe.ts"
import { runInside } from "./sandbox-run.ts"
import { type Mechanism, nameOf } from "./sandbox-start.ts"
import { userNamespaces } from "./sandbox-unshare.ts"

export type { Sandbox, SandboxEnd, SandboxJob, SandboxLimits, SandboxRun } from "./sandbox-job.ts"
export { sandboxEnvironment, sandboxLimits, sandboxUser } from "./sandbox-job.ts"

const found = new Map<string, Promise<Result<Sandbox>>>()

const utilLinux = ["unshare", "nsenter", "setpriv", "prlimit", "mount"] as const

/** Programs of the system that may hold a run. */
export const sandboxPrograms: readonly string[] = ["bwrap", ...utilLinux]

/**
 * The first mechanism that this machine has and that passes the probes, asked once a process. A fault says why each was refused and what to install or
 * allow. EVERYBYTE_SANDBOX_MECHANISM=bubblewrap or =unshare lets only that one count.
 */
export function findSandbox(ctx: Context): Promise<Result<Sandbox>> {
  const key = JSON.stringify([ctx.environment["PATH"], only(ctx)])
  const known = found.get(key) ?? firstThatHolds(ctx)
  found.set(key, known)
  return known
}

async function firstThatHolds(ctx: Context): Promise<Result<Sandbox>> {
  const objections: string[] = []
  for (const [name, mechanism] of await mechanisms(ctx)) {
    const why = typeof mechanism === "string" ? mechanism : await objection(mechanism, ctx)
    if (why === undefined && typeof mechanism !== "string") return ok(sandboxOf(mechanism))
    objections.push(`${name}: ${why}`)
  }
  return failed({ kind: "unavailable", source: "sandbox", why: objections.join("; "), remedy })
}

const remedy =
  "install bubblewrap 0.8 or newer and util-linux 2.38 or newer, and allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; in a container, a security profile that lets it mount)"

const only = (ctx: Context): string | undefined => ctx.environment["EVERYBYTE_SANDBOX_MECHANISM"]

/** In order of preference; a text says why there is none. */
async function mechanisms(ctx: Context): Promise<readonly (readonly [name: string, mechanism: Mechanism | string])[]> {
  const at = (name: string): string | undefined => findProgram(name, ctx)
  const [bwrap, unshare, nsenter, setpriv] = [at("bwrap"), at("unshare"), at("nsenter"), at("setpriv")]
  const missing = utilLinux.filter((name) => at(name) === undefined)
  const lacking = `${missing.join(", ")} of util-linux not found`
  const every = [
    ["bubblewrap", bwrap === undefined ? "bwrap not found" : missing.length > 0 ? lacking : bubblewrap(bwrap, await numberOf(bwrap))],
    [
      "unshare",
      unshare === undefined || nsenter === undefined || setpriv === undefined || missing.length > 0
        ? lacking
        : userNamespaces({ unshare, nsenter, setpriv }, await numberOf(unshare)),
    ],
  ] as const
  return every.filter(([name]) => only(ctx) === undefined || only(ctx) === name)
}

const numberOf = async (program: string): Promise<string> => /\d[\w.-]*/.exec(await versionOf(program))?.[0] ?? "of no known version"

const sandboxOf = (mechanism: Mechanism): Sandbox => ({
  name: nameOf(mechanism),
  seccomp: mechanism.filter !== undefined,
  run: (job, ctx) => runInside(mechanism, job, ctx),
})

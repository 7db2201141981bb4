import { failed, ok, type Result } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { findProgram, versionOf } from "./program.ts"
import { bubblewrap } from "./sandbox-bubblewrap.ts"
import type { Sandbox } from "./sandbox-job.ts"
import { runInside } from "./sandbox-run.ts"
import type { Mechanism } from "./sandbox-start.ts"

export type { Sandbox, SandboxEnd, SandboxJob, SandboxLimits, SandboxRun } from "./sandbox-job.ts"
export { sandboxEnvironment, sandboxLimits, sandboxUser } from "./sandbox-job.ts"

/** The first mechanism that this machine has and that passes the probes; a fault says why each was refused and what to install or allow. */
export async function findSandbox(ctx: Context): Promise<Result<Sandbox>> {
  const program = findProgram("bwrap", ctx)
  if (program === undefined)
    return failed({ kind: "unavailable", source: "sandbox", why: "bubblewrap is not installed", remedy: "install bubblewrap" })
  return ok(sandboxOf(bubblewrap(program, await versionOf(program))))
}

const sandboxOf = (mechanism: Mechanism): Sandbox => ({
  name: mechanism.name,
  seccomp: mechanism.filter !== undefined,
  run: (job, ctx) => runInside(mechanism, job, ctx),
})

import { unreachable } from "../core/assert.ts"
import { callFilter } from "./sandbox-filter.ts"
import { sandboxUser } from "./sandbox-job.ts"
import type { Step } from "./sandbox-plan.ts"
import { type Entry, filterDescriptor, type Mechanism } from "./sandbox-start.ts"

/** bwrap(1). What it does not unshare, drop or mount here is not there inside. */
export function bubblewrap(program: string, version: string): Mechanism {
  const filter = callFilter(process.arch)
  return {
    tool: "bubblewrap",
    version,
    filter,
    command: (entry) => [program, ...argumentsOf(entry, filter !== undefined), "--", ...entry.argv],
  }
}

const argumentsOf = (entry: Entry, filtered: boolean): readonly string[] => [
  ...["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"],
  ...["--cap-drop", "ALL", "--hostname", sandboxUser.host],
  ...["--uid", String(sandboxUser.id), "--gid", String(sandboxUser.id)],
  ...(filtered ? ["--seccomp", String(filterDescriptor)] : []),
  "--clearenv",
  ...Object.entries(entry.environment).flatMap(([name, value]) => ["--setenv", name, value]),
  ...[...entry.plan].flatMap(([path, step]) => mount(path, step)),
  ...["--remount-ro", "/", "--chdir", sandboxUser.work],
]

function mount(path: string, step: Step): readonly string[] {
  switch (step.kind) {
    case "folder":
      return ["--perms", "0755", "--dir", path]
    case "link":
      return ["--symlink", step.target, path]
    case "bind":
      return ["--ro-bind", step.source, path]
    case "memory":
      return ["--perms", step.mode, "--size", String(step.bytesMax), "--tmpfs", path]
    case "proc":
      return ["--proc", path]
    case "dev":
      return ["--dev", path, "--remount-ro", path]
    default:
      return unreachable(step)
  }
}

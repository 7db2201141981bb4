import { realpath } from "node:fs/promises"
import { escapeForeign } from "../core/escape.ts"
import { explainFault } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { type SandboxJob, sandboxLimits, sandboxUser } from "./sandbox-job.ts"
import { runInside } from "./sandbox-run.ts"
import type { Mechanism } from "./sandbox-start.ts"

const memoryBytes = 2 ** 30
const unseen = ["/etc/shadow", "/root", "/sys", "/var"]

/**
 * Says what it finds of itself inside. `ulimit` is -u in bash and -p in dash and busybox; timeout(1) ends with 125 when it cannot fork, which is how it
 * is seen that a limit on processes holds here (it does not for root).
 */
const question = `echo "user $(id -u) $(id -g) $(id -un) at $(uname -n) in $(pwd)"
while read -r name value rest; do
  case $name in CapInh:|CapPrm:|CapEff:|CapAmb:|NoNewPrivs:|Seccomp:) echo "$name $value" ;; esac
done </proc/self/status
while read -r name rest; do case $name in *:*) echo "net \${name%%:*}" ;; esac; done </proc/net/dev
for at in / /usr /etc /dev /proc/sys/kernel; do if (: >"$at/everybyte") 2>/dev/null; then echo "writes in $at"; fi; done
for at in ${unseen.join(" ")} /dev/kmsg /dev/mem /dev/vda /dev/sda; do if [ -e "$at" ]; then echo "sees $at"; fi; done
if [ "$(ls /home)" != build ]; then echo "sees homes"; fi
if (unshare --user true) 2>/dev/null; then echo "makes user namespaces"; fi
set -- /proc/[0-9]*
if [ "$#" -gt 4 ]; then echo "sees processes"; fi
echo "memory $(ulimit -v)"
(ulimit -u 1 2>/dev/null || ulimit -p 1; exec timeout 1 true) 2>/dev/null
echo "processes $?"`

const answer = (seccomp: boolean): string =>
  [
    `user ${sandboxUser.id} ${sandboxUser.id} ${sandboxUser.name} at ${sandboxUser.host} in ${sandboxUser.work}`,
    ...["CapInh", "CapPrm", "CapEff", "CapAmb"].map((set) => `${set}: 0000000000000000`),
    "NoNewPrivs: 1",
    `Seccomp: ${seccomp ? 2 : 0}`,
    "net lo",
    `memory ${memoryBytes / 1024}`,
    "processes 125",
  ].join("\n")

/** Why a mechanism does not do on this machine; undefined: it does. One short run over this machine's own programs. */
export async function objection(mechanism: Mechanism, ctx: Context): Promise<string | undefined> {
  const done = await runInside(mechanism, await probe(question, ctx), ctx)
  if (!done.ok) return done.fault.kind === "unavailable" ? done.fault.why : explainFault(done.fault)
  const { end, output, said } = done.value
  const found = Buffer.from(await output.read(0, output.size))
    .toString("latin1")
    .trim()
  await output.close()
  const wanted = answer(mechanism.filter !== undefined)
  if (end.kind === "exit" && found === wanted) return undefined
  const lines = new Set(wanted.split("\n"))
  const other = found.split("\n").filter((line) => !lines.has(line))
  return `inside it is not as it has to be (${escapeForeign([...other, said.trim()].filter(Boolean).join(", ") || JSON.stringify(end))})`
}

/** A shell command over this machine's own programs: what is asked before there is any other root file system, and in tests. */
export async function probe(command: string, ctx: Context): Promise<SandboxJob> {
  const folders = ["/bin", "/lib", "/lib64", "/usr"]
  const found = await Promise.all(folders.map(async (path) => [path, await realpath(path).catch(() => "")] as const))
  return {
    root: "/usr", // with bin and lib in it; where they are elsewhere, they are mounted
    mounts: new Map(found.filter(([, source]) => source !== "")),
    argv: ["/bin/sh", "-c", command],
    environment: {},
    input: nothing(),
    limits: {
      ...sandboxLimits(ctx.limits),
      secondsMax: 20,
      memoryBytesMax: memoryBytes,
      processesMax: 16,
      outputBytesMax: 2 ** 16,
      diskBytesMax: 2 ** 20,
      fileBytesMax: 2 ** 20,
    },
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

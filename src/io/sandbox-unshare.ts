import { unreachable } from "../core/assert.ts"
import { sandboxUser } from "./sandbox-job.ts"
import type { Step } from "./sandbox-plan.ts"
import type { Entry, Mechanism } from "./sandbox-start.ts"

/**
 * As root of a user namespace of its own: builds the plan in memory over `$place`, gives it out as the root and becomes a user without rights.
 *
 * - Plain binds: one that has another file system mounted inside is refused by the kernel in here, rather than bound with a writable part.
 * - The last step is into a second user namespace, where one is no root and loses all rights with the next program. It is made beforehand (by a
 *   process that ends again; descriptor 5 holds it), as none can be made below a changed root, and it is the last: in another the program would have
 *   all rights again.
 * - The new root is moved over the old, as switch_root(8) does, and not pivoted into: programs of this machine are still found. nsenter then takes
 *   it as its root. Its `..` is itself, and what could lead out (chroot, mount, setns) takes rights that nobody has there.
 */
const build = `set -eu
umask 022
place=$1
shift
hostname ${sandboxUser.host}
memory() { mount -t tmpfs -o "mode=$2,size=$3,nosuid,nodev" everybyte "$1"; }
lock() { mount -o remount,bind,ro,nosuid,nodev "$1"; }
memory "$place" 0755 16m
while [ "$1" != -- ]; do
  at=$place$2
  case $1 in
    folder) mkdir "$at"; shift 2 ;;
    link) ln -s -- "$3" "$at"; shift 3 ;;
    bind)
      if [ -d "$3" ]; then mkdir -p "$at"; elif [ ! -e "$at" ]; then : >"$at"; fi
      mount --bind -- "$3" "$at"
      lock "$at"
      shift 3 ;;
    memory) mkdir -p "$at"; memory "$at" "$3" "$4"; shift 4 ;;
    proc) mkdir -p "$at"; mount -t proc -o nosuid,nodev,noexec proc "$at"; shift 2 ;;
    dev)
      mkdir -p "$at"
      mount -t tmpfs -o mode=0755,size=1m,nosuid everybyte "$at"
      for one in null zero full random urandom tty; do : >"$at/$one"; mount --bind "/dev/$one" "$at/$one"; done
      ln -s /proc/self/fd "$at/fd"
      for one in stdin:0 stdout:1 stderr:2; do ln -s "/proc/self/fd/\${one#*:}" "$at/\${one%:*}"; done
      mkdir "$at/shm"
      mount -o remount,bind,ro,nosuid "$at"
      shift 2 ;;
  esac
done
mkfifo "$place/ready"
unshare --user --map-user=${sandboxUser.id} --map-group=${sandboxUser.id} sh -c 'echo $$ >"$1"; exec sleep 60' sh "$place/ready" &
read -r holder <"$place/ready"
exec 5<"$place/proc/$holder/ns/user"
kill -s KILL "$holder"
rm "$place/ready"
echo 1 >"$place/proc/sys/user/max_user_namespaces"
lock "$place"
cd "$place"
mount --no-mtab --move . /
shift
exec env -i "$@"`

/** A first process that stays, for the program's own signals and those of its orphans to be ordinary. Whatever is left ends with it. */
const stay = `exec 5<&-; "$@"; exit $?`

/** user_namespaces(7) through util-linux. No filter of system calls: nothing in util-linux sets one. */
export function userNamespaces(
  programs: { readonly unshare: string; readonly nsenter: string; readonly setpriv: string },
  version: string,
): Mechanism {
  const { unshare, nsenter, setpriv } = programs
  return {
    tool: "util-linux unshare",
    version,
    filter: undefined,
    command: ({ plan, environment, argv, place }: Entry) => [
      ...[
        setpriv,
        "--pdeathsig=KILL",
        "--",
        unshare,
        "--user",
        "--map-root-user",
        "--mount",
        "--net",
        "--pid",
        "--ipc",
        "--uts",
        "--cgroup",
      ],
      ...["--propagation", "private", "--fork", "--kill-child=KILL", "--", "sh", "-c", build, "sh", place],
      ...[...plan].flatMap(([path, step]) => words(path, step)),
      ...["--", ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)],
      ...[setpriv, "--no-new-privs", "--", nsenter, "--user=proc/self/fd/5", "--preserve-credentials"],
      ...["--root=.", `--wd=.${sandboxUser.work}`],
      ...["--", "/bin/sh", "-c", stay, "sh", ...argv],
    ],
  }
}

function words(path: string, step: Step): readonly string[] {
  switch (step.kind) {
    case "folder":
    case "proc":
    case "dev":
      return [step.kind, path]
    case "link":
      return [step.kind, path, step.target]
    case "bind":
      return [step.kind, path, step.source]
    case "memory":
      return [step.kind, path, step.mode, String(step.bytesMax)]
    default:
      return unreachable(step)
  }
}

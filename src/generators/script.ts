import { shellWord } from "../core/shell.ts"

export interface ReplayScript {
  /** Shell lines before the first step. */
  readonly prepare?: string
  /** Shell commands in the project's top folder, one after the other until one fails. The first writes the build system, the last packs the release. */
  readonly steps: readonly string[]
  /** Makes the top folder a git repository whose HEAD is this commit; undefined: it is none. */
  readonly commit: string | undefined
  readonly environment: Readonly<Record<string, string>>
  /** Programs that are to be found under another name first: [name, program]. */
  readonly links: readonly (readonly [name: string, program: string])[]
}

/** What the script itself ends with, by exit code; the commands' own codes stand in `steps`. */
export const scriptFailures: ReadonlyMap<number, string> = new Map([
  [84, "a package that it is made with could not be unpacked"],
  [85, "the registry inside did not start"],
  [86, "the packages of the lock file could not be installed"],
  [87, "nothing could be packed"],
  [90, "there was no folder to work in"],
  [91, "the commit could not be unpacked"],
  [92, "what was packed for the release could not be unpacked"],
  [93, "the history could not be read"],
  [94, "a language could not be set up (the toolchain lacks locales)"],
  [95, "the clock was not believed (the toolchain lacks libfaketime)"],
  [96, "how its commands ended could not be noted: the disk inside is full"],
  [97, "what they wrote could not be gathered: the disk inside is full"],
])

/**
 * What every script begins with: a look at the clock (two runs that saw the same true time would agree on what depends on it), the commit's files in `/build/src`, and `step COMMAND`, which notes how the command ended. */
export function unpacked({ environment, commit }: Pick<ReplayScript, "environment" | "commit">): string {
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`)
  return `set -u
exec 3>&1 >&2
umask 022
${exports.join("\n")}
late=$(($(date +%s) - EVERYBYTE_CLOCK))
test "$late" -ge -5 && test "$late" -le 3600 || exit 95
unset EVERYBYTE_CLOCK
mkdir -p /build/src /build/bin /build/out/tree
PATH=/build/bin:$PATH
for locale in $LANG $LC_COLLATE; do
  case $locale in C*) continue ;; esac
  mkdir -p "$LOCPATH" && test -d "$LOCPATH/$locale" || localedef -i "\${locale%.*}" -f UTF-8 "$LOCPATH/$locale" || exit 94
done
cd /build/src || exit 90
for archive in /input/*.tar; do tar -xmf "$archive" || exit 91; done
${commit === undefined ? "" : history(commit)}
step() {
  echo "+ $1"
  eval "$1" 3>&-
  code=$?
  echo "$code $1" >>/build/out/steps || exit 96
  return $code
}
`
}

/** What every script ends with. */
export const handedOut = "cd /build/out && tar --sort=name -cf - . >&3\n"

/**
 * What the sandbox runs. `/input` holds the commit as `source.tar` and its submodules as `submodule-*.tar`, each with the paths that it has below the top folder, and
 * `history.bundle`. The result is a tar archive on standard output: `steps`, one line each (exit code, command), `dist/`, what the last step packed, and `tree/`, what
 * was written into the source by the first step, or by all when one of them failed.
 *
 * The file that tells old from new is written, not touched: touch(1) would store the faked time, which stat(2) shifts once more, and nothing would be newer.
 */
export function replayScript({ steps, commit, environment, links, prepare = "" }: ReplayScript): string {
  const [first = "false", ...rest] = steps
  return `${unpacked({ environment, commit })}
${links.map(([name, program]) => `ln -s /usr/bin/${program} /build/bin/${name}`).join("\n")}
${prepare}
: >/build/start
sleep 0.02
written() {
  rm -rf /build/out/tree/* && find . -path ./.git -prune -o -type f -newer /build/start -size -4096k ! -name '*.o' ! -name '*.a' ! -name '*.so*' -print0 |
    tar --null -T - -cf - | tar -xf - -C /build/out/tree || exit 97
}
all_steps() {
  step ${shellWord(first)} || return
  written
${rest.map((step) => `  step ${shellWord(step)} || return`).join("\n")}
}
all_steps || written
packed=$(find . -maxdepth 1 -type f -newer /build/start \\( -name '*.tar.gz' -o -name '*.tgz' -o -name '*.tar.xz' -o -name '*.tar.bz2' -o -name '*.tar.zst' \\) | sort | head -n 1)
if test -n "$packed"; then
  mkdir /build/out/dist && tar -xf "$packed" -C /build/out/dist --strip-components=1 || exit 92
fi
${handedOut}`
}

const history = (commit: string): string => `{
  git init -q . && git fetch -q /input/history.bundle '+refs/*:refs/*' && git update-ref --no-deref HEAD ${commit} && git reset -q
} || exit 93`

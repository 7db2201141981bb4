import { spawnSync } from "node:child_process"
import { cpSync, existsSync, globSync, mkdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { userFolder } from "../../src/io/user-folder.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { checkout } from "../results/run-explain.ts"
import { bundled } from "./bundled.ts"
import { alternate, NotRun, type Samples, spreadOf } from "./measure.ts"

/** How the format is made of a list of files or of a tar archive, and what reads all of it: the tool that its users have. */
interface Format {
  readonly name: string
  /** A shell command in a folder of files: `$LIST` names them, a line each; `$TAR` is an archive of them; `$OUT` is to be written. */
  readonly make: string
  /** Hands out all of `$1` to a pipe, as a reader of ours does: what goes to /dev/null is not even copied. With the tool's own defaults. */
  readonly read: string
  /** What else its users read such a file with. */
  readonly other?: string
  /**
   * How often it holds the files, so that the tool takes three seconds or more and a start of Node is little beside it. Fewer for ar(1), which takes minutes
   * to make more, and for a bundle, where equal files are one.
   */
  readonly copies: number
  /** Walked with an xz of 5.6 or newer, which this machine's suite need not have: of a toolchain that is kept. */
  readonly newerXz?: true
}

const byTar = 'tar -xOf "$1" | cat >/dev/null'

const byLzma2 = {
  copies: 3,
  // Without the filter for programs, which no walker of ours undoes: half of the bytes here are of two programs.
  make: '7z a -bd -mx=1 -mf=off -m0=lzma2 -t7z "$OUT.7z" @"$LIST" >/dev/null && mv "$OUT.7z" "$OUT"',
  read: '7z x -bd -so "$1" | cat >/dev/null',
  other: '7z t -bd "$1" >/dev/null',
}

const formats: readonly Format[] = [
  { name: "tar", copies: 24, make: 'ln "$TAR" "$OUT"', read: byTar },
  {
    name: "zip",
    copies: 3,
    make: 'zip -q -1 "$OUT.zip" -@ <"$LIST" && mv "$OUT.zip" "$OUT"',
    read: 'unzip -p "$1" | cat >/dev/null',
    other: 'unzip -tqq "$1"',
  },
  {
    name: "7z, stored",
    copies: 12,
    make: '7z a -bd -mx=0 -t7z "$OUT.7z" @"$LIST" >/dev/null && mv "$OUT.7z" "$OUT"',
    read: '7z x -bd -so "$1" | cat >/dev/null',
    other: '7z t -bd "$1" >/dev/null',
  },
  { name: "7z, LZMA2", ...byLzma2 },
  { name: "7z, LZMA2, by a newer xz", ...byLzma2, newerXz: true },
  {
    name: "cpio",
    copies: 8,
    make: 'cpio --quiet -o -H newc <"$LIST" >"$OUT"',
    read: 'cpio --quiet -i --to-stdout <"$1" | cat >/dev/null',
  },
  { name: "ar", copies: 8, make: 'ar qc "$OUT" @"$LIST"', read: 'ar p "$1" | cat >/dev/null' },
  { name: "gzip", copies: 3, make: 'gzip -1c "$TAR" >"$OUT"', read: 'gzip -dc <"$1" | cat >/dev/null', other: byTar },
  {
    name: "bzip2",
    copies: 1,
    make: 'bzip2 -1c "$TAR" >"$OUT"',
    read: 'bzip2 -dc <"$1" | cat >/dev/null',
    other: 'lbzip2 -n2 -dc <"$1" | cat >/dev/null',
  },
  {
    name: "xz",
    copies: 2,
    make: 'xz -1 -T2 -c "$TAR" >"$OUT"',
    read: 'xz -dc <"$1" | cat >/dev/null',
    other: 'xz -T2 -dc <"$1" | cat >/dev/null',
  },
  { name: "zstd", copies: 20, make: 'zstd -q -1 -c "$TAR" >"$OUT"', read: 'zstd -q -dc <"$1" | cat >/dev/null', other: byTar },
  {
    name: "lzma",
    copies: 2,
    make: 'xz -1 --format=lzma -c "$TAR" >"$OUT"',
    read: 'xz --format=lzma -dc <"$1" | cat >/dev/null',
    other: 'tar --lzma -xOf "$1" | cat >/dev/null',
  },
  { name: "lzip", copies: 1, make: 'lzip -0 -c "$TAR" >"$OUT"', read: 'lzip -dc <"$1" | cat >/dev/null', other: byTar },
  {
    name: "bundle",
    copies: 1,
    make: 'git init -q "$OUT-r" && xargs -d "\\n" -a "$LIST" cp --parents -t "$OUT-r" && git -C "$OUT-r" add -Af . && git -C "$OUT-r" -c user.name=b -c user.email=b commit -qm b && git -C "$OUT-r" bundle create -q "$OUT" HEAD && rm -rf "$OUT-r"',
    read: 'rm -rf b && git init -q --bare b && git -C b bundle unbundle "$1" >/dev/null',
  },
]

/** What they hold: the packages that this checkout is built with. */
function listed(): readonly string[] {
  return globSync("node_modules/**", { cwd: checkout, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(checkout.length))
    .filter((path) => !/[\s"'\\]/.test(path))
    .sort()
}

/** Each walker beside the usual tool on the same file, and its memory on a file and on a quarter of it. */
export function benchWalkers(work: string, runs: number): string {
  const files = listed()
  const walker = bundled("walk-only", work)
  const start = startOf(walker, { work, runs })
  unpackOnce(work, files)
  const rows: (readonly string[])[] = []
  for (const { name, copies, make, read, other, newerXz } of formats) {
    const environment = newerXz === true ? withNewerXz(work) : {}
    if (environment === undefined) {
      rows.push([name, "not run: no toolchain with xz 5.6 or newer is kept; `./everybyte toolchain build trixie` makes one"])
      continue
    }
    const paths = foldersOf(work, copies).flatMap((folder) => files.map((path) => `${folder}/${path}`))
    const made = [
      pack(work, "all", paths),
      pack(
        work,
        "quarter",
        paths.filter((_, at) => at % 4 === 0),
      ),
    ]
    const failure = made
      .map(({ out, list, tar }) => shell(`rm -rf "$OUT"*; ${make}; rm -f "$TAR"; sync "$OUT"`, { LIST: list, TAR: tar, OUT: out }, work))
      .find((why) => why !== "")
    const [all, part] = made.map(({ out }) => out)
    if (failure !== undefined || all === undefined || part === undefined) {
      rows.push([name, `not run: ${failure}`])
      continue
    }
    const walk = (label: string, file: string) => ({ name: label, argv: [...walker, file], environment, good: [0] })
    const by = (label: string, command: string) => ({ name: label, argv: ["sh", "-c", `cd "$0" && ${command}`, work, all], good: [0] })
    const samples = alternate(
      [walk("walk", all), by("tool", read), ...(other === undefined ? [] : [by("other", other)]), walk("walk of a quarter", part)],
      runs,
    )
    const seconds = (one: string): number => spreadOf((samples.byName.get(one) ?? []).map((sample) => sample.seconds)).median
    const memory = (one: string): string => {
      const resident = (samples.byName.get(one) ?? []).flatMap(({ residentMax }) => residentMax ?? [])
      return resident.length === 0 ? "not measured" : `${Math.round(spreadOf(resident).max / 1e6)} MB`
    }
    const why = [...samples.failed].filter(([one]) => one !== "other").map(([one, said]) => `${one}: ${said}`)
    if (why.length > 0) rows.push([name, `FAILED: ${why.join("; ")}`])
    else
      rows.push([
        name,
        String(copies),
        `${Math.round(statSync(all).size / 1e6)} MB`,
        seconds("walk").toFixed(2),
        start,
        seconds("tool").toFixed(2),
        (seconds("walk") / seconds("tool")).toFixed(2),
        ...(samples.byName.get("other")?.length
          ? [seconds("other").toFixed(2), (seconds("walk") / seconds("other")).toFixed(2)]
          : ["", ""]),
        memory("walk of a quarter"),
        memory("walk"),
        elsewhere(samples),
      ])
    shell('rm -rf "$ALL" "$PART"', { ALL: all, PART: part }, work)
  }
  return [
    `Each walker (claims and contents, no digests; one script, as a user's command is) beside the tool that users of the format have, on the same file, which was written to the disk and read once before: the ${files.length} files of this checkout's dependencies, as many times over as it takes the tool three seconds (fewer for ar, which takes minutes to make more, and for a bundle, where equal files are one), and every fourth of them. \`start s\` is of a tar of one file and part of \`walk s\`; \`elsewhere\` is how many cores other work of the machine had in the least and in the most disturbed run:`,
    markdownTable(
      [
        "format",
        "copies",
        "file",
        "walk s",
        "start s",
        "tool s",
        "walk / tool",
        "other way s",
        "walk / other way",
        "memory, a quarter of it",
        "memory",
        "elsewhere",
      ],
      rows,
    ),
    `The tools, with their own defaults: ${formats.map(({ name, read }) => `${name} \`${read}\``).join(", ")}.`,
    `Other ways: ${formats.flatMap(({ name, other }) => (other === undefined ? [] : [`${name} \`${other}\``])).join(", ")}.`,
  ].join("\n\n")
}

/** Where `xz` is that of a toolchain, by its own loader; undefined where none is kept that is new enough. */
function withNewerXz(work: string): Readonly<Record<string, string>> | undefined {
  const folder = join(work, "newer-xz")
  const program = join(folder, "xz")
  mkdirSync(folder, { recursive: true })
  const cache = userFolder("XDG_CACHE_HOME", process.env)
  const roots = globSync("toolchains/*/root", { cwd: cache }).filter((path) => !path.includes(":")) // which parts what PATH and the loader are given
  for (const root of roots.map((path) => join(cache, path))) {
    const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map((path) => join(root, path)).join(":")
    const loader = join(root, "lib64/ld-linux-x86-64.so.2")
    writeFileSync(program, `#!/bin/sh\nexec '${loader}' --library-path '${libraries}' '${join(root, "usr/bin/xz")}' "$@"\n`, {
      mode: 0o755,
    })
    const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8" })
    const [, major = 0, minor = 0] = (/XZ Utils\) (\d+)\.(\d+)/.exec(stdout) ?? []).map(Number)
    if (major > 5 || minor >= 6) return { PATH: `${folder}:${process.env["PATH"] ?? ""}` }
  }
  return undefined
}

function elsewhere({ byName }: Samples): string {
  const cores = [...byName.values()].flat().flatMap((sample) => sample.elsewhere ?? [])
  const { min, max } = spreadOf(cores)
  return cores.length === 0 ? "not measured" : `${min.toFixed(1)} to ${max.toFixed(1)}`
}

/** What of every walk is the start: one of nearly nothing. */
function startOf(walker: readonly string[], { work, runs }: { readonly work: string; readonly runs: number }): string {
  const file = join(work, "tiny")
  const why = shell('tar -cf "$OUT" "$ONE"', { OUT: file, ONE: join(checkout, "package.json") }, work)
  if (why !== "") throw new NotRun(why)
  const { byName } = alternate([{ name: "start", argv: [...walker, file], good: [0] }], Math.max(5, runs))
  return spreadOf((byName.get("start") ?? []).map(({ seconds }) => seconds)).median.toFixed(2)
}

/** The files by themselves: where they come from, some are hard links of others. */
function unpackOnce(work: string, files: readonly string[]): void {
  const list = join(work, "once.list")
  writeFileSync(list, `${files.join("\n")}\n`)
  const command = 'tar -c --hard-dereference -C "$FROM" -T "$LIST" | tar -x -C once'
  const why = shell(`mkdir once && ${command}`, { FROM: checkout, LIST: list }, work)
  if (why !== "") throw new NotRun(why)
}

/** So many folders that hold them. Links of any kind are another thing to some of the formats. */
function foldersOf(work: string, copies: number): readonly string[] {
  const folders = Array.from({ length: copies }, (_, at) => `copy-${at + 1}`)
  for (const folder of folders)
    if (!existsSync(join(work, folder))) cpSync(join(work, "once"), join(work, folder), { recursive: true, preserveTimestamps: true })
  return folders
}

/** A list of the paths and an archive of the files, of which the format is made at `out`. */
function pack(work: string, label: string, paths: readonly string[]) {
  const [list, tar] = [join(work, `${label}.list`), join(work, `${label}.packed`)]
  writeFileSync(list, `${paths.join("\n")}\n`)
  const why = shell('tar -c --hard-dereference -f "$TAR" -T "$LIST"', { LIST: list, TAR: tar }, work)
  if (why !== "") throw new NotRun(why)
  return { list, tar, out: join(work, `${label}.made`) }
}

/** What went wrong; "": nothing. */
function shell(command: string, environment: Readonly<Record<string, string>>, work: string): string {
  const run = spawnSync("sh", ["-ec", command], {
    cwd: work,
    encoding: "utf8",
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  })
  return run.status === 0 ? "" : `${run.error?.message ?? run.stderr.trim().slice(0, 300)}` || `exit ${run.status}`
}

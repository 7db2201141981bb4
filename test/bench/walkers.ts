import { spawnSync } from "node:child_process"
import { globSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { markdownTable } from "../../tools/marked-text.ts"
import { checkout } from "../results/run-explain.ts"
import { alternate, NotRun, spreadOf } from "./measure.ts"

/** How the format is made of a list of files or of a tar archive, and what reads all of it: the tool that its users have. */
interface Format {
  readonly name: string
  /** A shell command: `$LIST` names files below the current folder, a line each; `$TAR` is an archive of them; `$OUT` is to be written. */
  readonly make: string
  /** Hands out all of `$1` to a pipe, as a reader of ours does: what goes to /dev/null is not even copied. */
  readonly read: string
  /** Takes so long that it is given a quarter of what the others are. */
  readonly slow?: true
}

const formats: readonly Format[] = [
  { name: "tar", make: 'cp "$TAR" "$OUT"', read: 'tar -xOf "$1" | cat >/dev/null' },
  { name: "zip", make: 'zip -q -1 "$OUT.zip" -@ <"$LIST" && mv "$OUT.zip" "$OUT"', read: 'unzip -tqq "$1"' },
  {
    name: "7z",
    make: 'sed "s,^[a-z]*/,," "$LIST" | sort -u >"$LIST.7z" && cd first/ && 7z a -bd -mx=0 -t7z "$OUT.7z" @"$LIST.7z" >/dev/null && mv "$OUT.7z" "$OUT"',
    read: '7z t -bd "$1" >/dev/null',
  },
  { name: "cpio", make: 'cpio --quiet -o -H newc <"$LIST" >"$OUT"', read: 'cpio --quiet -i --to-stdout <"$1" | cat >/dev/null' },
  { name: "ar", make: 'xargs -d "\\n" ar qc "$OUT" <"$LIST"', read: 'ar p "$1" | cat >/dev/null' },
  { name: "gzip", make: 'gzip -1c "$TAR" >"$OUT"', read: 'gzip -dc <"$1" | cat >/dev/null' },
  { name: "bzip2", make: 'bzip2 -1c "$TAR" >"$OUT"', read: 'bzip2 -dc <"$1" | cat >/dev/null', slow: true },
  { name: "xz", make: 'xz -1 -T2 -c "$TAR" >"$OUT"', read: 'xz -T2 -dc <"$1" | cat >/dev/null', slow: true },
  { name: "zstd", make: 'zstd -q -1 -c "$TAR" >"$OUT"', read: 'zstd -q -dc <"$1" | cat >/dev/null' },
  { name: "lzma", make: 'xz -1 --format=lzma -c "$TAR" >"$OUT"', read: 'xz --format=lzma -dc <"$1" | cat >/dev/null', slow: true },
  { name: "lzip", make: 'lzip -0 -c "$TAR" >"$OUT"', read: 'lzip -dc <"$1" | cat >/dev/null', slow: true },
  {
    name: "bundle",
    make: 'git init -q r && xargs -d "\\n" -a "$LIST" cp --parents -t r && git -C r add -Af . && git -C r -c user.name=b -c user.email=b commit -qm b && git -C r bundle create -q "$OUT" HEAD && rm -rf r',
    read: 'rm -rf b && git init -q --bare b && git -C b bundle unbundle "$1" >/dev/null',
  },
]

/** What they hold: the packages that this checkout is built with. */
function listed(): readonly string[] {
  return globSync("node_modules/**", { cwd: checkout, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(checkout.length))
    .filter((path) => !/[\n"'\\]/.test(path))
    .sort()
}

/** As often as a start of Node is little beside the work. */
const copies = ["first", "second", "third", "fourth"] as const

/** Each walker beside the usual tool on the same file, and its memory on a file and on a quarter of it. */
export function benchWalkers(work: string, runs: number): string {
  const files = listed()
  for (const copy of copies) symlinkSync(checkout, join(work, copy))
  const once = pack(
    work,
    "once",
    files.map((path) => `first/${path}`),
  )
  const often = pack(
    work,
    "often",
    copies.flatMap((copy) => files.map((path) => `${copy}/${path}`)),
  )
  const quarter = pack(
    work,
    "quarter",
    files.filter((_, at) => at % 4 === 0).map((path) => `first/${path}`),
  )
  const rows: (readonly string[])[] = []
  for (const { name, make, read, slow } of formats) {
    const made = (slow === true ? [once, quarter] : [often, once]).map(({ list, tar, label }) => ({
      out: join(work, `${label}.${name}`),
      list,
      tar,
    }))
    const failure = made.map(({ out, list, tar }) => shell(make, { LIST: list, TAR: tar, OUT: out }, work)).find((why) => why !== "")
    const [all, part] = made.map(({ out }) => out)
    if (failure !== undefined || all === undefined || part === undefined) {
      rows.push([name, `not run: ${failure}`, "", "", "", "", ""])
      continue
    }
    const walk = (label: string, file: string) => ({
      name: label,
      argv: [process.execPath, join(checkout, "test/bench/walk-only.ts"), file],
      good: [0],
    })
    const samples = alternate(
      [
        walk("walk", all),
        { name: "tool", argv: ["sh", "-c", `cd "$0" && ${read}`, work, all], good: [0] },
        walk("walk of a quarter", part),
      ],
      runs,
    )
    const seconds = (one: string): number => spreadOf((samples.byName.get(one) ?? []).map((sample) => sample.seconds)).median
    const memory = (one: string): string => {
      const resident = (samples.byName.get(one) ?? []).flatMap(({ residentMax }) => residentMax ?? [])
      return resident.length === 0 ? "not measured" : `${Math.round(spreadOf(resident).max / 1e6)} MB`
    }
    const why = [...samples.failed].map(([one, said]) => `${one}: ${said}`)
    if (why.length > 0) rows.push([name, `FAILED: ${why.join("; ")}`, "", "", "", "", ""])
    else
      rows.push([
        name,
        `${Math.round(statSync(all).size / 1e6)} MB`,
        seconds("walk").toFixed(2),
        seconds("tool").toFixed(2),
        (seconds("walk") / seconds("tool")).toFixed(2),
        memory("walk of a quarter"),
        memory("walk"),
      ])
    shell('rm -rf "$ALL" "$PART"', { ALL: all, PART: part }, work)
  }
  return [
    `Each walker (claims and contents, no digests; the start of Node is part of it) beside the tool that users of the format have, on the same file: the ${files.length} files of this checkout's dependencies, four times over but for the slow forms, and a quarter of that:`,
    markdownTable(["format", "file", "walk s", "tool s", "walk / tool", "memory, a quarter of it", "memory"], rows),
    `The tools: ${formats.map(({ name, read }) => `${name} \`${read}\``).join(", ")}.`,
  ].join("\n\n")
}

function pack(work: string, label: string, files: readonly string[]) {
  const [list, tar] = [join(work, `${label}.list`), join(work, `${label}-packed`)]
  writeFileSync(list, `${files.join("\n")}\n`)
  const why = shell('tar -c --hard-dereference -f "$TAR" -T "$LIST"', { TAR: tar, LIST: list }, work)
  if (why !== "") throw new NotRun(why)
  return { label, list, tar }
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

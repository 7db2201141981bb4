import { spawnSync } from "node:child_process"
import { globSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { markdownTable } from "../../tools/marked-text.ts"
import { checkout } from "../results/run-explain.ts"
import { bundled } from "./bundled.ts"
import { alternate, NotRun, spreadOf } from "./measure.ts"

/** How the format is made of a list of files or of a tar archive, and what reads all of it: the tool that its users have. */
interface Format {
  readonly name: string
  /** A shell command in a folder of files: `$LIST` names them, a line each; `$TAR` is an archive of them; `$OUT` is to be written. */
  readonly make: string
  /** Hands out all of `$1` to a pipe, as a reader of ours does: what goes to /dev/null is not even copied. With the tool's own defaults. */
  readonly read: string
  /** What else its users read such a file with. */
  readonly other?: string
  /** Takes so long that it is given a quarter of what the others are. */
  readonly slow?: true
}

const byTar = 'tar -xOf "$1" | cat >/dev/null'

const formats: readonly Format[] = [
  { name: "tar", make: 'cp "$TAR" "$OUT"', read: byTar },
  { name: "zip", make: 'zip -q -1 "$OUT.zip" -@ <"$LIST" && mv "$OUT.zip" "$OUT"', read: 'unzip -tqq "$1"' },
  {
    name: "7z, stored",
    make: '7z a -bd -mx=0 -t7z "$OUT.7z" @"$LIST" >/dev/null && mv "$OUT.7z" "$OUT"',
    read: '7z t -bd "$1" >/dev/null',
  },
  {
    name: "7z, LZMA2",
    make: '7z a -bd -mx=1 -m0=lzma2 -t7z "$OUT.7z" @"$LIST" >/dev/null && mv "$OUT.7z" "$OUT"',
    read: '7z t -bd "$1" >/dev/null',
    slow: true,
  },
  {
    name: "cpio",
    make: 'cpio --quiet -o -H newc <"$LIST" >"$OUT"',
    read: 'cpio --quiet -i --to-stdout <"$1" | cat >/dev/null',
  },
  { name: "ar", make: 'xargs -d "\\n" ar qc "$OUT" <"$LIST"', read: 'ar p "$1" | cat >/dev/null' },
  { name: "gzip", make: 'gzip -1c "$TAR" >"$OUT"', read: 'gzip -dc <"$1" | cat >/dev/null', other: byTar },
  {
    name: "bzip2",
    make: 'bzip2 -1c "$TAR" >"$OUT"',
    read: 'bzip2 -dc <"$1" | cat >/dev/null',
    other: 'lbzip2 -n2 -dc <"$1" | cat >/dev/null',
    slow: true,
  },
  {
    name: "xz",
    make: 'xz -1 -T2 -c "$TAR" >"$OUT"',
    read: 'xz -dc <"$1" | cat >/dev/null',
    other: 'xz -T2 -dc <"$1" | cat >/dev/null',
    slow: true,
  },
  { name: "zstd", make: 'zstd -q -1 -c "$TAR" >"$OUT"', read: 'zstd -q -dc <"$1" | cat >/dev/null', other: byTar },
  {
    name: "lzma",
    make: 'xz -1 --format=lzma -c "$TAR" >"$OUT"',
    read: 'xz --format=lzma -dc <"$1" | cat >/dev/null',
    other: byTar,
    slow: true,
  },
  { name: "lzip", make: 'lzip -0 -c "$TAR" >"$OUT"', read: 'lzip -dc <"$1" | cat >/dev/null', other: byTar, slow: true },
  {
    name: "bundle",
    make: 'git init -q "$OUT-r" && xargs -d "\\n" -a "$LIST" cp --parents -t "$OUT-r" && git -C "$OUT-r" add -Af . && git -C "$OUT-r" -c user.name=b -c user.email=b commit -qm b && git -C "$OUT-r" bundle create -q "$OUT" HEAD && rm -rf "$OUT-r"',
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
  const walker = bundled("walk-only", work)
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
  for (const { name, make, read, other, slow } of formats) {
    const made = (slow === true ? [once, quarter] : [often, once]).map((pack) => ({
      ...pack,
      out: join(work, `${pack.label}.${name.replace(/\W+/g, "-")}`),
    }))
    const failure = made
      .map(({ out, list, tar, folder }) => shell(make, { LIST: list, TAR: tar, OUT: out }, folder))
      .find((why) => why !== "")
    const [all, part] = made.map(({ out }) => out)
    if (failure !== undefined || all === undefined || part === undefined) {
      rows.push([name, `not run: ${failure}`])
      continue
    }
    const walk = (label: string, file: string) => ({
      name: label,
      argv: [...walker, file],
      good: [0],
    })
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
        `${Math.round(statSync(all).size / 1e6)} MB`,
        seconds("walk").toFixed(2),
        seconds("tool").toFixed(2),
        (seconds("walk") / seconds("tool")).toFixed(2),
        ...(samples.byName.get("other")?.length
          ? [seconds("other").toFixed(2), (seconds("walk") / seconds("other")).toFixed(2)]
          : ["", ""]),
        memory("walk of a quarter"),
        memory("walk"),
      ])
    shell('rm -rf "$ALL" "$PART"', { ALL: all, PART: part }, work)
  }
  return [
    `Each walker (claims and contents, no digests; one script, as a user's command is; the start of Node is part of it: ${startOf(walker, work, runs)} s for a tar of one file) beside the tool that users of the format have, on the same file: the ${files.length} files of this checkout's dependencies, four times over but for the slow forms, and a quarter of that:`,
    markdownTable(
      ["format", "file", "walk s", "tool s", "walk / tool", "other way s", "walk / other way", "memory, a quarter of it", "memory"],
      rows,
    ),
    `The tools, with their own defaults: ${formats.map(({ name, read }) => `${name} \`${read}\``).join(", ")}.`,
    `Other ways: ${formats.flatMap(({ name, other }) => (other === undefined ? [] : [`${name} \`${other}\``])).join(", ")}.`,
  ].join("\n\n")
}

/** What of every walk is the start: one of nearly nothing. */
function startOf(walker: readonly string[], work: string, runs: number): string {
  const file = join(work, "tiny")
  const why = shell('tar -cf "$OUT" "$LIST"', { OUT: file, LIST: "once.list" }, work)
  if (why !== "") throw new NotRun(why)
  const { byName } = alternate([{ name: "start", argv: [...walker, file], good: [0] }], runs)
  return spreadOf((byName.get("start") ?? []).map(({ seconds }) => seconds)).median.toFixed(2)
}

/** An archive of the files, and those of it unpacked again: where they come from, some are hard links of others. */
function pack(work: string, label: string, files: readonly string[]) {
  const [list, tar, folder] = [join(work, `${label}.list`), join(work, `${label}-packed`), join(work, `${label}-files`)]
  writeFileSync(list, `${files.join("\n")}\n`)
  const command = 'tar -c --hard-dereference -f "$TAR" -T "$LIST" && mkdir "$FOLDER" && tar -x -f "$TAR" -C "$FOLDER"'
  const why = shell(command, { LIST: list, TAR: tar, FOLDER: folder }, work)
  if (why !== "") throw new NotRun(why)
  return { label, list, tar, folder }
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

import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { z } from "zod"
import { FaultError } from "../../src/core/fault.ts"
import { decodeName } from "../../src/core/name.ts"
import type { Container, Indexed } from "../../src/parsers/parser.ts"
import { randoms, walked } from "../../src/parsers/test-kit.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { childOf } from "../fuzz/mutate.ts"
import { type Subject, subjects } from "../fuzz/subjects.ts"
import type { Line } from "./lines.ts"

/**
 * Walkers beside independent readers, on mutants of archives: what a reader would extract against what we say is there. A reader that takes other files out of an archive of which we say
 * nothing is a place to hide; where we refuse what it reads, or say something, the user knows.
 */
interface Reader {
  readonly name: string
  readonly formats: readonly string[]
  readonly version: () => string | undefined
  /** What each file holds, or undefined where the reader refuses it. */
  read(folder: string, names: readonly string[]): readonly (Contents | undefined)[]
}

/** What stands at each path in the end, a line each, sorted: `file PATH SHA-256`, `link PATH TARGET`. Folders and special files are left aside, as are metadata. */
type Contents = readonly string[]

interface Member {
  readonly type: "file" | "link"
  readonly path: string
  /** SHA-256 of the content, or the target. */
  readonly what: string
}

const emptyDigest = createHash("sha256").digest("hex")

/**
 * A member replaces an earlier one of its path, as it would on a disk. A name of a file that cpio has the content of at a later name is an empty file for who lists, and a hard link on the disk.
 * A name of slashes alone is a table of names of ar, which libarchive lists. Of a member of ar whose mode has no type it lists no digest, and writes the file.
 */
const contentsOf = (members: readonly Member[]): Contents =>
  [
    ...new Map(
      members
        .map((member) => ({ ...member, path: plainPath(member.path) }))
        .filter(({ path }) => path !== "")
        .map(({ type, path, what }) => [path, type === "file" && what === emptyDigest ? `link ${path} (hard)` : `${type} ${path} ${what}`]),
    ).values(),
  ].sort()

const mutantsEach = 4000

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")
const plainPath = (path: string): string =>
  path
    .replace(/^(?:\.\/)+/, "")
    .replace(/\/+$/, "")
    .replaceAll(/\/+/g, "/")

const pythonReader = `
import hashlib, json, sys, tarfile, zipfile
folder, kind = sys.argv[1:3]
def member(type, path, what): return {"type": type, "path": path, "what": what}
def named(text): return text.encode("latin-1").decode("utf-8", "backslashreplace")
def tar(path):
    with tarfile.open(path, "r:", encoding="latin-1") as archive:
        for one in archive:
            if one.isreg(): yield member("file", named(one.name), hashlib.sha256(archive.extractfile(one).read()).hexdigest())
            elif one.islnk(): yield member("link", named(one.name), "(hard)")
            elif one.issym(): yield member("link", named(one.name), named(one.linkname))
def zip(path):
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            if not one.is_dir(): yield member("file", one.filename, hashlib.sha256(archive.read(one)).hexdigest())
for name in sys.stdin.read().split():
    try: print(json.dumps(list({"tar": tar, "zip": zip}[kind](folder + "/" + name))))
    except BaseException: print("null")
`

const Members = z.array(z.object({ type: z.enum(["file", "link"]), path: z.string(), what: z.string() })).nullable()

const python: Reader = {
  name: "Python",
  formats: ["tar", "zip"],
  version: () => firstLine("python3", ["--version"]),
  read: (folder, names) => {
    const kind = names[0]?.split(".")[1] ?? ""
    const run = spawnSync("python3", ["-c", pythonReader, folder, kind], { input: names.join("\n"), encoding: "utf8", maxBuffer: 2 ** 28 })
    return run.stdout
      .trimEnd()
      .split("\n")
      .map((line) => {
        const members = Members.parse(JSON.parse(line))
        return members === null ? undefined : contentsOf(members)
      })
  },
}

const libarchive: Reader = {
  name: "libarchive",
  formats: ["tar", "zip", "ar", "cpio", "7z"],
  version: () => firstLine("bsdtar", ["--version"]),
  read: (folder, names) =>
    names.map((name) => {
      const run = spawnSync("bsdtar", ["-cf", "-", "--format=mtree", "--options=mtree:!all,type,sha256,link", `@${join(folder, name)}`], {
        encoding: "latin1",
        timeout: 10_000,
      })
      return run.status === 0 ? mtreeOf(run.stdout) : undefined
    }),
}

/** mtree(5): a path with octal escapes, then keywords. */
function mtreeOf(text: string): Contents {
  const members = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line): readonly Member[] => {
      const [path = "", ...words] = line.split(" ").map(unescaped)
      const of = (name: string): string | undefined => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
      if (of("type") === "file")
        return [{ type: of("sha256digest") === undefined ? "link" : "file", path, what: of("sha256digest") ?? "(hard)" }]
      return of("type") === "link" ? [{ type: "link", path, what: of("link") ?? "" }] : []
    })
  return contentsOf(members)
}

/** As bytes, and named as we name them. */
const unescaped = (text: string): string =>
  decodeName(
    Buffer.from(
      text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
      "latin1",
    ),
  )

function firstLine(program: string, args: readonly string[]): string | undefined {
  const run = spawnSync(program, args, { encoding: "utf8" })
  return run.status === 0 ? run.stdout.split("\n")[0]?.trim() : undefined
}

const readers: readonly Reader[] = [python, libarchive]

interface Ours {
  readonly told: "quiet" | "told" | "fault"
  readonly contents: Contents
  readonly says: readonly string[]
}

async function oursOf(parser: Container | Indexed, bytes: Uint8Array): Promise<Ours> {
  try {
    const { entries, anomalies, claims } = await walked(parser, [bytes])
    const contents = entries.flatMap(({ type, path, bytes: content, target = "" }): readonly Member[] => {
      if (type === "file") return [{ type, path, what: sha256(content) }]
      return type === "link" || type === "hardlink" ? [{ type: "link", path, what: type === "link" ? target : "(hard)" }] : []
    })
    const says = [...anomalies.map(({ kind }) => kind), ...claims.flatMap(({ role }) => (role === "unexplained" ? ["unexplained"] : []))]
    return { told: says.length === 0 ? "quiet" : "told", contents: contentsOf(contents), says }
  } catch (error) {
    if (error instanceof FaultError) return { told: "fault", contents: [], says: [] }
    throw error
  }
}

interface Tally {
  same: number
  toldSame: number
  bothRefuse: number
  stricter: number
  told: number
  readonly silent: { readonly bytes: Uint8Array; readonly ours: Contents; readonly theirs: Contents | undefined }[]
}

export async function runOracles(): Promise<{ readonly lines: readonly Line[]; readonly text: string }> {
  const rows: (readonly string[])[] = []
  const lines: Line[] = []
  for (const subject of subjects) {
    const { parser } = subject
    if (parser.kind === "codec") continue
    for (const reader of readers.filter(({ formats }) => formats.includes(subject.name))) {
      const what = `oracles: ${subject.name} beside ${reader.name}: no archive of which nothing is said holds other files there`
      const version = reader.version()
      if (version === undefined) {
        lines.push({ what, outcome: "not run", figure: `no ${reader.name} here` })
        continue
      }
      const tally = await compared(subject, parser, reader)
      for (const { bytes, ours, theirs } of tally.silent)
        process.stderr.write(
          `  ${what}: ${Buffer.from(bytes).toString("base64")}\n    ours ${ours.join(", ")}\n    theirs ${theirs?.join(", ") ?? "refused"}\n`,
        )
      rows.push([
        subject.name,
        version,
        ...[tally.same, tally.toldSame, tally.bothRefuse, tally.stricter, tally.told, tally.silent.length].map(String),
      ])
      lines.push({ what, outcome: tally.silent.length === 0 ? "held" : "NOT HELD", figure: `${tally.silent.length} of ${mutantsEach}` })
    }
  }
  const head = [
    "walker",
    "reader",
    "same files, nothing said",
    "same files, and we say something",
    "both refuse",
    "only we refuse",
    "it reads others or refuses, and we say something",
    "it reads others or refuses, AND WE SAY NOTHING",
  ]
  return { lines, text: markdownTable(head, rows) }
}

async function compared(subject: Subject, parser: Container | Indexed, reader: Reader): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-oracle-"))
  try {
    const inputs = mutantsOf(subject)
    const names = inputs.map((bytes, at) => {
      const name = `${at}.${subject.name}`
      writeFileSync(join(folder, name), bytes)
      return name
    })
    const theirs = reader.read(folder, names)
    const tally: Tally = { same: 0, toldSame: 0, bothRefuse: 0, stricter: 0, told: 0, silent: [] }
    for (const [at, bytes] of inputs.entries()) {
      const ours = await oursOf(parser, bytes)
      const their = theirs[at]
      const known =
        subject.name === "ar"
          ? ours.contents.map((line) => (their?.includes(unhashed(line)) === true ? unhashed(line) : line))
          : ours.contents
      const isSame = their !== undefined && their.join("\n") === known.toSorted().join("\n")
      if (ours.told === "fault") tally[their === undefined ? "bothRefuse" : "stricter"] += 1
      else if (ours.told === "told") tally[isSame ? "toldSame" : "told"] += 1
      else if (isSame) tally.same += 1
      else tally.silent.push({ bytes, ours: ours.contents, theirs: their })
    }
    return tally
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const unhashed = (line: string): string => line.replace(/^file (.*) [0-9a-f]{64}$/s, "link $1 (hard)")

/** The same ones each time: half of them with their checksums made right again. */
function mutantsOf(subject: Subject): readonly Uint8Array[] {
  const random = randoms(7)
  const seeds = subject.seeds()
  const tokens = subject.tokens.map((token) => Buffer.from(token, "latin1"))
  return Array.from({ length: mutantsEach }, () => {
    const [parent = Buffer.alloc(0), other = Buffer.alloc(0)] = [
      // The first is a plain one, of which nothing is said.
      seeds[random() % 4 === 0 ? random() % seeds.length : 0],
      seeds[random() % seeds.length],
    ]
    const input = childOf(parent, { random, tokens, other, steps: 1 })
    if (random() % 2 === 0) subject.mend?.(input)
    return input
  })
}

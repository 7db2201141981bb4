import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc, { type Arbitrary } from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { z } from "zod"
import { extraField, type ZipMember, zipOf } from "../../../test/fixtures/zip.ts"
import { faultOrValue, kinds, mutant, type Walked, walked } from "../test-kit.ts"
import { zip } from "./index.ts"

/* Other writers and readers: Python's zipfile writes and reads, Info-ZIP and git write. None is part of the product. */

const root = mkdtempSync(join(tmpdir(), "everybyte-zip-"))
afterAll(() => rmSync(root, { recursive: true }))

const runs = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: "ignore" }).status === 0
const hasPython = runs("python3", "-c", "import zipfile, zlib")
const hasZip = runs("zip", "-v")
const has7z = runs("7z", "i")
const without = (program: string, isThere: boolean): string => (isThere ? "" : ` (NOT RUN: no ${program})`)

const unexplained = (told: Walked) => told.claims.filter(({ role }) => role === "unexplained")

/** Writes one archive for each way to write, as `METHOD-WAY.zip`. */
const writer = `
import io, os, sys, zipfile
os.chdir(sys.argv[1])
class Pipe(io.RawIOBase):
    def __init__(self): self.parts = []
    def writable(self): return True
    def write(self, part): self.parts.append(bytes(part)); return len(part)
for name, method in (("stored", 0), ("deflated", 8), ("bzip2", 12), ("lzma", 14)):
    for way in ("file", "pipe"):
        pipe = Pipe() if way == "pipe" else io.BytesIO()
        with zipfile.ZipFile(pipe, "w", method) as made:
            made.writestr("text", "line\\n" * 1000)
            made.writestr("d/", "")
            made.writestr("d/\\u00e4", "x")
            with made.open("wide", "w", force_zip64=True) as wide: wide.write(b"y" * 500)
        with open(name + "-" + way + ".zip", "wb") as out:
            out.write(b"".join(pipe.parts) if way == "pipe" else pipe.getvalue())
`

/** A line of JSON for each archive of a folder, in the order of their names: its members, null for a content that is refused; or null. */
const reader = `
import hashlib, json, os, sys, zipfile
for name in sorted(os.listdir(sys.argv[1])):
    try:
        read = []
        with zipfile.ZipFile(os.path.join(sys.argv[1], name)) as archive:
            for info in archive.infolist():
                try: read.append([info.orig_filename, hashlib.sha256(archive.read(info)).hexdigest()])
                except Exception: read.append([info.orig_filename, None])
        print(json.dumps(read))
    except Exception:
        print("null")
`

const Read = z.array(z.tuple([z.string(), z.string().nullable()])).nullable()

function throughPython(folder: string): readonly z.infer<typeof Read>[] {
  const said = execFileSync("python3", ["-c", reader, folder], { encoding: "utf8", maxBuffer: 1 << 28 })
  return said
    .trim()
    .split("\n")
    .map((line) => Read.parse(JSON.parse(line)))
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")
/** What a reader that makes no links and knows folders by their slash would say. */
const asRead = ({ entries }: Walked) =>
  entries
    .map(({ path, type, target, bytes }): [string, string] => [
      type === "directory" ? `${path}/` : path,
      sha256(type === "link" ? Buffer.from(target ?? "") : bytes),
    ])
    .sort()

describe.skipIf(!hasPython)(`Python's zipfile${without("python3", hasPython)}`, () => {
  test("writes what we read, every byte understood; methods that we lack are named", async () => {
    const folder = join(root, "python")
    mkdirSync(folder)
    execFileSync("python3", ["-c", writer, folder])
    const names = readdirSync(folder).sort()
    const reads = throughPython(folder)
    expect(names).toHaveLength(8)
    for (const [index, name] of names.entries()) {
      const told = await walked(zip, [readFileSync(join(folder, name))])
      expect(unexplained(told)).toEqual([])
      expect(told.entries.map(({ path }) => path)).toEqual(["text", "d", "d/\u00e4", "wide"])
      if (/^(?:stored|deflated)/.test(name)) expect([kinds(told), asRead(told)]).toEqual([[], [...(reads[index] ?? [])].sort()])
      else expect(new Set(kinds(told))).toEqual(new Set(["unread-member"]))
    }
  })

  const rich: readonly ZipMember[] = [
    { name: "d/", content: "", mode: 0o40755 },
    { name: "d/a", content: "content ".repeat(40), mode: 0o100755 },
    { name: "stored", method: 0, extra: { local: extraField(0x5455, "\x01aaaa"), central: extraField(0x5455, "\x01aaaa") } },
    { name: "link", content: "d/a", mode: 0o120777 },
    { name: "last", content: "last", descriptor: "signed" },
  ]
  const mutants = Array.from({ length: 4000 }, (_, seed) =>
    mutant(zipOf(rich, { zip64: seed % 3 === 0, comment: seed % 2 === 0 ? "0".repeat(40) : "" }), seed),
  )

  /* Well made, but for one or two places where readers look at different things. */
  const seldom = <T>(usual: T, odd: T): Arbitrary<T> => fc.constantFrom(...Array.from({ length: 12 }, () => usual), odd)
  const odd = fc.record({
    name: fc.constantFrom("a", "b/c", "d", "e/f/g", "h"),
    renamed: seldom(false, true),
    content: fc.constantFrom("one", "two"),
    method: fc.constantFrom(0, 8),
    gap: seldom("", "gap"),
    behind: seldom("", "behind"),
    listed: seldom(true, false),
  })
  const around = fc.record({
    prefix: seldom("", "prefix"),
    adjusted: fc.boolean(),
    comment: seldom("", "comment"),
    trailing: seldom("", "trailing"),
    gap: seldom("", "gap"),
    zip64: fc.boolean(),
    more: seldom(0, 1),
  })
  const oddOnes = fc
    .sample(fc.tuple(fc.uniqueArray(odd, { selector: ({ name }) => name, maxLength: 5 }), around), { numRuns: 1500, seed: 7 })
    .map(([members, { more, ...options }]) =>
      zipOf(
        members.map(({ renamed, ...member }) => ({ ...member, localName: renamed ? "other" : member.name })),
        { ...options, patch: { end: (record) => record.writeUInt8((record[20] ?? 0) + more, 20) } },
      ),
    )

  test.each([
    ["mutant", mutants, 40],
    ["odd archive", oddOnes, 100],
  ])("reads what we read, and nothing else, of every %s that we have no word against", async (kind, archives, atLeast) => {
    const folder = join(root, kind)
    mkdirSync(folder)
    const quiet: Walked[] = []
    for (const bytes of archives) {
      const told = await faultOrValue(walked(zip, [bytes]))
      if (told === undefined || told.anomalies.some(({ severity }) => severity === "review")) continue
      writeFileSync(join(folder, String(quiet.length).padStart(5, "0")), bytes)
      quiet.push(told)
    }
    expect(quiet.length).toBeGreaterThan(atLeast)
    expect(quiet.length).toBeLessThan(archives.length)
    expect(quiet.map(asRead)).toEqual(throughPython(folder).map((read) => [...(read ?? [])].sort()))
  })
})

test.skipIf(!hasZip)(`Info-ZIP writes what we read: times, owners, links, to a pipe${without("zip", hasZip)}`, async () => {
  const folder = join(root, "info-zip")
  mkdirSync(join(folder, "d"), { recursive: true })
  writeFileSync(join(folder, "a"), "line\n".repeat(100))
  writeFileSync(join(folder, "d", "b"), "b", { mode: 0o755 })
  symlinkSync("d/b", join(folder, "l"))
  const pack = (...args: readonly string[]): Buffer => execFileSync("zip", ["-qr", ...args], { cwd: folder, maxBuffer: 1 << 24 })
  pack("-y", "to.zip", "a", "d", "l")
  const told = await walked(zip, [readFileSync(join(folder, "to.zip"))])
  expect(told.entries.map(({ path, type, mode, size }) => [path, type, mode & 0o111, size])).toEqual([
    ["a", "file", 0, 500],
    ["d", "directory", 0o111, 0],
    ["d/b", "file", 0o111, 1],
    ["l", "link", 0o111, 0],
  ])
  expect([kinds(told), unexplained(told)]).toEqual([["link-by-mode"], []])
  const piped = await walked(zip, [pack("-", "a", "d")])
  expect([piped.entries.length, kinds(piped), unexplained(piped)]).toEqual([3, [], []])
  expect(kinds(await walked(zip, [pack("-P", "word", "-", "a", "d")]))).toContain("unread-member")
})

test.skipIf(!has7z)(`the attributes that 7z writes on a Unix were unexplained${without("7z", has7z)}`, async () => {
  const folder = join(root, "7z")
  mkdirSync(join(folder, "d"), { recursive: true })
  writeFileSync(join(folder, "a"), "line\n".repeat(100))
  writeFileSync(join(folder, "d", "b"), "b", { mode: 0o755 })
  execFileSync("7z", ["a", "-bd", "-tzip", "to.zip", "a", "d"], { cwd: folder, stdio: "ignore" })
  const told = await walked(zip, [readFileSync(join(folder, "to.zip"))])
  expect(told.entries.map(({ path, type, mode }) => [path, type, mode & 0o111]).sort()).toEqual([
    ["a", "file", 0],
    ["d", "directory", 0o111],
    ["d/b", "file", 0o111],
  ])
  expect([kinds(told), unexplained(told)]).toEqual([[], []])
})

test("git archive writes its commit", async () => {
  const folder = join(root, "git")
  mkdirSync(folder)
  const git = (...args: readonly string[]): Buffer =>
    execFileSync("git", ["-C", folder, "-c", "user.name=n", "-c", "user.email=e", ...args])
  git("init", "-q")
  writeFileSync(join(folder, "a"), "a\n".repeat(100))
  git("add", "a")
  git("commit", "-qm", "m")
  const told = await walked(zip, [git("archive", "--format=zip", "--prefix=p/", "HEAD")])
  expect(told.commits).toEqual([git("rev-parse", "HEAD").toString().trim()])
  expect(told.entries.map(({ path }) => path)).toEqual(["p", "p/a"])
  expect([kinds(told), unexplained(told)]).toEqual([[], []])
})

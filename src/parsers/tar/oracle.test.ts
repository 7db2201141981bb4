import { execFileSync, spawnSync } from "node:child_process"
import { closeSync, linkSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, truncateSync, writeFileSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import fc from "fast-check"
import { extract, pack } from "tar-stream"
import { afterAll, expect, test } from "vitest"
import { cut, kinds, type Walked, walked } from "../test-kit.ts"
import { tar } from "./index.ts"

/* Other readers and writers: GNU tar writes, tar-stream reads and writes. Neither is part of the product. */

const root = mkdtempSync(join(tmpdir(), "everybyte-tar-"))
afterAll(() => rmSync(root, { recursive: true }))

/** Holes at both ends and between; more segments than an old-GNU header holds. */
function sparseFile(path: string, segments: number): Buffer {
  const size = (segments * 2 + 1) * 65_536
  const bytes = Buffer.alloc(size)
  writeFileSync(path, "")
  truncateSync(path, size)
  const fd = openSync(path, "r+")
  for (let index = 0; index < segments; index += 1) {
    const at = (index * 2 + 1) * 65_536
    writeSync(fd, Buffer.alloc(4096, 97 + (index % 26)), 0, 4096, at)
    bytes.fill(97 + (index % 26), at, at + 4096)
  }
  closeSync(fd)
  return bytes
}

const long = `${"directory-of-a-long-name/".repeat(8)}${"n".repeat(90)}`
mkdirSync(join(root, "in", long, ".."), { recursive: true })
writeFileSync(join(root, "in", "short"), "content\n")
writeFileSync(join(root, "in", long), "long\n")
symlinkSync(long, join(root, "in", "link"))
linkSync(join(root, "in", "short"), join(root, "in", "tied"))
const sparse = sparseFile(join(root, "in", "sparse"), 40)

const gnuTar = (...options: readonly string[]): Buffer =>
  execFileSync("tar", ["-C", join(root, "in"), "--sort=name", "--mtime=@1000", "--owner=o:1", "--group=g:1", ...options], {
    maxBuffer: 1 << 28,
  })

const found = (told: Walked) => new Map(told.entries.map((entry) => [entry.path, entry]))

test.each([
  ["gnu", ["--format=gnu"]],
  ["oldgnu", ["--format=oldgnu"]],
  ["posix", ["--format=posix"]],
  ["posix, sparse 0.0", ["--format=posix", "--sparse-version=0.0"]],
  ["posix, sparse 0.1", ["--format=posix", "--sparse-version=0.1"]],
  ["posix, sparse 1.0", ["--format=posix", "--sparse-version=1.0"]],
])("GNU tar writes %s: long names, links, sparse files; every byte understood", async (_, options) => {
  const bytes = gnuTar(...options, "-S", "-cf", "-", "link", "short", "sparse", "tied", long)
  const told = await walked(tar, [bytes])
  const entries = found(told)
  expect(entries.get("short")?.bytes.toString()).toBe("content\n")
  expect(entries.get(long)?.bytes.toString()).toBe("long\n")
  expect(entries.get("link")?.target).toBe(long)
  expect(entries.get("tied")?.target).toBe("short")
  expect(entries.get("sparse")?.bytes.equals(sparse)).toBe(true)
  expect(entries.get("sparse")?.extents?.length).toBeGreaterThan(30)
  expect(kinds(told)).toEqual([])
  expect(told.claims.filter(({ role }) => role === "unexplained")).toEqual([])
  expect(await walked(tar, cut(bytes, 7, 70_000))).toEqual(told)
})

test.each(["v7", "ustar"])("GNU tar writes %s", async (format) => {
  const told = await walked(tar, [gnuTar(`--format=${format}`, "-cf", "-", "short", "tied")])
  expect(told.entries.map(({ path, type, size }) => [path, type, size])).toEqual([
    ["short", "file", 8],
    ["tied", "hardlink", 0],
  ])
  expect(told.claims.filter(({ role }) => role === "unexplained")).toEqual([])
  expect(kinds(told)).toEqual([])
})

const hasBsdtar = spawnSync("bsdtar", ["--version"], { stdio: "ignore" }).status === 0
test.skipIf(!hasBsdtar).each(["pax", "gnutar", "ustar"])(
  `bsdtar writes %s of a folder itself: every byte understood${hasBsdtar ? "" : " (NOT RUN: no bsdtar)"}`,
  async (format) => {
    const args = ["-C", join(root, "in"), `--format=${format}`, "-cf", "-", "."]
    const told = await walked(tar, [spawnSync("bsdtar", args, { maxBuffer: 1 << 28 }).stdout])
    const entries = found(told)
    expect(entries.get("./short")?.bytes.toString()).toBe("content\n")
    if (format !== "ustar") expect([entries.get(`./${long}`)?.bytes.toString(), entries.get("./link")?.target]).toEqual(["long\n", long])
    expect([kinds(told), told.claims.filter(({ role }) => role === "unexplained")]).toEqual([[], []])
  },
)

test("git archive writes its commit", async () => {
  const git = (...args: readonly string[]): Buffer =>
    execFileSync("git", ["-C", join(root, "git"), "-c", "user.name=n", "-c", "user.email=e", ...args])
  mkdirSync(join(root, "git"))
  git("init", "-q")
  writeFileSync(join(root, "git", "a"), "a\n")
  git("add", "a")
  git("commit", "-qm", "m")
  const told = await walked(tar, [git("archive", "--prefix=p/", "HEAD")])
  expect(told.commits).toEqual([git("rev-parse", "HEAD").toString().trim()])
  expect(told.entries.map(({ path }) => path)).toEqual(["p", "p/a"])
  expect(kinds(told)).toEqual([])
})

interface Read {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

async function throughTarStream(bytes: Buffer): Promise<readonly Read[]> {
  const reader = extract()
  const read: Read[] = []
  Readable.from([bytes]).pipe(reader)
  for await (const entry of reader) {
    read.push({ name: entry.header.name.replace(/\/+$/, ""), type: entry.header.type ?? "", bytes: await buffer(entry) })
  }
  return read
}

const typeNames = { file: "file", directory: "directory", link: "symlink", hardlink: "link", special: "special" } as const

/* tar-stream refuses v7 headers. */
test("tar-stream reads what we read", async () => {
  for (const format of ["ustar", "gnu", "posix"]) {
    const names = format === "ustar" ? ["short", "tied"] : ["link", "short", "tied", long]
    const bytes = gnuTar(`--format=${format}`, "-cf", "-", ...names)
    const told = await walked(tar, [bytes])
    expect(told.entries.map(({ path, type, bytes: content }) => ({ name: path, type: typeNames[type], bytes: content }))).toEqual(
      await throughTarStream(bytes),
    )
  }
})

const part = fc.stringMatching(/^[a-z0-9\u00e4\u4e2d]{1,60}$/)
const member = fc.record({
  name: fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/")),
  content: fc.uint8Array({ maxLength: 1500 }),
})

test("what tar-stream packs is read as it was packed, in any cuts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(member, { maxLength: 6 }), fc.nat(), async (members, seed) => {
      const packed = pack()
      for (const { name, content } of members) packed.entry({ name, mtime: new Date(0) }, Buffer.from(content))
      packed.finalize()
      const told = await walked(tar, cut(await buffer(packed), seed, 900))
      expect(told.entries.map(({ path, bytes }) => [path, bytes.toString("hex")])).toEqual(
        members.map(({ name, content }) => [name, Buffer.from(content).toString("hex")]),
      )
      expect(told.claims.filter(({ role }) => role === "unexplained")).toEqual([])
    }),
    { numRuns: 150 },
  )
})

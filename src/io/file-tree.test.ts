import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { beforeEach, describe, expect, test } from "vitest"
import { FaultError } from "../core/fault.ts"
import { limitsDefault } from "../core/limits.ts"
import type { EntryHeader } from "../parsers/parser.ts"
import { FileTree } from "./file-tree.ts"

let outside: string
let root: string
let tree: FileTree
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "everybyte-tree-"))
  root = join(outside, "root")
  mkdirSync(root)
  tree = new FileTree(root, limitsDefault)
  return () => rmSync(outside, { recursive: true })
})

type Entry = Partial<EntryHeader> & { readonly path: string; readonly content?: string }

async function take(entry: Entry, into = tree.archive("t")): Promise<void> {
  const bytes = Buffer.from(entry.content ?? "")
  const header: EntryHeader = { type: "file", mode: 0o644, size: bytes.byteLength, extents: [], ...entry }
  await into.entry(
    header,
    (async function* () {
      yield bytes
    })(),
  )
}
const file = (path: string, content = path, mode = 0o644): Promise<void> => take({ path, content, mode })
const link = (path: string, target: string): Promise<void> => take({ path, type: "link", target })
const hard = (path: string, target: string): Promise<void> => take({ path, type: "hardlink", target })
const text = (path: string): string => readFileSync(join(root, path), "utf8")
const faultOf = (work: Promise<void>): Promise<string> =>
  work.then(
    () => "no fault",
    (error: unknown) => {
      if (error instanceof FaultError) return error.fault.kind === "over-limit" ? error.fault.limit : error.message
      throw error
    },
  )

describe("a tree", () => {
  test("files and folders with modes that anyone may read, no setuid, no devices", async () => {
    await take({ path: "./", type: "directory", mode: 0o700 })
    await take({ path: "./etc", type: "directory", mode: 0o2500 })
    await file("./etc/secret", "s", 0o600)
    await file("./usr/bin/su", "s", 0o4750)
    await take({ path: "./dev/null", type: "special" })
    const modeOf = (path: string): string => (statSync(join(root, path)).mode & 0o7777).toString(8)
    expect([modeOf("etc"), modeOf("etc/secret"), modeOf("usr/bin/su"), modeOf("usr")]).toEqual(["755", "644", "755", "755"])
    expect(existsSync(join(root, "dev/null"))).toBe(false)
  })

  test("the time that the archive states", async () => {
    const sink = tree.archive("t")
    sink.modified?.(1_000_000)
    await take({ path: "a" }, sink)
    await take({ path: "b" }, sink)
    expect([statSync(join(root, "a")).mtimeMs, statSync(join(root, "b")).mtimeMs === 1e9]).toEqual([1e9, false])
  })

  test("a merged /usr: what comes under /bin goes where the link leads, and a folder of that name leaves the link", async () => {
    tree.folder("usr/bin")
    tree.link("bin", "usr/bin")
    await take({ path: "./bin", type: "directory", mode: 0o755 })
    await file("./bin/bash", "b")
    expect([text("usr/bin/bash"), readlinkSync(join(root, "bin"))]).toEqual(["b", "usr/bin"])
    expect([tree.place("bin/bash"), tree.place("bin/sh")]).toEqual([join(root, "usr/bin/bash"), undefined])
    expect([tree.hasName("bin/bash"), tree.hasName("bin/sh"), tree.hasName("bin")]).toEqual([true, false, true])
  })

  test("absolute links and `..` lead somewhere inside, as after chroot", async () => {
    await link("a", "/x/y")
    await file("a/one")
    await link("b", "../../../../up")
    await file("b/two")
    expect([text("x/y/one"), text("up/two")]).toEqual(["a/one", "b/two"])
    expect(readdirSync(outside)).toEqual(["root"])
  })

  test("a file takes the place of a link instead of being written through it", async () => {
    writeFileSync(join(outside, "victim"), "safe")
    await link("a", "../victim")
    await file("a", "new")
    symlinkSync(join(outside, "victim"), join(root, "planted"))
    await file("planted", "new")
    expect([readFileSync(join(outside, "victim"), "utf8"), text("a"), text("planted")]).toEqual(["safe", "new", "new"])
  })

  test("a file takes the place of one of two names of another, whose bytes stay", async () => {
    await file("a", "old")
    await hard("b", "./a")
    expect(statSync(join(root, "b")).nlink).toBe(2)
    await file("b", "new")
    expect([text("a"), text("b")]).toEqual(["old", "new"])
    await hard("a", "a")
    expect(text("a")).toBe("old")
  })

  test("where a link takes another's place, later files follow the new one", async () => {
    await link("a", "one")
    await file("a/x")
    await link("a", "two")
    await file("a/y")
    expect([existsSync(join(root, "one/x")), existsSync(join(root, "two/y"))]).toEqual([true, true])
  })

  test("a tarball goes below a folder without its own top folder", async () => {
    const sink = tree.archive("t", { below: "usr/src/it", strip: 1 })
    await take({ path: "it-1.0/", type: "directory", mode: 0o755 }, sink)
    await take({ path: "it-1.0/m4/a.m4", content: "a" }, sink)
    await take({ path: "it-1.0/copy", type: "hardlink", target: "it-1.0/m4/a.m4" }, sink)
    expect([text("usr/src/it/m4/a.m4"), text("usr/src/it/copy")]).toEqual(["a", "a"])
  })

  test.each<[string, () => Promise<void>]>([
    ["`..` in the name", () => file("a/../../b")],
    ["absolute name", () => file("/etc/passwd")],
    ["`..` in the name", () => hard("a", "../victim")],
    ["hard link to a file that was unpacked", () => hard("a", "missing")],
    ["hard link to a file that was unpacked", () => link("l", "x").then(() => hard("a", "l"))],
    ["a link that leads somewhere", () => link("a", "")],
    [
      "at most 40 links",
      () =>
        link("a", "b")
          .then(() => link("b", "a"))
          .then(() => file("a/x")),
    ],
    ["in the place of the folder", () => file("d/x").then(() => link("d", "elsewhere"))],
    ["in the place of the folder", () => file("d/x").then(() => file("d"))],
    ["a folder at", () => file("f").then(() => file("f/x"))],
  ])("fault: %s", async (expected, work) => {
    writeFileSync(join(outside, "victim"), "safe")
    expect(await faultOf(work())).toContain(expected)
    expect(readFileSync(join(outside, "victim"), "utf8")).toBe("safe")
  })

  test("limits", async () => {
    tree = new FileTree(root, { ...limitsDefault, toolchainBytesMax: 3, toolchainEntriesMax: 3 })
    expect(await faultOf(file("a", "1234"))).toBe("toolchainBytesMax")
    await link("b", "x")
    await link("c", "x")
    expect(await faultOf(link("d", "x"))).toBe("toolchainEntriesMax")
  })
})

/** Everything beside the tree, with what a write, a mode or another name would change. */
function surroundings(): readonly string[] {
  const seen: string[] = []
  const look = (path: string): void => {
    const found = lstatSync(path)
    const own = found.isFile() ? `${found.nlink} ${readFileSync(path, "latin1")}` : ""
    seen.push(`${path} ${found.mode.toString(8)} ${found.mtimeMs} ${own}`)
    if (found.isDirectory()) for (const name of readdirSync(path).filter((one) => join(path, one) !== root)) look(join(path, name))
  }
  look(outside)
  return seen
}

test("no row of entries, however hostile, changes anything beside the tree", async () => {
  // Short and few, so that they meet; absolute targets only where a test may see them.
  const path = fc.array(fc.constantFrom("a", "b", "a", "b", "a", "b", ".."), { minLength: 1, maxLength: 2 }).map((parts) => parts.join("/"))
  const target = fc.oneof(path, fc.constantFrom("../victim", "../home", "OUTSIDE/victim", "OUTSIDE/home", "."))
  const entry = fc.record({
    path: fc.oneof({ arbitrary: path, weight: 12 }, { arbitrary: target, weight: 1 }),
    target,
    type: fc.constantFrom("file" as const, "link" as const, "link" as const, "hardlink" as const, "directory" as const, "special" as const),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    content: fc.string({ maxLength: 8 }),
  })
  let taken = 0
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 25 }), async (entries) => {
      for (const name of readdirSync(outside)) rmSync(join(outside, name), { recursive: true })
      mkdirSync(root)
      mkdirSync(join(outside, "home"))
      writeFileSync(join(outside, "victim"), "safe")
      linkSync(join(outside, "victim"), join(outside, "home", "victim"))
      const before = surroundings()
      tree = new FileTree(root, limitsDefault)
      for (const { target: to, ...one } of entries) {
        const fault = await faultOf(take({ ...one, target: to.replace("OUTSIDE", outside) })).catch((error: unknown) => {
          // What the operating system refuses is made a fault by whoever unpacks.
          if (error instanceof Error && "syscall" in error) return error.message
          throw error
        })
        if (fault === "no fault") taken += 1
      }
      expect(surroundings()).toEqual(before)
    }),
    { numRuns: 400 },
  )
  expect(taken).toBeGreaterThan(500)
})

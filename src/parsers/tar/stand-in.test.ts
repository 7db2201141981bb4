import { crc32 } from "node:zlib"
import { expect, test } from "vitest"
import { type Member, paxHeader, paxRecord, tarEnd, tarMember } from "../../../test/fixtures/tar.ts"
import { cut, faultOrValue, kinds, mutant, type Walked, walked } from "../test-kit.ts"
import { tar } from "./index.ts"

const folder = "a-folder/another-folder-of-the-name"
const last = `${"l".repeat(110)}.txt`
const long = `${folder}/${last}`
const oid = "0123456789abcdef0123456789abcdef01234567"
const other = "f".repeat(40)

const folderSum = (name: string): string => crc32(name).toString(16).toUpperCase().padStart(8, "0")
const walk = (...parts: readonly Buffer[]): Promise<Walked> => walked(tar, [Buffer.concat([...parts, tarEnd()])])
const runs = (told: Walked) => told.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => [start, end])
const withPrefix = (prefix: string) => (header: Buffer) => {
  header.write(prefix, 345, 155, "latin1")
}
const gnuMagic = (header: Buffer): void => {
  header.write("ustar  \0", 257, "latin1")
}
const member = (more: Partial<Member>): Buffer => tarMember({ name: "a", content: "hello", ...more })
const named = (name: string, path: string): Promise<Walked> => walk(paxHeader("x", paxRecord("path", path)), member({ name }))

test.each([
  ["GNU tar", long.slice(0, 100), ""],
  ["Python", long.slice(0, 100), ""],
  ["node-tar", last.slice(0, 99), folder],
  ["libarchive", last.slice(0, 98), `${folder}/`.slice(0, -1)],
  ["tar-stream", "PaxHeader", ""],
])("the name %s leaves in the header is derived from the long one", async (_, name, prefix) => {
  const told = await walk(paxHeader("x", paxRecord("path", long)), member({ name, patch: withPrefix(prefix) }))
  expect([told.entries[0]?.path, runs(told), kinds(told)]).toEqual([long, [], []])
})

test.each([
  ["as it is", "d/\u00c4foo.go", "d/\u00c4foo.go"],
  ["dropped, as Go does", "d/\u00c4foo.go", "d/foo.go"],
  ["replaced, as Python does", "d/\u00c4foo.go", "d/?foo.go"],
])("a name that is not ASCII: %s", async (_, path, name) => expect(runs(await named(name, path))).toEqual([]))

test("the count that maturin and uv give in place of a name was unexplained", async () => {
  const paxed = (name: string, content: Buffer) => tarMember({ name, type: "x", content })
  const path = paxRecord("path", long)
  expect(runs(await walk(paxed("@PaxHeader", path), member({ name: "PaxHeaders/0" })))).toEqual([])
  expect(runs(await walk(paxed("PaxHeaders/12", path), member({ name: "PaxEntries/12" })))).toEqual([])
  expect(runs(await walk(paxed("PaxHeaders/12", path), member({ name: long.slice(0, 100) })))).toEqual([])
  for (const name of ["PaxHeaders/012", "PaxHeaders/12345678", "PaxHeaders/x", "d/PaxHeaders/1"])
    expect(runs(await walk(paxed(name, path), member({ name })))).toEqual([
      [0, name.length],
      [1024, 1024 + name.length],
    ])
  expect(runs(await walk(paxed("@PaxHeader", paxRecord("mtime", "1.5")), member({ name: "PaxHeaders/0" })))).toEqual([])
})

test.each([
  ["another text", "payload", long],
  ["a cut that is too short", long.slice(0, 60), long],
  ["a cut of something else", "x".repeat(100), long],
  ["another last part", `${folder}/other`, `${folder}/a`],
  ["another folder", "other/a", `${folder}/a`],
  ["the id of a blob in place of a short name", `${oid}.data`, "short"],
])("a header name that is not derived was claimed as header: %s", async (_, name, path) =>
  expect(runs(await named(name, path))).toEqual([[1024, 1024 + name.length]]),
)

test("the prefix of a replaced name is looked at too, and GNU long names as pax ones", async () => {
  const hidden = await walk(paxHeader("x", paxRecord("path", "a")), member({ patch: withPrefix("hidden text") }))
  expect(runs(hidden)).toEqual([
    [1024, 1025],
    [1369, 1380],
  ])
  const gnu = (name: string) =>
    walk(tarMember({ name: "././@LongLink", type: "L", content: `${long}\0`, patch: gnuMagic }), member({ name }))
  expect(runs(await gnu(long.slice(0, 100)))).toEqual([])
  expect(runs(await gnu("payload"))).toEqual([[1024, 1031]])
})

test.each([
  ["cut", "t".repeat(150), "t".repeat(100), 0],
  ["git archive's", "t".repeat(150), `see ${oid}.paxheader`, 0],
  ["libarchive's", "t".repeat(150), "././@LongSymLink", 0],
  ["another", "t".repeat(150), "payload", 1],
  ["git archive's, for a short target", "t", `see ${oid}.paxheader`, 1],
])("the target that a longer one takes the place of: %s", async (_, target, link, count) => {
  const told = await walk(paxHeader("x", paxRecord("linkpath", target)), tarMember({ name: "l", type: "2", target: link }))
  expect(runs(told)).toHaveLength(count)
  if (count > 0) expect(runs(told)).toEqual([[1024 + 157, 1024 + 157 + link.length]])
})

const header = (name: string): Buffer => tarMember({ name, type: "x", content: paxRecord("mtime", "1.5") })

test.each([
  ["././@PaxHeader", "d/a.txt"],
  ["PaxHeader", "d/a.txt"],
  ["d/PaxHeaders/a.txt", "d/a.txt"],
  ["d/PaxHeaders.4711/a.txt", "d/a.txt"],
  ["./PaxHeaders/d", "d/"],
  ["PaxHeaders.0/a", "a"],
  ["PaxHeader/currentdir", "./"],
  ["/PaxHeader/rootdir", "/"],
  ["PaxHeader/a.txt", "d/a.txt"],
  ["./PaxHeaders.X/d/a.txt", "d/a.txt"],
])("the name of a pax header is one that writers give it: %s", async (name, path) =>
  expect(runs(await walk(header(name), member({ name: path, content: "" })))).toEqual([]),
)

test.each(["payload", "d/PaxHeaders/payload", "payload/PaxHeaders/a.txt", "d/PaxHeaders.123456789/a.txt", `${oid}.paxheader`])(
  "any other name of a pax header was claimed as header: %s",
  async (name) => expect(runs(await walk(header(name), member({ name: "d/a.txt" })))).toEqual([[0, name.length]]),
)

test("names of pax headers that were cut, in the last part, in the mark and in a folder", async () => {
  for (const length of [85, 92, 120]) {
    const path = `${"d".repeat(length)}/${last}`
    const mark = `${"d".repeat(length)}/PaxHeaders.12/${last}`.slice(0, 100)
    const parts = [tarMember({ name: mark, type: "x", content: paxRecord("path", path) }), member({ name: path.slice(0, 100) })]
    expect(runs(await walk(...parts))).toEqual([])
  }
})

test("git archive names a long entry by its blob, and its pax header by the same", async () => {
  const archive = (first: string, second: string) =>
    walk(tarMember({ name: `${first}.paxheader`, type: "x", content: paxRecord("path", long) }), member({ name: `${second}.data` }))
  expect(runs(await archive(oid, oid))).toEqual([])
  expect(runs(await archive(oid, other))).toEqual([[0, 50]])
})

test.each([
  ["of a folder that fits", `${"d".repeat(90)}/f.txt`, `@PathCut/_pc_crc32/${folderSum("d".repeat(90))}/f.txt`, 0],
  ["cut", long, `@PathCut/_pc_crc32/${folderSum(folder)}/${last}`.slice(0, 100), 0],
  ["without a folder", last, `@PathCut/_pc_root/${last}`.slice(0, 100), 0],
  ["with the checksum of another folder", long, `@PathCut/_pc_crc32/${folderSum("other")}/${last}`.slice(0, 100), 1],
  ["with another last part", long, `@PathCut/_pc_crc32/${folderSum(folder)}/other`, 1],
])("the name that 7-Zip leaves in the header of a long one was unexplained: %s", async (_, path, name, count) => {
  const named = tarMember({ name: "././@LongLink", type: "L", content: `${path}\0`, patch: gnuMagic })
  expect(runs(await walk(named, member({ name, patch: gnuMagic })))).toHaveLength(count)
})

test("names of GNU long names and of global headers", async () => {
  const gnu = await walk(tarMember({ name: "payload", type: "L", content: "a\0", patch: gnuMagic }), member({}))
  expect(runs(gnu)).toEqual([[0, 7]])
  const global = (name: string) => walk(tarMember({ name, type: "g", content: paxRecord("comment", oid) }), member({}))
  for (const name of ["pax_global_header", "/tmp/GlobalHead.123.1", "/tmp/GlobalHead.1", "././@PaxHeader"])
    expect(runs(await global(name))).toEqual([])
  expect(runs(await global("payload"))).toEqual([[0, 7]])
})

test("the target that libarchive leaves in the header of a long name was unexplained", async () => {
  const named = (type: string, content: string, target: string) =>
    tarMember({ name: "././@LongLink", type, content: `${content}\0`, target, patch: gnuMagic })
  const target = "t".repeat(150)
  const link = (name: string, to: string) => tarMember({ name, type: "2", target: to.slice(0, 100), patch: gnuMagic })
  expect(runs(await walk(named("K", target, target.slice(0, 100)), link("l", target)))).toEqual([])
  expect(runs(await walk(named("L", long, "short"), link(long.slice(0, 100), "short")))).toEqual([])
  expect(runs(await walk(named("L", long, "other"), link(long.slice(0, 100), "short")))).toEqual([[157, 162]])
  expect(runs(await walk(named("L", long, "short"), member({ name: long.slice(0, 100) })))).toEqual([[157, 162]])
})

test("a second global header is told, and its records are unexplained", async () => {
  const global = paxHeader("g", paxRecord("comment", oid))
  const told = await walk(global, member({}), paxHeader("g", paxRecord("comment", other)), member({}))
  expect([kinds(told), runs(told)]).toEqual([["repeated-global-header"], [[2560, 2612]]])
})

test("sparse keywords that the version of the map does not read were claimed as read", async () => {
  const map = Buffer.concat([Buffer.from("1\n0\n5\n")], 512)
  const one = ["major=1", "minor=0", "name=d/a", "realsize=5"].map((text) => text.split("="))
  const records = one.map(([key, value]) => paxRecord(`GNU.sparse.${key}`, value ?? ""))
  const sparse = (name: string, ...more: readonly Buffer[]) =>
    walk(paxHeader("x", ...records, ...more), member({ name, content: Buffer.concat([map, Buffer.from("hello")]) }))
  const good = await sparse("d/GNUSparseFile.12/a")
  expect([good.entries[0]?.path, good.entries[0]?.bytes.toString(), runs(good), kinds(good)]).toEqual(["d/a", "hello", [], []])
  expect(runs(await sparse("payload"))).toEqual([[1024, 1031]])
  const pathed = await sparse("d/GNUSparseFile.12/a", paxRecord("path", "d/GNUSparseFile.12/a"))
  expect(runs(pathed)).toEqual([])
  expect(kinds(await sparse("d/GNUSparseFile.12/a", paxRecord("path", "payload")))).toEqual(["two-names"])
  for (const [key, value] of [
    ["map", "1,2,3"],
    ["numblocks", "77"],
    ["offset", "7"],
    ["size", "9"],
  ])
    expect(kinds(await sparse("d/GNUSparseFile.12/a", paxRecord(`GNU.sparse.${key}`, value ?? "")))).toEqual(["sparse-keyword"])
})

const rich = Buffer.concat([
  tarMember({ name: "pax_global_header", type: "g", content: paxRecord("comment", oid) }),
  header("PaxHeaders.12/a"),
  member({}),
  tarMember({ name: `${oid}.paxheader`, type: "x", content: paxRecord("path", long) }),
  member({ name: `${oid}.data` }),
  header("payload"),
  member({ patch: withPrefix("d") }),
  tarEnd(),
])

test("what is held back until the member is known is told the same in any cuts, and tiles when it is mutated", async () => {
  const whole = await walked(tar, [rich])
  for (let seed = 0; seed < 40; seed += 1) expect(await walked(tar, cut(rich, seed, 900))).toEqual(whole)
  let sound = 0
  for (let seed = 0; seed < 1500; seed += 1) if ((await faultOrValue(walked(tar, [mutant(rich, seed)]))) !== undefined) sound += 1
  expect(sound).toBeGreaterThan(50)
})

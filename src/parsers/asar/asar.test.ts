import { expect, test } from "vitest"
import { detectFormat } from "../index.ts"
import { cut, faultOf, faultOrValue, kinds, mutant, shape, type Walked, walked } from "../test-kit.ts"
import { asar } from "./index.ts"
import { asarOf, fileOf, integrityOf } from "./test-kit.ts"

const walk = (bytes: Uint8Array, limits = {}): Promise<Walked> => walked(asar, [bytes], limits)
const unread = (told: Walked) => told.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => end - start)

const plain = {
  files: {
    "b.js": { ...fileOf("second", 5), executable: true },
    lib: { files: { "a.js": fileOf("first", 0), empty: { size: 0, offset: "3" }, nothing: { files: {} } } },
    "l.js": { link: "b.js" },
    "x.node": { size: 9, unpacked: true, integrity: integrityOf("elsewhere") },
    __proto__x: { size: 1, offset: "11" },
  },
}
const archive = asarOf(plain, "firstsecond.")

test("an archive of Electron was one opaque file", async () => {
  const told = await walk(archive)
  expect(told.entries.map(({ path, type, mode, target, bytes }) => [path, type, mode.toString(8), target ?? bytes.toString()])).toEqual([
    ["lib", "directory", "755", ""],
    ["lib/nothing", "directory", "755", ""],
    ["l.js", "link", "777", "b.js"],
    ["lib/a.js", "file", "644", "first"],
    ["lib/empty", "file", "644", ""],
    ["b.js", "file", "755", "second"],
    ["__proto__x", "file", "644", "."],
  ])
  expect([kinds(told), unread(told)]).toEqual([["unpacked-member"], []])
  const end = archive.byteLength - 12
  expect(shape(told).filter((one) => one.startsWith("content"))).toEqual([
    `content ${end}-${end + 5}`,
    `content ${end + 5}-${end + 11}`,
    `content ${end + 11}-${end + 12}`,
  ])
})

test("a folder named __proto__ was lost", async () => {
  const text = '{"files":{"__proto__":{"files":{"a":{"size":1,"offset":"0"}}}}}'
  const told = await walk(asarOf({}, "x", { text: () => text }))
  expect([told.entries.map(({ path }) => path), kinds(told)]).toEqual([["__proto__", "__proto__/a"], []])
})

const one = { files: { a: { size: 1, offset: "0" } } }
const withFields = (fields: object) => ({ files: { a: { size: 1, offset: "0", ...fields } } })

test.each<[string, Buffer]>([
  ["a field that nobody knows", asarOf(withFields({ note: "hidden" }), "x")],
  ["one in the root", asarOf({ ...one, note: "hidden" }, "x")],
  ["one in a folder", asarOf({ files: { a: { files: {}, link: "hidden" } } })],
  ["a flag that is a text", asarOf(withFields({ executable: "hidden" }), "x")],
  ["one in what is said of integrity", asarOf(withFields({ integrity: { ...integrityOf("x"), note: "hidden" } }), "x")],
  ["a digest that is none", asarOf(withFields({ integrity: { ...integrityOf("x"), blocks: ["hidden"] } }), "x")],
  ["another algorithm", asarOf(withFields({ integrity: { ...integrityOf("x"), algorithm: "hidden" } }), "x")],
  ["blocks of no bytes", asarOf(withFields({ integrity: { ...integrityOf("x"), blockSize: 0 } }), "x")],
  ["no list of blocks", asarOf(withFields({ integrity: { ...integrityOf("x"), blocks: "hidden" } }), "x")],
  ["an unpacked file without a size", asarOf({ files: { b: { unpacked: true }, ...one.files } }, "x")],
  ["spaces", asarOf(one, "x", { text: (index) => index.replaceAll(":", " : ") })],
  ["a name twice", asarOf(one, "x", { text: (index) => index.replace('{"a"', '{"a":{"size":9,"offset":"0"},"a"') })],
])("an index with room for a message was claimed: %s", async (_, bytes) => {
  const told = await walk(bytes)
  expect(kinds(told).filter((kind) => kind !== "unpacked-member")).toEqual(["asar-index"])
  expect(unread(told)).toEqual([bytes.readUInt32LE(12)])
})

test("bytes before, between and behind the contents, and padding", async () => {
  const files = { a: { size: 1, offset: "2" }, b: { size: 1, offset: "5" } }
  const told = await walk(asarOf({ files }, "??a??b???"))
  expect([kinds(told), unread(told)]).toEqual([
    ["gap", "gap", "gap"],
    [2, 2, 3],
  ])
  const odd = { files: { aaa: { files: {} } } }
  const size = (4 - (JSON.stringify(odd).length % 4)) % 4
  expect(kinds(await walk(asarOf(odd, "", { padding: Buffer.alloc(size, 1) })))).toEqual(["padding"])
})

test("contents are held against their digests, whole and in blocks", async () => {
  const archived = (content: string, integrity: object) => walk(asarOf({ files: { a: { size: 4, offset: "0", integrity } } }, content))
  for (const blockSize of [1, 3, 4, 5]) expect(kinds(await archived("abcd", integrityOf("abcd", blockSize)))).toEqual([])
  const { blocks, ...good } = integrityOf("abcd", 2)
  expect(kinds(await archived("abcd", { ...good, blocks: [...blocks, integrityOf("").hash] }))).toEqual([])
  for (const odd of [
    { ...good, blocks: blocks.toReversed() },
    { ...good, blocks: blocks.slice(1) },
    { ...good, blocks, hash: blocks[0] ?? "" },
  ])
    expect(kinds(await archived("abcd", odd))).toEqual(["digest-mismatch"])
  expect(kinds(await archived("abce", integrityOf("abcd")))).toEqual(["digest-mismatch"])
})

test("names that lead out of the folder", async () => {
  expect(kinds(await walk(asarOf({ files: { "..": one } }, "x")))).toEqual(["dangerous-name", "dangerous-name"])
})

test.each<[string, Buffer, RegExp]>([
  ["overlap", asarOf({ files: { a: { size: 2, offset: "0" }, b: { size: 2, offset: "1" } } }, "abc"), /no overlap of "b"/],
  ["a content that is cut", asarOf({ files: { a: { size: 2, offset: "0" } } }, "a"), /more bytes of content/],
  ["an offset behind the end", asarOf({ files: { a: { size: 2, offset: "9" } } }, "a"), /more of the archive/],
  ["no index", asarOf({}, "", { text: () => "{]" }), /an object for ""/],
  ["text that is no UTF-8", asarOf(one, "", { text: () => "{}" }).fill(0xff, 17, 18), /an object for ""/],
  ["no files", asarOf({}), /a folder, a link or a file/],
  ["a list of files", asarOf({ files: [] }), /files with names/],
  ["a slash in a name", asarOf({ files: { "a/b": { size: 0, offset: "0" } } }), /files with names/],
  ["no name", asarOf({ files: { "": { size: 0, offset: "0" } } }), /files with names/],
  ["a number as a file", asarOf({ files: { a: 1 } }), /an object for "a"/],
  ["an offset that is no decimal", asarOf({ files: { a: { size: 1, offset: "0x1" } } }), /as "a"/],
  ["a size below nothing", asarOf({ files: { a: { size: -1, offset: "0" } } }), /as "a"/],
  ["a cut index", archive.subarray(0, 60), /the index/],
  ["another head", Buffer.from("hello, this is no archive"), /the header of an asar archive/],
])("a fault: %s", async (_, bytes, fault) => expect(await faultOf(walk(bytes))).toMatch(fault))

test("limits", async () => {
  expect(await faultOf(walk(archive, { documentBytesMax: 20 }))).toBe("documentBytesMax")
  expect(await faultOf(walk(archive, { entriesMax: 3 }))).toBe("entriesMax")
  expect(await faultOf(walk(archive, { nameBytesMax: 3 }))).toBe("nameBytesMax")
  const deep = (depth: number): Buffer =>
    asarOf({}, "", { text: () => `${'{"files":{"a":'.repeat(depth)}{"size":0,"offset":"0"}${"}}".repeat(depth)}` })
  expect((await walk(deep(256))).entries).toHaveLength(256)
  for (const depth of [257, 500_000]) expect(await faultOf(walk(deep(depth)))).toMatch(/at most 256 folders/)
})

test("a folder of more members than a function takes arguments ended in an error of ours", async () => {
  const files = Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`f${at}`, { link: "a" }]))
  expect((await walk(asarOf({ files }))).entries).toHaveLength(200_000)
})

test("a name that is too long is not told in whole", async () => {
  expect(await faultOf(walk(asarOf({ files: { ["n".repeat(1 << 20)]: 1 } })))).toBe("nameBytesMax")
})

test("it is known by its head, and told the same in any cuts", async () => {
  expect([detectFormat(archive.subarray(0, 512)), detectFormat(archive.subarray(0, 16))]).toEqual([asar, undefined])
  const whole = await walk(archive)
  for (let seed = 0; seed < 40; seed += 1) expect(await walked(asar, cut(archive, seed, 90))).toEqual(whole)
  expect(await walked(asar, cut(archive, 1, 1))).toEqual(whole)
})

test("claims tile it when it is mutated", async () => {
  let sound = 0
  for (let seed = 0; seed < 3000; seed += 1) if ((await faultOrValue(walk(mutant(archive, seed)))) !== undefined) sound += 1
  expect(sound).toBeGreaterThan(50)
})

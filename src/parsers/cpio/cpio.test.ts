import { describe, expect, test } from "vitest"
import { cut, faultOf, faultOrValue, kinds, mutant, shape, type Walked, walked } from "../test-kit.ts"
import { cpio } from "./index.ts"
import { archive, binary, type Member, member, trailer } from "./test-kit.ts"

const walk = (bytes: Uint8Array, limits = {}): Promise<Walked> => walked(cpio, [bytes], limits)
const paths = (told: Walked) => told.entries.map(({ path, type, target }) => [path, type, ...(target === undefined ? [] : [target])])

test("newc: every byte is claimed, files, folders and links told", async () => {
  const folder = member({ name: "d", fields: { mode: 0o040755, nlink: 2 } })
  const link = member({ name: "d/l", content: "../a", fields: { mode: 0o120777 } })
  const told = await walk(archive(member({ content: "hello" }), folder, link))
  expect(paths(told)).toEqual([
    ["a", "file"],
    ["d", "directory"],
    ["d/l", "link", "../a"],
  ])
  expect(shape(told).slice(0, 4)).toEqual(["header 0-110", "header 110-112", "content 112-117", "padding 117-120"])
  expect(told.entries[0]).toMatchObject({ mode: 0o644, size: 5, extents: [{ at: 112, start: 0, size: 5 }] })
  expect(told.anomalies).toEqual([])
})

test.each([true, false])("the old binary form, little endian: %s", async (isLittle) => {
  const told = await walk(Buffer.concat([binary("abc", "hello", isLittle), binary("TRAILER!!!", "", isLittle)]))
  expect([paths(told), told.entries[0]?.bytes.toString()]).toEqual([[["abc", "file"]], "hello"])
  // The trailer of this test has an inode, a device, a mode and a time.
  expect(kinds(told)).toEqual(["cpio-field", "cpio-field", "cpio-field", "cpio-field"])
})

test("a checksum of the form crc is compared with the content", async () => {
  const one = (check: number): Buffer => Buffer.concat([member({ magic: "070702", content: "ab", fields: { check } }), trailer("070702")])
  expect(kinds(await walk(one(97 + 98)))).toEqual([])
  expect(kinds(await walk(one(97)))).toEqual(["checksum"])
})

test("names of one inode are links to the last, which has the content; names of none are empty", async () => {
  const fields = { ino: 7, nlink: 3 }
  const last = member({ name: "z", content: "x", fields })
  expect(paths(await walk(archive(member({ name: "b", fields }), member({ name: "c", fields }), last)))).toEqual([
    ["z", "file"],
    ["b", "hardlink", "z"],
    ["c", "hardlink", "z"],
  ])
  expect(paths(await walk(archive(member({ name: "b", fields }), member({ name: "c", fields }))))).toEqual([
    ["b", "file"],
    ["c", "hardlink", "b"],
  ])
  const other = await walk(archive(last, member({ name: "y", content: "y", fields })))
  expect([kinds(other), paths(other)]).toEqual([
    ["two-contents"],
    [
      ["z", "file"],
      ["y", "file"],
    ],
  ])
  expect(kinds(await walk(archive(last, member({ name: "y", content: "x", fields }))))).toEqual([])
})

describe("places to hide bytes in are unexplained", () => {
  test.each<[string, Buffer, readonly string[], string]>([
    ["padding of a name", archive(member({ name: "aa", padding: "xyz" })), ["padding"], "113-116"],
    ["padding of content", archive(member({ content: "hello", padding: "xyz" })), ["padding"], "117-120"],
    ["behind the NUL of a name", archive(member({ name: "a\0hidden" })), ["behind-name"], "112-119"],
    ["a checksum that newc does not have", archive(member({ fields: { check: 1 } })), ["cpio-field"], "102-110"],
    ["a device number of a file", archive(member({ fields: { rdevMajor: 1 } })), ["cpio-field"], "78-86"],
    ["a mode of 32 bits", archive(member({ fields: { mode: 0x10000 + 0o100644 } })), ["cpio-field"], "14-22"],
    [
      "a trailer with a time",
      Buffer.concat([member(), member({ name: "TRAILER!!!", fields: { mode: 0, mtime: 9 } })]),
      ["cpio-field"],
      "158-166",
    ],
    ["bytes behind the archive", Buffer.concat([archive(member()), Buffer.from("\0\0x")]), ["trailing-bytes"], "238-239"],
  ])("%s", async (_, bytes, expected, at) => {
    const told = await walk(bytes)
    expect(kinds(told)).toEqual(expected)
    expect(shape(told).filter((one) => one.startsWith("unexplained"))).toEqual([`unexplained ${at}`])
  })

  test("an owner for each member", async () => {
    const many = Array.from({ length: 20 }, (_, uid) => member({ name: `f${uid}`, fields: { uid } }))
    expect(kinds(await walk(archive(...many), { ownersMax: 18 }))).toHaveLength(8)
  })
})

test("an initramfs of two archives with zeros between: only the kernel sees the second", async () => {
  const told = await walk(Buffer.concat([archive(member()), Buffer.alloc(388), archive(member({ name: "second" })), Buffer.alloc(8)]))
  expect([paths(told).map(([path]) => path), kinds(told)]).toEqual([["a", "second"], ["second-archive"]])
})

test("what readers warn of is told", async () => {
  const odd = async (given: Member): Promise<readonly string[]> => kinds(await walk(archive(member(given))))
  expect(await odd({ name: "../a" })).toEqual(["dangerous-name"])
  expect(await odd({ name: "" })).toEqual(["dangerous-name"])
  expect(await odd({ fields: { mode: 0o104755 } })).toEqual(["special-mode"])
  expect(await odd({ fields: { mode: 0o100646 } })).toEqual(["world-writable"])
  expect(await odd({ fields: { mode: 0o020644, rdevMajor: 1 } })).toEqual(["special-file"])
  expect(await odd({ fields: { mode: 0o644 } })).toEqual(["unknown-type"])
  expect(kinds(await walk(member()))).toEqual(["no-trailer"])
})

describe("faults", () => {
  test.each<[string, Buffer]>([
    ["a cpio header", Buffer.alloc(0)],
    ["a cpio header", Buffer.from("070701 and some text, which is no header")],
    ["rpm's stripped form", Buffer.from("07070X00000001")],
    ["a header of the form newc", Buffer.concat([member(), trailer("070702")])],
    ["a header of the form newc", archive(member()).subarray(0, 200)],
    ["a name, but", Buffer.concat([member(), member({ fields: { nameSize: 99 } })])],
    ["a name$", Buffer.concat([member(), member({ fields: { nameSize: 0 } })])],
    ["ends with NUL", Buffer.concat([member(), member({ name: "abcd", fields: { nameSize: 4 } })])],
    ["4 more bytes of content", member({ content: "hell", fields: { size: 8 } })],
    ["no content of what is no file", archive(member({ content: "hell", fields: { mode: 0o040755 } }))],
    ["the target of a link", member({ fields: { mode: 0o120777, size: 5 } })],
  ])("%s", async (expected, bytes) => {
    expect(await faultOf(walk(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
  })

  test("limits", async () => {
    expect(await faultOf(walk(archive(member(), member()), { entriesMax: 1 }))).toBe("entriesMax")
    expect(await faultOf(walk(archive(member({ name: "abcd" })), { nameBytesMax: 3 }))).toBe("nameBytesMax")
    expect(await faultOf(walk(archive(member({ content: "abcd", fields: { mode: 0o120777 } })), { nameBytesMax: 3 }))).toBe("nameBytesMax")
  })
})

test("a text that begins with a magic is no archive", () => {
  expect(cpio.detect(Buffer.from(`070701 ${"text ".repeat(50)}`))).toBe(false)
  expect(cpio.detect(Buffer.concat([Buffer.from([0xc7, 0x71]), Buffer.alloc(600, 1)]))).toBe(false)
  expect(cpio.detect(binary("a", "", true))).toBe(true)
  expect(cpio.detect(Buffer.from("07070X00000000"))).toBe(true)
})

const rich = archive(
  member({ content: "hello, world" }),
  member({ name: "d", fields: { mode: 0o040755 } }),
  member({ name: "d/one", fields: { ino: 5, nlink: 2 } }),
  member({ name: "d/two", content: "shared", fields: { ino: 5, nlink: 2 } }),
  member({ name: "l", content: "a", fields: { mode: 0o120777 } }),
)

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const whole = await walk(rich)
  expect(whole.entries).toHaveLength(5)
  expect(await walked(cpio, cut(rich, 1, 1))).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await walked(cpio, cut(rich, seed, 60))).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  for (let seed = 0; seed < 2000; seed += 1) if ((await faultOrValue(walk(mutant(rich, seed)))) !== undefined) sound += 1
  expect(sound).toBeGreaterThan(50)
  expect(sound).toBeLessThan(2000)
})

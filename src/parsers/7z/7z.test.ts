import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { cut, faultOf, faultOrValue, kinds, mutant, shape, type Walked, walked } from "../test-kit.ts"
import { sevenZip } from "./index.ts"
import { archiveOf, around, coderOf, filesOf, type Made, type Making, number, property, streamsOf } from "./test-kit.ts"

const walk = (bytes: Uint8Array, limits = {}): Promise<Walked> => walked(sevenZip, [bytes], limits)
const unexplained = (told: Walked): number => told.claims.filter(({ role }) => role === "unexplained").length
const unix = (mode: number): number => ((mode << 16) | 0x8000) >>> 0

const plain: readonly Made[] = [
  { name: "d", attributes: unix(0o40755) | 0x10 },
  { name: "d/a", content: "one", attributes: unix(0o100755) },
  { name: "d/ä", content: "second", attributes: unix(0o100644) },
  { name: "l", content: "d/a", attributes: unix(0o120777) },
  { name: "empty", isEmptyFile: true, attributes: 0x20 },
]

test("an archive of stored files: names, types, modes, contents, and every byte claimed", async () => {
  const bytes = archiveOf(plain)
  const told = await walk(bytes)
  expect(told.entries.map(({ path, type, mode, target, bytes: content }) => [path, type, mode, target ?? content.toString()])).toEqual([
    ["d", "directory", 0o755, ""],
    ["d/a", "file", 0o755, "one"],
    ["d/ä", "file", 0o644, "second"],
    ["l", "link", 0o777, "d/a"],
    ["empty", "file", 0o644, ""],
  ])
  expect(told.entries.map(({ extents }) => extents?.[0])).toEqual([
    undefined,
    { at: 32, start: 0, size: 3 },
    { at: 35, start: 0, size: 6 },
    undefined,
    undefined,
  ])
  expect([kinds(told), shape(told)]).toEqual([[], ["header 0-32", "content 32-44", `index 44-${bytes.byteLength}`]])
})

test("an archive of nothing", async () => {
  const told = await walk(around(Buffer.alloc(0), Buffer.alloc(0)))
  expect([told.entries, shape(told)]).toEqual([[], ["header 0-32"]])
})

test("a method that is not decoded: the first file stands for the packed bytes, and all say why", async () => {
  const told = await walk(archiveOf(plain, { coder: coderOf("030401", Buffer.alloc(5)), packed: Buffer.from("packed") }))
  expect(told.entries.map(({ unread, bytes }) => [unread?.slice(0, 31), bytes.toString()])).toEqual(
    [
      [undefined, ""],
      ["7z's PPMd is not decoded here: w", "packed"],
      ["7z's PPMd is not decoded here: w", ""],
      ["7z's PPMd is not decoded here: w", ""],
      [undefined, ""],
    ].map(([why, content]) => [why?.slice(0, 31), content]),
  )
  expect(told.entries[2]?.unread).toContain('packed together with "d/a"')
  expect(kinds(told)).toEqual(["unread-member", "unread-member", "unread-member"])
  const encrypted = await walk(archiveOf(plain, { coder: coderOf("06f10701", Buffer.alloc(2)) }))
  expect(encrypted.entries[1]?.unread).toContain("encrypted")
})

test("a packed stream is cut behind what its folder needs, and the rest is told", async () => {
  const told = await walk(archiveOf([{ name: "a", content: "one" }], { packed: Buffer.from("onehidden") }))
  expect([told.entries[0]?.bytes.toString(), kinds(told), shape(told)[2]]).toEqual(["one", ["behind-content"], "unexplained 35-41"])
})

describe("places to hide bytes in, and what readers do differently", () => {
  const one: Made = { name: "a", content: "one" }
  const made = (file: Made, making: Making = {}): Buffer => archiveOf([file], making)
  test.each<[string, Buffer, readonly string[], number]>([
    ["bytes before the header", made(one, { gap: "gap" }), ["gap"], 1],
    ["bytes behind the archive", made(one, { trailing: "more" }), ["trailing-bytes"], 1],
    ["bytes behind the header's end", made(one, { header: (header) => Buffer.concat([header, Buffer.from("x")]) }), ["header-rest"], 1],
    ["another minor version", made(one, { minor: 9 }), ["7z-version"], 1],
    ["padding that is not zero", made(one, { properties: property(0x19, Buffer.from("hid")) }), ["padding"], 1],
    ["padding of zeros", made(one, { properties: property(0x19, Buffer.alloc(3)) }), [], 0],
    ["an unknown property", made(one, { properties: property(0x30, Buffer.from("hid")) }), ["unknown-property"], 1],
    ["a comment", made(one, { properties: property(0x16, Buffer.from("hid")) }), ["unknown-property"], 1],
    ["a property twice", archiveOf([{ name: "d" }], { properties: property(0xf, Buffer.from([0])) }), ["duplicate-property"], 0],
    [
      "bits behind the last",
      archiveOf([{ name: "d" }], { properties: property(0xf, Buffer.from([1])) }),
      ["duplicate-property", "padding"],
      1,
    ],
    [
      "properties of the archive",
      made(one, { header: (header) => Buffer.concat([header.subarray(0, 1), Buffer.from([2, 7, 1, 9, 0]), header.subarray(1)]) }),
      ["archive-properties"],
      1,
    ],
    ["another checksum", made(one, { crc: () => 1 }), ["wrong-checksum"], 0],
    ["a name that climbs", made({ ...one, name: "../a" }), ["dangerous-name"], 0],
    ["a name with a backslash", made({ ...one, name: "a\\b" }), ["dangerous-name"], 0],
    ["a name that is no UTF-16", made({ ...one, name: "a\ud800" }), ["name-encoding"], 0],
    ["a folder's name with a slash", made({ name: "d/" }), ["dangerous-name"], 0],
    ["what is to be deleted", made({ name: "a", isAnti: true, isEmptyFile: true }), ["anti-item"], 0],
    ["a folder by its attributes, with content", made({ ...one, attributes: 0x10 }), ["two-types"], 0],
    ["a folder by its mode, with content", made({ ...one, attributes: unix(0o40755) }), ["two-types"], 0],
    ["a folder by its streams alone", made({ name: "a", attributes: 0x20 }), ["two-types"], 0],
    ["an empty folder by its attributes, marked as a file", made({ name: "a", isEmptyFile: true, attributes: 0x10 }), ["two-types"], 0],
    ["attributes of some files", archiveOf([one, { ...one, attributes: 0x20 }]), ["partial-attributes"], 0],
    ["a mode of no type", made({ ...one, attributes: unix(0o644) }), ["two-types"], 0],
    ["a mode that is not marked as one", made({ ...one, attributes: 0x10000 }), ["two-types"], 0],
    ["a device", made({ ...one, attributes: unix(0o20644) }), ["two-types"], 0],
    ["a reparse point", made({ ...one, attributes: 0x400 }), ["two-types"], 0],
    ["a link without a target", made({ name: "a", isEmptyFile: true, attributes: unix(0o120777) }), ["two-types"], 0],
  ])("%s", async (_, bytes, expected, runs) => {
    const told = await walk(bytes)
    expect([kinds(told), unexplained(told)]).toEqual([expected, runs])
  })

  test("a name that is no UTF-16 is spelled out", async () => {
    expect((await walk(made({ ...one, name: "a\udc00b" }))).entries[0]?.path).toBe("a\\udc00b")
  })

  test("a folder that no file is of, numbers in a long form, digests of packed streams", async () => {
    const packed = Buffer.from("hid")
    const streams = [6, 0xc0, 0, 0, 1, 9, 3, 0xa, 1, 1, 2, 3, 4, 0, 7, 0xb, 1, 0, 1, 1, 0, 0xc, 3, 0, 8, 0xd, 0, 0, 0]
    const told = await walk(around(packed, Buffer.concat([Buffer.from([1, 4, ...streams]), filesOf([{ name: "d" }]), Buffer.from([0])])))
    expect([told.entries.length, [...kinds(told)].sort(), unexplained(told)]).toEqual([
      1,
      ["7z-number", "packed-digests", "unlisted-stream"],
      3,
    ])
  })
})

describe("faults", () => {
  const good = archiveOf(plain)
  const patched = (at: number, value: number): Buffer => {
    const bytes = Buffer.from(good)
    bytes[at] = value
    return bytes
  }
  const header = (...bytes: readonly number[]): Buffer => around(Buffer.alloc(0), Buffer.from(bytes))
  test.each<[string, Buffer]>([
    ["a signature header of 32 bytes", good.subarray(0, 20)],
    ["the signature", patched(0, 0)],
    ["major version 0", patched(6, 1)],
    ["the CRC-32 of the start header", patched(12, 1)],
    ["the first volume of several", good.subarray(0, -1)],
    ["a header of the CRC-32", patched(good.byteLength - 1, 1)],
    ["a header or an encoded one", header(9)],
    ["additional streams", header(1, 3)],
    ["the end of the header", header(1, 9)],
    ["the header ends here", header(1, 4)],
    ["below 2^53", header(1, 5, 0xff, 0, 0, 0, 0, 0, 0, 0x20, 0)],
    ["names of 1 files", header(1, 5, 1, 0, 0)],
    ["1 names", header(1, 5, 1, 0x11, 9, 0, 65, 0, 0, 0, 66, 0, 0, 0, 0, 0)],
    ["a zero behind the last name", header(1, 5, 1, 0x11, 3, 0, 65, 0, 0, 0)],
    ["names of two bytes a character", header(1, 5, 1, 0x11, 2, 0, 65, 0, 0)],
    ["in the header, not in a stream of its own", header(1, 5, 1, 0x11, 1, 1, 0)],
    ["as it says", header(1, 5, 1, 0xe, 2, 0x80, 0, 0, 0)],
    ["the header ends before", header(1, 5, 1, 0xe, 20, 0)],
    ["1 to 32 coders", header(1, 4, 6, 0, 1, 9, 3, 0, 7, 0xb, 1, 0, 0)],
    ["without alternatives", header(1, 4, 6, 0, 1, 9, 3, 0, 7, 0xb, 1, 0, 1, 0x81, 0)],
    ["each stream has one use", header(1, 4, 6, 0, 1, 9, 3, 0, 7, 0xb, 1, 0, 2, 1, 0, 1, 0, 5, 5)],
    ["joined to one stream", header(1, 4, 6, 0, 1, 9, 3, 0, 7, 0xb, 1, 0, 1, 0x11, 0, 0, 1)],
    ["as the folders take", header(1, 4, 6, 0, 1, 9, 3, 0, 0)],
    ["but the layer ends", header(1, 4, 6, 0, 1, 9, 99, 0, 7, 0xb, 1, 0, 1, 1, 0, 0xc, 99, 0, 0, 0)],
    ["stored bytes of a packed stream that has fewer", archiveOf(plain, { packed: Buffer.from("x") })],
    ["the folders hold no more", header(1, ...filesOf([{ name: "a", content: "" }]), 0)],
    [
      "a file for each content",
      around(Buffer.from("a"), Buffer.concat([Buffer.from([1, 4]), streamsOf(0, 1, [Buffer.from("a")], {}), Buffer.from([0])])),
    ],
    [
      "do not overlap",
      around(
        Buffer.alloc(9),
        Buffer.concat([
          Buffer.from([1, 4]),
          streamsOf(9, 4, [Buffer.alloc(4)], {}),
          filesOf([{ name: "a", content: "a" }]),
          Buffer.from([0]),
        ]),
      ),
    ],
    ["properties of LZMA", archiveOf(plain, { coder: coderOf("21", Buffer.from([41])) })],
    ["it ends early", archiveOf(plain, { coder: coderOf("21", Buffer.from([22])), packed: Buffer.from([0]) })],
    ["properties of LZMA", archiveOf(plain, { coder: coderOf("030101") })],
    ["a sound LZMA stream", archiveOf(plain, { coder: coderOf("030101", Buffer.from("5d00000100", "hex")), packed: Buffer.alloc(30, 1) })],
    ["an encoded header of one folder", header(0x17, 0)],
  ])("%s", async (expected, bytes) => {
    expect(await faultOf(walk(bytes))).toContain(expected)
  })

  test.each<[string, Buffer, Readonly<Record<string, number>>]>([
    ["entriesMax", archiveOf(plain), { entriesMax: 4 }],
    ["entriesMax", archiveOf(plain), { entriesMax: 2 }],
    ["sevenZipCodersMax", archiveOf(plain), { sevenZipCodersMax: 0 }],
    ["sevenZipPropertiesMax", archiveOf(plain), { sevenZipPropertiesMax: 3 }],
    [
      "sevenZipPropertiesMax",
      archiveOf(plain, { header: (header) => Buffer.concat([header.subarray(0, 1), Buffer.from([2, 7, 0, 7, 0, 0]), header.subarray(1)]) }),
      { sevenZipPropertiesMax: 1 },
    ],
    ["sevenZipHeaderBytesMax", archiveOf(plain), { sevenZipHeaderBytesMax: 20 }],
    ["nameBytesMax", archiveOf([{ name: "long name", content: "" }]), { nameBytesMax: 8 }],
    ["nameBytesMax", archiveOf([{ name: "l", content: "target", attributes: unix(0o120777) }]), { nameBytesMax: 5 }],
    ["dictionaryBytesMax", archiveOf(plain, { coder: coderOf("030101", Buffer.from("5d00000100", "hex")) }), { dictionaryBytesMax: 4096 }],
    ["layerBytesMax", archiveOf(plain, { coder: coderOf("030101", Buffer.from("5d00000100", "hex")) }), { layerBytesMax: 11 }],
    ["ratioMax", archiveOf(plain, { coder: coderOf("030101", Buffer.from([44, 0, 0, 1, 0])) }), { ratioFreeBytes: 1 << 20 }],
  ])("%s", async (limit, bytes, limits) => {
    expect(await faultOf(walk(bytes, limits))).toBe(limit)
  })
})

test("a number is the same in each of its forms", async () => {
  const archive = (of: Buffer): Buffer =>
    around(Buffer.alloc(0), Buffer.concat([Buffer.from([1, 5]), of, Buffer.from([0xe, 1, 0x80, 0x11, 3, 0, 0, 0, 0, 0])]))
  for (const form of [
    "01",
    "8001",
    "c00100",
    "e0010000",
    "f001000000",
    "f80100000000",
    "fc010000000000",
    "fe01000000000000",
    "ff0100000000000000",
  ]) {
    const told = await walk(archive(Buffer.from(form, "hex")))
    expect([form, told.entries.length, kinds(told).includes("7z-number")]).toEqual([form, 1, form !== "01"])
  }
  expect(number(300).toString("hex")).toBe("812c")
})

test("in any pieces the same is told", async () => {
  const whole = await walk(archiveOf(plain, { trailing: "rest" }))
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1 }), fc.integer({ min: 1, max: 60 }), async (seed, longest) => {
      expect(await walked(sevenZip, cut(archiveOf(plain, { trailing: "rest" }), seed, longest))).toEqual(whole)
    }),
    { numRuns: 40 },
  )
})

test("mutants end in a fault or in claims that tile", async () => {
  let answers = 0
  for (let seed = 0; seed < 2000; seed += 1) {
    const made = archiveOf(plain, { header: (header) => mutant(header, seed), gap: seed % 5 === 0 ? "gap" : "" })
    if ((await faultOrValue(walk(made))) !== undefined) answers += 1
  }
  expect(answers).toBeGreaterThan(20)
})

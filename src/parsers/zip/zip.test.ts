import { crc32, deflateRawSync } from "node:zlib"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { extraField, type ZipMember, type ZipOptions, zipEnd, zipOf } from "../../../test/fixtures/zip.ts"
import { detectTail } from "../index.ts"
import { cut, faultOf, faultOrValue, kinds, mutant, randoms, shape, type Walked, walked } from "../test-kit.ts"
import { zip } from "./index.ts"

const walk = (bytes: Uint8Array, limits = {}): Promise<Walked> => walked(zip, [bytes], limits)
const archive = (...members: readonly ZipMember[]): Promise<Walked> => walk(zipOf(members))
const a: ZipMember = { name: "a", content: "aaa\n" }
const b: ZipMember = { name: "b", content: "bbb\n" }
const found = (told: Walked) => told.entries.map(({ path, bytes }) => `${path}=${bytes.toString().trim()}`)
const unexplained = (told: Walked) => shape(told).filter((claim) => claim.startsWith("unexplained"))
const le = (width: 2 | 4 | 8, ...values: readonly number[]): Buffer =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64LE(BigInt(value))
      return bytes.subarray(0, width)
    }),
  )

test("members, deflated and stored, every byte claimed", async () => {
  const told = await archive(a, { ...b, method: 0 })
  expect(found(told)).toEqual(["a=aaa", "b=bbb"])
  expect(told.entries[0]).toMatchObject({ type: "file", mode: 0o644, size: 4 })
  expect(told.entries[0]?.extents).toBe(undefined)
  expect(told.entries[1]?.extents).toEqual([{ at: 68, start: 0, size: 4 }])
  expect(shape(told)).toEqual([
    "header 0-31",
    "content 31-37",
    "header 37-68",
    "content 68-72",
    "index 72-119",
    "index 119-166",
    "end-marker 166-188",
  ])
  expect(told.anomalies).toEqual([])
})

test("nothing in it; empty members, that have deflate data and that have none", async () => {
  expect(shape(await archive())).toEqual(["end-marker 0-22"])
  const told = await archive({ name: "a", content: "" }, { name: "b", content: "", method: 0 })
  expect(told.entries.map(({ size, extents }) => [size, extents])).toEqual([
    [0, undefined],
    [0, []],
  ])
  expect(told.anomalies).toEqual([])
})

test("members of more than is held at once, and of data that hardly gets smaller", async () => {
  const random = randoms(3)
  const large = [Buffer.alloc(3_000_000, "line\n"), Buffer.from(Uint32Array.from({ length: 200_000 }, random).buffer)]
  const told = await archive(...large.map((content, index) => ({ name: `${index}`, content, descriptor: "signed" }) as const), b)
  expect(told.entries.slice(0, 2).map(({ bytes }, index) => bytes.equals(large[index] ?? Buffer.alloc(0)))).toEqual([true, true])
  expect(told.anomalies).toEqual([])
})

test("folders, modes and links by the attributes of a Unix; of no other system", async () => {
  const told = await archive(
    { name: "d/", content: "", method: 0, mode: 0o40750 },
    { name: "d/x", mode: 0o100755 },
    { name: "s", mode: 0o104711 },
    { name: "l", content: "d/x", mode: 0o120777 },
    { name: "pipe", content: "", mode: 0o010644 },
    { name: "none", mode: 0 },
    { name: "e/", content: "" },
  )
  expect(told.entries.map(({ path, type, mode, target }) => [path, type, mode.toString(8), target])).toEqual([
    ["d", "directory", "750", undefined],
    ["d/x", "file", "755", undefined],
    ["s", "file", "4711", undefined],
    ["l", "link", "777", "d/x"],
    ["pipe", "special", "644", undefined],
    ["none", "file", "644", undefined],
    ["e", "directory", "755", undefined],
  ])
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([
    ["link-by-mode", "note"],
    ["two-types", "review"],
  ])
  const fat = (mode: number) => archive({ name: "l", mode, patch: { central: (header) => header.writeUInt8(0, 5) } })
  expect((await fat(0o100666)).entries[0]).toMatchObject({ type: "file", mode: 0o644 })
  const executable = await fat(0o100777)
  expect([executable.entries[0]?.mode, kinds(executable)]).toEqual([0o755, ["two-types"]])
})

test("a folder with content, a folder by its attributes alone and a file named as a folder are something else for each reader", async () => {
  const told = await archive(
    { name: "with/", content: "hidden" },
    { name: "mode", content: "", mode: 0o40755 },
    { name: "dos", content: "", patch: { central: (header) => header.writeUInt32LE(0x10, 38) } },
    { name: "file/", content: "", mode: 0o100644 },
  )
  expect(told.entries.map(({ type }) => type)).toEqual(["special", "special", "special", "directory"])
  expect(kinds(told)).toEqual(["folder-with-content", "two-types", "two-types", "two-types"])
})

describe("data descriptors", () => {
  test.each(["signed", "bare", "signed-64", "bare-64"] as const)("%s", async (descriptor) => {
    const told = await archive({ ...a, descriptor }, { ...b, descriptor, method: 0 }, { name: "c", content: "", descriptor })
    expect(found(told)).toEqual(["a=aaa", "b=bbb", "c="])
    expect(told.claims.filter(({ role }) => role === "trailer").map(({ start, end }) => end - start)).toEqual(
      [0, 0, 0].map(() => (descriptor.startsWith("signed") ? 4 : 0) + (descriptor.endsWith("64") ? 20 : 12)),
    )
    expect(told.anomalies).toEqual([])
  })

  test("one that says something else is no descriptor", async () => {
    const told = await archive({ ...a, descriptor: "signed", patch: { descriptor: (bytes) => bytes.writeUInt32LE(1, 0) } }, b)
    expect([kinds(told), unexplained(told)]).toEqual([["two-headers", "gap"], ["unexplained 37-53"]])
  })

  test("the signature of one in a stored member ends it for readers that stream", async () => {
    const content = `${"x".repeat(99)}PK\x07\x08${"y".repeat(99)}`
    expect(kinds(await archive({ name: "a", content, method: 0, descriptor: "signed" }))).toEqual(["stored-descriptor"])
    expect(kinds(await archive({ name: "a", content, method: 0 }))).toEqual([])
    expect(kinds(await archive({ name: "a", content, descriptor: "signed" }))).toEqual([])
  })
})

describe("zip64", () => {
  const wide = (...values: readonly number[]) => extraField(1, le(8, ...values))
  const size = (deflated: number) => [4, deflated] as const

  test("an end record and its locator", async () => {
    const told = await walk(zipOf([a, b], { zip64: true }))
    expect([found(told), kinds(told)]).toEqual([["a=aaa", "b=bbb"], []])
    expect(shape(told).slice(-3)).toEqual(["end-marker 168-224", "end-marker 224-244", "end-marker 244-266"])
  })

  test("sizes and offset in an extra field, where the header has no room for them", async () => {
    const compressed = deflateRawSync("bbb\n").byteLength
    const told = await archive(a, {
      ...b,
      extra: { local: wide(...size(compressed)), central: wide(...size(compressed), 37) },
      patch: {
        local: (header) => header.fill(0xff, 18, 26),
        central: (header) => header.fill(0xff, 20, 28).fill(0xff, 42, 46),
      },
    })
    expect([found(told), kinds(told)]).toEqual([["a=aaa", "b=bbb"], []])
  })

  test("needless sizes in a local header, as some Pythons write them; but no other ones", async () => {
    const told = await archive({ ...a, extra: { local: wide(4, 6) } }, { ...b, extra: { local: wide(0, 0) } })
    expect(kinds(told)).toEqual([])
    const other = await archive({ ...a, extra: { local: wide(4, 7) } }, { ...b, extra: { central: wide(4, 6) } })
    expect(kinds(other)).toEqual(["extra-field", "extra-field"])
  })

  test.each<[string, NonNullable<ZipOptions["patch"]>, readonly string[]]>([
    [
      "that states another count than the end record",
      { end: (record) => record.writeUInt32LE(0x10001, 8) },
      ["two-directories", "entry-count"],
    ],
    ["that its locator does not point at", { locator: (record) => record.writeUInt32LE(0, 8) }, ["two-directories"]],
    ["made by a version that is none", { zip64: (record) => record.writeUInt16LE(0xffff, 12) }, ["zip-version"]],
  ])("an end record %s", async (_, patch, expected) => {
    expect(kinds(await walk(zipOf([a, b], { zip64: true, patch })))).toEqual(expected)
  })
})

describe("extra fields", () => {
  const both = (field: Buffer): ZipMember => ({ ...a, extra: { local: field, central: field } })
  const unicode = (of: string, name: string) => extraField(0x7075, Buffer.concat([Buffer.from([1]), le(4, crc32(of)), Buffer.from(name)]))

  test.each<[string, ZipMember]>([
    ["extended timestamps", { ...a, extra: { local: extraField(0x5455, "\x03aaaabbbb"), central: extraField(0x5455, "\x03aaaa") } }],
    ["users and groups", both(extraField(0x7875, "\x01\x04\0\0\0\0\x04\0\0\0\0"))],
    ["old ones of Unix", { ...a, extra: { local: extraField(0x7855, "\0\0\0\0"), central: extraField(0x7855) } }],
    ["older ones of Unix", { ...a, extra: { local: extraField(0x5855, "aaaabbbb\0\0\0\0"), central: extraField(0x5855, "aaaabbbb") } }],
    ["times of NTFS", both(extraField(10, Buffer.concat([le(4, 0, 0x180001), Buffer.alloc(24, 1)])))],
    ["a jar's mark", both(extraField(0xcafe))],
    ["alignment, and zeros", both(Buffer.concat([extraField(0xd935, "\x04\0\0\0"), Buffer.alloc(3)]))],
    ["the same name in UTF-8", both(unicode("a", "a"))],
  ])("%s are read", async (_, member) => {
    const told = await archive(member, b)
    expect([kinds(told), unexplained(told)]).toEqual([[], []])
  })

  test.each<[string, Buffer]>([
    ["an unknown one", extraField(0x4242, "hidden")],
    ["times of another length", extraField(0x5455, "\x01aaaabbbb")],
    ["times with other flags", extraField(0x5455, "\x09aaaa")],
    ["an owner of another version", extraField(0x7875, "\x02\x04\0\0\0\0\x04\0\0\0\0")],
    ["an owner and more", extraField(0x7875, "\x01\x01\0\x01\0hidden")],
    ["NTFS without its tag", extraField(10, Buffer.alloc(32))],
    ["a mark with content", extraField(0xcafe, "x")],
    ["alignment by something", extraField(0xd935, "\x04\0x")],
    ["a name for another name", unicode("z", "a")],
    ["bytes that are no field", Buffer.from("\x42\x42\xff\xff", "latin1")],
    ["a few bytes", Buffer.from("xyz")],
  ])("%s: unexplained, in both headers", async (_, field) => {
    const told = await archive(both(field))
    expect(kinds(told)).toEqual(["extra-field", "extra-field"])
    expect(unexplained(told)).toEqual([`unexplained 31-${31 + field.byteLength}`, expect.stringMatching(/^unexplained /)])
  })

  test("a field for the second time", async () => {
    const told = await archive(both(Buffer.concat([extraField(0xcafe), extraField(0xcafe)])))
    expect(unexplained(told)[0]).toBe("unexplained 35-39")
  })

  test("owners are a message when each member has another", async () => {
    const owner = (id: number) => both(extraField(0x7875, Buffer.from([1, 1, id, 1, id])))
    const told = await walked(zip, [zipOf(Array.from({ length: 9 }, (_, id) => owner(id)))], { ownersMax: 8 })
    expect(kinds(told)).toEqual(["extra-field", "extra-field"])
  })

  test("a name in UTF-8 that is another: some readers heed it", async () => {
    expect(kinds(await archive(both(unicode("a", "z"))))).toEqual(["two-names"])
    expect(kinds(await archive({ ...a, extra: { local: unicode("a", "z") } }))).toEqual(["two-names"])
    expect(kinds(await archive({ ...both(unicode("\u00e4", "\u00e4")), name: "\u00e4" }))).toEqual([])
  })
})

describe("what belongs to no member", () => {
  test.each<[string, ZipOptions]>([
    ["not counted by offsets", { prefix: "#!/bin/sh\nexit\n" }],
    ["counted by them", { prefix: "#!/bin/sh\nexit\n", adjusted: true }],
  ])("a prefix, %s", async (_, options) => {
    const told = await walk(zipOf([a, b], options))
    expect([found(told), kinds(told), unexplained(told)]).toEqual([["a=aaa", "b=bbb"], ["prefix"], ["unexplained 0-15"]])
  })

  test("gaps, and bytes after the end, unless these are zeros", async () => {
    const told = await walk(
      zipOf(
        [
          { ...a, gap: "gap" },
          { ...b, gap: "more" },
        ],
        { trailing: "rest" },
      ),
    )
    expect(kinds(told)).toEqual(["gap", "gap", "trailing-bytes"])
    expect(unexplained(told)).toEqual(["unexplained 37-40", "unexplained 77-81", "unexplained 197-201"])
    expect(shape(await walk(zipOf([a], { trailing: Buffer.alloc(9) }))).at(-1)).toBe("padding 106-115")
  })

  test.each([0, 1, 2])("a member that the directory does not list, as number %i", async (index) => {
    const members: ZipMember[] = [a, b]
    members.splice(index, 0, { name: "hidden", listed: false })
    const told = await walk(zipOf(members))
    expect([found(told), kinds(told)]).toEqual([["a=aaa", "b=bbb"], ["unlisted-member"]])
    expect(told.anomalies[0]?.message).toMatch(/^"hidden", or more, .*bsdtar/)
  })

  test("comments: git archive's is the commit, any other is read by nobody", async () => {
    const commit = "0123456789abcdef0123456789abcdef01234567"
    const told = await walk(zipOf([a], { comment: commit }))
    expect([told.commits, kinds(told), shape(told).at(-1)]).toEqual([[commit], [], "trailer 106-146"])
    const others = await walk(zipOf([{ ...a, comment: "on a member" }], { comment: "of the archive" }))
    expect([kinds(others), unexplained(others)]).toEqual([
      ["zip-comment", "zip-comment"],
      ["unexplained 84-95", "unexplained 117-131"],
    ])
  })

  test("bytes behind the deflate data of a member, however large it is", async () => {
    for (const content of ["small", "large".repeat(100_000)]) {
      const told = await archive({ name: "a", content, behind: "evil" }, b)
      expect([kinds(told), unexplained(told).length]).toEqual([["behind-content"], 1])
      expect(told.entries[0]?.bytes.toString()).toBe(content)
    }
  })

  test.each([
    ["7z's mark of a mode", 3, 0x81a4_8020, []],
    ["the same without a mode", 3, 0x0000_8020, ["zip-attributes"]],
    ["those of Windows, on a Unix", 3, 0x81a4_2020, ["zip-attributes"]],
    ["not indexed, compressed, on Windows", 0, 0x2820, []],
    ["a reparse point", 0, 0x0420, ["zip-attributes"]],
    ["a mark of a mode on Windows", 10, 0x81a4_8020, ["zip-attributes"]],
  ])("the second byte of external attributes: %s", async (_, system, attributes, found) => {
    const central = (header: Buffer): void => {
      header.writeUInt8(system, 5)
      header.writeUInt32LE(attributes, 38)
    }
    expect(kinds(await archive({ ...a, patch: { central } }))).toEqual(found)
  })

  test("fields that say what nothing means", async () => {
    const told = await archive({
      ...a,
      patch: {
        local: (header) => header.writeUInt32LE(0x1000_ffff, 4),
        central: (header) => {
          header.writeUInt16LE(0xffff, 4)
          header.writeUInt16LE(2, 36)
          header.writeUInt16LE(0xff00, 38)
        },
      },
    })
    expect(kinds(told)).toEqual(["zip-version", "zip-flags", "zip-version", "zip-attributes", "zip-attributes"])
    expect(unexplained(told).slice(0, 2)).toEqual(["unexplained 4-6", "unexplained 6-8"])
  })
})

describe("what readers find in different places", () => {
  const inner = zipOf([b])

  test("two archives joined: most readers see the second, Go and those that stream the first", async () => {
    const told = await walk(Buffer.concat([zipOf([a]), inner]))
    expect([found(told), kinds(told)]).toEqual([["b=bbb"], ["two-directories", "unlisted-member"]])
    expect(told.anomalies.map(({ message }) => message).join()).toMatch(/Go takes the former.*bsdtar from a pipe/)
  })

  test("an archive in the comment of another", async () => {
    const told = await walk(zipOf([a], { comment: inner.toString("latin1") }))
    expect([found(told), kinds(told)]).toEqual([["b=bbb"], ["two-directories", "unlisted-member"]])
    const empty = await walk(zipOf([a], { comment: zipEnd(0, 0, 0).toString("latin1") }))
    expect([found(empty), kinds(empty)]).toEqual([[], ["unlisted-member"]])
  })

  test("a signature of an end record where a reader could look for one", async () => {
    const signature = "PK\x05\x06"
    expect(kinds(await walk(zipOf([a], { comment: `x${signature}y` })))).toEqual(["two-end-records", "zip-comment"])
    expect(kinds(await walk(zipOf([{ ...a, comment: signature.padEnd(22) }])))).toEqual(["two-end-records", "zip-comment"])
  })

  test("a directory that does not reach up to the end record", async () => {
    const told = await walk(zipOf([a, b], { gap: "gapgap" }))
    expect([found(told), kinds(told)]).toEqual([
      ["a=aaa", "b=bbb"],
      ["two-directories", "gap"],
    ])
  })

  test("a count that lies, in both directions, and bytes of the directory that are no record", async () => {
    const counted = (count: number) => walk(zipOf([a, b], { patch: { end: (record) => record.writeUInt32LE(count * 0x10001, 8) } }))
    for (const count of [1, 3]) expect(kinds(await counted(count))).toEqual(["entry-count"])
    expect(found(await counted(1))).toEqual(["a=aaa", "b=bbb"])
    const more = await walk(zipOf([a, b], { gap: "PK\x05\x05xx", patch: { end: (record) => record.writeUInt32LE(94 + 6, 12) } }))
    expect([kinds(more), unexplained(more)]).toEqual([["directory-bytes"], ["unexplained 168-174"]])
  })

  test("a comment that is cut off", async () => {
    expect(kinds(await walk(zipOf([a], { patch: { end: (record) => record.writeUInt16LE(9, 20) } })))).toEqual(["cut-comment"])
  })

  test.each<[string, ZipMember, readonly string[]]>([
    ["name", { ...a, localName: "x" }, ["two-names"]],
    ["longer name", { ...a, localName: "longer" }, ["two-names"]],
    ["method", { ...a, patch: { local: (header) => header.writeUInt16LE(0, 8) } }, ["two-headers"]],
    ["flags", { ...a, patch: { local: (header) => header.writeUInt16LE(1, 6) } }, ["two-headers"]],
    ["encoding", { ...a, patch: { central: (header) => header.writeUInt16LE(0x800, 8) } }, ["two-headers"]],
    ["time", { ...a, patch: { local: (header) => header.writeUInt16LE(1, 10) } }, ["two-headers"]],
    ["checksum", { ...a, patch: { local: (header) => header.writeUInt32LE(1, 14) } }, ["two-headers"]],
    ["sizes", { ...a, patch: { local: (header) => header.fill(1, 18, 26) } }, ["two-headers", "two-headers"]],
    ["no sizes, without a descriptor", { ...a, patch: { local: (header) => header.fill(0, 18, 26) } }, ["two-headers", "two-headers"]],
    [
      "a descriptor that one of them alone speaks of",
      { ...a, patch: { central: (header) => header.writeUInt16LE(8, 8) } },
      ["two-headers", "two-headers"],
    ],
  ])("a local header with another %s than the directory", async (_, member, expected) => {
    const told = await archive(member, b)
    expect([found(told), kinds(told)]).toEqual([["a=aaa", "b=bbb"], expected])
    expect(unexplained(told).length).toBeGreaterThan(0)
  })
})

test.each<[string, string, readonly string[]]>([
  ["../a", "../a", ["dangerous-name"]],
  ["/a", "/a", ["dangerous-name"]],
  ["c:\\a", "c:\\a", ["dangerous-name", "dangerous-name"]],
  ["..\\a", "..\\a", ["dangerous-name"]],
  ["a\0b", "a\0b", ["dangerous-name"]],
  ["", "", ["dangerous-name"]],
  ["a\u202eb", "a\u202eb", ["dangerous-name", "name-encoding"]],
  ["\u00e4", "\u00e4", ["name-encoding"]],
  ["./a", "./a", []],
])("the name %j is told", async (name, path, expected) => {
  const told = await archive({ ...a, name })
  expect([told.entries.map((entry) => entry.path), kinds(told)]).toEqual([[path], expected])
})

test("names in UTF-8 that say so, and one that lies", async () => {
  expect(kinds(await archive({ ...a, name: "\u00e4", flags: 0x800 }))).toEqual([])
  const told = await archive({ ...a, name: Buffer.from("\xe4", "latin1"), flags: 0x800 })
  expect([told.entries[0]?.path, kinds(told)]).toEqual(["\\xe4", ["name-encoding"]])
})

test.each<[string, ZipMember, RegExp]>([
  ["encrypted", { ...a, flags: 1 }, /encrypted/],
  ["encrypted, strongly", { ...a, flags: 0x41 }, /encrypted/],
  ["of a method with a name", { ...a, method: 12 }, /method 12 \(bzip2\)/],
  ["of a method without", { ...a, method: 77 }, /method 77,/],
])("a member %s is no entry with a content: what is stored stands for it, and that is said", async (_, member, why) => {
  const told = await archive(member, b)
  expect(kinds(told)).toEqual(["unread-member"])
  expect(told.entries[0]).toMatchObject({ path: "a", type: "file", unread: expect.stringMatching(why) })
  expect(told.entries[0]?.extents?.[0]?.size).toBe(told.entries[0]?.size)
  expect(told.entries[1]?.unread).toBe(undefined)
})

describe("faults", () => {
  const central = (patch: (header: Buffer) => void): ZipMember => ({ ...a, patch: { central: patch } })
  const overlapping = (): Buffer => {
    const bytes = zipOf([a, b])
    bytes.writeUInt32LE(0, bytes.readUInt32LE(bytes.byteLength - 6) + 47 + 42)
    return bytes
  }
  const quoted = (): Buffer => {
    const kernel = zipOf([{ name: "k", content: "0".repeat(1000) }])
    const local = kernel.subarray(0, kernel.readUInt32LE(kernel.byteLength - 6))
    return zipOf([
      { name: "q", content: local, method: 0 },
      { ...a, listed: true, patch: { central: (header) => header.writeUInt32LE(31, 42) } },
    ])
  }

  test.each<[string, Buffer]>([
    ["an end of central directory record", Buffer.alloc(0)],
    ["an end of central directory record", zipOf([a]).subarray(0, -1)],
    ["an archive on one disk", zipOf([a], { patch: { end: (record) => record.writeUInt16LE(1, 4) } })],
    ["an archive on one disk", zipOf([a], { patch: { end: (record) => record.writeUInt16LE(2, 8) } })],
    ["an archive on one disk", zipOf([central((header) => header.writeUInt16LE(1, 34))])],
    ["an archive on one disk", zipOf([a], { zip64: true, patch: { locator: (record) => record.writeUInt32LE(2, 16) } })],
    ["an archive on one disk", zipOf([a], { zip64: true, patch: { zip64: (record) => record.writeUInt32LE(1, 16) } })],
    ["a zip64 end record", zipOf([a], { zip64: true, patch: { zip64: (record) => record.writeUInt32LE(45, 4) } })],
    ["a zip64 end record", zipOf([], { zip64: true }).subarray(56)],
    ["the directory", zipOf([a], { patch: { end: (record) => record.writeUInt32LE(9999, 12) } })],
    ["the directory", zipOf([a], { patch: { end: (record) => record.writeUInt32LE(46, 12) } })],
    ["a whole record", zipOf([central((header) => header.writeUInt16LE(99, 28))])],
    ["the local header of", zipOf([central((header) => header.writeUInt32LE(1, 42))])],
    ["a local header before the directory", zipOf([central((header) => header.writeUInt32LE(30, 42))])],
    ["bytes of .* before what follows", zipOf([central((header) => header.writeUInt32LE(99, 20)), b])],
    ["ends before what follows", zipOf([{ ...a, patch: { local: (header) => header.writeUInt16LE(99, 28) } }, b])],
    ["ends before what follows", overlapping()],
    ["before what follows|no overlap", quoted()],
    ["one size of", zipOf([{ ...central((header) => header.writeUInt32LE(3, 24)), method: 0 }])],
    ["the CRC-32", zipOf([central((header) => header.writeUInt32LE(3, 16))])],
    ["the CRC-32", zipOf([{ ...central((header) => header.writeUInt32LE(3, 16)), method: 0 }])],
    ["5 bytes of", zipOf([central((header) => header.writeUInt32LE(5, 24))])],
    ["more bytes than were promised", zipOf([central((header) => header.writeUInt32LE(3, 24))])],
    ["300000 bytes of", zipOf([{ ...central((header) => header.writeUInt32LE(300_000, 24)), content: "x".repeat(400_000) }])],
    ["500000 bytes of", zipOf([{ ...central((header) => header.writeUInt32LE(500_000, 24)), content: "x".repeat(400_000) }])],
    ["whole deflate data", zipOf([{ ...a, method: 0, patch: { central: (header) => header.writeUInt16LE(8, 10) } }])],
    ["whole deflate data", zipOf([central((header) => header.writeUInt32LE(5, 20)), b])],
  ])("%s", async (expected, bytes) => {
    expect(await faultOf(walk(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*(?:${expected})`))
  })

  test("limits", async () => {
    expect(await faultOf(walk(zipOf([a, b]), { entriesMax: 1 }))).toBe("entriesMax")
    expect(await faultOf(walk(zipOf([{ ...a, name: "n".repeat(50) }]), { nameBytesMax: 49 }))).toBe("nameBytesMax")
    expect(await faultOf(walk(zipOf([{ ...a, content: "n".repeat(50), mode: 0o120777 }]), { nameBytesMax: 49 }))).toBe("nameBytesMax")
    const bomb = zipOf([{ name: "a", content: Buffer.alloc(1 << 22) }, b])
    expect(await faultOf(walk(bomb, { layerBytesMax: 1 << 20 }))).toBe("layerBytesMax")
    expect(await faultOf(walk(bomb, { ratioMax: 100, ratioFreeBytes: 1 << 20 }))).toBe("ratioMax")
  })
})

const rich = zipOf(
  [
    { name: "d/", content: "", mode: 0o40755 },
    {
      name: "d/a",
      content: "content ".repeat(40),
      mode: 0o100755,
      extra: { local: extraField(0x5455, "\x01aaaa"), central: extraField(0x5455, "\x01aaaa") },
    },
    { name: "stored", content: "stored", method: 0, descriptor: "signed", gap: "gap" },
    { name: "link", content: "d/a", mode: 0o120777, comment: "comment" },
    { name: "unlisted", listed: false },
    { name: "last", content: "last", descriptor: "bare-64" },
  ],
  { prefix: "prefix", zip64: true, comment: "comment", trailing: "rest" },
)

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const whole = await walk(rich)
  expect(whole.entries).toHaveLength(5)
  expect(await walked(zip, cut(rich, 1, 1))).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await walked(zip, cut(rich, seed, 300))).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  for (let seed = 0; seed < 4000; seed += 1) if ((await faultOrValue(walk(mutant(rich, seed)))) !== undefined) sound += 1
  expect(sound).toBeGreaterThan(400)
  expect(sound).toBeLessThan(4000)
})

const member = fc.record({
  name: fc.stringMatching(/^[a-z]{1,9}(\/[a-z]{1,9}){0,3}$/),
  content: fc.uint8Array({ maxLength: 900 }),
  method: fc.constantFrom(0, 8),
  mode: fc.constantFrom(undefined, 0o100644, 0o100755),
  descriptor: fc.constantFrom(undefined, "signed", "bare", "signed-64", "bare-64"),
})

test("what was put in comes out, in any cuts, and claims nothing but what is known", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(member, { maxLength: 8 }), fc.nat(), fc.boolean(), async (given, seed, zip64) => {
      const members = given.map(({ mode, descriptor, ...rest }) => ({
        ...rest,
        ...(mode === undefined ? {} : { mode }),
        ...(descriptor === undefined ? {} : { descriptor }),
      }))
      const told = await walked(zip, cut(zipOf(members, { zip64 }), seed, 400))
      expect(told.entries.map(({ path, bytes }) => [path, [...bytes]])).toEqual(given.map(({ name, content }) => [name, [...content]]))
      expect([told.anomalies.filter(({ kind }) => kind !== "stored-descriptor"), unexplained(told)]).toEqual([[], []])
    }),
    { numRuns: 150 },
  )
})

test("is known by its first bytes, or by its last where something else stands before it", () => {
  for (const bytes of [zipOf([a]), zipOf([])]) expect(zip.detect(bytes)).toBe(true)
  expect(zip.detect(zipOf([a], { prefix: "x" }))).toBe(false)
  expect(detectTail(zipOf([a], { prefix: "x", comment: "some", trailing: "rest" }))).toBe(zip)
  // A program that writes zip has the end of an empty archive in it.
  expect(detectTail(zipOf([], { prefix: "\x7fELF" }))).toBe(undefined)
  expect(detectTail(Buffer.from("PK\x05\x06"))).toBe(undefined)
  expect(detectTail(Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(40, 1)]))).toBe(undefined)
})

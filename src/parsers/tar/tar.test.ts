import { describe, expect, test } from "vitest"
import { type Member, paxHeader, paxRecord, tarEnd, tarHeader, tarMember, tarOf, withChecksum } from "../../../test/fixtures/tar.ts"
import { cut, faultOf, faultOrValue, kinds, mutant, shape, walked } from "../test-kit.ts"
import { tar } from "./index.ts"

const record = paxRecord
const pax = paxHeader
const archive = (...parts: readonly Buffer[]): Buffer => Buffer.concat([...parts, tarEnd()])
const file = (more: Partial<Member> = {}): Buffer => tarMember({ name: "a", content: "hello", ...more })
const walk = (bytes: Uint8Array) => walked(tar, [bytes])
const gnuMagic = (header: Buffer): void => {
  header.write("ustar  \0", 257, "latin1")
}
const octal = (header: Buffer, value: number, at: number): void => {
  header.write(`${value.toString(8).padStart(11, "0")}\0`, at, "latin1")
}
const gnuLong = (type: "L" | "K", name: string): Buffer => tarMember({ name: "././@LongLink", type, content: `${name}\0`, patch: gnuMagic })

/** Two segments in the header and, when `extension` is given, one in an extension block. */
function oldSparse(segments: readonly (readonly [number, number])[], realSize: number, extension?: Buffer): Buffer {
  const stored = segments.reduce((sum, [, size]) => sum + size, 0) + (extension === undefined ? 0 : 4)
  const header = tarHeader(
    {
      name: "s",
      type: "S",
      patch: (block) => {
        gnuMagic(block)
        segments.slice(0, 4).forEach(([start, size], index) => {
          octal(block, start, 386 + index * 24)
          octal(block, size, 398 + index * 24)
        })
        block[482] = extension === undefined ? 0 : 1
        octal(block, realSize, 483)
      },
    },
    stored,
  )
  const content = Buffer.alloc(stored, "x")
  return Buffer.concat([header, extension ?? Buffer.alloc(0), content, Buffer.alloc((512 - (stored % 512)) % 512)])
}

describe("members", () => {
  test("a file, a directory, a link and a hard link, every byte claimed", async () => {
    const told = await walk(
      tarOf([
        { name: "d/", type: "5", mode: 0o755 },
        { name: "d/a", content: "hello" },
        { name: "l", type: "2", target: "d/a" },
        { name: "h", type: "1", target: "d/a" },
      ]),
    )
    expect(told.entries.map(({ path, type, size, target, mode }) => [path, type, size, target, mode])).toEqual([
      ["d", "directory", 0, undefined, 0o755],
      ["d/a", "file", 5, undefined, 0o644],
      ["l", "link", 0, "d/a", 0o644],
      ["h", "hardlink", 0, "d/a", 0o644],
    ])
    expect(told.entries[1]?.bytes.toString()).toBe("hello")
    expect(told.entries[1]?.extents).toEqual([{ at: 1024, start: 0, size: 5 }])
    expect(shape(told)).toEqual([
      "header 0-512",
      "header 512-1024",
      "content 1024-1029",
      "padding 1029-1536",
      "header 1536-2048",
      "header 2048-2560",
      "end-marker 2560-3584",
    ])
    expect(told.anomalies).toEqual([])
  })

  test("thirty slashes behind a directory's name passed as one", async () => {
    const told = await walk(tarOf([{ name: `d${"/".repeat(30)}`, type: "5" }]))
    expect(told.entries.map(({ path }) => path)).toEqual([`d${"/".repeat(29)}`])
  })

  test("the ustar prefix is part of the name", async () => {
    const told = await walk(archive(file({ patch: (header) => header.write("some/where", 345) })))
    expect(told.entries[0]?.path).toBe("some/where/a")
  })

  test("v7: a name that ends in a slash is a directory, and what stands behind byte 257 is read by nothing", async () => {
    const v7 = (extra: string) => (header: Buffer) => {
      header.fill(0, 257)
      header.write(extra, 300, "latin1")
    }
    const told = await walk(archive(tarMember({ name: "d/", type: "\0", patch: v7("") }), file({ type: "\0", patch: v7("hidden") })))
    expect(told.entries.map(({ type }) => type)).toEqual(["directory", "file"])
    expect(told.claims).toContainEqual({ start: 812, end: 818, role: "unexplained", why: "bytes of a header that nothing reads" })
  })

  test("base-256 numbers: a size, and a modification time before 1970", async () => {
    const patch = (header: Buffer): void => {
      header.fill(0, 124, 136)
      header[124] = 0x80
      header[135] = 5
      header.fill(0xff, 136, 148)
    }
    const told = await walk(archive(file({ patch })))
    expect(told.entries[0]?.bytes.toString()).toBe("hello")
    expect(shape(told)).toEqual(["header 0-512", "content 512-517", "padding 517-1024", "end-marker 1024-2048"])
  })

  test("a base-256 number that begins with neither 0x80 nor 0xff was taken for read, with eleven bytes in it", async () => {
    const told = await walk(archive(file({ patch: (header) => header.write("\x81hiddenbytes", 136, "latin1") })))
    expect(told.claims).toContainEqual({ start: 136, end: 148, role: "unexplained", why: "bytes of a header that nothing reads" })
  })

  test.each([
    ["name", 50],
    ["linkname of a file", 200],
    ["user name", 290],
    ["group name", 320],
    ["prefix", 480],
    ["last twelve bytes", 505],
  ])("bytes behind the NUL of a field are unexplained: %s", async (_, at) => {
    const told = await walk(archive(file({ patch: (header) => header.write("XYZ", at) })))
    expect(told.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => [start, end])).toEqual([[at, at + 3]])
    expect(shape(told).slice(0, 3)).toEqual([`header 0-${at}`, `unexplained ${at}-${at + 3}`, `header ${at + 3}-512`])
  })

  test("numbers of a device in a file, and text behind a short number, are unexplained", async () => {
    const told = await walk(
      archive(file({ patch: (header) => header.write("0000123\0", 329) }), file({ patch: (header) => header.write("7 \0EVIL", 108) })),
    )
    const found = told.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => [start, end])
    expect(found).toEqual([
      [329, 336],
      [1024 + 111, 1024 + 115],
    ])
  })

  test("padding that is not zero is unexplained", async () => {
    const told = await walk(archive(file({ padding: "x" })))
    expect(told.claims).toContainEqual({ start: 517, end: 1024, role: "unexplained", why: "padding is not zero" })
  })

  test.each<[string, Partial<Member>, string]>([
    ["dangerous-name", { name: "../x" }, "review"],
    ["unknown-type", { type: "Q" }, "review"],
    ["special-file", { type: "3", content: "" }, "review"],
    ["special-file", { type: "6", content: "" }, "review"],
    ["special-mode", { mode: 0o4755 }, "review"],
    ["world-writable", { mode: 0o666 }, "note"],
    ["directory-with-content", { name: "d/" }, "review"],
    ["dangerous-name", { name: "" }, "review"],
  ])("anomaly %s: %j", async (kind, more, severity) => {
    const told = await walk(archive(file(more)))
    expect(told.anomalies.map((anomaly) => [anomaly.kind, anomaly.severity])).toEqual([[kind, severity]])
    expect(told.entries).toHaveLength(1)
  })

  test.each([
    ["2", "link-with-content"],
    ["1", "link-with-content"],
    ["5", "size-without-content"],
  ])("type %s has no content whatever its size says", async (type, kind) => {
    const header = tarHeader({ name: "l", type, target: "a" }, 700)
    const told = await walk(archive(header, file()))
    expect(kinds(told)).toEqual([kind])
    expect(told.entries.map(({ size }) => size)).toEqual([0, 5])
  })
})

describe("extended headers", () => {
  test("pax names and sizes replace the header's, long GNU names too", async () => {
    const long = "x/".repeat(120).concat("n")
    const told = await walk(
      archive(
        pax("x", record("path", long), record("mtime", "-1.5"), record("size", "5")),
        file({ name: long.slice(0, 100) }),
        gnuLong("L", `${long}2`),
        gnuLong("K", `${long}3`),
        tarMember({ name: long.slice(0, 100), type: "2", target: long.slice(0, 99), patch: gnuMagic }),
        file(),
      ),
    )
    expect(told.entries.map(({ path, target }) => [path, target])).toEqual([
      [long, undefined],
      [`${long}2`, `${long}3`],
      ["a", undefined],
    ])
    expect(told.anomalies).toEqual([])
    expect(told.claims.map(({ role }) => role)).not.toContain("unexplained")
  })

  test("a pax size is for the member, not for the GNU long name between (the desync of 2026)", async () => {
    const told = await walk(archive(pax("x", record("size", "5")), gnuLong("L", "long"), file()))
    expect(told.entries.map(({ path, size }) => [path, size])).toEqual([["long", 5]])
    const hidden = Buffer.concat([tarHeader({ name: "outer" }, 0), file({ name: "inner" })])
    const disagreeing = await walk(archive(pax("x", record("size", "1536")), hidden))
    expect(disagreeing.entries.map(({ path, size }) => [path, size])).toEqual([["outer", 1536]])
  })

  test("two sizes that differ are told", async () => {
    const told = await walk(
      archive(
        pax("x", record("size", "4")),
        tarMember({ name: "a", content: "hello" }).subarray(0, 512),
        Buffer.from("hell"),
        Buffer.alloc(508),
      ),
    )
    expect(kinds(told)).toEqual(["size-disagrees"])
    expect(told.entries[0]?.bytes.toString()).toBe("hell")
  })

  test("git archive's commit is handed over; any other comment is unexplained", async () => {
    const commit = "0123456789abcdef0123456789abcdef01234567"
    const good = await walk(archive(pax("g", record("comment", commit)), file()))
    expect(good.commits).toEqual([commit])
    expect(good.anomalies).toEqual([])
    expect(shape(good)[1]).toBe("extended-header 512-564")
    for (const type of ["g", "x"] as const) {
      const odd = await walk(archive(pax(type, record("comment", "hello")), file()))
      expect([odd.commits, kinds(odd)]).toEqual([[], ["pax-comment"]])
      expect(odd.claims.filter(({ role }) => role === "unexplained")).toHaveLength(1)
    }
  })

  test.each<[string, Buffer, number]>([
    ["unknown-pax-keyword", record("VENDOR.secret", "payload"), 1],
    ["pax-value", record("mtime", "noon"), 1],
    ["extended-attribute", record("SCHILY.xattr.user.x", "label"), 0],
    ["extended-attribute", record("SCHILY.xattr.user.x", "x".repeat(300)), 1],
    ["nul-in-name", record("path", "a\0b"), 1],
    ["malformed-extended-header", Buffer.from("99 path=short\n"), 1],
    ["malformed-extended-header", Buffer.from("no record"), 1],
  ])("anomaly %s", async (kind, bytes, unexplained) => {
    const told = await walk(archive(pax("x", bytes), file()))
    expect(kinds(told)).toContain(kind)
    expect(told.claims.filter(({ role }) => role === "unexplained")).toHaveLength(unexplained)
  })

  test.each<[string, readonly Buffer[]]>([
    ["global-override", [pax("g", record("path", "everything"))]],
    ["global-override", [pax("g", record("GNU.sparse.major", "1"))]],
    ["two-names", [pax("x", record("path", "one")), gnuLong("L", "two")]],
    ["repeated-extended-header", [pax("x", record("path", "one")), pax("x", record("path", "two"))]],
    ["extended-header-order", [pax("x", record("path", "one")), pax("g", record("mtime", "1"))]],
  ])("anomaly %s before a member", async (kind, parts) => {
    const told = await walk(archive(...parts, file()))
    expect(kinds(told)).toEqual([kind])
    expect(told.entries).toHaveLength(1)
  })

  const unexplained = (told: Awaited<ReturnType<typeof walk>>) =>
    told.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => [start, end])
  const review = (told: Awaited<ReturnType<typeof walk>>) => told.anomalies.filter(({ severity }) => severity === "review")

  test("a keyword twice in one header hid bytes in the record that does not count", async () => {
    const hidden = record("path", "hidden".repeat(50))
    const told = await walk(archive(pax("x", hidden, record("mtime", "1"), record("path", "b")), file({ name: "b" })))
    expect(told.entries[0]?.path).toBe("b")
    expect(review(told).map(({ kind }) => kind)).toEqual(["repeated-pax-keyword"])
    expect(unexplained(told)).toEqual([[512, 512 + hidden.byteLength]])
  })

  test("the target of a link hid bytes before a member that is none", async () => {
    const target = record("linkpath", "t".repeat(300))
    const link = tarMember({ name: "l", type: "2", target: "t".repeat(100) })
    const told = await walk(archive(pax("x", target, record("mtime", "1")), file(), pax("x", target), link))
    expect(review(told).map(({ kind, offset }) => [kind, offset])).toEqual([["link-target-of-no-link", 512]])
    expect(unexplained(told)).toEqual([[512, 512 + target.byteLength]])
    const long = await walk(archive(gnuLong("K", "t".repeat(300)), file(), gnuLong("K", "t".repeat(300)), link))
    expect(review(long).map(({ kind, offset }) => [kind, offset])).toEqual([["link-target-of-no-link", 512]])
    expect(unexplained(long)).toEqual([[512, 813]])
    const orphan = await walk(archive(file(), gnuLong("K", "t")))
    expect(kinds(orphan)).toEqual(["orphan-extended-header", "link-target-of-no-link"])
    expect(
      await faultOf(
        walked(tar, [archive(pax("x", record("linkpath", "t")), ...Array.from({ length: 14 }, () => pax("x")), file())], {
          extendedHeaderBytesMax: 14,
        }),
      ),
    ).toBe("extendedHeaderBytesMax")
  })

  test("the name of an attribute, and any number of attributes, hid bytes behind notes", async () => {
    const named = await walk(archive(pax("x", record(`SCHILY.xattr.${"n".repeat(244)}`, "v")), file()))
    expect([review(named).map(({ kind }) => kind), unexplained(named).length]).toEqual([["extended-attribute"], 1])
    const records = Array.from({ length: 20 }, (_, index) => record(`LIBARCHIVE.xattr.${index + 10}`, "v".repeat(232)))
    const size = records[0]?.byteLength ?? 0
    const told = await walk(archive(pax("x", ...records), file(), pax("x", ...records.slice(0, 10)), file()))
    const fits = Math.floor(4096 / size)
    expect(review(told).map(({ kind }) => kind)).toEqual(Array.from({ length: 20 - fits }, () => "extended-attributes"))
    expect(unexplained(told)[0]).toEqual([512 + fits * size, 512 + (fits + 1) * size])
  })

  test("a GNU long name or link that pax takes the place of was not told when both were the same", async () => {
    const link = tarMember({ name: "l", type: "2", target: "t" })
    expect(kinds(await walk(archive(gnuLong("L", "one"), pax("x", record("path", "one")), file())))).toEqual(["two-names"])
    expect(kinds(await walk(archive(gnuLong("K", "one"), pax("x", record("linkpath", "two")), link)))).toEqual(["two-targets"])
  })

  test("an extended header without a member", async () => {
    expect(kinds(await walk(archive(file(), pax("x", record("path", "one")))))).toEqual(["orphan-extended-header"])
  })

  test("bytes behind the NUL of a GNU long name are unexplained", async () => {
    const told = await walk(archive(gnuLong("L", "long\0hidden"), file({ name: "long" })))
    expect(told.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => [start, end])).toEqual([[517, 523]])
  })
})

describe("the end", () => {
  const marker = (told: Awaited<ReturnType<typeof walk>>) => shape(told).slice(3)

  test("padding behind the end marker, a lone block, and none", async () => {
    expect(marker(await walk(Buffer.concat([file(), tarEnd(), Buffer.alloc(700)])))).toEqual(["end-marker 1024-2048", "padding 2048-2748"])
    expect(kinds(await walk(file()))).toEqual(["no-end-marker"])
    expect(kinds(await walk(Buffer.concat([file(), Buffer.alloc(512)])))).toEqual(["no-end-marker"])
    const lone = await walk(Buffer.concat([file(), Buffer.alloc(512), file({ name: "b" }), tarEnd()]))
    expect(kinds(lone)).toEqual(["lone-zero-block", "second-archive"])
    expect(lone.entries.map(({ path }) => path)).toEqual(["a", "b"])
  })

  test("a second archive is walked and told", async () => {
    const told = await walk(Buffer.concat([archive(file()), archive(file({ name: "b" }))]))
    expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([["second-archive", "review"]])
    expect(told.entries.map(({ path }) => path)).toEqual(["a", "b"])
  })

  test("anything else behind the end is unexplained", async () => {
    const told = await walk(Buffer.concat([archive(file()), Buffer.alloc(512), Buffer.from("payload")]))
    expect(kinds(told)).toEqual(["trailing-bytes"])
    expect(told.claims.at(-1)).toEqual({ start: 2560, end: 2567, role: "unexplained", why: "bytes after the end of the archive" })
  })
})

describe("sparse files", () => {
  test("old GNU: in the header", async () => {
    const told = await walk(
      archive(
        oldSparse(
          [
            [10, 3],
            [20, 2],
          ],
          30,
        ),
      ),
    )
    const [entry] = told.entries
    expect(entry?.bytes.toString("latin1")).toBe(`${"\0".repeat(10)}xxx${"\0".repeat(7)}xx${"\0".repeat(8)}`)
    expect(entry?.extents).toEqual([
      { at: 512, start: 10, size: 3 },
      { at: 515, start: 20, size: 2 },
    ])
    expect(told.claims.map(({ role }) => role)).toEqual(["header", "content", "padding", "end-marker"])
  })

  test("old GNU: with an extension block, whose unused bytes are unexplained", async () => {
    const extension = Buffer.alloc(512)
    octal(extension, 100, 0)
    octal(extension, 4, 12)
    extension.write("EVIL", 300)
    const told = await walk(
      archive(
        oldSparse(
          [
            [0, 1],
            [2, 1],
            [4, 1],
            [6, 1],
          ],
          200,
          extension,
        ),
      ),
    )
    expect(told.entries[0]?.size).toBe(200)
    expect(told.entries[0]?.bytes.subarray(100, 104).toString()).toBe("xxxx")
    expect(shape(told).slice(0, 4)).toEqual(["header 0-512", "extended-header 512-812", "unexplained 812-816", "extended-header 816-1024"])
  })

  test("pax 0.0, 0.1 and 1.0", async () => {
    const pair = (start: string, size: string) => [record("GNU.sparse.offset", start), record("GNU.sparse.numbytes", size)]
    const zero = [record("GNU.sparse.size", "12"), record("GNU.sparse.numblocks", "2"), ...pair("2", "3"), ...pair("8", "2")]
    const one = [record("GNU.sparse.size", "12"), record("GNU.sparse.map", "2,3,8,2"), record("GNU.sparse.name", "real")]
    const two = ["major=1", "minor=0", "name=real", "realsize=12"].map((text) =>
      record(`GNU.sparse.${text.split("=")[0]}`, text.split("=")[1] ?? ""),
    )
    const map = Buffer.concat([Buffer.from("2\n2\n3\n8\n2\n")], 512)
    const told = await walk(
      archive(
        pax("x", ...zero),
        file(),
        pax("x", ...one),
        file(),
        pax("x", ...two),
        file({ content: Buffer.concat([map, Buffer.from("hello")]) }),
      ),
    )
    expect(told.entries.map(({ path }) => path)).toEqual(["a", "real", "real"])
    for (const { bytes } of told.entries) expect(bytes.toString("latin1")).toBe("\0\0hel\0\0\0lo\0\0")
    expect(told.anomalies).toEqual([])
  })

  test.each<[string, Buffer]>([
    [
      "in order",
      oldSparse(
        [
          [20, 2],
          [10, 3],
        ],
        30,
      ),
    ],
    [
      "in order",
      oldSparse(
        [
          [10, 5],
          [12, 3],
        ],
        30,
      ),
    ],
    ["inside the real size", oldSparse([[10, 5]], 14)],
    ["of the 5 stored bytes", Buffer.concat([pax("x", record("GNU.sparse.size", "9"), record("GNU.sparse.map", "0,2")), file()])],
    [
      "as many sparse segments",
      Buffer.concat([
        pax("x", record("GNU.sparse.size", "9"), record("GNU.sparse.numblocks", "2"), record("GNU.sparse.map", "0,5")),
        file(),
      ]),
    ],
    ["of version", Buffer.concat([pax("x", record("GNU.sparse.size", "9"), record("GNU.sparse.major", "2")), file()])],
    ["pairs of numbers", Buffer.concat([pax("x", record("GNU.sparse.size", "9"), record("GNU.sparse.map", "0,2,")), file()])],
    [
      "before the content",
      Buffer.concat([
        pax("x", record("GNU.sparse.realsize", "9"), record("GNU.sparse.major", "1"), record("GNU.sparse.minor", "0")),
        file(),
      ]),
    ],
    ["a full sparse map", oldSparse([[0, 1]], 200, Buffer.alloc(512))],
    ["a GNU header", file({ type: "S" })],
  ])("a map that is not %s is a fault", async (expected, bytes) => {
    expect(await faultOf(walk(archive(bytes)))).toContain(expected)
  })

  test("holes are bounded like the output of a decompressor", async () => {
    const bomb = archive(oldSparse([[0, 1]], 2 ** 32))
    expect(await faultOf(walked(tar, [bomb]))).toBe("ratioMax")
    expect(await faultOf(walked(tar, [bomb], { layerBytesMax: 2 ** 30 }))).toBe("layerBytesMax")
  })
})

test("an archive that umoci ended without the padding of its last member is read, and readers that do so differently are named", async () => {
  const told = await walk(Buffer.concat([file(), file({ name: "b" }).subarray(0, 517)]))
  expect(told.entries.map(({ path, bytes }) => [path, bytes.toString()])).toEqual([
    ["a", "hello"],
    ["b", "hello"],
  ])
  expect(kinds(told)).toEqual(["unpadded-end", "no-end-marker"])
})

describe("faults", () => {
  const bad = file()
  bad[0] = 0x62
  test.each<[string, Buffer]>([
    ["checksum", archive(bad)],
    ["checksum", archive(file(), bad)],
    ["a whole header block", file().subarray(0, 300)],
    ["a whole header block", Buffer.alloc(0)],
    ["more bytes of content", file().subarray(0, 514)],
    ["padding up to a whole block", file().subarray(0, 600)],
    ["an octal mode", archive(file({ patch: (header) => header.write("64z", 100) }))],
    ["a size", archive(file({ patch: (header) => header.write("zz", 124) }))],
    ["an extended header", pax("x", record("path", "a")).subarray(0, 515)],
    ["decimal number", archive(pax("x", record("size", "-5")), file())],
  ])("%s", async (expected, bytes) => {
    expect(await faultOf(walk(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
  })

  test("a negative size is a fault, a signed checksum is not", async () => {
    expect(await faultOf(walk(archive(file({ patch: (header) => header.fill(0xff, 124, 136) }))))).toContain("a size")
    const header = tarHeader({ name: "\u00e9" }, 0)
    const signed = header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : (byte << 24) >> 24), 0)
    header.write(`${signed.toString(8).padStart(6, "0")}\0 `, 148, "latin1")
    expect((await walk(archive(header))).entries[0]?.path).toBe("\u00e9")
    expect(withChecksum(header).equals(header)).toBe(true)
  })

  test("limits", async () => {
    const two = archive(file(), file())
    expect(await faultOf(walked(tar, [two], { entriesMax: 1 }))).toBe("entriesMax")
    expect(await faultOf(walked(tar, [archive(pax("x", record("path", "n".repeat(50))), file())], { nameBytesMax: 49 }))).toBe(
      "nameBytesMax",
    )
    expect(await faultOf(walked(tar, [archive(pax("x", record("path", "n".repeat(50))), file())], { extendedHeaderBytesMax: 49 }))).toBe(
      "extendedHeaderBytesMax",
    )
  })
})

const rich = archive(
  pax("g", record("comment", "0123456789abcdef0123456789abcdef01234567")),
  file({ padding: "x" }),
  pax("x", record("path", "long"), record("VENDOR.x", "y")),
  file({ content: "z".repeat(1500) }),
  gnuLong("L", "other"),
  tarMember({ name: "l", type: "2", target: "a", patch: gnuMagic }),
  oldSparse(
    [
      [10, 3],
      [20, 2],
    ],
    30,
  ),
  Buffer.concat([tarEnd(), file(), tarEnd(), Buffer.from("rest")]),
)

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const whole = await walk(rich)
  expect(whole.entries.length).toBe(5)
  expect(await walked(tar, cut(rich, 1, 1))).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await walked(tar, cut(rich, seed, 2000))).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  for (let seed = 0; seed < 2500; seed += 1) {
    const bytes = mutant(rich, seed)
    if ((await faultOrValue(walk(bytes))) !== undefined) sound += 1
  }
  expect(sound).toBeGreaterThan(100)
  expect(sound).toBeLessThan(2500)
})

test("mutated headers with a right checksum, too", async () => {
  let sound = 0
  for (let seed = 0; seed < 2500; seed += 1) {
    const bytes = mutant(rich, seed)
    for (let at = 0; at + 512 <= bytes.byteLength; at += 512)
      if (bytes.toString("latin1", at + 257, at + 262) === "ustar") withChecksum(bytes.subarray(at, at + 512))
    if ((await faultOrValue(walk(bytes))) !== undefined) sound += 1
  }
  expect(sound).toBeGreaterThan(300)
})

test("detects an archive by its first header", () => {
  expect(tar.detect(file())).toBe(true)
  expect(tar.detect(Buffer.alloc(512))).toBe(false)
  expect(tar.detect(file().subarray(0, 511))).toBe(false)
})

import { execFileSync, spawnSync } from "node:child_process"
import { crc32, deflateRawSync, gzipSync } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import { cut, decoded, faultOf, faultOrValue, kinds, mutant, randoms, shape } from "../test-kit.ts"
import { gzip } from "./index.ts"

interface Parts {
  readonly flags?: number
  /** What stands between the fixed header and the deflate data. */
  readonly optional?: Buffer
  readonly content?: Buffer
  readonly trailer?: (trailer: Buffer) => void
}

function member({ flags = 0, optional = Buffer.alloc(0), content = Buffer.from("hello"), trailer }: Parts = {}): Buffer {
  const end = Buffer.alloc(8)
  end.writeUInt32LE(crc32(content), 0)
  end.writeUInt32LE(content.byteLength, 4)
  trailer?.(end)
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), optional, deflateRawSync(content), end])
}

const decode = (bytes: Uint8Array) => decoded(gzip, [bytes])

test("a member with a name", async () => {
  const told = await decode(member({ flags: 8, optional: Buffer.from("a.tar\0") }))
  expect(told.bytes.toString()).toBe("hello")
  expect(shape(told)).toEqual(["header 0-10", "header 10-16", "content 16-23", "trailer 23-31"])
  expect(told.anomalies).toEqual([])
})

test("flags and a system that no compressor writes were claimed as header", async () => {
  const odd = (xfl: number, os: number) => {
    const bytes = member()
    bytes[8] = xfl
    bytes[9] = os
    return decode(bytes)
  }
  for (const [xfl, os] of [
    [0, 0],
    [2, 255],
    [4, 13],
    [0, 19],
  ])
    expect(shape(await odd(xfl ?? 0, os ?? 0))[0]).toBe("header 0-10")
  expect(shape(await odd(1, 3)).slice(0, 3)).toEqual(["header 0-8", "unexplained 8-9", "header 9-10"])
  expect(shape(await odd(2, 14)).slice(0, 2)).toEqual(["header 0-9", "unexplained 9-10"])
  const both = await odd(65, 66)
  expect(shape(both).slice(0, 3)).toEqual(["header 0-8", "unexplained 8-9", "unexplained 9-10"])
  expect(both.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([
    ["gzip-xfl", "review"],
    ["gzip-os", "review"],
  ])
})

test("an extra field and a comment are unexplained, and told", async () => {
  const told = await decode(member({ flags: 20, optional: Buffer.from("\x03\0xyzhidden\0", "latin1") }))
  expect(shape(told).slice(0, 4)).toEqual(["header 0-10", "header 10-12", "unexplained 12-15", "unexplained 15-22"])
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([
    ["gzip-extra-field", "review"],
    ["gzip-comment", "review"],
  ])
})

test("a name that climbs is told", async () => {
  expect(kinds(await decode(member({ flags: 8, optional: Buffer.from("../a\0") })))).toEqual(["dangerous-name"])
})

test.each([
  ["/tmp/a b/t", "review"],
  ["/tmp/tmp_x.1/t", "note"],
  ["/t", "note"],
  ["/tmp/other", "review"],
  ["/tmp/../t", "review"],
  ["/tmp/../../t", "review"],
  ["/", "review"],
])("the path at which Python made an sdist was a thing to look at: %s", async (name, severity) => {
  const told = await decode(member({ flags: 8, optional: Buffer.from(`${name}\0`) }))
  expect(told.anomalies.map((one) => [one.kind, one.severity])).toEqual([["dangerous-name", severity]])
})

test("the header's checksum is checked", async () => {
  const check = Buffer.alloc(2)
  check.writeUInt16LE(crc32(member({ flags: 2 }).subarray(0, 10)) & 0xffff)
  expect((await decode(member({ flags: 2, optional: check }))).bytes.toString()).toBe("hello")
  expect(await faultOf(decode(member({ flags: 2, optional: Buffer.from([1, 2]) })))).toContain("checksum of the gzip header")
})

test("members one after another, zeros behind them", async () => {
  const told = await decode(Buffer.concat([member(), member({ content: Buffer.from(" world") }), Buffer.alloc(100)]))
  expect(told.bytes.toString()).toBe("hello world")
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([["multi-member", "note"]])
  expect(shape(told).at(-1)).toMatch(/^padding/)
})

test("500 empty members with names of 4,000 bytes passed with a note", async () => {
  const optional = Buffer.from(`${"n".repeat(4000)}\0`)
  const empty = member({ flags: 8, optional, content: Buffer.alloc(0) })
  const first = member()
  const told = await decode(Buffer.concat([first, ...Array.from({ length: 500 }, () => empty)]))
  const unexplained = told.claims.filter(({ role }) => role === "unexplained").map(({ start, end }) => end - start)
  expect(unexplained).toEqual(Array.from({ length: 500 }, () => empty.byteLength))
  expect(told.anomalies.filter(({ severity }) => severity === "review").map(({ kind }) => kind)).toContain("empty-member")
})

test("an empty member before the content is unexplained, one that stands alone is an empty file", async () => {
  const empty = member({ content: Buffer.alloc(0) })
  const told = await decode(Buffer.concat([empty, member()]))
  expect(shape(told)[0]).toBe(`unexplained 0-${empty.byteLength}`)
  expect(kinds(told)).toEqual(["empty-member", "multi-member"])
  const alone = await decode(empty)
  expect([kinds(alone), alone.claims.map(({ role }) => role)]).toEqual([[], ["header", "content", "trailer"]])
})

/** A member with a field of BGZF that has it end `more` bytes behind its end. */
function blockOf(content: string, more = 0): Buffer {
  const optional = Buffer.from("0600424302000000", "hex")
  const bytes = member({ flags: 4, optional, content: Buffer.from(content) })
  bytes.writeUInt16LE(bytes.byteLength - 1 + more, 16)
  return bytes
}
const lastBlock = Buffer.from("1f8b08040000000000ff0600424302001b0003000000000000000000", "hex")

test("what bgzip writes was unexplained: a field in each member that says where it ends, and an empty one at the end", async () => {
  const [one, two] = [blockOf("hello"), blockOf(" world")]
  const told = await decode(Buffer.concat([one, two, lastBlock]))
  expect([told.bytes.toString(), kinds(told)]).toEqual(["hello world", ["multi-member"]])
  expect(shape(told).slice(0, 5)).toEqual(["header 0-10", "header 10-12", "header 12-18", "content 18-25", "trailer 25-33"])
  expect(told.claims.filter(({ role }) => role === "unexplained")).toEqual([])
  expect([kinds(await decode(lastBlock)), kinds(await decode(one))]).toEqual([[], []])
})

test.each([
  ["a field that has its member end elsewhere", [blockOf("hello", 1), lastBlock], "gzip-extra-field", "unexplained 12-18"],
  ["an empty block before others", [lastBlock, blockOf("hello")], "empty-member", "unexplained 0-28"],
  ["two of them at the end", [blockOf("hello"), lastBlock, lastBlock], "empty-member", "unexplained 33-61"],
  ["an empty block of another form", [blockOf("hello"), blockOf("")], "empty-member", "unexplained 33-61"],
  [
    "one more byte in the field",
    [member({ flags: 4, optional: Buffer.from("0700424302001c0000", "hex") })],
    "gzip-extra-field",
    "unexplained 12-19",
  ],
])("blocks of BGZF hide nothing: %s", async (_, parts, kind, run) => {
  const told = await decode(Buffer.concat(parts))
  expect(told.anomalies.filter(({ severity }) => severity === "review").map((anomaly) => anomaly.kind)).toEqual([kind])
  expect(shape(told).filter((claim) => claim.startsWith("unexplained"))).toEqual([run])
})

const hasBgzip = spawnSync("bgzip", ["--version"], { stdio: "ignore" }).status === 0
test.skipIf(!hasBgzip)(`bgzip(1) writes, in several blocks${hasBgzip ? "" : " (NOT RUN: no bgzip)"}`, async () => {
  const content = Buffer.from("line of text\n".repeat(20_000))
  const told = await decode(execFileSync("bgzip", ["-c"], { input: content, maxBuffer: 1 << 24 }))
  expect(told.bytes.equals(content)).toBe(true)
  expect([kinds(told), told.claims.filter(({ role }) => role === "unexplained")]).toEqual([["multi-member"], []])
})

test("names that no reader looks at passed as header: in a later member, or longer than a file name", async () => {
  const named = (name: string) => member({ flags: 8, optional: Buffer.from(`${name}\0`) })
  const later = await decode(Buffer.concat([named("a"), named("b")]))
  expect(later.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([
    ["gzip-later-name", "review"],
    ["multi-member", "note"],
  ])
  expect(shape(later)).toContain("unexplained 37-39")
  expect(kinds(await decode(named("n".repeat(255))))).toEqual([])
  const long = await decode(named("n".repeat(256)))
  expect([kinds(long), shape(long)[1]]).toEqual([["gzip-long-name"], "unexplained 10-267"])
})

test("other bytes behind the last member are unexplained", async () => {
  const told = await decode(Buffer.concat([member(), Buffer.alloc(3), Buffer.from("payload")]))
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([["trailing-bytes", "review"]])
  expect(shape(told).slice(-2)).toEqual(["padding 25-28", "unexplained 28-35"])
})

test.each<[string, Buffer]>([
  ["reserved gzip flags", member({ flags: 0x20 })],
  ["the magic", Buffer.from("no gzip at all")],
  ["compression method", Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 3])],
  ["a gzip header", member().subarray(0, 5)],
  ["whole deflate data", member().subarray(0, 13)],
  ["the trailer", member().subarray(0, -1)],
  ["CRC32", member({ trailer: (end) => end.writeUInt32LE(1, 0) })],
  ["the size", member({ trailer: (end) => end.writeUInt32LE(1, 4) })],
  ["end of a text", member({ flags: 8, optional: Buffer.from("name") }).subarray(0, 14)],
  ["whole deflate data", Buffer.concat([member().subarray(0, 10), Buffer.from([7, 255, 255, 255])])],
  ["a gzip header", Buffer.alloc(0)],
])("fault: %s", async (expected, bytes) => {
  expect(await faultOf(decode(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
})

test("limits", async () => {
  const bomb = member({ content: Buffer.alloc(1 << 22) })
  expect(await faultOf(decoded(gzip, [bomb], { limits: { layerBytesMax: 1 << 20 } }))).toBe("layerBytesMax")
  expect(await faultOf(decoded(gzip, [bomb], { limits: { ratioMax: 100, ratioFreeBytes: 1 << 20 } }))).toBe("ratioMax")
  expect(await faultOf(decoded(gzip, [member(), member()], { limits: { gzipMembersMax: 1 } }))).toBe("gzipMembersMax")
  const named = member({ flags: 8, optional: Buffer.from(`${"n".repeat(500)}\0`) })
  expect(await faultOf(decoded(gzip, [named], { limits: { nameBytesMax: 499 } }))).toBe("nameBytesMax")
  expect((await decoded(gzip, [named], { limits: { nameBytesMax: 500 } })).bytes.toString()).toBe("hello")
})

test("a consumer that stops early stops the reading", async () => {
  let read = 0
  const bytes = gzipSync(Buffer.from(Array.from({ length: 4 << 20 }, randoms(3)).map((n) => n & 0xff)))
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.byteLength; at += 65_536) {
      read += 1
      yield bytes.subarray(at, at + 65_536)
    }
  }
  const source = { size: bytes.byteLength, read: async () => bytes, stream }
  const sink = { claim: () => undefined, anomaly: () => undefined }
  let chunks = 0
  for await (const _ of gzip.decode(source, { layer: "t", limits: limitsDefault }, sink)) {
    chunks += 1
    break
  }
  const stopped = read
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([chunks, read]).toEqual([1, stopped])
  expect(read).toBeLessThan(32)
})

const oddWriter = member({ content: Buffer.from("!") })
oddWriter.set([1, 77], 8)
const rich = Buffer.concat([
  member({ flags: 8, optional: Buffer.from("a\0") }),
  oddWriter,
  member({ flags: 4, optional: Buffer.from("\x03\0xyz", "latin1"), content: Buffer.from("content ".repeat(50)) }),
  Buffer.alloc(10),
  Buffer.from("rest"),
])

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const whole = await decode(rich)
  expect(whole.bytes.byteLength).toBe(406)
  expect(await decoded(gzip, cut(rich, 1, 1))).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await decoded(gzip, cut(rich, seed, 60))).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  for (let seed = 0; seed < 2000; seed += 1) if ((await faultOrValue(decode(mutant(rich, seed)))) !== undefined) sound += 1
  expect(sound).toBeGreaterThan(50)
  expect(sound).toBeLessThan(2000)
})

test("any content of zlib, in any cuts, ends exactly at its member's end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.nat(9),
      async (contents, seed, level) => {
        const bytes = Buffer.concat(contents.map((content) => gzipSync(content, { level })))
        expect((await decoded(gzip, cut(bytes, seed, 700))).bytes.equals(Buffer.concat(contents))).toBe(true)
      },
    ),
    { numRuns: 100 },
  )
})

test("gzip(1) writes, large and poorly compressible", async () => {
  const random = randoms(9)
  const content = Buffer.from(Uint32Array.from({ length: 600_000 }, () => random() & 0x0fff_ffff).buffer)
  const bytes = execFileSync("gzip", ["-cn"], { input: content, maxBuffer: 1 << 26 })
  const told = await decoded(gzip, cut(bytes, 5, 900_000))
  expect(told.bytes.equals(content)).toBe(true)
  expect(told.claims.map(({ role }) => role)).toEqual(["header", "content", "trailer"])
})

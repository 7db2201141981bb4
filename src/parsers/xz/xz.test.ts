import { execFileSync } from "node:child_process"
import { crc32 } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import { bySystem } from "../../../test/fixtures/decoders.ts"
import type { Decompress } from "../parser.ts"
import { cut, decoded, faultOf, faultOrValue, kinds, mutant, randoms, shape } from "../test-kit.ts"
import { xz } from "./xz.ts"

const compress = (content: Uint8Array, ...options: readonly string[]): Buffer =>
  execFileSync("xz", ["-c", "-T2", ...options], { input: content, maxBuffer: 1 << 26 })

/** Any `size` bytes: for mutants, whose structure alone is looked at. */
const pretend = (size: number): Decompress =>
  async function* () {
    yield Buffer.alloc(size)
  }

const decode = (bytes: Uint8Array) => decoded(xz, [bytes], { decompress: bySystem })
const random = randoms(4)
const noise = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at % 3000 < 1500 ? random() : at >> 9)))

test("one block: every part of the stream has its role", async () => {
  const bytes = compress(Buffer.from("hello"), "-T1")
  const told = await decode(bytes)
  expect(told.bytes.toString()).toBe("hello")
  expect(told.claims.map(({ role }) => role)).toEqual(["header", "header", "content", "padding", "trailer", "index", "trailer"])
  expect(told.anomalies).toEqual([])
})

test("an empty stream has no block", async () => {
  const told = await decode(compress(Buffer.alloc(0)))
  expect(shape(told)).toEqual(["header 0-12", "index 12-20", "trailer 20-32"])
})

test("empty streams behind the content passed with a note", async () => {
  const told = await decode(Buffer.concat([compress(Buffer.from("it")), compress(Buffer.alloc(0), "--check=none")]))
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toContainEqual(["empty-stream", "review"])
})

test.each([
  ["blocks with sizes in their headers", ["--block-size=50000"]],
  ["blocks without sizes", ["-T1", "--block-size=50000"]],
  ["CRC-32", ["--check=crc32"]],
  ["SHA-256", ["--check=sha256"]],
  ["x86 filter", ["--x86", "--lzma2"]],
  ["delta filter", ["--delta=dist=4", "--lzma2=preset=0"]],
])("xz writes %s", async (_, options) => {
  const bytes = compress(noise, ...options)
  const told = await decode(bytes)
  expect(told.bytes.equals(noise)).toBe(true)
  expect(told.claims.filter(({ role }) => role === "content")).toHaveLength(options.includes("--block-size=50000") ? 6 : 1)
  expect(told.anomalies).toEqual([])
})

test("streams one after another with padding between and behind", async () => {
  const bytes = Buffer.concat([compress(Buffer.from("one ")), Buffer.alloc(8), compress(Buffer.from("two")), Buffer.alloc(4)])
  const told = await decode(bytes)
  expect(told.bytes.toString()).toBe("one two")
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([["multi-stream", "note"]])
  expect(shape(told).at(-1)).toBe(`padding ${bytes.byteLength - 4}-${bytes.byteLength}`)
})

test("a stream without a check is told", async () => {
  expect(kinds(await decode(compress(noise, "--check=none")))).toEqual(["no-check"])
})

test.each([
  ["payload", Buffer.from("payload behind the end")],
  ["fewer than four bytes", Buffer.from([1, 2])],
  ["zeros that are no multiple of four", Buffer.alloc(6)],
  ["a cut magic", Buffer.from([0xfd, 0x37, 0x7a, 0x58])],
])("trailing bytes are unexplained, and not given to the decoder: %s", async (_, tail) => {
  const bytes = compress(Buffer.from("hello"))
  const told = await decode(Buffer.concat([bytes, tail]))
  expect(told.bytes.toString()).toBe("hello")
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([["trailing-bytes", "review"]])
  const padding = tail.every((byte) => byte === 0) ? 4 : 0
  expect(shape(told).at(-1)).toBe(`unexplained ${bytes.byteLength + padding}-${bytes.byteLength + tail.byteLength}`)
  expect(told.anomalies[0]?.offset).toBe(bytes.byteLength + padding)
})

/* "hello" of xz -T1: stream header 0..12, block header 12..24, LZMA2 24..33 (01 size data 00), padding 33..36, check 36..44, index 44..52, footer 52..64. */
const hello = compress(Buffer.from("hello"), "-T1")
const patched = (...edits: readonly (readonly [at: number, byte: number])[]): Buffer => {
  const copy = Buffer.from(hello)
  for (const [at, byte] of edits) copy[at] = byte
  copy.writeUInt32LE(crc32(copy.subarray(6, 8)), 8)
  copy.writeUInt32LE(crc32(copy.subarray(12, 20)), 20)
  copy.writeUInt32LE(crc32(copy.subarray(44, 48)), 48)
  copy.writeUInt32LE(crc32(copy.subarray(56, 62)), 52)
  return copy
}

test("the layout that the patches below rely on", () => {
  expect(hello.byteLength).toBe(64)
  expect(patched().equals(hello)).toBe(true)
  expect([hello[12], hello[14], hello[24], hello[32]]).toEqual([2, 0x21, 1, 0])
})

test.each<[string, Buffer]>([
  ["magic", patched([0, 0])],
  ["known stream flags", patched([6, 1])],
  ["a check of none", patched([7, 2])],
  ["a check of none", patched([7, 15])],
  ["known stream flags", patched([7, 16])],
  ["reserved block flag", patched([13, 4])],
  ["LZMA2 as the last filter", patched([14, 3])],
  ["a dictionary size in the properties", patched([16, 41])],
  ["zeros that pad the block header", patched([18, 1])],
  ["filter properties inside", patched([15, 9])],
  ["LZMA2 control byte", patched([24, 3])],
  ["zeros that pad the block", patched([34, 1])],
  ["as many index records", patched([45, 2])],
  ["an index record", patched([46, 1])],
  ["an index record", patched([47, 1])],
  ["size of the index", patched([56, 9])],
  ["footer with the header's flags", patched([61, 1])],
  ["footer with the header's flags", patched([62, 1])],
  ["CRC-32 of the stream flags", Buffer.from(hello).fill(0, 8, 9)],
  ["CRC-32 of the block header", Buffer.from(hello).fill(hello.readUInt8(20) ^ 1, 20, 21)],
  ["CRC-32 of the index", Buffer.from(hello).fill(hello.readUInt8(48) ^ 1, 48, 49)],
  ["CRC-32 of the footer", Buffer.from(hello).fill(hello.readUInt8(52) ^ 1, 52, 53)],
])("fault: %s", async (expected, bytes) => {
  expect(await faultOf(decode(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
})

test("every cut is a fault, but at the end", async () => {
  for (let size = 0; size < hello.byteLength; size += 1) expect(await faultOf(decode(hello.subarray(0, size)))).toContain("ends here")
})

test("the decoder must give what the index says", async () => {
  for (const size of [4, 6]) expect(await faultOf(decoded(xz, [hello], { decompress: pretend(size) }))).toContain("5 decoded bytes")
})

test("limits are checked before anything is decoded", async () => {
  const never: Decompress = () => {
    throw new Error("decoded")
  }
  const bomb = compress(Buffer.alloc(1 << 24))
  const limited = (limits: Parameters<typeof decoded>[2]) => faultOf(decoded(xz, [bomb], { decompress: never, ...limits }))
  expect(await limited({ limits: { layerBytesMax: 1 << 20 } })).toBe("layerBytesMax")
  expect(await limited({ limits: { ratioFreeBytes: 1 << 20 } })).toBe("ratioMax")
  expect(await limited({ limits: { dictionaryBytesMax: (8 << 20) - 1 } })).toBe("dictionaryBytesMax")
  const blocks = compress(noise, "--block-size=50000")
  expect(await faultOf(decoded(xz, [blocks], { decompress: never, limits: { xzBlocksMax: 5 } }))).toBe("xzBlocksMax")
})

const rich = Buffer.concat([
  compress(noise.subarray(0, 2000), "--block-size=700"),
  Buffer.alloc(4),
  compress(Buffer.from("hello"), "--check=none"),
  Buffer.from("rest"),
])

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const options = { decompress: pretend(2005) }
  const whole = await decoded(xz, [rich], options)
  expect(kinds(whole)).toEqual(["multi-stream", "no-check", "trailing-bytes"])
  expect(await decoded(xz, cut(rich, 1, 1), options)).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await decoded(xz, cut(rich, seed, 200), options)).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  const options = { decompress: pretend(2005) }
  for (let seed = 0; seed < 3000; seed += 1) if ((await faultOrValue(decoded(xz, [mutant(rich, seed)], options))) !== undefined) sound += 1
  expect(sound).toBeGreaterThan(100)
  expect(sound).toBeLessThan(3000)
})

test("a long row of padding costs one reading", async () => {
  const told = await decoded(xz, [Buffer.concat([hello, Buffer.alloc(4 << 20)])], { decompress: pretend(5) })
  expect(shape(told).at(-1)).toBe(`padding 64-${64 + (4 << 20)}`)
})

test("any content of xz(1) is walked to its end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 100, max: 3000 }), async (content, blockSize) => {
      const told = await decode(compress(content, `--block-size=${blockSize}`, "-0"))
      expect(told.bytes.equals(Buffer.from(content))).toBe(true)
      expect(told.claims.filter(({ role }) => role === "content")).toHaveLength(Math.ceil(content.byteLength / blockSize))
    }),
    { numRuns: 25 },
  )
})

import { constants, zstdCompressSync } from "node:zlib"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bySystem, judged, made, missing } from "../../../test/fixtures/decoders.ts"
import type { Decompress } from "../parser.ts"
import { cut, decoded, faultOf, faultOrValue, kinds, mutant, randoms, shape } from "../test-kit.ts"
import { zstd } from "./index.ts"

const noZstd = missing("zstd")
const random = randoms(5)
const noise = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at % 3000 < 1500 ? random() : at >> 9)))
const compress = (content: Uint8Array | string, ...options: readonly string[]): Buffer => made("zstd", ["-cq", ...options], content)

/** Any `size` bytes: for what is only walked. */
const pretend = (size: number): Decompress =>
  async function* () {
    yield Buffer.alloc(size)
  }

interface Block {
  readonly type: number
  readonly size: number
  readonly content: Uint8Array | string
}
const raw = (text: string): Block => ({ type: 0, size: text.length, content: text })

/** A frame as the parts say: header bytes behind the magic, blocks, and what stands behind the last. */
function frame(header: readonly number[], blocks: readonly Block[], behind: readonly number[] = []): Buffer {
  const parts = blocks.map(({ type, size, content }, index) => {
    const block = Buffer.alloc(3)
    block.writeUIntLE(size * 8 + type * 2 + (index === blocks.length - 1 ? 1 : 0), 0, 3)
    return Buffer.concat([block, Buffer.from(content)])
  })
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...header]), ...parts, Buffer.from(behind)])
}
/** One segment that states its size. */
const single = (text: string): Buffer => frame([0x20, text.length], [raw(text)])
function skippable(content: string, nibble = 0): Buffer {
  const header = Buffer.from([0x50 + nibble, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])
  header.writeUInt32LE(content.length, 4)
  return Buffer.concat([header, Buffer.from(content)])
}

test("a frame of one raw block: each part has its role", async () => {
  const told = await decoded(zstd, [single("hello")], { decompress: pretend(5) })
  expect(shape(told)).toEqual(["header 0-4", "header 4-6", "header 6-9", "content 9-14"])
  expect(kinds(told)).toEqual(["no-check"])
})

test("what every reader skips is unexplained", async () => {
  const told = await decoded(zstd, [skippable("secret"), single("hello"), skippable("", 15)], { decompress: pretend(5) })
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([
    ["skippable-frame", "review"],
    ["no-check", "note"],
    ["skippable-frame", "review"],
  ])
  expect(shape(told).slice(0, 2)).toEqual(["header 0-8", "unexplained 8-14"])
})

test("the list of files of zstd:chunked was said to be looked at by no reader", async () => {
  const told = (last: string) => decoded(zstd, [single("hello"), skippable("list"), skippable(last)], { decompress: pretend(5) })
  const [skipped, chunked] = [await told("\0".repeat(40)), await told(`${"\0".repeat(32)}GnUlInUx`)]
  expect(kinds(skipped)).toEqual(["no-check", "skippable-frame", "skippable-frame"])
  expect(kinds(chunked)).toEqual(["no-check", "skippable-frame", "two-listings", "skippable-frame"])
  expect(shape(chunked)).toEqual(shape(skipped))
  expect(kinds(await told(`${"\0".repeat(60)}GnUlInUx`))).toEqual(["no-check", "skippable-frame", "skippable-frame"])
})

test("a byte that is repeated no time, and a bit that no writer sets, are unexplained", async () => {
  const odd = frame([0x30, 5], [{ type: 1, size: 0, content: "!" }, raw("hello")])
  const told = await decoded(zstd, [odd], { decompress: pretend(5) })
  expect(kinds(told)).toEqual(["zstd-unused-bit", "empty-block", "no-check"])
  expect(shape(told).filter((claim) => claim.startsWith("unexplained"))).toEqual(["unexplained 4-5", "unexplained 9-10"])
})

test("frames one after another are told, an empty one among them has to be read", async () => {
  const told = await decoded(zstd, [single("a"), single(""), single("b")], { decompress: pretend(2) })
  expect(kinds(told).filter((kind) => kind !== "no-check")).toEqual(["multi-frame", "empty-frame"])
  expect(kinds(await decoded(zstd, [single("")], { decompress: pretend(0) }))).toEqual(["no-check"])
})

test("trailing bytes are unexplained, zeros are padding, and neither goes to the decoder", async () => {
  const only: Decompress = async function* (_, chunks) {
    let size = 0
    for await (const chunk of chunks) size += chunk.byteLength
    yield Buffer.alloc(size === 14 ? 5 : 6)
  }
  const told = await decoded(zstd, [single("hello"), Buffer.from("\0\0payload")], { decompress: only })
  expect(shape(told).slice(-2)).toEqual(["padding 14-16", "unexplained 16-23"])
  expect(shape(await decoded(zstd, [single("hello"), Buffer.alloc(3)], { decompress: only })).at(-1)).toBe("padding 14-17")
})

test.each<[string, Buffer]>([
  ["the magic", Buffer.from("none at all")],
  ["the magic", skippable("only")],
  ["reserved bit of zero", frame([0x28, 5], [raw("hello")])],
  ["a zstd frame without a dictionary; this one was made with dictionary 77", frame([0x21, 77, 5], [raw("hello")])],
  ["known type of zstd block", frame([0x20, 5], [{ type: 3, size: 5, content: "hello" }])],
  ["a zstd block of at most 4 bytes", frame([0x20, 4], [raw("hello")])],
  ["a zstd block of at most 131072 bytes", frame([0, 0x58], [{ type: 1, size: 131_073, content: "a" }])],
  ["blocks that can hold the content size", frame([0x60, 0, 0], [raw("hello")])],
  ["blocks that can hold the content size", frame([0x20, 4], [raw("hel"), raw("lo")])],
  ["5 decoded bytes; got 6", single("hello")],
])("fault: %s", async (expected, bytes) => {
  expect(await faultOf(decoded(zstd, [bytes], { decompress: pretend(6) }))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
})

test("a checksum that does not fit the content is told, of one frame by the walker and of several by the decoder", async () => {
  const asked: string[] = []
  const decompress: Decompress = async function* (compression) {
    asked.push(compression)
    yield Buffer.from("hello")
  }
  const parts = [raw("hel"), raw("lo")]
  const checksum = zstdCompressSync("hello", { params: { [constants.ZSTD_c_checksumFlag]: 1 } }).subarray(-4)
  const one = frame([0x24, 5], parts, [...checksum])
  expect((await decoded(zstd, [one], { decompress })).bytes.toString()).toBe("hello")
  for (let at = 1; at <= 4; at += 1) {
    const other = Buffer.from(one)
    other[one.byteLength - at] = (other[one.byteLength - at] ?? 0) ^ 0x10
    expect(await faultOf(decoded(zstd, [other], { decompress }))).toMatch(/the checksum of its content in a zstd frame/)
  }
  await decoded(zstd, [one, skippable("")], { decompress })
  await faultOf(decoded(zstd, [one, one], { decompress }))
  expect(asked).toEqual([...Array(6).fill("zstd-unchecked"), "zstd"])
})

/** Three mebibytes in two frames of raw blocks, and between them what readers skip. */
const block: Block = { type: 0, size: 1 << 17, content: Buffer.alloc(1 << 17, "0123456789") }
const large = Buffer.concat([frame([0, 0x58], Array(8).fill(block)), skippable("note"), frame([0, 0x58], Array(16).fill(block))])

test("the decoder gets all frames of a large file, and what stands behind them is claimed", async () => {
  const given: Uint8Array[] = []
  const decompress: Decompress = async function* (_, chunks) {
    for await (const chunk of chunks) given.push(chunk)
    yield Buffer.alloc(24 << 17)
  }
  const told = await decoded(zstd, cut(Buffer.concat([large, Buffer.from("\0behind")]), 3, 300_000), { decompress })
  expect(Buffer.concat(given).equals(large)).toBe(true)
  expect(kinds(told)).toEqual(["no-check", "skippable-frame", "no-check", "multi-frame", "trailing-bytes"])
})

test("what the walk does not take is never given to a decoder", async () => {
  const broken = large.subarray(0, -((1 << 17) + 3)) // it ends between two blocks
  expect(await faultOf(decoded(zstd, [broken]))).toMatch(/a zstd block header; the file ends here/)
  expect(await faultOf(decoded(zstd, [large], { limits: { streamsMax: 2 } }))).toBe("streamsMax")
})

test("limits are checked before anything is decoded", async () => {
  const never: Decompress = () => {
    throw new Error("decoded")
  }
  const limited = (bytes: Uint8Array, limits: NonNullable<Parameters<typeof decoded>[2]>["limits"] = {}) =>
    faultOf(decoded(zstd, [bytes], { decompress: never, limits }))
  expect(await limited(frame([0, 0xf8], [raw("hello")]))).toBe("dictionaryBytesMax") // a window of 2^41
  expect(await limited(frame([0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80], [raw("hello")]))).toBe("layerBytesMax") // a content of 2^63
  expect(await limited(Buffer.concat([single("a"), single("b")]), { streamsMax: 2 })).toBe("streamsMax")
  expect(await limited(frame([0x20, 2], [raw("a"), raw("b")]), { zstdBlocksMax: 1 })).toBe("zstdBlocksMax")
  const runs = frame([0, 0x58], Array(1200).fill({ type: 1, size: 131_072, content: "a" }))
  expect(await limited(runs)).toBe("ratioMax")
})

test("a frame that states no size may not decode without end", async () => {
  const bomb = zstdCompressSync(Buffer.alloc(8 << 20)) // states its size in four bytes behind the window, which are taken away
  expect([bomb[4], bomb.readUInt32LE(6)]).toEqual([0x80, 8 << 20])
  const unsized = Buffer.concat([bomb.subarray(0, 4), Buffer.from([0]), bomb.subarray(5, 6), bomb.subarray(10)])
  const decompress = pretend(8 << 20)
  expect((await decoded(zstd, [unsized], { decompress })).bytes.byteLength).toBe(8 << 20)
  expect(await faultOf(decoded(zstd, [unsized], { decompress, limits: { ratioFreeBytes: 1 << 20 } }))).toBe("ratioMax")
})

test("it is known by a frame, behind skippable ones too; those alone may be LZ4's", () => {
  const known = [single("a"), Buffer.concat([skippable("abc", 3), single("a")])].map((bytes) => zstd.detect(bytes))
  expect([...known, zstd.detect(skippable("abc")), zstd.detect(Buffer.alloc(0))]).toEqual([true, true, false, false])
})

const rich = Buffer.concat([
  zstdCompressSync(noise.subarray(0, 3000)),
  skippable("note"),
  frame([0x24, 5], [raw("hel"), { type: 1, size: 2, content: "l" }], [1, 2, 3, 4]),
  Buffer.from("\0\0rest"),
])

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const options = { decompress: pretend(3005) }
  const whole = await decoded(zstd, [rich], options)
  expect(kinds(whole)).toEqual(["no-check", "skippable-frame", "multi-frame", "trailing-bytes"])
  expect(await decoded(zstd, cut(rich, 1, 1), options)).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await decoded(zstd, cut(rich, seed, 200), options)).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  const options = { decompress: pretend(3005) }
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      if ((await faultOrValue(decoded(zstd, [mutant(rich, seed)], options))) !== undefined) sound += 1
    }),
    { numRuns: 3000 },
  )
  expect(sound).toBeGreaterThan(100)
  expect(sound).toBeLessThan(3000)
})

describe.skipIf(noZstd !== undefined)(`against zstd(1) ${noZstd ?? ""}`, () => {
  test.each([
    ["by default", []],
    ["with a checksum and long windows", ["--check", "--long=27"]],
    ["without one", ["--no-check"]],
    ["without its size", ["--no-content-size"]],
    ["in many blocks", ["-1", "-B1024"]],
    ["by several threads", ["-T2", "-19"]],
    ["the fast way", ["--fast=9"]],
  ])("what it writes %s is walked to its end", async (_, options) => {
    const told = await decoded(zstd, [compress(noise, ...options)], { decompress: bySystem })
    expect(told.bytes.equals(noise)).toBe(true)
    expect(told.claims.map(({ role }) => role)).not.toContain("unexplained")
    expect(kinds(told)).toEqual(options.includes("--no-check") ? ["no-check"] : [])
  })

  test("any contents, in frames one after another", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 4000 }), { minLength: 1, maxLength: 3 }), async (contents) => {
        const bytes = Buffer.concat(contents.map((content) => compress(content)))
        const told = await decoded(zstd, [bytes], { decompress: bySystem })
        expect(told.bytes.equals(Buffer.concat(contents))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  test("of mutants it takes what we take, but for what stands behind the last frame", async () => {
    const base = Buffer.concat([
      compress(noise.subarray(0, 2500), "--check"),
      skippable("note".repeat(400)),
      compress(noise.subarray(2500, 3000)),
    ])
    const counts = { both: 0, none: 0, trailing: 0 }
    for (let seed = 0; seed < 250; seed += 1) {
      const bytes = mutant(base, seed)
      const ours = await faultOrValue(decoded(zstd, [bytes], { decompress: bySystem }))
      const theirs = judged("zstd", bytes)
      if (ours === undefined) {
        // A file of no byte is one of no content to zstd(1); to us it is no zstd.
        expect(theirs.taken && bytes.byteLength > 0).toBe(false)
        counts.none += 1
      } else if (theirs.taken) {
        expect(ours.bytes.equals(theirs.output)).toBe(true)
        counts.both += 1
      } else {
        expect(["unexplained", "padding"]).toContain(ours.claims.at(-1)?.role)
        counts.trailing += 1
      }
    }
    expect(counts.both).toBeGreaterThan(5)
    expect(counts.none).toBeGreaterThan(50)
  })
})

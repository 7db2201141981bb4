import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bySystem, judged, made, missing } from "../../../test/fixtures/decoders.ts"
import { FaultError } from "../../core/fault.ts"
import type { Decompress } from "../parser.ts"
import { cut, decoded, faultOf, faultOrValue, kinds, mutant, randoms, shape } from "../test-kit.ts"
import { bzip2 } from "./index.ts"

const noBzip2 = missing("bzip2")
const random = randoms(6)
const noise = Buffer.from(Uint8Array.from({ length: 260_000 }, (_, at) => (at % 3000 < 1500 ? random() : at >> 9)))
const compress = (content: Uint8Array | string, ...options: readonly string[]): Buffer => made("bzip2", ["-c", ...options], content)

const pretend = (size: number): Decompress =>
  async function* () {
    yield Buffer.alloc(size)
  }

/** Bits of a stream, the highest first. */
type Part = readonly [value: bigint, bits: number]
const block = (crc: number, randomised = 0): readonly Part[] => [
  [0x314159265359n, 48],
  [BigInt(crc), 32],
  [BigInt(randomised), 1],
  [0n, 24],
]
const data = (bits: number): Part => [BigInt.asUintN(bits, 0x55aa33cc55aa33ccn), bits]
const end = (crc: number): readonly Part[] => [
  [0x177245385090n, 48],
  [BigInt(crc >>> 0), 32],
]

/** A stream that is put together; only its structure is sound. `pad`: the bits up to a whole byte. */
function streamOf(parts: readonly Part[], pad = 0n): Buffer {
  let bits = 0
  let value = 0n
  for (const [part, size] of parts) {
    value = (value << BigInt(size)) | part
    bits += size
  }
  const left = (8 - (bits % 8)) % 8
  value = (value << BigInt(left)) | BigInt.asUintN(left, pad)
  return Buffer.concat([Buffer.from("BZh9"), Buffer.from(value.toString(16).padStart((bits + left) / 4, "0"), "hex")])
}
const combined = (...crcs: readonly number[]): number => crcs.reduce((sum, crc) => ((sum << 1) | (sum >>> 31)) ^ crc, 0) >>> 0

const two = (crc = combined(7, 9)): Buffer => streamOf([...block(7), data(21), ...block(9), data(30), ...end(crc)])
const walk = (bytes: Uint8Array, size = 3) => decoded(bzip2, [bytes], { decompress: pretend(size) })

test("blocks at any bit: headers, as far as their bytes are theirs alone, content and end have their roles", async () => {
  // header 0-32, block 32-137, data 137-158, block 158-263, data 263-293, end 293-373, padding to 376
  expect(shape(await walk(two()))).toEqual([
    "header 0-4",
    "header 4-17",
    "content 17-20",
    "header 20-32",
    "content 32-36",
    "trailer 36-46",
    "trailer 46-47",
  ])
})

test("an empty stream has no block", async () => {
  expect(shape(await walk(streamOf(end(0)), 0))).toEqual(["header 0-4", "trailer 4-14"])
})

test.each<[string, Buffer]>([
  ["the magic of a bzip2 stream", Buffer.from("BZh0 and more of it")],
  ["a bzip2 header", Buffer.from("BZ")],
  ["a bzip2 block or the end", streamOf([data(8), ...block(7), data(8), ...end(7)])],
  ["a bzip2 block or the end", streamOf([...block(7), data(64)])],
  ["a bzip2 block or the end", two().subarray(0, -2)],
  ["the combined CRC", two(combined(9, 7))],
  ["the combined CRC", streamOf(end(1))],
  // What looks like a block inside of one: the end does not fit any more.
  ["the combined CRC", streamOf([...block(7), data(5), ...block(1), data(40), ...end(7)])],
  ["a bzip2 block or the end", Buffer.concat([two(), Buffer.from("BZh9 and no block")])],
])("fault: %s", async (expected, bytes) => {
  expect(await faultOf(walk(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
})

test("what looks like the end of a stream is one, so the decoder gets a stream that is cut if its data only hold one", async () => {
  let given = 0
  const decompress: Decompress = async function* (_, chunks) {
    for await (const chunk of chunks) given += chunk.byteLength
    yield* []
    throw new FaultError({ kind: "malformed", layer: "bzip2", offset: 0, expected: "more" })
  }
  const held = streamOf([...block(7), data(21), ...end(7), data(40), ...end(7)])
  expect(await faultOf(decoded(bzip2, [held], { decompress }))).toBe("malformed at 0: more")
  expect([given, held.byteLength]).toEqual([30, 45])
})

test("streams one after another are told, an empty one among them has to be read", async () => {
  const told = await walk(Buffer.concat([two(), streamOf(end(0)), two()]))
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([
    ["multi-stream", "note"],
    ["empty-stream", "review"],
  ])
})

test("bits behind the end that no reader looks at, and bytes, are unexplained", async () => {
  const told = await walk(Buffer.concat([streamOf([...block(7), data(21), ...end(7)], 1n), Buffer.from("\0\0payload")]))
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([
    ["nonzero-padding", "review"],
    ["trailing-bytes", "review"],
  ])
  expect(shape(told).slice(-3)).toEqual(["unexplained 29-30", "padding 30-32", "unexplained 32-39"])
})

test("a randomised block is told", async () => {
  expect(kinds(await walk(streamOf([...block(7, 1), data(21), ...end(7)])))).toEqual(["randomised-block"])
})

test("limits", async () => {
  const limited = (limits: NonNullable<Parameters<typeof decoded>[2]>["limits"]) =>
    faultOf(decoded(bzip2, [Buffer.concat([two(), two()])], { decompress: pretend(2000), limits: limits ?? {} }))
  expect(await limited({ streamsMax: 1 })).toBe("streamsMax")
  // Two blocks of the first stream, and one of the second.
  expect(await limited({ bzip2BlocksMax: 2 })).toBe("bzip2BlocksMax")
  expect(await limited({ layerBytesMax: 1999 })).toBe("layerBytesMax")
  expect(await limited({ ratioFreeBytes: 10, ratioMax: 20 })).toBe("ratioMax")
})

test("it is known by more than its four letters", () => {
  expect([two(), streamOf(end(0)), Buffer.from("BZh9 is how it begins")].map((bytes) => bzip2.detect(bytes))).toEqual([true, true, false])
})

const rich = Buffer.concat([two(), streamOf([...block(3), data(61), ...end(3)]), Buffer.from("\0rest")])

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const options = { decompress: pretend(3005) }
  const whole = await decoded(bzip2, [rich], options)
  expect(kinds(whole)).toEqual(["multi-stream", "trailing-bytes"])
  expect(await decoded(bzip2, cut(rich, 1, 1), options)).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await decoded(bzip2, cut(rich, seed, 30), options)).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      if ((await faultOrValue(walk(mutant(rich, seed)))) !== undefined) sound += 1
    }),
    { numRuns: 3000 },
  )
  expect(sound).toBeGreaterThan(100)
  expect(sound).toBeLessThan(3000)
})

describe.skipIf(noBzip2 !== undefined)(`against bzip2(1) ${noBzip2 ?? ""}`, () => {
  test.each(["-1", "-9"])("what it writes with %s is walked to its end", async (level) => {
    const told = await decoded(bzip2, [compress(noise, level)], { decompress: bySystem })
    expect(told.bytes.equals(noise)).toBe(true)
    expect(told.anomalies).toEqual([])
    expect(told.claims.filter(({ role }) => role === "content")).toHaveLength(level === "-1" ? 2 : 1)
  })

  test("any contents, in streams one after another, in any cuts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 4000 }), { minLength: 1, maxLength: 3 }), fc.nat(), async (contents, seed) => {
        const bytes = Buffer.concat(contents.map((content) => compress(content)))
        const told = await decoded(bzip2, cut(bytes, seed, 900), { decompress: bySystem })
        expect(told.bytes.equals(Buffer.concat(contents))).toBe(true)
        expect(told.claims.map(({ role }) => role)).not.toContain("unexplained")
      }),
      { numRuns: 25 },
    )
  })

  /** bzip2(1) passes over what stands behind a stream, but for what begins as another one. */
  test("of mutants it takes what we take", async () => {
    const base = Buffer.concat([compress(noise.subarray(0, 2500)), compress(noise.subarray(2500, 3000)), Buffer.alloc(1500)])
    const counts = { both: 0, none: 0 }
    for (let seed = 0; seed < 250; seed += 1) {
      const bytes = mutant(base, seed)
      const ours = await faultOrValue(decoded(bzip2, [bytes], { decompress: bySystem }))
      const theirs = judged("bzip2", bytes)
      if (ours !== undefined) {
        expect([theirs.taken, ours.bytes.equals(theirs.output)]).toEqual([true, true])
        counts.both += 1
      } else {
        expect(theirs.taken && bytes.byteLength > 0).toBe(false)
        counts.none += 1
      }
    }
    expect(counts.both).toBeGreaterThan(5)
    expect(counts.none).toBeGreaterThan(50)
  })
})

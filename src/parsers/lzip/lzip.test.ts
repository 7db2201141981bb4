import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bySystem, judged, made, missing } from "../../../test/fixtures/decoders.ts"
import { FaultError } from "../../core/fault.ts"
import type { Decompress } from "../parser.ts"
import { cut, decoded, faultOf, faultOrValue, kinds, mutant, randoms, shape } from "../test-kit.ts"
import { lzip } from "./index.ts"

const noLzip = missing("lzip")
const random = randoms(7)
const noise = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at % 3000 < 1500 ? random() : at >> 9)))
const compress = (content: Uint8Array | string, ...options: readonly string[]): Buffer => made("lzip", ["-cq", ...options], content)

interface Parts {
  readonly version?: number
  readonly dictionary?: number
  readonly stream?: Uint8Array
  readonly crc?: number
  readonly size?: number
  readonly memberSize?: number
}

/** A member of zeros as far as its trailer goes; its stream is none. */
function member({ version = 1, dictionary = 12, stream = Buffer.alloc(30), crc = 0, size = 0, memberSize }: Parts = {}): Buffer {
  const trailer = Buffer.alloc(20)
  trailer.writeUInt32LE(crc, 0)
  trailer.writeBigUInt64LE(BigInt(size), 4)
  trailer.writeBigUInt64LE(BigInt(memberSize ?? 26 + stream.byteLength), 12)
  return Buffer.concat([Buffer.from("LZIP"), Buffer.from([version, dictionary]), stream, trailer])
}
/** The CRC-32 of five zeros. */
const five = { size: 5, crc: 0xc622f71d }
const pretend = (size: number): Decompress =>
  async function* () {
    yield Buffer.alloc(size)
  }
const walk = (bytes: Uint8Array, size = 5) => decoded(lzip, [bytes], { decompress: pretend(size) })

test("a member: header, stream and trailer have their roles", async () => {
  const told = await walk(member(five))
  expect(shape(told)).toEqual(["header 0-6", "content 6-36", "trailer 36-56"])
  expect(told.anomalies).toEqual([])
})

test("members one after another are told, an empty one among them has to be read", async () => {
  const told = await walk(Buffer.concat([member(five), member(), member(five)]), 10)
  expect(told.anomalies.map(({ kind, severity }) => [kind, severity])).toEqual([
    ["multi-member", "note"],
    ["empty-member", "review"],
  ])
  expect(kinds(await walk(member(), 0))).toEqual([])
})

test("trailing bytes are unexplained, zeros are padding, and neither goes to the decoder", async () => {
  const only: Decompress = async function* (_, chunks) {
    let size = 0
    for await (const chunk of chunks) size += chunk.byteLength
    yield Buffer.alloc(size === 56 ? 5 : 6)
  }
  const told = await decoded(lzip, [member(five), Buffer.from("\0LZI")], { decompress: only })
  expect(shape(told).slice(-2)).toEqual(["padding 56-57", "unexplained 57-60"])
})

test.each<[string, Buffer]>([
  ["the magic of an lzip member", Buffer.from("LZIX rest of it, long enough")],
  ["an lzip header", Buffer.from("LZI")],
  ["version 1", member({ version: 0 })],
  ["a dictionary of 4 KiB", member({ dictionary: 11 })],
  ["a dictionary of 4 KiB", member({ dictionary: 30 })],
  ["a dictionary of 4 KiB", member({ dictionary: 0x2c })],
  ["the zero that a range coder starts with", member({ stream: Buffer.alloc(30, 1) })],
  ["a trailer that states the size", member({ memberSize: 57 })],
  ["a trailer that states the size", member(five).subarray(0, -1)],
  ["the CRC-32 of lzip member 1", member({ ...five, crc: 1 })],
  ["the CRC-32 of lzip member 2", Buffer.concat([member(five), member({ crc: 1 })])],
  ["no more decoded bytes", member({ size: 4, crc: 0x2144df1c })],
  ["as many decoded bytes", member({ size: 6 })],
  ["an lzip header", Buffer.concat([member(five), Buffer.from("LZIP")])],
])("fault: %s", async (expected, bytes) => {
  expect(await faultOf(walk(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
})

test("a stream that states a sooner end is cut there, and no decoder takes what is cut", async () => {
  const early = Buffer.alloc(100)
  early.writeBigUInt64LE(50n, 36) // bytes 42 to 50 of the member
  let given = 0
  const decompress: Decompress = async function* (_, chunks) {
    for await (const chunk of chunks) given += chunk.byteLength
    yield* []
    throw new FaultError({ kind: "malformed", layer: "lzip", offset: 0, expected: "more" })
  }
  expect(await faultOf(decoded(lzip, [member({ ...five, stream: early })], { decompress }))).toBe("malformed at 0: more")
  expect(given).toBe(50)
})

test("limits", async () => {
  const limited = (
    limits: NonNullable<Parameters<typeof decoded>[2]>["limits"],
    bytes: Uint8Array = Buffer.concat([member(five), member(five)]),
  ) => faultOf(decoded(lzip, [bytes], { decompress: pretend(10), limits: limits ?? {} }))
  expect(await limited({ streamsMax: 1 })).toBe("streamsMax")
  expect(await limited({ layerBytesMax: 9 })).toBe("layerBytesMax")
  expect(await limited({ ratioFreeBytes: 4, ratioMax: 0.01 })).toBe("ratioMax")
  expect(await limited({ dictionaryBytesMax: 2 ** 20 }, member({ ...five, dictionary: 21 }))).toBe("dictionaryBytesMax")
})

const rich = Buffer.concat([member(five), member({ ...five, stream: Buffer.alloc(5000) }), Buffer.from("\0rest")])

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const options = { decompress: pretend(10) }
  const whole = await decoded(lzip, [rich], options)
  expect(kinds(whole)).toEqual(["multi-member", "trailing-bytes"])
  expect(await decoded(lzip, cut(rich, 1, 1), options)).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await decoded(lzip, cut(rich, seed, 300), options)).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      if ((await faultOrValue(walk(mutant(rich, seed), 10))) !== undefined) sound += 1
    }),
    { numRuns: 3000 },
  )
  expect(sound).toBeGreaterThan(100)
  expect(sound).toBeLessThan(3000)
})

describe.skipIf(noLzip !== undefined)(`against lzip(1) ${noLzip ?? ""}`, () => {
  test.each([
    ["by default", []],
    ["in members of 100,000 bytes", ["-b100000"]],
    ["with a dictionary of 4 KiB", ["-s4KiB"]],
    ["with a large dictionary", ["-9"]],
  ])("what it writes %s is walked to its end", async (_, options) => {
    const told = await decoded(lzip, [compress(noise, ...options)], { decompress: bySystem })
    expect(told.bytes.equals(noise)).toBe(true)
    expect(told.claims.map(({ role }) => role)).not.toContain("unexplained")
  })

  test("any contents, in members one after another, in any cuts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 4000 }), { minLength: 1, maxLength: 3 }), fc.nat(), async (contents, seed) => {
        const bytes = Buffer.concat(contents.map((content) => compress(content)))
        const told = await decoded(lzip, cut(bytes, seed, 900), { decompress: bySystem })
        expect(told.bytes.equals(Buffer.concat(contents))).toBe(true)
        expect(told.claims.map(({ role }) => role)).not.toContain("unexplained")
      }),
      { numRuns: 25 },
    )
  })

  test("of mutants it takes what we take, but for what stands behind the last member", async () => {
    const base = Buffer.concat([
      compress(noise.subarray(0, 2500)),
      compress(noise.subarray(2500, 3000)),
      Buffer.from("behind ".repeat(200)),
    ])
    const counts = { both: 0, none: 0 }
    for (let seed = 0; seed < 250; seed += 1) {
      const bytes = mutant(base, seed)
      const ours = await faultOrValue(decoded(lzip, [bytes], { decompress: bySystem }))
      const theirs = judged("lzip", bytes) // says no to any byte behind
      if (ours === undefined) {
        expect(theirs.taken).toBe(false)
        counts.none += 1
      } else {
        // plzip, which may stand in for lzip, gives nothing out where bytes stand behind: it is asked again without them.
        const behind = theirs.taken ? undefined : ours.claims.find(({ role }) => role === "padding" || role === "unexplained")
        const whole = theirs.taken ? theirs : judged("lzip", bytes.subarray(0, behind?.start))
        expect([whole.taken, ours.bytes.equals(whole.output)]).toEqual([true, true])
        if (!theirs.taken) expect(ours.claims.at(-1)?.role).toBe("unexplained")
        counts.both += 1
      }
    }
    expect(counts.both).toBeGreaterThan(20)
    expect(counts.none).toBeGreaterThan(50)
  })
})

import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bySystem, judged, made, missing } from "../../../test/fixtures/decoders.ts"
import { FaultError } from "../../core/fault.ts"
import type { Decompress } from "../parser.ts"
import { cut, decoded, faultOf, faultOrValue, kinds, mutant, randoms, shape } from "../test-kit.ts"
import { lzma } from "./index.ts"

const noXz = missing("xz")
const random = randoms(8)
const noise = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at % 3000 < 1500 ? random() : at >> 9)))
const compress = (content: Uint8Array | string, options = ""): Buffer =>
  made("xz", ["-c", "--format=lzma", `--lzma1=preset=6${options}`], content)

/* "hello" of xz --format=lzma: properties 5d, dictionary 2^23, size unknown, stream with end marker. */
const hello = Buffer.from("5d00008000ffffffffffffffff00341949ee8e6821ffffffb9e00000", "hex")

/** A decoder that gives out so much and then says no, as one does that finds bytes behind the stream. */
const refuses = (given: Uint8Array): Decompress =>
  async function* () {
    yield given
    throw new FaultError({ kind: "malformed", layer: "lzma", offset: 0, expected: "no more bytes" })
  }
const headerOf = (edit: (bytes: Buffer) => void): Buffer => {
  const copy = Buffer.from(hello)
  edit(copy)
  return copy
}

test.each([
  ["nothing before it refuses", ""],
  ["a part before it refuses", "hel"],
  ["all before it refuses", "hello"],
])("where the stream ends is found by decoding when the decoder gives %s", async (_, given) => {
  const told = await decoded(lzma, [hello, Buffer.from("\0\0payload")], { decompress: refuses(Buffer.from(given)) })
  expect(told.bytes.toString()).toBe("hello")
  const end = hello.byteLength
  expect(shape(told)).toEqual(["header 0-13", `content 13-${end}`, `padding ${end}-${end + 2}`, `unexplained ${end + 2}-${end + 9}`])
  expect(kinds(told)).toEqual(["trailing-bytes"])
})

test("a decoder that gave something else than our own is not believed", async () => {
  for (const given of ["help", "hello again"])
    expect(await faultOf(decoded(lzma, [hello], { decompress: refuses(Buffer.from(given)) }))).toContain("two decoders that agree")
})

test.each<[string, Buffer]>([
  ["an lzma header", hello.subarray(0, 12)],
  ["properties of at most 224", headerOf((bytes) => bytes.writeUInt8(225))],
  ["a sound lzma stream; its first bytes", headerOf((bytes) => bytes.writeUInt8(1, 13))],
  ["a sound lzma stream; it ends early", hello.subarray(0, -1)],
  ["a sound lzma stream; an end marker where none can be", headerOf((bytes) => bytes.writeBigUInt64LE(6n, 5))],
  ["a sound lzma stream; it goes on behind its stated size", headerOf((bytes) => bytes.writeBigUInt64LE(4n, 5))],
])("fault: %s", async (expected, bytes) => {
  expect(await faultOf(decoded(lzma, [bytes], { decompress: refuses(Buffer.alloc(0)) }))).toMatch(
    new RegExp(`^malformed at \\d+: .*${expected}`),
  )
})

test("a size that is known may have the marker behind it", async () => {
  const known = headerOf((bytes) => bytes.writeBigUInt64LE(5n, 5))
  expect((await decoded(lzma, [known], { decompress: refuses(Buffer.alloc(0)) })).bytes.toString()).toBe("hello")
})

test("limits, and a decoder that is not there, are no fault of the stream", async () => {
  const limited = (bytes: Uint8Array, limits: NonNullable<Parameters<typeof decoded>[2]>["limits"]) =>
    faultOf(decoded(lzma, [bytes], { decompress: refuses(Buffer.alloc(2000)), limits: limits ?? {} }))
  expect(await limited(hello, { layerBytesMax: 1999 })).toBe("layerBytesMax")
  expect(await limited(hello, { dictionaryBytesMax: 2 ** 20 })).toBe("dictionaryBytesMax")
  expect(
    await limited(
      headerOf((bytes) => bytes.writeBigUInt64LE(2n ** 40n, 5)),
      {},
    ),
  ).toBe("layerBytesMax")
  const none: Decompress = () => {
    throw new FaultError({ kind: "unavailable", source: "lzma", why: "none", remedy: "none" })
  }
  expect(await faultOf(decoded(lzma, [hello], { decompress: none }))).toBe("unavailable")
})

test("it is known by a header that encoders write, as there is no magic", () => {
  const size = (value: bigint) => headerOf((bytes) => bytes.writeBigUInt64LE(value, 5))
  const dictionary = (value: number) => headerOf((bytes) => bytes.writeUInt32LE(value, 1))
  const yes = [hello, size(5n), dictionary(0xffffffff), dictionary(3 << 20), headerOf((bytes) => bytes.writeUInt8(0))]
  const no = [
    size(0n),
    size(2n ** 38n),
    dictionary(4095),
    dictionary(5 << 20),
    headerOf((bytes) => bytes.writeUInt8(225)),
    hello.subarray(0, 14),
  ]
  const table = Buffer.from(Uint32Array.from([0x00010001, 1, 0, 0, 0, 0]).buffer)
  expect(yes.map((bytes) => lzma.detect(bytes))).toEqual(yes.map(() => true))
  expect([...no, table, Buffer.alloc(512)].map((bytes) => lzma.detect(bytes))).toEqual([...no, table, 0].map(() => false))
})

describe.skipIf(noXz !== undefined)(`against xz(1) ${noXz ?? ""}`, () => {
  const rich = Buffer.concat([compress(noise.subarray(0, 3000)), Buffer.from("behind ".repeat(300))])

  test("the stream above is as it writes it", () => {
    expect(compress("hello", ",dict=8MiB").toString("hex")).toBe(hello.toString("hex"))
  })

  test.each(["", ",lc=0,pb=0", ",dict=64KiB", ",mode=fast"])("what it writes is walked to its end: %s", async (options) => {
    const bytes = compress(noise, options)
    const told = await decoded(lzma, [bytes], { decompress: bySystem })
    expect(told.bytes.equals(noise)).toBe(true)
    expect(shape(told)).toEqual(["header 0-13", `content 13-${bytes.byteLength}`])
  })

  test("the same input whole, in random cuts and byte by byte tells the same", async () => {
    const whole = await decoded(lzma, [rich], { decompress: bySystem })
    expect([kinds(whole), whole.bytes.byteLength]).toEqual([["trailing-bytes"], 3000])
    expect(await decoded(lzma, cut(rich, 1, 1), { decompress: bySystem })).toEqual(whole)
    for (let seed = 0; seed < 20; seed += 1) expect(await decoded(lzma, cut(rich, seed, 300), { decompress: bySystem })).toEqual(whole)
  })

  test("mutants end in a fault or in claims that tile, and where xz takes one, it is what we take", async () => {
    const counts = { both: 0, trailing: 0, none: 0 }
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const bytes = mutant(rich, seed)
        const ours = await faultOrValue(decoded(lzma, [bytes], { decompress: bySystem }))
        const theirs = judged("lzma", bytes)
        if (ours === undefined) {
          expect(theirs.taken).toBe(false)
          counts.none += 1
        } else if (theirs.taken) {
          expect(ours.bytes.equals(theirs.output)).toBe(true)
          counts.both += 1
        } else {
          expect(["unexplained", "padding"]).toContain(ours.claims.at(-1)?.role) // xz(1) says no to any byte behind
          counts.trailing += 1
        }
      }),
      { numRuns: 250 },
    )
    expect(counts.trailing).toBeGreaterThan(20)
    expect(counts.none).toBeGreaterThan(20)
  })

  test("our decoder alone says the same of mutants as xz", async () => {
    const base = compress(noise.subarray(0, 3000))
    const alone: Decompress = refuses(Buffer.alloc(0))
    let taken = 0
    for (let seed = 0; seed < 400; seed += 1) {
      const bytes = seed === 0 ? base : mutant(base, seed)
      const ours = await faultOrValue(decoded(lzma, [bytes], { decompress: alone }))
      const theirs = judged("lzma", bytes)
      const isWhole = ours !== undefined && ours.claims.at(-1)?.role === "content"
      expect([seed, isWhole]).toEqual([seed, theirs.taken])
      if (theirs.taken) {
        expect(ours?.bytes.equals(theirs.output)).toBe(true)
        taken += 1
      }
    }
    expect(taken).toBeGreaterThan(0)
  })
})

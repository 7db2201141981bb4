import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { judged, made, missing } from "../../test/fixtures/decoders.ts"
import { cut, mutant, randoms } from "../parsers/test-kit.ts"
import { collect } from "./bytes.ts"
import { decodeBzip2 } from "./bzip2.ts"
import { Bzip2Error } from "./bzip2-block.ts"
import { Cursor } from "./cursor.ts"

const noBzip2 = missing("bzip2")
const random = randoms(11)
const compress = (content: Uint8Array, level = "-9"): Buffer => made("bzip2", ["-c", level], content)

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function decode(chunks: readonly Uint8Array[]): Promise<{ readonly bytes: Buffer; readonly end: number }> {
  const input = new Cursor(stream(chunks))
  return { bytes: Buffer.from(await collect(decodeBzip2(input))), end: input.position }
}
const decodeOrUndefined = (chunks: readonly Uint8Array[]) =>
  decode(chunks).catch((error: unknown) => {
    if (error instanceof Bzip2Error) return undefined
    throw error
  })

const contents: readonly (readonly [string, Uint8Array])[] = [
  ["nothing", Buffer.alloc(0)],
  ["one byte", Buffer.from("a")],
  ["runs of 1 to 600", Buffer.concat(Array.from({ length: 600 }, (_, size) => Buffer.alloc(size, size & 3)))],
  ["noise of more than a block", Buffer.from(Uint8Array.from({ length: 250_000 }, random))],
  ["a run of more than a block", Buffer.alloc(6_000_000, "x")],
  ["words", Buffer.from(Array.from({ length: 90_000 }, () => ["alpha ", "beta,", "gamma\n", "delta"][random() % 4]).join(""))],
]

/** One stream of as many blocks, each of one letter. */
function tinyBlocks(count: number): Buffer {
  const bits = [...compress(Buffer.from("a"))].map((byte) => byte.toString(2).padStart(8, "0")).join("")
  const end = (0x177245385090).toString(2).padStart(48, "0")
  const block = bits.slice(32, bits.indexOf(end))
  const crc = Number.parseInt(block.slice(48, 80), 2)
  let combined = 0
  for (let left = count; left > 0; left -= 1) combined = ((combined << 1) | (combined >>> 31)) ^ crc
  const all = `${block.repeat(count)}${end}${(combined >>> 0).toString(2).padStart(32, "0")}0000000`
  return Buffer.concat([Buffer.from("BZh9"), Buffer.from(all.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [])])
}

describe.skipIf(noBzip2 !== undefined)(`bzip2 as its program writes it ${noBzip2 ?? ""}`, () => {
  test.each(contents)("ends exactly at its end: %s", async (_, content) => {
    const bytes = compress(content, "-1")
    const behind = Buffer.concat([bytes, Buffer.from("behind")])
    for (const chunks of [[behind], cut(behind, 1, 3000), cut(bytes, 2, 50_000)]) {
      const decoded = await decode(chunks)
      expect([decoded.bytes.equals(content), decoded.end]).toEqual([true, bytes.byteLength])
    }
  })

  test("any content", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.nat(), async (content, seed) => {
        expect((await decode(cut(compress(content), seed, 500))).bytes.equals(content)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test("a block of bytes among thousands, which took 4 MiB each, takes little more than it is", async () => {
    let asked = 0
    class Counting extends Cursor {
      override take(size: number): Promise<Uint8Array> {
        asked += size
        return super.take(size)
      }
    }
    const bytes = tinyBlocks(2000)
    const input = new Counting(stream(cut(bytes, 1, 5000)))
    expect(Buffer.from(await collect(decodeBzip2(input))).toString()).toBe("a".repeat(2000))
    expect([input.position, asked < 3 << 20]).toEqual([bytes.byteLength, true])
  })

  test("every cut is refused", async () => {
    const bytes = compress(Buffer.from("every cut of it"))
    for (let size = 0; size < bytes.byteLength; size += 1) expect(await decodeOrUndefined([bytes.subarray(0, size)])).toBe(undefined)
  })

  test("of mutants it takes what bzip2(1) takes", async () => {
    const base = compress(Buffer.from("some words, some words again, and a run: aaaaaaaaaaaaaaaaaaaaaaaaaaa"))
    let taken = 0
    for (let seed = 0; seed < 400; seed += 1) {
      const bytes = mutant(Buffer.concat([base, Buffer.alloc(200)]), seed)
      const ours = await decodeOrUndefined([bytes])
      const theirs = judged("bzip2", bytes)
      expect([seed, ours !== undefined]).toEqual([seed, theirs.taken && bytes.byteLength > 0])
      if (ours !== undefined) {
        expect(ours.bytes.equals(theirs.output)).toBe(true)
        taken += 1
      }
    }
    expect(taken).toBeGreaterThan(20)
  })

  test("noise behind a sound header ends in an error", async () => {
    const header = compress(Buffer.from("a")).subarray(0, 14)
    for (let seed = 0; seed < 3000; seed += 1) {
      const noise = Uint8Array.from({ length: 400 }, randoms(seed))
      // The bit that a randomised block has is not set; bytes that occur and tables are often possible.
      noise[0] = (noise[0] ?? 0) & 0x7f
      expect(await decodeOrUndefined([header, noise])).toBe(undefined)
    }
  })
})

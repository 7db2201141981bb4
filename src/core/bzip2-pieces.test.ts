import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { judged, made, missing } from "../../test/fixtures/decoders.ts"
import { cut, mutant, randoms } from "../parsers/test-kit.ts"
import { Bzip2Error } from "./bzip2-block.ts"
import { bzip2Pieces } from "./bzip2-pieces.ts"

const noBzip2 = missing("bzip2")
const random = randoms(11)
const noise = Buffer.from(Uint8Array.from({ length: 700_000 }, (_, at) => (at % 3000 < 1500 ? random() : at >> 9)))
const compress = (content: Uint8Array, level = "-1"): Buffer => made("bzip2", ["-c", level], content)

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
async function piecesOf(bytes: Uint8Array, bytesMin: number, longest = bytes.byteLength): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of bzip2Pieces(stream(cut(bytes, 1, Math.max(1, longest))), bytesMin)) pieces.push(piece)
  return pieces
}
/** What bzip2(1) makes of the pieces; undefined: it refuses one, or they cannot be cut. */
async function decoded(bytes: Uint8Array, bytesMin: number): Promise<Buffer | undefined> {
  try {
    const told = (await piecesOf(bytes, bytesMin)).map((piece) => judged("bzip2", piece))
    return told.every(({ taken }) => taken) ? Buffer.concat(told.map(({ output }) => output)) : undefined
  } catch (error) {
    if (error instanceof Bzip2Error) return undefined
    throw error
  }
}

test("what is no bzip2, and nothing at all, is refused", async () => {
  for (const text of ["", "BZ", "BZh9", "no bzip2 at all"]) await expect(piecesOf(Buffer.from(text), 1)).rejects.toThrow(Bzip2Error)
})

describe.skipIf(noBzip2 !== undefined)(`against bzip2(1) ${noBzip2 ?? ""}`, () => {
  test("each block by itself, several together, and all: the same content", async () => {
    const bytes = compress(noise)
    const counts: number[] = []
    for (const bytesMin of [1, 120_000, 10_000_000]) {
      expect((await decoded(bytes, bytesMin))?.equals(noise)).toBe(true)
      counts.push((await piecesOf(bytes, bytesMin, 5000)).length)
    }
    expect(counts[0]).toBeGreaterThan(2)
    expect(counts[1]).toBeLessThan(counts[0] ?? 0)
    expect(counts[2]).toBe(1)
  })

  test("streams one after another, empty ones too, in any cuts", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 4000 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 900 }),
        async (contents, longest) => {
          const bytes = Buffer.concat(contents.map((content) => compress(content, "-9")))
          const pieces = await piecesOf(bytes, 1, longest)
          expect(Buffer.concat(pieces.map((piece) => judged("bzip2", piece).output)).equals(Buffer.concat(contents))).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  test("of many tiny streams a few pieces are made, not a decoder for each, and empty ones make none", async () => {
    const tiny = Array.from({ length: 50 }, (_, index) => compress(Buffer.from(`tiny ${index}\n`), `-${(index % 9) + 1}`))
    const empty = compress(Buffer.alloc(0))
    const bytes = Buffer.concat([...Array.from({ length: 40 }, () => tiny).flat(), compress(noise), ...tiny, empty])
    const bytesMin = 20_000
    const pieces = await piecesOf(bytes, bytesMin, 5000)
    expect(pieces.length).toBeLessThan(bytes.byteLength / bytesMin + 1)
    expect(Buffer.concat(pieces.map((piece) => judged("bzip2", piece).output)).equals(judged("bzip2", bytes).output)).toBe(true)
    expect(await piecesOf(Buffer.concat(Array.from({ length: 3000 }, () => empty)), 1, 5000)).toEqual([])
  })

  test("streams and parts of streams in one piece: the same content, in any cuts and sizes", async () => {
    const contents = fc.array(fc.tuple(fc.nat({ max: 250_000 }), fc.nat({ max: 400_000 })), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 1, max: 200_000 }), async (spans, bytesMin) => {
        const whole = spans.map(([size, at]) => noise.subarray(at, at + size))
        const bytes = Buffer.concat(whole.map((content) => compress(content)))
        const pieces = await piecesOf(bytes, bytesMin, 9000)
        expect(Buffer.concat(pieces.map((piece) => judged("bzip2", piece).output)).equals(Buffer.concat(whole))).toBe(true)
        for (const piece of pieces.slice(0, -1)) expect(piece.byteLength).toBeGreaterThanOrEqual(bytesMin)
      }),
      { numRuns: 20 },
    )
  })

  test("of mutants it takes nothing that bzip2 refuses, and the same bytes of what both take", async () => {
    const base = Buffer.concat([compress(noise.subarray(0, 2500)), compress(noise.subarray(2500, 3000))])
    const counts = { neither: 0, behind: 0 }
    expect((await decoded(base, 1))?.equals(noise.subarray(0, 3000))).toBe(true)
    for (let seed = 0; seed < 300; seed += 1) {
      const bytes = mutant(base, seed)
      const [ours, theirs] = [await decoded(bytes, seed % 2 === 0 ? 1 : 10_000), judged("bzip2", bytes)]
      if (ours !== undefined) {
        expect([theirs.taken, ours.equals(theirs.output)]).toEqual([true, true])
      } else if (theirs.taken)
        counts.behind += 1 // bytes behind the streams, which bzip2 passes over
      else counts.neither += 1
    }
    expect(counts.neither).toBeGreaterThan(50)
    expect(counts.behind).toBeLessThan(30)
  })
})

import { spawnSync } from "node:child_process"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { judged, made, missing } from "../../../test/fixtures/decoders.ts"
import { collect, memorySource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { LzmaError } from "../../core/lzma.ts"
import { decodeLzma2 } from "../../core/lzma2.ts"
import { mutant, randoms } from "../test-kit.ts"
import { xzAround } from "./xz-around.ts"

const noXz = missing("xz")
const dictionary = { byte: 16, bytes: 2 ** 20 } as const
/** One stream of LZMA2 for each content, without its end: joined, they are one that resets the dictionary there. */
const chunksOf = (content: Uint8Array): Buffer => made("xz", ["-c", "--format=raw", "--lzma2=preset=0,dict=1MiB"], content).subarray(0, -1)
const streamOf = (contents: readonly Uint8Array[]): Buffer => Buffer.concat([...contents.map(chunksOf), Buffer.from([0])])

const xzOf = async (stream: Uint8Array, size: number): Promise<Buffer> => {
  const source = memorySource(stream)
  return Buffer.from(await collect(xzAround(source, new Cursor(source.stream()), dictionary.byte, size)))
}

/** Words and noise, so that chunks of each kind come of it. */
function contentOf(seed: number, bytes: number): Buffer {
  const random = randoms(seed)
  return Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => (at % 200_000 < 70_000 ? random() : (at >> 5) % 91)))
}

describe.skipIf(noXz !== undefined)(`xz around a stream of LZMA2 ${noXz ?? ""}`, () => {
  test("any contents one after another are decoded, by one thread and by two", async () => {
    const sizes = fc.array(fc.oneof(fc.nat(3000), fc.nat(1_500_000)), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (lengths, seed) => {
        const contents = lengths.map((length, at) => contentOf(seed + at, 1 + length))
        const whole = Buffer.concat(contents)
        const file = await xzOf(Buffer.concat([streamOf(contents), Buffer.from("behind")]), whole.byteLength)
        const { taken, output } = judged("xz", file)
        expect([taken, output.equals(whole)]).toEqual([true, true])
        const { stdout } = spawnSync("xz", ["-dc", "-T2", "--format=xz"], { input: file, maxBuffer: 1 << 28 })
        expect(stdout.equals(whole)).toBe(true)
      }),
      { numRuns: 8 },
    )
  })

  test("a run too large to state its size is decoded as it comes", async () => {
    const content = Buffer.alloc((64 << 20) + 1, "line\n")
    const { taken, output } = judged("xz", await xzOf(streamOf([content]), content.byteLength))
    expect([taken, output.equals(content)]).toEqual([true, true])
  })

  test("of mutants, xz takes what our own decoder takes, and makes the same of it", async () => {
    const contents = [contentOf(1, 900), Buffer.from("hello, hello, hello, hello"), contentOf(2, 700)]
    const base = streamOf(contents)
    const size = Buffer.concat(contents).byteLength
    const counts = { both: 0, none: 0 }
    for (let seed = 0; seed < 600; seed += 1) {
      const bytes = mutant(base, seed)
      const ours = await collect(decodeLzma2(new Cursor(memorySource(bytes).stream()), dictionary.bytes, size)).catch(lzmaError)
      const file = await xzOf(bytes, size).catch(lzmaError)
      const theirs = file === undefined ? undefined : judged("xz", file)
      expect([seed, theirs?.taken ?? false]).toEqual([seed, ours !== undefined])
      if (ours === undefined) counts.none += 1
      else {
        expect(theirs?.output.equals(Buffer.from(ours))).toBe(true)
        counts.both += 1
      }
    }
    expect(counts.both).toBeGreaterThan(10)
    expect(counts.none).toBeGreaterThan(200)
  }, 60_000)
})

function lzmaError(error: unknown): undefined {
  if (!(error instanceof LzmaError)) throw error
}

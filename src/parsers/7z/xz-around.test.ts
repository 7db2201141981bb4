import { spawnSync } from "node:child_process"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bySystem, judged, made, missing } from "../../../test/fixtures/decoders.ts"
import { collect, memorySource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { limitsDefault } from "../../core/limits.ts"
import { LzmaError } from "../../core/lzma.ts"
import { decodeLzma2 } from "../../core/lzma2.ts"
import type { ByProgram } from "../parser.ts"
import { faultOf, kinds, mutant, randoms, walked } from "../test-kit.ts"
import { sevenZip } from "./index.ts"
import { around, coderOf, filesOf, streamsOf } from "./test-kit.ts"
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

  const contents = [contentOf(3, 3_000_000), contentOf(4, 2_000_000)]
  const packed = streamOf(contents)
  const archive = (stream: Buffer): Buffer => {
    const making = { coder: coderOf("21", Buffer.from([dictionary.byte])) }
    const files = filesOf([
      { name: "a", content: "" },
      { name: "b", content: "" },
    ])
    return around(stream, Buffer.concat([Buffer.from([1, 4]), streamsOf(0, stream.byteLength, contents, making), files, Buffer.from([0])]))
  }
  const program: ByProgram = (compression, chunks) => bySystem(compression, chunks, Number.POSITIVE_INFINITY)

  test("an archive tells the same by a program as without", async () => {
    for (const bytes of [archive(packed), archive(Buffer.concat([packed, Buffer.from("hidden")]))]) {
      const compressions: string[] = []
      const told = await walked(sevenZip, [bytes], {}, (compression, chunks) => {
        compressions.push(compression)
        return program(compression, chunks)
      })
      expect(compressions).toEqual(["xz"])
      expect(told.entries.map((entry, at) => entry.bytes.equals(contents[at] ?? Buffer.alloc(0)))).toEqual([true, true])
      const alone = await walked(sevenZip, [bytes])
      expect([told.claims, told.anomalies]).toEqual([alone.claims, alone.anomalies])
      expect(kinds(told).filter((kind) => kind !== "7z-number")).toEqual(
        bytes.byteLength === archive(packed).byteLength ? [] : ["behind-content"],
      )
    }
  })

  test("what is worth no program is not given to one", async () => {
    const small = archive(packed.subarray(0, 1000))
    const asked = faultOf(
      walked(sevenZip, [small], {}, () => {
        throw new Error("asked")
      }),
    )
    expect(await asked).toContain("it ends early")
  })

  test.each([
    ["it ends early", packed.subarray(0, -1)],
    ["a chunk of no kind", Buffer.concat([packed.subarray(0, -1), Buffer.from([9, 0])])],
    ["it goes on behind its stated size", Buffer.concat([packed.subarray(0, -1), Buffer.from([2, 0, 0, 1, 0])])],
    ["with xz around it", Buffer.from(packed).fill(0xff, 1_000_000, 1_000_100)],
  ])("fault of a broken stream: a sound LZMA stream; %s", async (why, stream) => {
    expect(await faultOf(walked(sevenZip, [archive(stream)], {}, program))).toContain(`a sound LZMA stream; ${why}`)
  })

  test("a walk that ends before the content does lets its program go", async () => {
    let isLetGo = false
    const held: ByProgram = async function* (compression, chunks) {
      try {
        yield* program(compression, chunks) ?? []
      } finally {
        isLetGo = true
      }
    }
    const sink = {
      claim: () => undefined,
      anomaly: () => undefined,
      entry: async (_: unknown, body: AsyncIterable<Uint8Array>) => {
        await body[Symbol.asyncIterator]().next()
        throw new LzmaError("the sink has enough")
      },
    }
    const bytes = archive(packed)
    await expect(sevenZip.walk(memorySource(bytes), { layer: "t", limits: limitsDefault, byProgram: held }, sink)).rejects.toThrow(
      "has enough",
    )
    expect(isLetGo).toBe(true)
  })
})

function lzmaError(error: unknown): undefined {
  if (!(error instanceof LzmaError)) throw error
}

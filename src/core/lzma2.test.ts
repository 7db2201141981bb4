import { describe, expect, test } from "vitest"
import { made, missing } from "../../test/fixtures/decoders.ts"
import { cut, mutant, randoms } from "../parsers/test-kit.ts"
import { collect } from "./bytes.ts"
import { Cursor } from "./cursor.ts"
import { LzmaError } from "./lzma.ts"
import { decodeLzma2, type Lzma2Run, lzma2Dictionary, lzma2Runs } from "./lzma2.ts"

const noXz = missing("xz")
const random = randoms(9)
/** Noise, which is stored, then words and runs, which are packed, then noise again. */
const noise = (size: number): Buffer => Buffer.from(Uint8Array.from({ length: size }, random))
const words = Buffer.from(Array.from({ length: 60_000 }, () => ["alpha ", "beta,", "gamma\n", "delta"][random() % 4]).join(""))
const content = Buffer.concat([noise(150_000), words, noise(90_000), Buffer.alloc(2_500_000, "ab"), words])

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function decode(
  chunks: readonly Uint8Array[],
  size: number,
  dictionary = 1 << 23,
): Promise<{ readonly bytes: Buffer; readonly end: number }> {
  const input = new Cursor(stream(chunks))
  const bytes = Buffer.from(await collect(decodeLzma2(input, dictionary, size)))
  return { bytes, end: input.position }
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex")

describe.skipIf(noXz !== undefined)(`LZMA2 as xz writes it ${noXz ?? ""}`, () => {
  test.each([
    ["", 1 << 23],
    [",dict=64KiB,lc=1,lp=3,pb=0", 1 << 16],
  ])("chunks of every kind%s, in one piece and in many, up to the last byte", async (options, dictionary) => {
    const data = made("xz", ["-c", "--format=raw", `--lzma2=preset=6${options}`], content)
    for (const chunks of [[data, Buffer.from("behind")], cut(data, 3, 5000)]) {
      const { bytes, end } = await decode(chunks, content.byteLength, dictionary)
      expect([bytes.equals(content), end]).toEqual([true, data.byteLength])
    }
  })

  test("mutants end in an LzmaError or in as many bytes as were stated", async () => {
    const small = Buffer.concat([words.subarray(0, 500), noise(50)])
    const data = made("xz", ["-c", "--format=raw", "--lzma2=preset=6"], small)
    let broken = 0
    for (let seed = 0; seed < 500; seed += 1)
      await decode([mutant(data, seed)], small.byteLength).then(
        ({ bytes }) => expect(bytes.byteLength).toBe(small.byteLength),
        (error: unknown) => {
          expect(error).toBeInstanceOf(LzmaError)
          broken += 1
        },
      )
    expect(broken).toBeGreaterThan(100)
  })
})

test("chunks that stand as they are, the second after another reset of the dictionary", async () => {
  const { bytes, end } = await decode([hex("01 0001 6162 02 0000 63 01 0000 64 00 ff")], 4)
  expect([bytes.toString(), end]).toEqual(["abcd", 14])
})

test.each([
  ["a chunk of no kind", "03 0000 61 00", 1],
  ["begin anew", "02 0000 61 00", 1],
  ["begin anew", "80 0000 0005 00", 1],
  ["begin anew", "01 0000 61 a0 0000 0005 00 00000000 00", 2],
  ["begin anew", "01 0000 61 80 0000 0005 00", 2],
  ["behind its stated size", "01 0001 6162 00", 1],
  ["ends early", "01 0000 61 00", 2],
  ["ends early", "01 0001 61", 2],
  ["ends early", "", 0],
  ["properties that no encoder writes", "e0 0000 0005 ff 000000000000 00", 1],
  ["properties that no encoder writes", "e0 0000 0005 2c 000000000000 00", 1],
  ["none of a range coder", "e0 0000 0005 5d 010000000000 00", 1],
  ["does not end where it says", "e0 0000 000a 5d 0000000000000000000000 00", 1],
])("%s", async (why, text, size) => {
  await expect(decode([hex(text)], size)).rejects.toThrow(why)
})

/** Chunks of one byte each that stand as they are, the dictionary reset before so many of each thousand. */
const plain = (chunks: number, resets: number): Buffer =>
  Buffer.concat([
    ...Array.from({ length: chunks }, (_, at) =>
      Buffer.concat([Buffer.from([at % 1000 < resets ? 1 : 2, 0xff, 0xff]), Buffer.alloc(1 << 16)]),
    ),
    Buffer.from([0]),
  ])

async function runsOf(input: Cursor, size: number): Promise<readonly Lzma2Run[]> {
  const runs: Lzma2Run[] = []
  for await (const run of lzma2Runs(input, size)) runs.push(run)
  return runs
}

test("a stream is cut where the dictionary is reset, in runs of a mebibyte and more, up to its last byte", async () => {
  const runs = async (data: Buffer, size: number) => {
    const input = new Cursor(stream(cut(Buffer.concat([Buffer.from("before"), data, Buffer.from("behind")]), 4, 100_000)))
    await input.take(6)
    const found = await runsOf(input, size)
    expect(input.position).toBe(6 + data.byteLength)
    return found.map(({ start, end, size: bytes }) => [start, end, bytes])
  }
  const chunk = 3 + 2 ** 16
  expect(await runs(plain(40, 40), 40 * 2 ** 16)).toEqual([
    [0, 16 * chunk, 2 ** 20],
    [16 * chunk, 32 * chunk, 2 ** 20],
    [32 * chunk, 40 * chunk, 2 ** 19],
  ])
  expect(await runs(plain(40, 1), 40 * 2 ** 16)).toEqual([[0, 40 * chunk, 40 * 2 ** 16]])
  expect(await runs(plain(40, 20), 40 * 2 ** 16)).toEqual([
    [0, 16 * chunk, 2 ** 20],
    [16 * chunk, 40 * chunk, 24 * 2 ** 16],
  ])
  expect(await runs(Buffer.from([0]), 0)).toEqual([])
})

test("7z goes on with its state behind a chunk that stands as it is, and was refused", async () => {
  const [packed, asItIs, goesOn] = ["e0 0009 0004 5d 0000000000", "02 0000 63", "80 0009 0004 0000000000"]
  const data = hex(`${packed} ${asItIs} ${goesOn} 00`)
  expect(await runsOf(new Cursor(stream([data])), 21)).toEqual([{ start: 0, end: data.byteLength - 1, size: 21 }])
})

test.each([
  ["a chunk of no kind", "03 0000 61 00", 1],
  ["begin anew", "02 0000 61 00", 1],
  ["begin anew", "01 0000 61 80 0000 0005 00", 2],
  ["begin anew", "01 0000 61 02 0000 62 a0 0000 0005 00", 3],
  ["behind its stated size", "01 0001 6162 00", 1],
  ["ends early", "01 0000 61 00", 2],
  ["ends early", "01 0001 61", 2],
  ["ends early", "e0 0000 0005 5d 0000", 1],
])("%s, seen without decoding", async (why, text, size) => {
  await expect(runsOf(new Cursor(stream([hex(text)])), size)).rejects.toThrow(why)
})

test("the size of the dictionary in one byte", () => {
  expect([0, 1, 22, 40, 41].map(lzma2Dictionary)).toEqual([4096, 6144, 2 ** 23, 2 ** 32 - 1, undefined])
})

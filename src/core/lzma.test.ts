import { describe, expect, test } from "vitest"
import { made, missing } from "../../test/fixtures/decoders.ts"
import { cut, randoms } from "../parsers/test-kit.ts"
import { collect } from "./bytes.ts"
import { Cursor } from "./cursor.ts"
import { decodeLzma, LzmaError, type LzmaProperties, lzmaProperties } from "./lzma.ts"

const noXz = missing("xz")
const random = randoms(9)
/** Noise, words that come again from near and far, long runs: every kind of symbol. */
const content = Buffer.concat([
  Buffer.from(Uint8Array.from({ length: 20_000 }, random)),
  Buffer.from(Array.from({ length: 30_000 }, () => ["alpha ", "beta,", "gamma\n", "delta"][random() % 4]).join("")),
  Buffer.alloc(300_000, "ab"),
  Buffer.from(Uint32Array.from({ length: 40_000 }, (_, at) => at * 7).buffer),
])

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

/** The stream of an .lzma file of xz(1), which writes an unknown size and an end marker. */
function streamOf(bytes: Uint8Array, options = ""): { readonly properties: LzmaProperties; readonly data: Buffer } {
  const file = made("xz", ["-c", "--format=lzma", `--lzma1=preset=6${options}`], bytes)
  const properties = lzmaProperties(file[0] ?? 0, file.readUInt32LE(1))
  if (properties === undefined) throw new Error("xz wrote odd properties")
  return { properties, data: file.subarray(13) }
}

async function decode(
  chunks: readonly Uint8Array[],
  properties: LzmaProperties,
  size?: number,
): Promise<{ readonly bytes: Buffer; readonly end: number }> {
  const input = new Cursor(stream(chunks))
  const bytes = Buffer.from(await collect(decodeLzma(input, properties, size)))
  return { bytes, end: input.position }
}

describe.skipIf(noXz !== undefined)(`LZMA as xz writes it ${noXz ?? ""}`, () => {
  test.each(["", ",lc=0,lp=0,pb=0", ",lc=4,lp=0,pb=4", ",lc=1,lp=3,pb=1", ",dict=4KiB", ",mode=fast,nice=273", ",mf=bt2"])(
    "ends exactly at its end: %s",
    async (options) => {
      const { properties, data } = streamOf(content, options)
      const behind = Buffer.concat([data, Buffer.from("behind it, more than a symbol can take of the input")])
      for (const chunks of [[behind], cut(behind, 1, 900), cut(behind.subarray(0, data.byteLength + 3), 2, 50_000)]) {
        const { bytes, end } = await decode(chunks, properties)
        expect([bytes.equals(content), end]).toEqual([true, data.byteLength])
      }
    },
  )

  test("byte by byte, of nothing, and with a size that is known", async () => {
    const short = streamOf(content.subarray(15_000, 22_000))
    expect((await decode(cut(short.data, 1, 1), short.properties)).bytes.equals(content.subarray(15_000, 22_000))).toBe(true)
    const nothing = streamOf(Buffer.alloc(0))
    expect(await decode([nothing.data], nothing.properties)).toEqual({ bytes: Buffer.alloc(0), end: nothing.data.byteLength })
    expect((await decode([short.data], short.properties, 7000)).end).toBe(short.data.byteLength) // the marker behind it is read too
    for (const wrong of [6999, 7001]) await expect(decode([short.data], short.properties, wrong)).rejects.toThrow(LzmaError)
  })

  test("every cut is refused", async () => {
    const { properties, data } = streamOf(content.subarray(19_900, 20_300))
    for (let size = 0; size < data.byteLength; size += 1)
      await expect(decode([data.subarray(0, size)], properties)).rejects.toThrow(LzmaError)
  })
})

test("properties that no encoder writes are none", () => {
  expect(lzmaProperties(225, 4096)).toBe(undefined)
  expect(lzmaProperties(93, 4096)).toEqual({ literalContextBits: 3, literalPositionBits: 0, positionBits: 2, dictionaryBytes: 4096 })
})

test("hostile data end in an error: a match from before the begin, a start that is none", async () => {
  const properties = { literalContextBits: 3, literalPositionBits: 0, positionBits: 2, dictionaryBytes: 4096 }
  await expect(decode([Buffer.from([0, 0xff, 0xff, 0xff, 0xf0, ...Array(64).fill(0xff)])], properties)).rejects.toThrow(LzmaError)
  await expect(decode([Buffer.alloc(64, 1)], properties)).rejects.toThrow("first bytes")
  await expect(decode([Buffer.alloc(64, 0xff).fill(0, 0, 1)], properties)).rejects.toThrow("first bytes")
})

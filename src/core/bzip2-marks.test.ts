import fc from "fast-check"
import { expect, test } from "vitest"
import { cut } from "../parsers/test-kit.ts"
import { findMarks, type Mark } from "./bzip2-marks.ts"

const magics = [
  ["block", "314159265359"],
  ["end", "177245385090"],
] as const
const bitsOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("")
const bytesOf = (bits: string): Buffer => Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [])

/** The same by the look at every bit. */
function marksByBit(bytes: Uint8Array): readonly Mark[] {
  const bits = bitsOf(bytes)
  return magics
    .flatMap(([kind, hex]) => {
      const magic = bitsOf(Buffer.from(hex, "hex"))
      const found: Mark[] = []
      for (let bit = bits.indexOf(magic); bit >= 0; bit = bits.indexOf(magic, bit + 1)) {
        const crc = bits.slice(bit + 48, bit + 80)
        if (crc.length === 32) found.push({ kind, bit, crc: Number.parseInt(crc, 2), randomised: bits[bit + 80] === "1" })
      }
      return found
    })
    .sort((a, b) => a.bit - b.bit)
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
async function marksOf(chunks: readonly Uint8Array[]): Promise<readonly Mark[]> {
  const found: Mark[] = []
  for await (const one of findMarks(stream(chunks))) found.push(one)
  return found
}

test("marks at any bit, cut anywhere, and bytes that only begin or end like one: what a look at every bit finds", async () => {
  const magic = fc.constantFrom(...magics).map(([, hex]) => bitsOf(Buffer.from(hex, "hex")))
  const almost = fc.tuple(magic, fc.nat(47)).map(([bits, at]) => `${bits.slice(0, at)}${bits[at] === "1" ? "0" : "1"}${bits.slice(at + 1)}`)
  const noise = fc.stringMatching(/^[01]{0,100}$/)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(magic, almost, noise)), fc.nat(), fc.integer({ min: 1, max: 40 }), async (parts, seed, longest) => {
      const bytes = bytesOf(`${parts.join("")}0000000`)
      expect(await marksOf(cut(bytes, seed, longest))).toEqual(marksByBit(bytes))
    }),
    { numRuns: 500 },
  )
})

test("every byte is a hint, and none a mark", async () => {
  for (const [, hex] of magics) expect(await marksOf([Buffer.from(hex.slice(2, 6).repeat(100_000), "hex")])).toEqual([])
})

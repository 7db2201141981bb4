import { describe, expect, test } from "vitest"
import { bySystem, made, missing } from "../../../test/fixtures/decoders.ts"
import { memorySource } from "../../core/bytes.ts"
import { limitsDefault } from "../../core/limits.ts"
import type { ByProgram } from "../parser.ts"
import { faultOf, kinds, randoms, walked } from "../test-kit.ts"
import { sevenZip } from "./index.ts"
import { around, coderOf, filesOf, streamsOf } from "./test-kit.ts"

const noXz = missing("xz")
const random = randoms(6)
const contents = [3_000_000, 2_000_000].map((bytes) =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => (at % 200_000 < 70_000 ? random() : (at >> 5) % 91))),
)
const packedBy = (...args: readonly string[]): Buffer =>
  noXz === undefined ? made("xz", ["-c", ...args], Buffer.concat(contents)) : Buffer.alloc(0)

/** Both methods, as xz(1) packs them, with a dictionary of 1 MiB. */
const methods = [
  { compression: "xz", coder: coderOf("21", Buffer.from([16])), packed: packedBy("--format=raw", "--lzma2=preset=0,dict=1MiB") },
  {
    compression: "lzma",
    coder: coderOf("030101", Buffer.from("5d00001000", "hex")),
    packed: packedBy("--format=lzma", "--lzma1=preset=0,dict=1MiB").subarray(13),
  },
] as const

/** LZMA with another dictionary than it was packed with. */
const dictionaryOf = (bytes: number): Buffer => {
  const properties = Buffer.from([0x5d, 0, 0, 0, 0])
  properties.writeUInt32LE(bytes, 1)
  return coderOf("030101", properties)
}

const archiveOf = (coder: Buffer, packed: Buffer): Buffer => {
  const files = filesOf([
    { name: "a", content: "" },
    { name: "b", content: "" },
  ])
  return around(packed, Buffer.concat([Buffer.from([1, 4]), streamsOf(0, packed.byteLength, contents, { coder }), files, Buffer.from([0])]))
}
const program: ByProgram = (compression, chunks) => bySystem(compression, chunks, Number.POSITIVE_INFINITY)

describe.skipIf(noXz !== undefined).each(methods)(
  `a large content by a program, of $compression ${noXz ?? ""}`,
  ({ compression, coder, packed }) => {
    test.each([
      ["tells the same as without", [] as const, ""],
      ["with bytes behind it too", ["behind-content"], "hidden"],
    ])("%s", async (_, expected, behind) => {
      const bytes = archiveOf(coder, Buffer.concat([packed, Buffer.from(behind)]))
      const asked: string[] = []
      const told = await walked(sevenZip, [bytes], {}, (of, chunks) => {
        asked.push(of)
        return program(of, chunks)
      })
      expect(asked).toEqual([compression])
      expect(told.entries.map((entry, at) => entry.bytes.equals(contents[at] ?? Buffer.alloc(0)))).toEqual([true, true])
      const alone = await walked(sevenZip, [bytes])
      expect([told.claims, told.anomalies]).toEqual([alone.claims, alone.anomalies])
      expect(kinds(told).filter((kind) => kind !== "7z-number")).toEqual(expected)
    })

    test("what is worth no program is not given to one", async () => {
      const asked: ByProgram = () => {
        throw new Error("asked")
      }
      expect(await faultOf(walked(sevenZip, [archiveOf(coder, packed.subarray(0, 1000))], {}, asked))).toContain("it ends early")
    })

    test.each([
      ["cut", packed.subarray(0, -1000)],
      ["changed in the middle", Buffer.from(packed).fill(0xff, packed.byteLength >> 1, (packed.byteLength >> 1) + 1000)],
      ["changed at its end", Buffer.concat([packed.subarray(0, -6), Buffer.alloc(6, 0x7f)])],
    ])("a stream that was %s is a fault", async (_, broken) => {
      expect(await faultOf(walked(sevenZip, [archiveOf(coder, broken)], {}, program))).toMatch(/^malformed at 32: a sound LZMA stream; /)
    })

    test("a walk that ends before the content does lets its program go", async () => {
      let isLetGo = false
      const held: ByProgram = async function* (of, chunks) {
        try {
          yield* program(of, chunks) ?? []
        } finally {
          isLetGo = true
        }
      }
      const sink = {
        claim: () => undefined,
        anomaly: () => undefined,
        entry: async (_: unknown, body: AsyncIterable<Uint8Array>) => {
          await body[Symbol.asyncIterator]().next()
          throw new Error("it has enough")
        },
      }
      const options = { layer: "t", limits: limitsDefault, byProgram: held }
      await expect(sevenZip.walk(memorySource(archiveOf(coder, packed)), options, sink)).rejects.toThrow("it has enough")
      expect(isLetGo).toBe(true)
    })
  },
)

describe.skipIf(noXz !== undefined)(`a dictionary of a size that xz does not take ${noXz ?? ""}`, () => {
  test.each([
    ["of which none is needed was refused: 5 MiB, as 7z rounds it", 5 << 20, ["lzma"]],
    ["goes to xz where it does take it: 3 MiB", 3 << 20, ["lzma"]],
    ["is left to our own decoder where it is smaller than the content", 0x12_3456, []],
  ])("%s", async (_, dictionary, expected) => {
    const asked: string[] = []
    const told = await walked(sevenZip, [archiveOf(dictionaryOf(dictionary), methods[1].packed)], {}, (of, chunks) => {
      asked.push(of)
      return program(of, chunks)
    })
    expect(asked).toEqual(expected)
    expect(told.entries.map((entry, at) => entry.bytes.equals(contents[at] ?? Buffer.alloc(0)))).toEqual([true, true])
  })
})

test("properties that xz does not take are left to our own decoder", async () => {
  const asked: ByProgram = () => {
    throw new Error("asked")
  }
  const odd = coderOf("030101", Buffer.from([44, 0, 0, 16, 0])) // eight bits of context and four of position
  expect(await faultOf(walked(sevenZip, [archiveOf(odd, Buffer.alloc(1 << 20, 1))], {}, asked))).toContain("a sound LZMA stream")
})

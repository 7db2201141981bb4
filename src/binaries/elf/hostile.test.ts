import fc from "fast-check"
import { expect, test } from "vitest"
import { Tiling } from "../../core/claim.ts"
import { FaultError } from "../../core/fault.ts"
import { limitsDefault } from "../../core/limits.ts"
import { mutant } from "../../parsers/test-kit.ts"
import { x86Disassembler } from "../x86-64.ts"
import { libraryOf, objectWithCode, relaContent } from "./elf-fixture.ts"
import { readElf } from "./index.ts"

const disassemble = await x86Disassembler()
const limits = {
  ...limitsDefault,
  binaryHeadersMax: 1000,
  binarySymbolsMax: 10_000,
  binaryRelocationsMax: 10_000,
  reachInstructionsMax: 500,
  reachStartsMax: 50,
}

/** The answer, or the fault; anything else that is thrown fails the test. Claims tile the input. */
function answerTo(bytes: Uint8Array): string {
  const tiling = new Tiling(1000)
  const kinds = new Set<string>()
  try {
    readElf(bytes, { layer: "t", limits, disassemble }, { claim: (claim) => tiling.add(claim), anomaly: ({ kind }) => kinds.add(kind) })
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return `fault ${error.fault.kind}`
  }
  tiling.finish(bytes.byteLength)
  return [...kinds].sort().join(" ")
}

const seeds = [
  libraryOf({
    code: Buffer.from([0x74, 2, 0xeb, 0, 0xe8, 0, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0]),
    symbols: [{ name: "a" }, { name: "b", type: 10, section: 1, value: 0x1000 }],
    relocations: [
      { at: 0x3000, type: 8, addend: 0x1000 },
      { at: 0x3008, type: 37, addend: 0x1002 },
    ],
    dynamic: [
      [25, 0x3000],
      [27, 16],
      [1, "libx.so"],
      [12, 0x1000],
    ],
    stackFlags: 6,
  }),
  libraryOf({ bits: 32, isBig: true, machine: 20, symbols: [{ name: "a" }], relocations: [{ at: 0x3000, type: 22 }] }),
  objectWithCode(Buffer.from([0xe8, 0, 0, 0, 0, 0xc3]), {
    symbols: [{ name: "f", section: 1 }, { name: "g" }],
    relocations: [{ at: 1, type: 4, symbol: 2, addend: -4 }],
    more: [
      { name: ".init_array", type: 14, flags: 3, content: Buffer.alloc(8) },
      { name: ".rela.init_array", type: 4, link: 2, info: 5, content: relaContent([{ at: 0, type: 1, symbol: 1 }]) },
    ],
  }),
]

test.each(seeds.map((bytes, index) => [index, bytes] as const))("mutants of seed %i end in claims that tile, or in a fault", (_, bytes) => {
  const answers = new Set<string>()
  for (let seed = 0; seed < 4000; seed += 1) answers.add(answerTo(mutant(bytes, seed)))
  expect(answers.size).toBeGreaterThan(5)
})

test("any words in place of the numbers of the headers", () => {
  const edges = [0n, 1n, 7n, 0xffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 0x3000n, 0x7fffffffffffffffn, 0xffffffffffffffffn]
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...edges)), { minLength: 1, maxLength: 6 }),
      (bytes, changes) => {
        const copy = Buffer.from(bytes)
        // Headers, tables and the dynamic section lie in the first kilobyte, or at the end.
        for (const [at, value] of changes) {
          const place = at % 2 === 0 ? 16 + (at % 1000) : copy.byteLength - 8 - (at % Math.min(400, copy.byteLength - 8))
          if (place >= 16 && place + 8 <= copy.byteLength) copy.writeBigUInt64LE(value, place)
        }
        expect(answerTo(copy)).toBeTypeOf("string")
      },
    ),
    { numRuns: 4000 },
  )
})

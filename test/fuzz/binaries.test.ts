import { expect, test } from "vitest"
import { libraryOf, objectWithCode, relaContent } from "../../src/binaries/elf/elf-fixture.ts"
import { elf, readElf } from "../../src/binaries/elf/index.ts"
import { x86Disassembler } from "../../src/binaries/x86-64.ts"
import { Tiling } from "../../src/core/claim.ts"
import { FaultError } from "../../src/core/fault.ts"
import { limitsDefault } from "../../src/core/limits.ts"
import { randoms } from "../../src/parsers/test-kit.ts"
import { childOf } from "./mutate.ts"

/** Small, so that each is met. */
const limits = {
  ...limitsDefault,
  binarySegmentsMax: 16,
  binaryHeadersMax: 500,
  binarySymbolsMax: 500,
  binaryRelocationsMax: 5000,
  reachInstructionsMax: 200,
  reachStartsMax: 20,
}
const disassemble = await x86Disassembler()
const inputs = 6000

const seeds = [
  libraryOf({
    code: Buffer.from([0x74, 2, 0xeb, 0, 0xe8, 0, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0]),
    symbols: [{ name: "a" }, { name: "b", type: 10, section: 1, value: 0x1000 }],
    relocations: [
      { at: 0x3000, type: 8, addend: 0x1000 },
      { at: 0x3008, type: 7, symbol: 1 },
    ],
    dynamic: [
      [25, 0x3000],
      [27, 8],
      [36, 0x3010],
      [35, 8],
      [1, "libx.so"],
    ],
  }),
  libraryOf({ bits: 32, isBig: true, machine: 20, symbols: [{ name: "a" }], relocations: [{ at: 0x3000, type: 22 }], stackFlags: 7 }),
  objectWithCode(Buffer.from([0xe8, 0, 0, 0, 0, 0xc3]), {
    symbols: [{ name: "f", section: 1 }, { name: "g" }],
    relocations: [{ at: 1, type: 4, symbol: 2, addend: -4 }],
    more: [
      { name: ".init_array", type: 14, flags: 3, content: Buffer.alloc(8) },
      { name: ".rela.init_array", type: 4, link: 2, info: 5, content: relaContent([{ at: 0, type: 1, symbol: 1 }]) },
    ],
  }),
]
/** Dynamic tags, types of sections and segments, and addresses of the seeds, as numbers of eight bytes. */
const tokens = [5, 6, 7, 10, 12, 25, 27, 36, 0x6ffffef5, 0x6ffffffe, 0x6fffffff, 0x1000, 0x3000, 2 ** 60].map((value) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
})

/** Kinds of anomalies and what was found, or the fault. Whatever else is thrown, and claims that do not tile, end the test. */
function answerTo(bytes: Uint8Array): string {
  const tiling = new Tiling(100)
  const kinds = new Set<string>()
  try {
    const facts = readElf(
      bytes,
      { layer: "t", limits, disassemble },
      { claim: (claim) => tiling.add(claim), anomaly: ({ kind }) => kinds.add(kind) },
    )
    tiling.finish(bytes.byteLength)
    const found = [facts.imports, facts.exports, facts.resolvers, facts.constructors].map(({ length }) => Math.min(length, 2)).join("")
    return [found, ...kinds, ...facts.relocations.map(({ kind }) => kind)].join(" ")
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return `fault ${error.fault.kind}`
  }
}

test("elf: mutants that told something new are mutated again; all end in a fault or in claims that tile", () => {
  const random = randoms(1)
  const corpus = [...seeds]
  const answers = new Set<string>()
  let faults = 0
  for (let count = 0; count < inputs; count += 1) {
    const [parent, other] = [corpus[random() % corpus.length], corpus[random() % corpus.length]]
    if (parent === undefined || other === undefined) throw new Error("no seeds")
    const input = childOf(parent, { random, tokens, other })
    // What is no ELF file any more tells nothing.
    if (elf.recognise(input) === undefined && random() % 8 !== 0) input.set(parent.subarray(0, 24).subarray(0, input.byteLength))
    const answer = answerTo(input)
    if (answer.startsWith("fault")) faults += 1
    if (answers.has(answer)) continue
    answers.add(answer)
    if (corpus.length < 2000) corpus.push(input)
  }
  expect(answers.size).toBeGreaterThan(50)
  expect(faults).toBeGreaterThan(0)
  expect(faults).toBeLessThan(inputs)
})

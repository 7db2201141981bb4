import { expect, test } from "vitest"
import { type Claim, Tiling } from "../../core/claim.ts"
import { limitsDefault } from "../../core/limits.ts"
import { x86Disassembler } from "../x86-64.ts"
import { libraryOf, objectOf, objectWithCode, relaContent } from "./elf-fixture.ts"
import { elf, readElf } from "./index.ts"

const disassemble = await x86Disassembler()

function read(bytes: Uint8Array, limits = {}) {
  const tiling = new Tiling(100)
  const claims: Claim[] = []
  const kinds: string[] = []
  const options = { layer: "t", limits: { ...limitsDefault, ...limits }, disassemble }
  const claim = (one: Claim): void => {
    tiling.add(one)
    claims.push(one)
  }
  const facts = readElf(bytes, options, { claim, anomaly: ({ kind }) => kinds.push(kind) })
  tiling.finish(bytes.byteLength)
  return { facts, kinds, claims, unexplained: tiling.unexplained }
}

/** call [rip + distance to `to`]; ret */
const callThrough = (at: number, to: number): readonly number[] => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(to - (at + 6))
  return [0xff, 0x15, ...bytes, 0xc3]
}

test.each([
  { bits: 64, isBig: false, machine: 62 },
  { bits: 64, isBig: true, machine: 21 },
  { bits: 32, isBig: false, machine: 3 },
  { bits: 32, isBig: true, machine: 20 },
] as const)("a library of $bits bits, big-endian $isBig: names, claims, no oddity", (kind) => {
  const library = libraryOf({
    ...kind,
    stackFlags: 6,
    symbols: [{ name: "taken" }, { name: "given", section: 1, value: 0x1000 }],
    dynamic: [
      [1, "libother.so.1"],
      [14, "libown.so.2"],
      [0x6ffffefc, "watcher.so"],
    ],
  })
  const { facts, kinds, claims, unexplained } = read(library)
  expect(elf.recognise(library)).toMatch(new RegExp(`^${kind.bits}-bit .* shared object$`))
  expect(facts).toMatchObject({ kind: "library", soname: "libown.so.2", needed: ["libother.so.1"], stack: "plain", writableExecutable: [] })
  expect([facts.imports.map(({ name }) => name), facts.exports, facts.audit.libraries]).toEqual([["taken"], ["given"], ["watcher.so"]])
  expect([kinds, unexplained, claims[0]?.role]).toEqual([[], [], "header"])
})

test("a resolver is followed through slots to what it imports; one that a relocation alone names is found", () => {
  const code = Buffer.alloc(0x40, 0x90)
  code.set(callThrough(0x1000, 0x3000))
  code.set([0xb8, 0, 0, 0, 0, 0x0f, 0xa2, 0xc3], 0x20) // mov eax, 0; cpuid; ret
  const library = libraryOf({
    code,
    symbols: [{ name: "outside" }, { name: "chosen", type: 10, section: 1, value: 0x1000 }],
    relocations: [
      { at: 0x3000, type: 7, symbol: 1 },
      { at: 0x3008, type: 37, addend: 0x1020 },
    ],
  })
  expect(read(library).facts.resolvers).toEqual([
    {
      name: "chosen",
      address: 0x1000,
      by: "symbol",
      reach: { imports: ["outside"], systemCalls: 0, unknown: 0, instructions: 2, isWhole: true },
    },
    { address: 0x1020, by: "relocation", reach: { imports: [], systemCalls: 0, unknown: 0, instructions: 3, isWhole: true } },
  ])
})

test("code behind a call that does not come back, which belongs to another function, was followed", () => {
  const code = Buffer.from([...callThrough(0x1000, 0x3000).slice(0, 6), ...callThrough(0x1006, 0x3008)])
  const library = libraryOf({
    code,
    symbols: [{ name: "abort" }, { name: "system" }, { name: "f", type: 10, section: 1, value: 0x1000 }],
    relocations: [
      { at: 0x3000, type: 6, symbol: 1 },
      { at: 0x3008, type: 6, symbol: 2 },
    ],
  })
  expect(read(library).facts.resolvers[0]?.reach?.imports).toEqual(["abort"])
})

test("arrays of constructors are read through their relocations, with names", () => {
  const written = Buffer.alloc(32)
  written.writeBigUInt64LE(0x1000n, 8)
  const library = libraryOf({
    written,
    code: Buffer.from([0xc3, 0x0f, 0x05, 0xc3]), // ret; syscall; ret
    symbols: [{ name: "begin", section: 1, value: 0x1001 }],
    relocations: [{ at: 0x3000, type: 8, addend: 0x1001 }],
    dynamic: [
      [25, 0x3000],
      [27, 16],
      [12, 0x1000],
    ],
  })
  expect(read(library).facts.constructors.map(({ from, name, address, reach }) => [from, name, address, reach?.systemCalls])).toEqual([
    ["init", undefined, 0x1000, 0],
    ["init-array", "begin", 0x1001, 1],
    ["init-array", undefined, 0x1000, 0],
  ])
})

test("an object: its constructor and its resolver by sections and relocations, its source file", () => {
  const object = objectWithCode(Buffer.from([0xe8, 0, 0, 0, 0, 0xc3]), {
    symbols: [
      { name: "made.c", type: 4, binding: 0, section: 0xfff1 },
      { name: "early", section: 1, value: 0 },
      { name: "far" },
      { name: "pick", type: 10, section: 1, value: 5 },
    ],
    relocations: [{ at: 1, type: 4, symbol: 3, addend: -4 }],
    more: [
      { name: ".init_array", type: 14, flags: 3, content: Buffer.alloc(8) },
      { name: ".rela.init_array", type: 4, link: 2, info: 5, rowBytes: 24, content: relaContent([{ at: 0, type: 1, symbol: 2 }]) },
    ],
  })
  const { facts, unexplained } = read(object)
  expect(facts.constructors).toMatchObject([{ from: "init-array", name: "early", reach: { imports: ["far"] } }])
  expect(facts.resolvers).toMatchObject([{ name: "pick", reach: { imports: [] } }])
  expect([facts.kind, facts.sources, facts.stack, unexplained]).toEqual(["object", ["made.c"], "unsaid", []])
})

test("relocations that no linker writes unasked are told, each kind once with a count", () => {
  const kindsOf = (given: Parameters<typeof libraryOf>[0]) =>
    read(libraryOf(given)).facts.relocations.map(({ kind, count }) => `${kind} ${count}`)
  expect(kindsOf({ relocations: [{ at: 0x3000, type: 8, addend: 0x1000 }] })).toEqual([])
  expect(kindsOf({ relocations: [{ at: 0x1000, type: 8 }], dynamic: [[22, 0]], code: Buffer.alloc(16) })).toEqual([
    "text-relocations-allowed 1",
    "in-code 1",
  ])
  expect(kindsOf({ relocations: [{ at: 0x9000, type: 8 }] })).toEqual(["outside 1"])
  expect(
    kindsOf({
      relocations: [
        { at: 0x3000, type: 8 },
        { at: 0x3004, type: 8 },
        { at: 0x3004, type: 8 },
      ],
    }),
  ).toEqual(["twice 2"])
  expect(kindsOf({ relocations: [{ at: 0x3000, type: 37, addend: 0x3010 }] })).toEqual(["resolver-outside-code 1"])
  expect(kindsOf({ relocations: [{ at: 0x3000, type: 5, symbol: 0 }] })).toEqual(["copy-in-library 1"])
  expect(kindsOf({ relocations: [{ at: 0x3000, type: 1 }], dynamic: [[0x6ffffff9, 1]] })).toEqual(["relative-count 1"])
})

test("segments that are written and run, and the stack", () => {
  expect(read(libraryOf({ codeFlags: 7, stackFlags: 7 })).facts).toMatchObject({
    writableExecutable: ["segment 1 of 1 bytes"],
    stack: "executable",
  })
  expect(read(libraryOf()).facts).toMatchObject({ writableExecutable: [], stack: "unsaid" })
})

test("bytes behind what headers name, and between, are unexplained; zeros between are padding", () => {
  const library = libraryOf()
  const { kinds, unexplained } = read(Buffer.concat([library, Buffer.from("hidden")]))
  expect([kinds, unexplained]).toEqual([
    ["trailing-bytes"],
    [{ start: library.byteLength, end: library.byteLength + 6, role: "unexplained", why: "bytes behind what the headers name" }],
  ])
  library.write("gap", 0x2000)
  expect(read(library)).toMatchObject({ kinds: ["gap"], unexplained: [{ why: "bytes in no section or segment" }] })
})

test("two sections over the same bytes, tables that leave the file, names that leave theirs", () => {
  const object = objectOf([{ name: ".a", type: 1, content: Buffer.alloc(32) }])
  const rows = object.byteLength - 3 * 64
  const moved = Buffer.from(object)
  moved.writeBigUInt64LE(64n, rows + 2 * 64 + 24)
  expect(read(moved).kinds).toContain("overlap")
  const outside = Buffer.from(object)
  outside.writeBigUInt64LE(2n ** 60n, 40)
  expect(read(outside)).toMatchObject({ kinds: ["table-outside", "trailing-bytes"] })
  const named = Buffer.from(object)
  named.writeUInt32LE(9999, rows + 64)
  expect(read(named).kinds).toContain("section-name")
})

test("a dynamic section that is not where its segment points, and a tag that stands twice", () => {
  const library = libraryOf({
    dynamic: [
      [22, 0],
      [22, 0],
    ],
  })
  expect(read(library).kinds).toEqual(["dynamic-twice"])
  library.writeBigUInt64LE(0x3000n, 64 + 3 * 56 + 16) // its address
  expect(read(library).kinds).toContain("two-dynamics")
})

test("RELR: an address, then words by the bits of a map", () => {
  const written = Buffer.alloc(1024)
  written.writeBigUInt64LE(0x3000n, 512)
  written.writeBigUInt64LE(0b1011n, 520) // the words 0x3008 and 0x3018
  const { facts } = read(
    libraryOf({
      written,
      relocations: [{ at: 0x3018, type: 8 }],
      dynamic: [
        [36, 0x3200],
        [35, 16],
      ],
    }),
  )
  expect(facts.relocations).toEqual([{ kind: "twice", count: 1, first: "two at 0x3018 and 0x3018 change the same bytes" }])
})

test("limits end the reading with a fault", () => {
  const many = libraryOf({ symbols: Array.from({ length: 20 }, (_, index) => ({ name: `s${index}` })) })
  expect(() => read(many, { binarySymbolsMax: 10 })).toThrow("binarySymbolsMax")
  expect(() => read(many, { binaryHeadersMax: 3 })).toThrow("binaryHeadersMax")
  expect(() =>
    read(
      libraryOf({
        relocations: [
          { at: 0x3000, type: 8 },
          { at: 0x3008, type: 8 },
        ],
      }),
      { binaryRelocationsMax: 1 },
    ),
  ).toThrow("binaryRelocationsMax")
})

test("an array of constructors at an address beyond 2^53 had no end", () => {
  const library = libraryOf({
    dynamic: [
      [25, 2 ** 60],
      [27, 800],
    ],
  })
  expect(read(library).facts.constructors).toEqual([])
})

test("a call through a register that holds the content of a slot was not known", () => {
  // mov rax, [rip + 0x1ff9]; test rax, rax; je +2; jmp rax; mov rax, rdi; jmp rax
  const code = Buffer.from([0x48, 0x8b, 0x05, 0xf9, 0x1f, 0, 0, 0x48, 0x85, 0xc0, 0x74, 2, 0xff, 0xe0, 0x48, 0x89, 0xf8, 0xff, 0xe0])
  const library = libraryOf({
    code,
    symbols: [{ name: "hook" }, { name: "f", type: 10, section: 1, value: 0x1000 }],
    relocations: [{ at: 0x3000, type: 6, symbol: 1 }],
  })
  expect(read(library).facts.resolvers[0]?.reach).toEqual({ imports: ["hook"], systemCalls: 0, unknown: 1, instructions: 6, isWhole: true })
})

import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { limitsDefault } from "../core/limits.ts"
import { libraryOf, objectWithCode } from "./elf/elf-fixture.ts"
import { lookInto } from "./index.ts"

const decompress = (): never => {
  throw new Error("nothing here needs a program")
}
const look = (bytes: Uint8Array, limits = {}) => lookInto(bytes, "a", { limits: { ...limitsDefault, ...limits }, decompress })

const object = objectWithCode(Buffer.from([0xe8, 0, 0, 0, 0, 0xc3]), {
  symbols: [{ name: "made.c", type: 4, binding: 0, section: 0xfff1 }, { name: "own", section: 1 }, { name: "far" }],
  relocations: [{ at: 1, type: 4, symbol: 3, addend: -4 }],
})
const member = (name: string, content: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${name.padEnd(16)}0           0     0     100644  ${String(content.byteLength).padEnd(10)}\`\n`),
    content,
    Buffer.alloc(content.byteLength % 2, "\n"),
  ])
const library = Buffer.concat([
  Buffer.from("!<arch>\n"),
  member("one.o/", object),
  member("note/", Buffer.from("text")),
  member("two.o/", object),
])

test("a static library: each object of it by its name", async () => {
  const { object: code, format, binaries, unread } = await look(library)
  expect([code?.format, format, unread]).toEqual(["static-library", "ar", []])
  expect(binaries.map(({ member: name, exports, imports, sources }) => [name, exports, imports.map((one) => one.name), sources])).toEqual([
    ["one.o", ["own"], ["far"], ["made.c"]],
    ["two.o", ["own"], ["far"], ["made.c"]],
  ])
})

test("members beyond a number, and behind a fault, are said to be left out", async () => {
  expect(await look(library, { libraryMembersMax: 1 })).toMatchObject({
    binaries: [{ member: "one.o" }],
    unread: ["1 member of a static library (libraryMembersMax)"],
  })
  const cut = await look(library.subarray(0, library.byteLength - 10))
  expect([cut.binaries.length, cut.unread]).toEqual([1, [expect.stringMatching(/^members behind a fault: expected/)]])
})

test("an ELF file that ends a limit has a structure that says so, and no facts", async () => {
  const { binaries, structure } = await look(libraryOf(), { binaryBytesMax: 100 })
  expect([binaries, structure?.stopped]).toEqual([[], { kind: "over-limit", why: "binaryBytesMax (100)" }])
  const broken = libraryOf()
  expect(await look(Buffer.concat([broken, Buffer.from("more")]))).toMatchObject({
    structure: { unexplained: { bytes: 4 }, anomalies: { count: 1 } },
  })
})

test("what a container decodes to is recognised; a text is nothing", async () => {
  expect((await look(gzipSync(object))).structure?.content?.object).toEqual({ format: "elf", what: "64-bit x86-64 object" })
  expect(await look(gzipSync(Buffer.from("\x7fELF is a text\n")))).toMatchObject({ format: "gzip", binaries: [] })
  expect((await look(Buffer.alloc(200_000), { insideBytesMax: 100_000 })).limits).toEqual(["inside of 200,000 bytes (insideBytesMax)"])
})

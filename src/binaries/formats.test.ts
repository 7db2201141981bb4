import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { objectFormats } from "../model/object-code.ts"
import { libraryOf, objectOf } from "./elf/elf-fixture.ts"
import { objectCodeOf, recognisers } from "./index.ts"

const u16 = (...values: readonly number[]): Buffer => Buffer.concat(values.map((value) => Buffer.from(Uint16Array.of(value).buffer)))
const u32 = (...values: readonly number[]): Buffer => Buffer.concat(values.map((value) => Buffer.from(Uint32Array.of(value).buffer)))
const text = (value: string): Buffer => Buffer.from(value, "latin1")
const zeros = (size: number): Buffer => Buffer.alloc(size)

const machO = Buffer.concat([u32(0xfeedfacf, 0x01000007, 3, 2, 1, 72, 0, 0), u32(0x19, 72), zeros(64)])
const universal = Buffer.concat([
  text("\xca\xfe\xba\xbe\0\0\0\x01"),
  Buffer.from([1, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, machO.byteLength, 0, 0, 0, 0]),
  machO,
])
const image = Buffer.concat([
  text("MZ"),
  zeros(58),
  u32(64),
  text("PE\0\0"),
  u16(0x8664, 1),
  zeros(12),
  u16(240, 0x2022, 0x20b),
  zeros(238),
  zeros(40),
])
const coffOf = (name: string, flags: number): Buffer =>
  Buffer.concat([
    u16(0x8664, 1),
    u32(0, 60, 1),
    u16(0, 0),
    text(name.padEnd(8, "\0")),
    zeros(8),
    u32(0, 0),
    zeros(12),
    u32(flags),
    zeros(18),
  ])
const wasm = Buffer.concat([text("\0asm\x01\0\0\0"), Buffer.from([1, 4, 1, 0x60, 0, 0])])
const javaClass = Buffer.concat([
  text("\xca\xfe\xba\xbe\0\0\0\x34\0\x03"),
  text("\x07\0\x02\x01\0\x01A"),
  text("\0\x21\0\x01\0\0"),
  zeros(8),
])
const pyc = Buffer.concat([u16(3495), text("\r\n"), zeros(12), text("\xe3"), zeros(20)])
const bitcode = Buffer.concat([text("BC\xc0\xde"), u32(1 + (13 << 2) + (5 << 10), 2), zeros(16)])
const member = (name: string, content: Buffer): Buffer =>
  Buffer.concat([
    text(`${name.padEnd(16)}0           0     0     100644  ${String(content.byteLength).padEnd(10)}\`\n`),
    content,
    zeros(content.byteLength % 2),
  ])
const library = Buffer.concat([text("!<arch>\n"), member("a.o/", objectOf([]))])

const samples: readonly (readonly [format: string, what: RegExp, bytes: Buffer])[] = [
  ["elf", /64-bit x86-64 shared object/, libraryOf()],
  ["elf", /64-bit x86-64 object/, objectOf([])],
  ["mach-o", /64-bit x86-64 executable/, machO],
  ["mach-o", /of several machines: 64-bit x86-64 executable/, universal],
  ["pe", /x86-64 library/, image],
  ["pe", /x86-64 object$/, coffOf(".text", 0x60000020)],
  ["pe", /x86-64 object without code/, coffOf(".rsrc", 0x40000040)],
  ["wasm", /module/, wasm],
  ["java-class", /version 52/, javaClass],
  ["python-bytecode", /Python 3 bytecode, number 3495/, pyc],
  ["llvm-bitcode", /bitcode/, bitcode],
  ["static-library", /static library/, library],
]

test.each(samples)("%s is known as %s", (format, what, bytes) => {
  expect(objectCodeOf(bytes)).toEqual({ format, what: expect.stringMatching(what) })
})

test("every format has a sample, and the table has every format once", () => {
  expect([...new Set(samples.map(([format]) => format))].sort()).toEqual([...objectFormats].sort())
  expect(recognisers.map(({ format }) => format)).toEqual(objectFormats)
})

test.each(samples)("the magic of %s alone, with other bytes behind it, is no object code", (_, __, bytes) => {
  const noise = Buffer.from(Array.from({ length: 400 }, (_unused, index) => (index * 89 + 7) & 0xff))
  for (const size of [2, 4, 8]) expect(objectCodeOf(Buffer.concat([bytes.subarray(0, size), noise])), String(size)).toBeUndefined()
})

test("a package of Debian, and an archive of texts, were called static libraries", () => {
  const archive = (name: string): Buffer =>
    Buffer.concat([text("!<arch>\n"), member(name, text("2.0\n")), member("data.tar.xz", zeros(64))])
  expect([objectCodeOf(archive("debian-binary")), objectCodeOf(archive("readme/"))]).toEqual([undefined, undefined])
})

test("cut anywhere, or any bytes behind a magic: an answer or none, and no throw", () => {
  for (const [, , bytes] of samples)
    for (let size = 0; size <= bytes.byteLength; size += 1) expect(() => objectCodeOf(bytes.subarray(0, size))).not.toThrow()
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 200 }), ([, , bytes], kept, rest) => {
      const found = objectCodeOf(Buffer.concat([bytes.subarray(0, kept), rest]))
      expect(found === undefined || found.what !== "").toBe(true)
    }),
    { numRuns: 3000 },
  )
})

describe("what this machine's own compilers write", () => {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-objects-"))
  afterAll(() => rmSync(folder, { recursive: true }))
  const made = (program: string, args: readonly string[], files: Readonly<Record<string, string>>): boolean => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    try {
      execFileSync(program, args, { cwd: folder, stdio: "ignore" })
      return true
    } catch {
      return false
    }
  }
  test.for([
    ["python-bytecode", "python3", ["-c", "import py_compile; py_compile.compile('a.py', 'a.pyc')"], "a.py", "x = 1\n", "a.pyc"],
    ["java-class", "javac", ["A.java"], "A.java", "class A {}\n", "A.class"],
    ["llvm-bitcode", "rustc", ["--crate-type=lib", "--emit=llvm-bc", "-o", "a.bc", "a.rs"], "a.rs", "pub fn f() {}\n", "a.bc"],
    [
      "wasm",
      "rustc",
      ["--crate-type=cdylib", "--target=wasm32-unknown-unknown", "-o", "a.wasm", "b.rs"],
      "b.rs",
      "pub fn f() {}\n",
      "a.wasm",
    ],
    ["elf", "cc", ["-c", "-o", "a.o", "a.c"], "a.c", "int f(void) { return 0; }\n", "a.o"],
  ] as const)("%s by %s", ([format, program, args, source, content, output], { skip }) => {
    skip(!made(program, args, { [source]: content }), `${program} is not here, or does not make it`)
    expect(objectCodeOf(readFileSync(join(folder, output)))?.format).toBe(format)
  })
})

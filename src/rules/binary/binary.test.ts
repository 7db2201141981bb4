import { describe, expect, test } from "vitest"
import { told, unlooked } from "../../../test/fixtures/opaque-rules.ts"
import { type LibraryFixture, libraryOf, objectWithCode } from "../../binaries/elf/elf-fixture.ts"
import type { InspectedSubject, Rule } from "../rule.ts"
import { binaryAuditInterface } from "./audit-interface.ts"
import { binaryConstructor } from "./constructor.ts"
import { binaryForeignImport } from "./foreign-import.ts"
import { binaryIfunc } from "./ifunc.ts"
import { binaryInterposer } from "./interposer.ts"
import { binaryRelocation } from "./relocation.ts"
import { binaryWritableExecutable } from "./writable-executable.ts"

const rules: readonly Rule<InspectedSubject>[] = [
  binaryIfunc,
  binaryConstructor,
  binaryAuditInterface,
  binaryWritableExecutable,
  binaryInterposer,
  binaryRelocation,
  binaryForeignImport,
]
const plain = { stackFlags: 6 } as const
const library = (given: LibraryFixture = {}): { readonly "lib/a.so.1": Buffer } => ({ "lib/a.so.1": libraryOf({ ...plain, ...given }) })

/** jmp [rip + distance from 0x1000 to 0x3000] */
const jump = Buffer.from([0xff, 0x25, 0xfa, 0x1f, 0, 0])
const cpuid = Buffer.from([0x0f, 0xa2, 0xc3])
/** A library whose code at 0x1000 calls what `name` says. */
const calling = (name: string, more: LibraryFixture): LibraryFixture => ({
  ...more,
  code: jump,
  symbols: [{ name }, ...(more.symbols ?? [])],
  relocations: [{ at: 0x3000, type: 7, symbol: 1 }, ...(more.relocations ?? [])],
})
const chosen = { name: "chosen", type: 10, section: 1, value: 0x1000 } as const
/** An array of one function at 0x1000. */
const atLoad: Pick<LibraryFixture, "relocations" | "dynamic"> = {
  relocations: [{ at: 0x3010, type: 8, addend: 0x1000 }],
  dynamic: [
    [25, 0x3010],
    [27, 8],
  ],
}

test.each(rules.map((rule) => [rule.id, rule] as const))(
  "%s: nothing to say of a plain library, of texts, or of what nobody looked into",
  async (_, rule) => {
    expect(await told(rule, { files: library(), words: [] })).toBe("absent")
    expect(await told(rule, { files: { "a.bin": Buffer.from([0, 1, 2]) }, words: [] })).toBe("not-applicable")
    expect(await told(rule, { files: { "a.so": libraryOf().subarray(0, 0x100) }, words: [] })).not.toMatch(/^(?:review|alarm)/)
    expect(unlooked(rule).outcome).toBe("not-assessed")
  },
)

describe("binary/ifunc", () => {
  const honest = library({ code: cpuid, symbols: [chosen] })
  const odd = library(calling("somewhere", { symbols: [chosen] }))

  test("a resolver that asks the processor is a note; one that calls out is looked at; two doubts are an alarm", async () => {
    expect(await told(binaryIfunc, { files: honest })).toBe(
      "note: 1 resolver of indirect functions (chosen), which ask the processor alone",
    )
    expect(await told(binaryIfunc, { files: library(calling("__cpu_indicator_init", { symbols: [chosen] })) })).toMatch(/^note/)
    expect(await told(binaryIfunc, { files: odd })).toBe(
      "review: 1 resolver of indirect functions (chosen), of which chosen reach somewhere of other objects",
    )
    expect(await told(binaryIfunc, { files: odd, before: library() })).toMatch(/^alarm: .* and where the release before it had none$/)
    expect(await told(binaryIfunc, { files: odd, words: ["other"] })).toMatch(/^alarm: .* and of which no text names chosen$/)
    expect(await told(binaryIfunc, { files: odd, before: odd, words: ["chosen"] })).toMatch(/^review/)
  })

  test("another version of a library stands under another name", async () => {
    expect(await told(binaryIfunc, { files: honest, before: { "lib/a.so.0.9": libraryOf(plain) } })).toMatch(/^note/)
    expect(await told(binaryIfunc, { files: honest, before: { "lib/a.so.12": libraryOf(plain) } })).toMatch(/^review/)
  })

  test("an object of a source that the release lacks", async () => {
    const object = objectWithCode(cpuid, { symbols: [{ name: "gone.c", type: 4, binding: 0, section: 0xfff1 }, chosen] })
    expect(await told(binaryIfunc, { files: { "a.o": object }, words: ["chosen"] })).toMatch(
      /^review: .* in an object of gone\.c, which the release lacks$/,
    )
    expect(await told(binaryIfunc, { files: { "a.o": object, "src/gone.c": Buffer.from("x") }, words: ["chosen"] })).toMatch(/^note/)
  })
})

describe("binary/constructor", () => {
  test("start code is silent by what it does, not by its name", async () => {
    expect(await told(binaryConstructor, { files: library(calling("_ITM_registerTMCloneTable", atLoad)) })).toBe("absent")
    const named = calling("system", { ...atLoad, symbols: [{ name: "frame_dummy", section: 1, value: 0x1000 }] })
    expect(await told(binaryConstructor, { files: library(named) })).toMatch(/^review: .*other objects' process: system$/)
  })
  test("a note for one that sets up; an alarm for a new one that starts programs", async () => {
    const quiet = library(calling("getenv", atLoad))
    expect(await told(binaryConstructor, { files: quiet })).toMatch(
      /^note: 1 function run when it is loaded or unloaded .*, which reach getenv$/,
    )
    expect(await told(binaryConstructor, { files: library(calling("execve", atLoad)), before: library() })).toMatch(/^alarm/)
    expect(await told(binaryConstructor, { files: quiet, before: library() })).toMatch(/^review: .*where the release before it had none$/)
    expect(await told(binaryConstructor, { files: library(calling("__cxa_atexit", atLoad)), before: library() })).toMatch(/^note/)
  })
})

test("binary/audit-interface: words, exports, and a library that is loaded as auditor", async () => {
  const of = (given: LibraryFixture): Promise<string> => told(binaryAuditInterface, { files: library(given) })
  expect(await of({ written: Buffer.from("set LD_AUDIT_X=1") })).toBe("note: holds words of the audit interface: LD_AUDIT_X")
  expect(await of({ symbols: [{ name: "la_version", section: 1, value: 0x1000 }] })).toMatch(/^review/)
  expect(await of({ dynamic: [[0x6ffffefb, "watch.so"]] })).toBe("alarm: has the dynamic linker load watch.so as its auditor")
  expect(await of({ symbols: [{ name: "la_gomera", section: 1, value: 0x1000 }] })).toBe("absent")
})

test("binary/writable-executable: segments and stacks, worse where they are new", async () => {
  const of = (given: LibraryFixture, before?: LibraryFixture): Promise<string> =>
    told(binaryWritableExecutable, { files: library(given), ...(before === undefined ? {} : { before: library(before) }) })
  expect(await of({ codeFlags: 7 })).toMatch(/^review: may be written and run: segment 1/)
  expect(await of({ codeFlags: 7 }, {})).toMatch(/^alarm/)
  expect(await of({ stackFlags: 7 }, { stackFlags: 7 })).toMatch(/^review: asks for a stack/)
  expect(await told(binaryWritableExecutable, { files: { "a.so": libraryOf() } })).toMatch(/^note: does not say/)
})

test("binary/interposer: a few names are taken, many are owned; one that passes calls on, and a new one", async () => {
  const exporting = (...names: readonly string[]): LibraryFixture => ({
    symbols: names.map((name) => ({ name, section: 1, value: 0x1000 })),
  })
  const of = (given: LibraryFixture, before?: LibraryFixture): Promise<string> =>
    told(binaryInterposer, { files: library(given), ...(before === undefined ? {} : { before: library(before) }) })
  expect(await of(exporting("malloc", "free"))).toBe("note: exports functions of memory (malloc, free)")
  const crypto = exporting("EVP_VerifyFinal")
  expect(await of(crypto)).toMatch(/^note/)
  expect(await of({ symbols: [...(crypto.symbols ?? []), { name: "dlsym" }] })).toMatch(/^review: .*and looks for the next of a name$/)
  expect(await of(crypto, {})).toMatch(/^alarm/)
  expect(await of(exporting(...Array.from({ length: 30 }, (_, index) => `EVP_f${index}`)))).toBe("absent")
})

test("binary/relocation: one kind is looked at, two or a new one are an alarm", async () => {
  const outside = { relocations: [{ at: 0x9000, type: 8 }] }
  expect(await told(binaryRelocation, { files: library(outside) })).toBe("review: one at 0x9000, where nothing is loaded")
  expect(await told(binaryRelocation, { files: library(outside), before: library() })).toMatch(/^alarm/)
  expect(await told(binaryRelocation, { files: library({ relocations: [...outside.relocations, ...outside.relocations] }) })).toMatch(
    /^alarm/,
  )
})

describe("binary/foreign-import", () => {
  const names = ["socket", "write", "__printf_chk", "__xstat64", "__tls_get_addr", "__cxa_finalize", "_ZN3foo3barEv", "BIO_ctrl"]
  const files = library({ symbols: names.map((name) => ({ name })) })
  const all = ["socket", "write", "printf", "stat", "thread_local"]

  test("what headers and compilers make of words is named by these words; other libraries' headers are not here", async () => {
    expect(await told(binaryForeignImport, { files, words: all })).toBe("absent")
    expect(await told(binaryForeignImport, { files })).toBe("not-assessed")
  })
  test("one that no text needs is looked at; one that is reached at load, or new, is an alarm", async () => {
    const words = all.filter((word) => word !== "thread_local")
    expect(await told(binaryForeignImport, { files, words })).toMatch(/^review: imports __tls_get_addr, which no text/)
    expect(await told(binaryForeignImport, { files, words, before: library() })).toMatch(/^alarm: .*new: __tls_get_addr/)
    const early = library(calling("socket", { symbols: [chosen] }))
    expect(await told(binaryForeignImport, { files: early, words: ["chosen"] })).toMatch(/^alarm: .*reached when the binary is loaded$/)
  })
  test("of a binary whose imports are all strange the texts are not the source", async () => {
    expect(await told(binaryForeignImport, { files, words: [] })).toMatch(/^note: imports 5 of 6 symbols/)
  })
})

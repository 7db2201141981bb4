/** Writes small ELF files for tests. No part of the product. */

export interface FixtureSection {
  readonly name: string
  readonly type: number
  readonly flags?: number
  readonly content?: Uint8Array
  readonly link?: number
  readonly info?: number
  readonly rowBytes?: number
}

export interface FixtureSymbol {
  readonly name: string
  /** FUNC, unless it is said. */
  readonly type?: number
  /** GLOBAL, unless it is said. */
  readonly binding?: number
  /** 0: undefined. */
  readonly section?: number
  readonly value?: number
}

export interface FixtureRelocation {
  readonly at: number
  readonly type: number
  readonly symbol?: number
  readonly addend?: number
}

export interface LibraryFixture {
  /** At 0x1000, in a segment that is run. */
  readonly code?: Uint8Array
  readonly symbols?: readonly FixtureSymbol[]
  readonly relocations?: readonly FixtureRelocation[]
  /** At 0x3000, in a segment that is written. */
  readonly written?: Uint8Array
  /** Flags of the two segments. */
  readonly codeFlags?: number
  /** Undefined: no header of the stack. */
  readonly stackFlags?: number
  /** Tags behind those that the tables need; a text becomes an offset of the strings. */
  readonly dynamic?: readonly (readonly [tag: number, value: number | string])[]
  readonly machine?: number
  readonly bits?: 32 | 64
  readonly isBig?: boolean
  readonly type?: number
}

/** Little- or big-endian numbers of a class, appended. */
class Writer {
  readonly #parts: number[] = []
  readonly is64: boolean
  readonly isBig: boolean
  constructor({ bits = 64, isBig = false }: Pick<LibraryFixture, "bits" | "isBig">) {
    this.is64 = bits === 64
    this.isBig = isBig
  }
  put(size: number, ...values: readonly number[]): this {
    for (const value of values) {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)))
      const cut = [...bytes.subarray(0, size)]
      this.#parts.push(...(this.isBig ? cut.reverse() : cut))
    }
    return this
  }
  word(...values: readonly number[]): this {
    return this.put(this.is64 ? 8 : 4, ...values)
  }
  raw(bytes: Iterable<number>): this {
    this.#parts.push(...bytes)
    return this
  }
  get bytes(): Buffer {
    return Buffer.from(this.#parts)
  }
}

function strings(names: readonly string[]): { readonly bytes: Buffer; at(name: string): number } {
  const text = `\0${names.map((name) => `${name}\0`).join("")}`
  return { bytes: Buffer.from(text, "latin1"), at: (name) => (name === "" ? 0 : text.indexOf(`\0${name}\0`) + 1) }
}

const align = (bytes: Uint8Array, to: number): Buffer => Buffer.concat([bytes, Buffer.alloc((to - (bytes.byteLength % to)) % to)])

function symbolTable(
  symbols: readonly FixtureSymbol[],
  nameAt: (name: string) => number,
  kind: Pick<LibraryFixture, "bits" | "isBig">,
): Buffer {
  const out = new Writer(kind).raw(Buffer.alloc(kind.bits === 32 ? 16 : 24))
  for (const { name, type = 2, binding = 1, section = 0, value = 0 } of symbols) {
    const info = binding * 16 + type
    if (out.is64) out.put(4, nameAt(name)).put(1, info, 0).put(2, section).put(8, value, 0)
    else out.put(4, nameAt(name), value, 0).put(1, info, 0).put(2, section)
  }
  return out.bytes
}

function relocationTable(relocations: readonly FixtureRelocation[], kind: Pick<LibraryFixture, "bits" | "isBig">): Buffer {
  const out = new Writer(kind)
  for (const { at, type, symbol = 0, addend = 0 } of relocations)
    out.word(at, out.is64 ? symbol * 2 ** 32 + type : symbol * 256 + type, addend)
  return out.bytes
}

function header(
  kind: Pick<LibraryFixture, "bits" | "isBig">,
  of: { type: number; machine: number; phoff: number; phnum: number; shoff: number; shnum: number; names: number },
): Buffer {
  const out = new Writer(kind)
  out.raw([0x7f, 0x45, 0x4c, 0x46, out.is64 ? 2 : 1, out.isBig ? 2 : 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  out.put(2, of.type, of.machine).put(4, 1).word(0, of.phoff, of.shoff).put(4, 0)
  return out.put(2, out.is64 ? 64 : 52, out.is64 ? 56 : 32, of.phnum, out.is64 ? 64 : 40, of.shnum, of.names).bytes
}

/** A relocatable file. Section 0 is made; so is the one that names the others, which comes last. */
export function objectOf(
  sections: readonly FixtureSection[],
  kind: Pick<LibraryFixture, "bits" | "isBig"> & { readonly machine?: number } = {},
): Buffer {
  const names = strings([...sections.map(({ name }) => name), ".shstrtab"])
  const all: readonly FixtureSection[] = [...sections, { name: ".shstrtab", type: 3, content: names.bytes }]
  const headBytes = kind.bits === 32 ? 52 : 64
  const bodies: Buffer[] = []
  const rows = new Writer(kind).raw(Buffer.alloc(kind.bits === 32 ? 40 : 64))
  let at = headBytes
  for (const { name, type, flags = 0, content = new Uint8Array(0), link = 0, info = 0, rowBytes = 0 } of all) {
    const body = align(content, 8)
    rows.put(4, names.at(name), type).word(flags, 0, at, content.byteLength).put(4, link, info).word(1, rowBytes)
    bodies.push(body)
    at += body.byteLength
  }
  const head = header(kind, {
    type: 1,
    machine: kind.machine ?? 62,
    phoff: 0,
    phnum: 0,
    shoff: at,
    shnum: all.length + 1,
    names: all.length,
  })
  return Buffer.concat([head, ...bodies, rows.bytes])
}

/** An object with one section of code, its relocations, and what more is given: code is section 1, symbols 2, their names 3, relocations of code 4. */
export function objectWithCode(
  code: Uint8Array,
  {
    symbols = [],
    relocations = [],
    more = [],
  }: {
    readonly symbols?: readonly FixtureSymbol[]
    readonly relocations?: readonly FixtureRelocation[]
    readonly more?: readonly FixtureSection[]
  },
): Buffer {
  const names = strings(symbols.map(({ name }) => name))
  return objectOf([
    { name: ".text", type: 1, flags: 6, content: code },
    { name: ".symtab", type: 2, link: 3, info: 1, rowBytes: 24, content: symbolTable(symbols, names.at, {}) },
    { name: ".strtab", type: 3, content: names.bytes },
    { name: ".rela.text", type: 4, link: 2, info: 1, rowBytes: 24, content: relocationTable(relocations, {}) },
    ...more,
  ])
}

/** Rows of relocations as the content of a section. */
export const relaContent = (relocations: readonly FixtureRelocation[]): Buffer => relocationTable(relocations, {})

const [codeAt, writtenAt, page] = [0x1000, 0x3000, 0x1000] as const

/** A library as the dynamic linker sees it: no section headers. Tables in a page of their own, code, then what is written. */
export function libraryOf(given: LibraryFixture = {}): Buffer {
  const {
    code = Buffer.from([0xc3]),
    symbols = [],
    relocations = [],
    written = Buffer.alloc(64),
    codeFlags = 5,
    dynamic = [],
    machine = 62,
    bits = 64,
    type = 3,
  } = given
  const [is64, wordBytes] = [bits === 64, bits / 8]
  const names = strings([...symbols.map(({ name }) => name), ...dynamic.flatMap(([, value]) => (typeof value === "string" ? [value] : []))])
  const segments = given.stackFlags === undefined ? 4 : 5
  const tablesAt = (is64 ? 64 : 52) + segments * (is64 ? 56 : 32)
  const symbolBytes = align(symbolTable(symbols, names.at, given), 8)
  const relocationBytes = relocationTable(relocations, given)
  const hash = new Writer(given).put(4, 1, symbols.length + 1, ...Array.from({ length: symbols.length + 2 }, () => 0)).bytes
  const stringsAt = tablesAt + symbolBytes.byteLength
  const hashAt = Math.ceil((stringsAt + names.bytes.byteLength) / 8) * 8
  const relocationsAt = Math.ceil((hashAt + hash.byteLength) / 8) * 8
  const rows = new Writer(given)
  for (const [tag, value] of dynamic) rows.word(tag, typeof value === "string" ? names.at(value) : value)
  rows.word(5, stringsAt, 10, names.bytes.byteLength, 6, tablesAt, 4, hashAt)
  if (relocations.length > 0) rows.word(7, relocationsAt, 8, relocationBytes.byteLength)
  const table = rows.word(0, 0).bytes
  const dynamicAt = Math.ceil((relocationsAt + relocationBytes.byteLength) / 8) * 8
  const size = dynamicAt + table.byteLength
  const out = Buffer.alloc(writtenAt + written.byteLength)
  const program = new Writer(given)
  const segment = (kind: number, flags: number, place: readonly [at: number, size: number]): void => {
    const [at, length] = place
    if (is64) program.put(4, kind, flags).word(at, at, at, length, length, page)
    else program.word(kind, at, at, at, length, length, flags, page)
  }
  segment(1, 4, [0, size])
  segment(1, codeFlags, [codeAt, code.byteLength])
  segment(1, 6, [writtenAt, written.byteLength])
  segment(2, 6, [dynamicAt, table.byteLength])
  if (given.stackFlags !== undefined) segment(0x6474e551, given.stackFlags, [0, 0])
  header(given, { type, machine, phoff: is64 ? 64 : 52, phnum: segments, shoff: 0, shnum: 0, names: 0 }).copy(out)
  program.bytes.copy(out, is64 ? 64 : 52)
  for (const [at, bytes] of [
    [tablesAt, symbolBytes],
    [stringsAt, names.bytes],
    [hashAt, hash],
    [relocationsAt, relocationBytes],
    [dynamicAt, table],
    [codeAt, code],
    [writtenAt, written],
  ] as const)
    out.set(bytes, at)
  if (wordBytes === 0 || size > codeAt) throw new Error("too much for one page")
  return out
}

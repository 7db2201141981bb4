import { latin1 } from "../../core/bytes.ts"

/*
 * A member is a header, its name with a NUL, its content; an archive ends with a member named TRAILER!!! (cpio(5) of FreeBSD; Linux
 * Documentation/driver-api/early-userspace/buffer-format.rst; GNU cpio, src/cpiohdr.h).
 *
 *   newc 070701, crc 070702   magic[6]  ino mode uid gid nlink mtime size dev-major dev-minor rdev-major rdev-minor name-size check: 8 hex digits each
 *                             name and content each filled up to a multiple of 4
 *   odc 070707                magic[6]  dev ino mode uid gid nlink rdev: 6 octal digits each  mtime[11] name-size[6] size[11]; nothing is filled up
 *   old binary 0o070707       magic dev ino mode uid gid nlink rdev mtime[2] name-size size[2]: numbers of 16 bits, of either order of bytes; the high
 *                             half of two comes first; name and content each filled up to a multiple of 2
 */
export interface Field {
  readonly at: number
  readonly end: number
  readonly value: number
}

export const fieldNames = [
  "ino",
  "mode",
  "uid",
  "gid",
  "nlink",
  "mtime",
  "size",
  "devMajor",
  "devMinor",
  "rdevMajor",
  "rdevMinor",
  "nameSize",
  "check",
] as const
export type FieldName = (typeof fieldNames)[number]
export type Fields = ReadonlyMap<FieldName, Field>

/** What a field says; one that the form does not have says 0. */
export const numberOf = (fields: Fields, name: FieldName): number => fields.get(name)?.value ?? 0

export interface Form {
  readonly name: string
  readonly headerBytes: number
  /** What names and contents are filled up to a multiple of. */
  readonly align: number
  /** Undefined: it is no header of this form. */
  decode(header: Uint8Array): Fields | undefined
}

type Columns = readonly (readonly [name: FieldName, width: number])[]

const hex: Columns = fieldNames.map((name) => [name, 8])
const octal: Columns = [
  ["devMinor", 6],
  ["ino", 6],
  ["mode", 6],
  ["uid", 6],
  ["gid", 6],
  ["nlink", 6],
  ["rdevMinor", 6],
  ["mtime", 11],
  ["nameSize", 6],
  ["size", 11],
]
const shorts: Columns = [
  ["devMinor", 2],
  ["ino", 2],
  ["mode", 2],
  ["uid", 2],
  ["gid", 2],
  ["nlink", 2],
  ["rdevMinor", 2],
  ["mtime", 4],
  ["nameSize", 2],
  ["size", 4],
]

function fieldsOf(columns: Columns, first: number, numberAt: (at: number, width: number) => number): Fields {
  const fields = new Map<FieldName, Field>()
  let at = first
  for (const [name, width] of columns) {
    fields.set(name, { at, end: at + width, value: numberAt(at, width) })
    at += width
  }
  return fields
}

function text(
  name: string,
  given: { readonly magic: string; readonly columns: Columns; readonly radix: 8 | 16; readonly align: number },
): Form {
  const { magic, columns, radix, align } = given
  const headerBytes = columns.reduce((sum, [, width]) => sum + width, magic.length)
  const digits = radix === 16 ? /^[0-9a-fA-F]+$/ : /^[0-7]+$/
  const decode = (header: Uint8Array): Fields | undefined => {
    const letters = latin1(header.subarray(0, headerBytes))
    if (letters.length < headerBytes || !letters.startsWith(magic) || !digits.test(letters)) return undefined
    return fieldsOf(columns, magic.length, (at, width) => Number.parseInt(letters.slice(at, at + width), radix))
  }
  return { name, headerBytes, align, decode }
}

const binaryMagic = 0o070707
const binaryBytes = 26

function binary(name: string, isLittle: boolean): Form {
  const headerBytes = binaryBytes
  const decode = (header: Uint8Array): Fields | undefined => {
    if (header.byteLength < headerBytes) return undefined
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
    if (view.getUint16(0, isLittle) !== binaryMagic) return undefined
    const short = (at: number): number => view.getUint16(at, isLittle)
    return fieldsOf(shorts, 2, (at, width) => (width === 2 ? short(at) : short(at) * 0x1_0000 + short(at + 2)))
  }
  return { name, headerBytes, align: 2, decode }
}

export const crcForm = text("crc", { magic: "070702", columns: hex, radix: 16, align: 4 })

const forms: readonly Form[] = [
  text("newc", { magic: "070701", columns: hex, radix: 16, align: 4 }),
  crcForm,
  text("odc", { magic: "070707", columns: octal, radix: 8, align: 1 }),
  binary("old binary, little endian", true),
  binary("old binary, big endian", false),
]

/** rpm's form for files of 4 GiB and more: an index into the package's header in place of everything (rpm, `rpmio/rpmcpio.cc`). */
export const strippedMagic = "07070X"

/** The form of an archive that begins so, with a whole header. Two bytes of a magic are too common: there the name has to end where it says, too. */
export function formOf(head: Uint8Array): Form | undefined {
  for (const form of forms) {
    const size = form.decode(head)?.get("nameSize")?.value
    if (size === undefined) continue
    const isShort = form.headerBytes <= binaryBytes
    if (!isShort || (size > 1 && head[form.headerBytes + size - 1] === 0)) return form
  }
  return undefined
}

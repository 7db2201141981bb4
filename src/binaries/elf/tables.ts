import type { Header, Table } from "./header.ts"
import { programHeaderBytes, sectionHeaderBytes } from "./header.ts"
import type { Telling } from "./telling.ts"

export const sectionTypes = {
  null: 0,
  symbols: 2,
  strings: 3,
  rela: 4,
  hash: 5,
  dynamic: 6,
  note: 7,
  nobits: 8,
  rel: 9,
  dynamicSymbols: 11,
  initArray: 14,
  finiArray: 15,
  preinitArray: 16,
  group: 17,
  symbolIndices: 18,
  relr: 19,
  gnuHash: 0x6ffffff6,
  versionDefinitions: 0x6ffffffd,
  versionNeeds: 0x6ffffffe,
  versions: 0x6fffffff,
} as const
export const sectionFlags = { write: 1, alloc: 2, execute: 4, compressed: 0x800 } as const

export interface Section {
  readonly index: number
  readonly name: string
  readonly type: number
  readonly flags: number
  readonly address: number
  readonly offset: number
  readonly size: number
  readonly link: number
  readonly info: number
  readonly align: number
  readonly rowBytes: number
}

export const segmentTypes = { load: 1, dynamic: 2, interpreter: 3, note: 4, tls: 7, stack: 0x6474e551, relro: 0x6474e552 } as const
export const segmentFlags = { execute: 1, write: 2, read: 4 } as const

export interface Segment {
  readonly index: number
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly address: number
  readonly fileSize: number
  readonly memorySize: number
  readonly align: number
}

/** The program headers (gABI, "Program Header"): of 64-bit files the flags stand second. */
export function segmentsOf({ view, programHeaders }: Header, telling: Telling): readonly Segment[] {
  const { is64, wordBytes } = view
  if (programHeaders.count > telling.limits.binarySegmentsMax) throw telling.overLimit("binarySegmentsMax")
  const rows = rowsOf(programHeaders, telling, { what: "program headers", bytes: programHeaderBytes(is64), size: view.size })
  return rows.map((at, index) => {
    const from = is64 ? at + 8 : at + 4
    return {
      index,
      type: view.u32(at),
      flags: view.u32(is64 ? at + 4 : at + 24),
      offset: view.word(from),
      address: view.word(from + wordBytes),
      fileSize: view.word(from + 3 * wordBytes),
      memorySize: view.word(from + 4 * wordBytes),
      align: view.word(is64 ? at + 48 : at + 28),
    }
  })
}

/** The section headers with their names (gABI, "Sections"). */
export function sectionsOf({ view, sectionHeaders, namesIndex }: Header, telling: Telling): readonly Section[] {
  const { is64, wordBytes } = view
  const rows = rowsOf(sectionHeaders, telling, { what: "section headers", bytes: sectionHeaderBytes(is64), size: view.size })
  const raw = rows.map((at, index) => ({
    index,
    nameAt: view.u32(at),
    type: view.u32(at + 4),
    flags: view.word(at + 8),
    address: view.word(at + 8 + wordBytes),
    offset: view.word(at + 8 + 2 * wordBytes),
    size: view.word(at + 8 + 3 * wordBytes),
    link: view.u32(at + 8 + 4 * wordBytes),
    info: view.u32(at + 12 + 4 * wordBytes),
    align: view.word(at + 16 + 4 * wordBytes),
    rowBytes: view.word(at + 16 + 5 * wordBytes),
  }))
  const names = raw[namesIndex]
  if (raw.length > 0 && names?.type !== sectionTypes.strings && namesIndex !== 0)
    telling.review("section-names", "the section that should name the others is no table of strings", sectionHeaders.at)
  return raw.map(({ nameAt, ...section }) => {
    const end = names === undefined ? 0 : names.offset + names.size
    const name = names?.type === sectionTypes.strings ? view.string(names.offset + nameAt, end, telling.limits.nameBytesMax) : ""
    if (name === undefined) telling.review("section-name", `section ${section.index} has a name outside of the table`, sectionHeaders.at)
    return { ...section, name: name ?? "" }
  })
}

/** Where each row begins. A table that is not inside the file whole has none. */
function rowsOf(
  { at, count, rowBytes }: Table,
  telling: Telling,
  { what, bytes, size }: { readonly what: string; readonly bytes: number; readonly size: number },
): readonly number[] {
  if (count === 0 || at === 0) return []
  if (count > telling.limits.binaryHeadersMax) throw telling.overLimit("binaryHeadersMax")
  if (rowBytes < bytes || at + count * rowBytes > size) {
    telling.review("table-outside", `${count} ${what} of ${rowBytes} bytes each are not inside the file`, at)
    return []
  }
  if (rowBytes > bytes) telling.review("wide-rows", `${what} of ${rowBytes} bytes, of which ${bytes} are read`, at)
  return Array.from({ length: count }, (_, index) => at + index * rowBytes)
}

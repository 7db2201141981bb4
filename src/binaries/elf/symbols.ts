import { tags } from "./dynamic.ts"
import type { Image } from "./image.ts"
import { type Section, sectionTypes } from "./tables.ts"
import { type SymbolVersion, VersionsOf } from "./versions.ts"

export const symbolTypes = { none: 0, object: 1, func: 2, section: 3, file: 4, tls: 6, ifunc: 10 } as const
export const bindings = { local: 0, global: 1, weak: 2, unique: 10 } as const

/** A row of a symbol table (gABI, "Symbol Table"). */
export interface ElfSymbol {
  readonly index: number
  readonly name: string
  readonly type: number
  readonly binding: number
  readonly visibility: number
  /** 0: undefined here, so another object's. Numbers that do not fit are resolved. */
  readonly section: number
  readonly value: number
  readonly size: number
  readonly version?: SymbolVersion
}

interface SymbolTable {
  readonly at: number
  readonly count: number
  readonly stringsAt: number
  readonly stringsEnd: number
  /** Where the table of long section numbers is (SHT_SYMTAB_SHNDX). */
  readonly indicesAt?: number
  readonly isDynamic: boolean
}

/** Symbol tables of one file. Rows are read each time they are asked for: a large library has half a million. */
export class Symbols {
  readonly #image: Image
  /** What the dynamic linker uses. */
  readonly #dynamic: SymbolTable | undefined
  /** What only a linker or a debugger uses. */
  readonly #linking: SymbolTable | undefined
  readonly #versions: VersionsOf | undefined

  constructor(image: Image) {
    this.#image = image
    this.#dynamic = dynamicTable(image)
    const section = image.sections.find(({ type }) => type === sectionTypes.symbols)
    this.#linking = section === undefined ? undefined : sectionTable(image, section)
    this.#versions = image.dynamic === undefined ? undefined : new VersionsOf(image, image.dynamic)
  }

  dynamic(): Generator<ElfSymbol> {
    return this.#rows(this.#dynamic)
  }

  linking(): Generator<ElfSymbol> {
    return this.#rows(this.#linking)
  }

  *all(): Generator<ElfSymbol> {
    yield* this.dynamic()
    yield* this.linking()
  }

  /** The symbol that relocations of this file mean by a number. */
  at(index: number): ElfSymbol | undefined {
    const table = this.#image.isRelocatable ? this.#linking : this.#dynamic
    return table === undefined || index >= table.count ? undefined : this.#row(table, index)
  }

  *#rows(table: SymbolTable | undefined): Generator<ElfSymbol> {
    for (let index = 1; index < (table?.count ?? 0); index += 1) if (table !== undefined) yield this.#row(table, index)
  }

  #row(table: SymbolTable, index: number): ElfSymbol {
    const { view, telling } = this.#image
    const at = table.at + index * (view.is64 ? 24 : 16)
    const [infoAt, sectionAt, valueAt, sizeAt] = view.is64 ? [at + 4, at + 6, at + 8, at + 16] : [at + 12, at + 14, at + 4, at + 8]
    const section = view.u16(sectionAt)
    const name = view.string(table.stringsAt + view.u32(at), table.stringsEnd, telling.limits.symbolBytesMax)
    const version = table.isDynamic ? this.#versions?.of(index) : undefined
    return {
      index,
      name: name ?? "",
      type: view.u8(infoAt) & 15,
      binding: view.u8(infoAt) >> 4,
      visibility: view.u8(infoAt + 1) & 3,
      section: section === 0xffff && table.indicesAt !== undefined ? view.u32(table.indicesAt + 4 * index) : section,
      value: view.word(valueAt),
      size: view.word(sizeAt),
      ...(version === undefined ? {} : { version }),
    }
  }
}

/** Where a symbol's code or data stands, as `Mapping` counts addresses; undefined: not in this file. */
export function addressOf(image: Image, { section, value }: ElfSymbol): number | undefined {
  if (section === 0 || (section >= 0xff00 && section <= 0xffff)) return undefined
  const own = image.sections[section]
  if (!image.isRelocatable) return value
  return own === undefined ? undefined : image.addressIn(own, value)
}

function sectionTable(image: Image, section: Section): SymbolTable | undefined {
  const { view, telling, sections } = image
  const rowBytes = view.is64 ? 24 : 16
  const strings = sections[section.link]
  if (strings?.type !== sectionTypes.strings || !view.has(section.offset, section.size) || !view.has(strings.offset, strings.size)) {
    telling.review("symbols-outside", `the symbols of ${section.name} or their names are not inside the file`, section.offset)
    return undefined
  }
  const count = Math.floor(section.size / rowBytes)
  if (count > telling.limits.binarySymbolsMax) throw telling.overLimit("binarySymbolsMax")
  const indices = sections.find(({ type, link }) => type === sectionTypes.symbolIndices && link === section.index)
  return {
    at: section.offset,
    count,
    stringsAt: strings.offset,
    stringsEnd: strings.offset + strings.size,
    isDynamic: section.type === sectionTypes.dynamicSymbols,
    ...(indices === undefined ? {} : { indicesAt: indices.offset }),
  }
}

/** Of a size that no tag states: a hash table tells it, or the section that lies at the same place. */
function dynamicTable(image: Image): SymbolTable | undefined {
  const { dynamic, view, telling } = image
  const section = image.sections.find(({ type }) => type === sectionTypes.dynamicSymbols)
  if (dynamic === undefined) return undefined
  const address = dynamic.value(tags.symbols)
  const at = address === undefined ? undefined : image.offsetOf(address)
  const strings = dynamic.table(tags.strings, tags.stringsSize)
  if (at === undefined || strings === undefined) return undefined
  if (section !== undefined && section.offset !== at)
    telling.review("two-symbol-tables", "the section .dynsym is not what the dynamic linker reads", section.offset)
  const rowBytes = view.is64 ? 24 : 16
  const room = Math.floor((view.size - at) / rowBytes)
  const stated = countByHash(image) ?? (section?.offset === at ? Math.floor(section.size / rowBytes) : undefined)
  if (stated === undefined) telling.leave("the symbols of the dynamic linker, as no hash table counts them")
  const count = Math.min(stated ?? 0, room)
  if (count > telling.limits.binarySymbolsMax) throw telling.overLimit("binarySymbolsMax")
  return { at, count, stringsAt: strings.at, stringsEnd: strings.at + strings.size, isDynamic: true }
}

function countByHash(image: Image): number | undefined {
  const { dynamic, view } = image
  const hash = dynamic?.value(tags.hash)
  const at = hash === undefined ? undefined : image.offsetOf(hash, 8)
  const gnu = dynamic?.value(tags.gnuHash)
  const gnuAt = gnu === undefined ? undefined : image.offsetOf(gnu, 16)
  if (gnuAt !== undefined) return countByGnuHash(image, gnuAt)
  return at === undefined ? undefined : view.u32(at + 4)
}

/** buckets[4] first[4] words[4] shift[4] filter[words] bucket[4]... chain[4]...: the last chain ends with an odd number. Symbols before `first` are in no chain. */
function countByGnuHash({ view, telling }: Image, at: number): number | undefined {
  const [buckets, first, words] = [view.u32(at), view.u32(at + 4), view.u32(at + 8)]
  const bucketsAt = at + 16 + words * view.wordBytes
  if (!view.has(bucketsAt, buckets * 4)) return undefined
  let last = 0
  for (let index = 0; index < buckets; index += 1) last = Math.max(last, view.u32(bucketsAt + 4 * index))
  // No bucket is filled: nothing is exported, and what is imported is in no chain.
  if (last < first) return first > 1 ? first : undefined
  const chainsAt = bucketsAt + 4 * buckets
  while (view.has(chainsAt + 4 * (last - first), 4)) {
    if (last > telling.limits.binarySymbolsMax) throw telling.overLimit("binarySymbolsMax")
    if (view.u32(chainsAt + 4 * (last - first)) % 2 === 1) return last + 1
    last += 1
  }
  return undefined
}

import { fileTypes, type Header, headerOf } from "./header.ts"
import { type Section, type Segment, sectionsOf, sectionTypes, segmentFlags, segmentsOf, segmentTypes } from "./tables.ts"
import type { Telling } from "./telling.ts"
import type { View } from "./view.ts"

/** Sections of a relocatable file all begin at address zero; here each has a range of its own. */
const sectionSpan = 2 ** 32

/** The headers of one file, and what lies at an address once it is loaded. */
export class Mapping {
  readonly header: Header
  readonly view: View
  readonly segments: readonly Segment[]
  readonly sections: readonly Section[]
  readonly telling: Telling
  /** Rows of relocations, each time that one is read. */
  relocationsRead = 0
  readonly #loads: readonly Segment[]
  #tables: ReadonlyMap<number, readonly Section[]> | undefined

  constructor(bytes: Uint8Array, telling: Telling) {
    const header = headerOf(bytes)
    if (header === undefined) throw telling.malformed(0, "the header of an ELF file")
    this.header = header
    this.view = header.view
    this.telling = telling
    this.segments = segmentsOf(header, telling)
    this.sections = sectionsOf(header, telling)
    this.#loads = this.segments.filter(({ type }) => type === segmentTypes.load)
    if ([...this.segments, ...this.sections].some(({ address }) => address > Number.MAX_SAFE_INTEGER))
      telling.note("high-address", "addresses beyond 2^53, which are not followed", 0)
  }

  get isRelocatable(): boolean {
    return this.header.type === fileTypes.relocatable
  }

  /** Where the byte of an address stands in the file; undefined: nowhere. The first segment wins, as overlaps are told. */
  offsetOf(address: number, size = 1): number | undefined {
    if (this.isRelocatable) return this.#offsetInSection(address, size)
    const segment = this.segmentAt(address)
    if (segment === undefined) return undefined
    const into = address - segment.address
    const offset = segment.offset + into
    return into + size <= segment.fileSize && this.view.has(offset, size) ? offset : undefined
  }

  /** Tables of relocations that change a section of a relocatable file. */
  tablesOf(section: number): readonly Section[] {
    this.#tables ??= Map.groupBy(
      this.sections.filter(({ type }) => type === sectionTypes.rela || type === sectionTypes.rel),
      ({ info }) => info,
    )
    return this.#tables.get(section) ?? []
  }

  segmentAt(address: number): Segment | undefined {
    return this.#loads.find((one) => address >= one.address && address < one.address + one.memorySize)
  }

  /** Of a linked file, an address in it as it is; of a relocatable one, an offset in a section made an address of its own. */
  addressIn(section: Section, offset: number): number {
    return this.isRelocatable ? section.index * sectionSpan + offset : section.address + offset
  }

  /** The section of an address; of a linked file only if the section table is there. */
  sectionAt(address: number): Section | undefined {
    if (this.isRelocatable) return this.sections[Math.floor(address / sectionSpan)]
    return this.sections.find((one) => (one.flags & 2) !== 0 && address >= one.address && address < one.address + one.size)
  }

  isCode(address: number): boolean {
    if (this.isRelocatable) return ((this.sectionAt(address)?.flags ?? 0) & 4) !== 0
    return ((this.segmentAt(address)?.flags ?? 0) & segmentFlags.execute) !== 0
  }

  /** At most `max` bytes of code from an address on. */
  codeAt(address: number, max: number): Uint8Array | undefined {
    const offset = this.isCode(address) ? this.offsetOf(address) : undefined
    if (offset === undefined) return undefined
    const section = this.isRelocatable ? this.sectionAt(address) : undefined
    const segment = this.isRelocatable ? undefined : this.segmentAt(address)
    const end = section !== undefined ? section.offset + section.size : (segment?.offset ?? 0) + (segment?.fileSize ?? 0)
    return this.view.bytes.subarray(offset, Math.min(offset + max, end))
  }

  #offsetInSection(address: number, size: number): number | undefined {
    const section = this.sectionAt(address)
    if (section === undefined || section.type === 8) return undefined
    const into = address % sectionSpan
    const offset = section.offset + into
    return into + size <= section.size && this.view.has(offset, size) ? offset : undefined
  }
}

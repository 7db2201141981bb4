import type { Mapping } from "./mapping.ts"
import { sectionTypes, segmentTypes } from "./tables.ts"

/** Tags that are read (gABI, "Dynamic Section"; those of GNU from 0x6ffffef5 on). */
export const tags = {
  needed: 1,
  pltRelSize: 2,
  hash: 4,
  strings: 5,
  symbols: 6,
  rela: 7,
  relaSize: 8,
  stringsSize: 10,
  init: 12,
  fini: 13,
  soname: 14,
  rpath: 15,
  rel: 17,
  relSize: 18,
  pltRel: 20,
  textRel: 22,
  jmpRel: 23,
  initArray: 25,
  finiArray: 26,
  initArraySize: 27,
  finiArraySize: 28,
  runPath: 29,
  flags: 30,
  preinitArray: 32,
  preinitArraySize: 33,
  relrSize: 35,
  relr: 36,
  gnuHash: 0x6ffffef5,
  depAudit: 0x6ffffefb,
  audit: 0x6ffffefc,
  versions: 0x6ffffff0,
  relaCount: 0x6ffffff9,
  relCount: 0x6ffffffa,
  versionDefinitions: 0x6ffffffc,
  versionDefinitionsCount: 0x6ffffffd,
  versionNeeds: 0x6ffffffe,
  versionNeedsCount: 0x6fffffff,
} as const

/** What the dynamic linker is told. */
export class Dynamic {
  readonly at: number
  readonly size: number
  readonly #image: Mapping
  readonly #values: ReadonlyMap<number, readonly number[]>

  constructor(image: Mapping, at: number, size: number) {
    this.#image = image
    this.at = at
    const { view, telling } = image
    const values = new Map<number, number[]>()
    const rowBytes = 2 * view.wordBytes
    let row = at
    for (let count = 0; row + rowBytes <= at + size; row += rowBytes, count += 1) {
      if (count > telling.limits.binaryHeadersMax) throw telling.overLimit("binaryHeadersMax")
      const tag = view.word(row)
      if (tag === 0) break
      const held = values.get(tag)
      if (held === undefined) values.set(tag, [view.word(row + view.wordBytes)])
      else held.push(view.word(row + view.wordBytes))
    }
    // The last row of a tag is the one that counts; what lists names may stand again.
    const listing = new Set<number>([tags.needed, tags.audit, tags.depAudit, 0x7fffffff, 0x7ffffffd])
    for (const [tag, held] of values)
      if (held.length > 1 && !listing.has(tag))
        telling.review("dynamic-twice", `the dynamic tag 0x${tag.toString(16)} stands ${held.length} times`, at)
    this.size = row + rowBytes - at
    this.#values = values
  }

  value(tag: number): number | undefined {
    return this.#values.get(tag)?.at(-1)
  }

  /** The names that rows of a tag give. */
  names(tag: number): readonly string[] {
    return (this.#values.get(tag) ?? []).flatMap((at) => this.string(at) ?? [])
  }

  string(at: number): string | undefined {
    const { view, telling } = this.#image
    const table = this.value(tags.strings)
    const offset = table === undefined ? undefined : this.#image.offsetOf(table)
    if (offset === undefined) return undefined
    return view.string(offset + at, Math.min(view.size, offset + (this.value(tags.stringsSize) ?? 0)), telling.limits.symbolBytesMax)
  }

  /** A table that one tag places and another measures, as it lies in the file. */
  table(place: number, measure: number): { readonly at: number; readonly size: number } | undefined {
    const [address, size = 0] = [this.value(place), this.value(measure)]
    if (address === undefined || size === 0) return undefined
    const at = this.#image.offsetOf(address, size)
    if (at !== undefined) return { at, size }
    this.#image.telling.review("dynamic-outside", `the table of dynamic tag 0x${place.toString(16)} is not inside a segment`, this.at)
    return undefined
  }
}

/** As the dynamic linker finds it: by its segment. A section of that kind elsewhere deceives whoever reads sections. */
export function dynamicOf(image: Mapping): Dynamic | undefined {
  const segment = image.segments.find(({ type }) => type === segmentTypes.dynamic)
  if (segment === undefined) return undefined
  // It reads from the address, in what is loaded, and does not stop at the size.
  const at = image.offsetOf(segment.address) ?? segment.offset
  if (at !== segment.offset)
    image.telling.review("two-dynamics", "the dynamic segment lies elsewhere in the file than its address", segment.offset)
  const section = image.sections.find(({ type }) => type === sectionTypes.dynamic)
  if (section !== undefined && section.offset !== at)
    image.telling.review("two-dynamics", "the section .dynamic is not what the dynamic segment is", section.offset)
  const size = Math.min(segment.fileSize, image.view.size - at)
  return size > 0 ? new Dynamic(image, at, size) : undefined
}

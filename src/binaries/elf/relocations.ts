import { type Dynamic, tags } from "./dynamic.ts"
import { machine } from "./header.ts"
import type { Image } from "./image.ts"
import { type Section, sectionFlags, sectionTypes } from "./tables.ts"

export interface Relocation {
  /** What is changed, as `Mapping` counts addresses. */
  readonly address: number
  readonly type: number
  readonly symbol: number
  /** Undefined: it stands at the address itself. */
  readonly addend: number | undefined
  /** The table. `relr`: all are relative. */
  readonly table: "rel" | "rela" | "relr" | "plt" | "section"
}

/** Numbers of the kinds that dynamic linkers know (psABI of each machine, "Relocation Types"). */
export interface Kinds {
  readonly copy: number
  readonly globalData?: number
  readonly jumpSlot: number
  readonly relative: number
  readonly indirect: number
  /** An address as it is. */
  readonly direct?: number
}
const kinds: ReadonlyMap<number, Kinds> = new Map([
  [machine.x86, { copy: 5, globalData: 6, jumpSlot: 7, relative: 8, indirect: 42, direct: 1 }],
  [machine.x86_64, { copy: 5, globalData: 6, jumpSlot: 7, relative: 8, indirect: 37, direct: 1 }],
  [20, { copy: 19, globalData: 20, jumpSlot: 21, relative: 22, indirect: 248, direct: 1 }],
  [21, { copy: 19, globalData: 20, jumpSlot: 21, relative: 22, indirect: 248, direct: 38 }],
  [22, { copy: 9, globalData: 10, jumpSlot: 11, relative: 12, indirect: 61, direct: 22 }],
  [40, { copy: 20, globalData: 21, jumpSlot: 22, relative: 23, indirect: 160, direct: 2 }],
  [183, { copy: 1024, globalData: 1025, jumpSlot: 1026, relative: 1027, indirect: 1032, direct: 257 }],
  [243, { copy: 4, jumpSlot: 5, relative: 3, indirect: 58, direct: 2 }],
  [258, { copy: 4, jumpSlot: 5, relative: 3, indirect: 12, direct: 2 }],
])
export const kindsOf = (number: number): Kinds | undefined => kinds.get(number)

/** All relocations: of a relocatable file those of its sections, else those that a loader applies. */
export function* relocationsOf(image: Image): Generator<Relocation> {
  const { dynamic, sections } = image
  if (dynamic !== undefined) {
    yield* ofDynamic(image, dynamic)
    return
  }
  for (const section of sections) {
    if (section.type !== sectionTypes.rela && section.type !== sectionTypes.rel) continue
    // A static executable applies its own: those of ifuncs.
    if (image.isRelocatable || (section.flags & sectionFlags.alloc) !== 0) yield* ofSection(image, section)
  }
}

/** Those of one section of a relocatable file. */
export function* ofSection(image: Image, section: Section): Generator<Relocation> {
  if (!image.view.has(section.offset, section.size)) return
  const changed = image.isRelocatable ? image.sections[section.info] : undefined
  if (image.isRelocatable && changed === undefined) return
  const isRela = section.type === sectionTypes.rela
  for (const row of rows(image, { at: section.offset, size: section.size, isRela }))
    yield { ...row, address: changed === undefined ? row.address : image.addressIn(changed, row.address), table: "section" }
}

function* ofDynamic(image: Image, dynamic: Dynamic): Generator<Relocation> {
  const [rela, rel] = [dynamic.table(tags.rela, tags.relaSize), dynamic.table(tags.rel, tags.relSize)]
  const [plt, relr] = [dynamic.table(tags.jmpRel, tags.pltRelSize), dynamic.table(tags.relr, tags.relrSize)]
  if (rela !== undefined) for (const row of rows(image, { ...rela, isRela: true })) yield { ...row, table: "rela" }
  if (rel !== undefined) for (const row of rows(image, { ...rel, isRela: false })) yield { ...row, table: "rel" }
  if (relr !== undefined) yield* relative(image, relr)
  // Some linkers count the table of the PLT into the other one.
  const within = plt !== undefined && [rela, rel].some((one) => one !== undefined && plt.at >= one.at && plt.at < one.at + one.size)
  if (plt !== undefined && !within)
    for (const row of rows(image, { ...plt, isRela: dynamic.value(tags.pltRel) === tags.rela })) yield { ...row, table: "plt" }
}

/** offset[word] info[word] addend[word, rela only]; info is symbol and type. */
function* rows(
  image: Image,
  { at, size, isRela }: { readonly at: number; readonly size: number; readonly isRela: boolean },
): Generator<Omit<Relocation, "table">> {
  const { view, header, telling } = image
  const { is64, wordBytes } = view
  const rowBytes = (isRela ? 3 : 2) * wordBytes
  // MIPS of 64 bits has three types of a byte each in place of one number, and the symbol first whatever the byte order.
  const isMips64 = header.machine === 8 && is64
  for (let row = at; row + rowBytes <= at + size; row += rowBytes) {
    image.relocationsRead += 1
    if (image.relocationsRead > telling.limits.binaryRelocationsMax) throw telling.overLimit("binaryRelocationsMax")
    const info = row + wordBytes
    const [low, high] = view.isLittle ? [info, info + 4] : [info + 4, info]
    yield {
      address: view.word(row),
      type: isMips64 ? view.u8(info + 7) : is64 ? view.u32(low) : view.u8(view.isLittle ? info : info + 3),
      symbol: isMips64 ? view.u32(info) : is64 ? view.u32(high) : Math.floor(view.u32(info) / 256),
      addend: isRela ? view.signed(row + 2 * wordBytes) : undefined,
    }
  }
}

/** SHT_RELR: an even word is an address; an odd one a bitmap of the words behind the last. */
function* relative(image: Image, { at, size }: { readonly at: number; readonly size: number }): Generator<Relocation> {
  const { view, header, telling } = image
  const { wordBytes } = view
  const type = kindsOf(header.machine)?.relative ?? 0
  const one = (address: number): Relocation => {
    image.relocationsRead += 1
    if (image.relocationsRead > telling.limits.binaryRelocationsMax) throw telling.overLimit("binaryRelocationsMax")
    return { address, type, symbol: 0, addend: undefined, table: "relr" }
  }
  let next = 0
  for (let row = at; row + wordBytes <= at + size; row += wordBytes) {
    const word = view.word(row)
    const halves = view.is64 ? (view.isLittle ? [view.u32(row), view.u32(row + 4)] : [view.u32(row + 4), view.u32(row)]) : [view.u32(row)]
    const isBitmap = (halves[0] ?? 0) % 2 === 1
    if (!isBitmap) {
      yield one(word)
      next = word + wordBytes
      continue
    }
    for (let bit = 1; bit < 8 * wordBytes; bit += 1)
      if ((((halves[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1) yield one(next + (bit - 1) * wordBytes)
    next += (8 * wordBytes - 1) * wordBytes
  }
}

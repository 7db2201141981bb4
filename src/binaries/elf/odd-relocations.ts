import type { OddRelocations } from "../../model/binary.ts"
import { tags } from "./dynamic.ts"
import { fileTypes, machine } from "./header.ts"
import type { Image } from "./image.ts"
import { kindsOf, type Relocation, relocationsOf } from "./relocations.ts"
import { segmentFlags, segmentTypes } from "./tables.ts"

type Kind = OddRelocations["kind"]
const hex = (value: number): string => `0x${value.toString(16)}`
/** Linkers make four. */
const slotSectionsMax = 16
/** DF_TEXTREL of DT_FLAGS. */
const textRelFlag = 4

/** What of a linked file's relocations no linker writes without being told to, or none can mean. */
export function oddRelocationsOf(image: Image): readonly OddRelocations[] {
  if (image.isRelocatable || image.header.type === fileTypes.core) return []
  const found = new Map<Kind, { count: number; first: string }>()
  const say = (kind: Kind, first: string): void => {
    const held = found.get(kind)
    if (held === undefined) found.set(kind, { count: 1, first })
    else held.count += 1
  }
  if (image.dynamic !== undefined && allowsText(image)) say("text-relocations-allowed", "the dynamic section announces relocations in code")
  const kinds = kindsOf(image.header.machine)
  const judge = judgeOf(image, say)
  const places: number[] = []
  let [leading, isLeading] = [0, true]
  for (const relocation of relocationsOf(image)) {
    judge(relocation)
    // A copy is as long as its symbol, and that may be less than an address.
    if (relocation.type !== 0 && relocation.type !== kinds?.copy) places.push(relocation.address)
    isLeading = isLeading && relocation.table === "rela" && relocation.type === kinds?.relative
    if (isLeading) leading += 1
  }
  const stated = image.dynamic?.value(tags.relaCount)
  if (stated !== undefined && stated > leading)
    say("relative-count", `the dynamic section counts ${stated} relative relocations, of which ${leading} are`)
  overlaps(places, image.view.wordBytes, say)
  return [...found].map(([kind, { count, first }]) => ({ kind, count, first }))
}

const allowsText = ({ dynamic }: Image): boolean =>
  dynamic?.value(tags.textRel) !== undefined || ((dynamic?.value(tags.flags) ?? 0) & textRelFlag) !== 0

function judgeOf(image: Image, say: (kind: Kind, first: string) => void): (relocation: Relocation) => void {
  const { header, sections } = image
  const kinds = kindsOf(header.machine)
  const isLibrary = header.type === fileTypes.shared && !image.segments.some(({ type }) => type === segmentTypes.interpreter)
  const slots = sections.filter(({ name }) => /^\.(?:i?got|i?plt)/.test(name)).slice(0, slotSectionsMax)
  const knowsSlots = slots.length > 0 && (header.machine === machine.x86_64 || header.machine === machine.x86)
  return ({ address, type, addend }) => {
    if (type === 0) return // does nothing
    const segment = image.segmentAt(address)
    if (segment === undefined) say("outside", `one at ${hex(address)}, where nothing is loaded`)
    else if ((segment.flags & segmentFlags.execute) !== 0) say("in-code", `one at ${hex(address)}, in a segment that is run`)
    if (kinds === undefined) return
    if (type === kinds.copy && isLibrary) say("copy-in-library", `one at ${hex(address)} copies another library's data`)
    const isSlot = type === kinds.jumpSlot || type === kinds.globalData
    if (isSlot && knowsSlots && !slots.some((one) => address >= one.address && address < one.address + one.size))
      say("slot-outside-got", `the address of a function or of data is put to ${hex(address)}, outside of the table for such addresses`)
    if (type === kinds.indirect && addend !== undefined && !image.isCode(addend))
      say("resolver-outside-code", `the resolver at ${hex(addend)} is in no segment that is run`)
  }
}

/** Two that change the same bytes: the later undoes or distorts the earlier. */
function overlaps(places: readonly number[], wordBytes: number, say: (kind: Kind, first: string) => void): void {
  const sorted = Float64Array.from(places).sort()
  for (let index = 1; index < sorted.length; index += 1) {
    const [before, here] = [sorted[index - 1] ?? 0, sorted[index] ?? 0]
    if (here - before < wordBytes) say("twice", `two at ${hex(before)} and ${hex(here)} change the same bytes`)
  }
}

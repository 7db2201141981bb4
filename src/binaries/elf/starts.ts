import type { Constructor, Resolver } from "../../model/binary.ts"
import { tags } from "./dynamic.ts"
import type { Image } from "./image.ts"
import { kindsOf, ofSection, relocationsOf } from "./relocations.ts"
import { addressOf, type Symbols, symbolTypes } from "./symbols.ts"
import { type Section, sectionTypes } from "./tables.ts"

/** Functions that choose an implementation when the file is loaded: by the type of a symbol, or by a relocation that calls them. */
export function resolversOf(image: Image, symbols: Symbols): readonly Resolver[] {
  const found = new Map<number, Resolver>()
  for (const symbol of symbols.all()) {
    const address = symbol.type === symbolTypes.ifunc ? addressOf(image, symbol) : undefined
    if (address !== undefined && !found.has(address)) found.set(address, { name: symbol.name, address, by: "symbol" })
  }
  const indirect = kindsOf(image.header.machine)?.indirect
  for (const { type, address: slot, addend } of image.isRelocatable ? [] : relocationsOf(image)) {
    if (type !== indirect) continue
    const address = addend ?? wordAt(image, slot)
    if (address !== undefined && !found.has(address)) found.set(address, { address, by: "relocation" })
  }
  return [...found.values()]
}

type Place = Pick<Constructor, "address" | "from">

/** Functions that run when the file is loaded or unloaded, in the order of the arrays. */
export function constructorsOf(image: Image, symbols: Symbols): readonly Constructor[] {
  const places = image.isRelocatable ? ofSections(image, symbols) : ofLoader(image)
  if (places.length === 0) return []
  const wanted = new Set(places.map(({ address }) => address))
  const names = new Map<number, string>()
  for (const symbol of symbols.all()) {
    const isFunction = symbol.type === symbolTypes.func || symbol.type === symbolTypes.none
    const address = isFunction ? addressOf(image, symbol) : undefined
    if (address !== undefined && wanted.has(address) && symbol.name !== "" && !names.has(address)) names.set(address, symbol.name)
  }
  return places.map((place) => {
    const name = names.get(place.address)
    return { ...place, ...(name === undefined ? {} : { name }) }
  })
}

const arrays = [
  { from: "preinit", place: tags.preinitArray, size: tags.preinitArraySize, type: sectionTypes.preinitArray, name: /^\.preinit_array/ },
  { from: "init-array", place: tags.initArray, size: tags.initArraySize, type: sectionTypes.initArray, name: /^\.(?:init_array|ctors)/ },
  { from: "fini-array", place: tags.finiArray, size: tags.finiArraySize, type: sectionTypes.finiArray, name: /^\.(?:fini_array|dtors)/ },
] as const

/** By the dynamic section; of a static executable, whose start code goes by the sections' ends, by these. */
function ofLoader(image: Image): readonly Place[] {
  const { dynamic, view } = image
  const places: Place[] = []
  const slots = new Map<number, Place["from"]>()
  for (const { from, place, size, type } of arrays) {
    const section = dynamic === undefined ? image.sections.find((one) => one.type === type) : undefined
    const start = section?.address ?? dynamic?.value(place)
    const bytes = section?.size ?? dynamic?.value(size) ?? 0
    if (start === undefined) continue
    const count = Math.floor(bytes / view.wordBytes)
    if (count > image.telling.limits.binaryHeadersMax) throw image.telling.overLimit("binaryHeadersMax")
    for (let index = 0; index < count; index += 1) slots.set(start + index * view.wordBytes, from)
  }
  const filled = slots.size === 0 ? new Map<number, number>() : addendsOf(image, slots)
  for (const [tag, from] of [
    [tags.init, "init"],
    [tags.fini, "fini"],
  ] as const) {
    const address = dynamic?.value(tag)
    if (address !== undefined && address !== 0) places.push({ address, from })
  }
  for (const [slot, from] of slots) {
    const address = filled.get(slot) ?? wordAt(image, slot)
    // Zero and minus one are no functions (gABI, "Initialization and Termination Functions").
    if (address !== undefined && address !== 0 && address < 2 ** 32 - 1 + (view.is64 ? 2 ** 53 : 0)) places.push({ address, from })
  }
  return places
}

/** What relocations with an addend of their own put into the slots. */
function addendsOf(image: Image, slots: ReadonlyMap<number, unknown>): Map<number, number> {
  const filled = new Map<number, number>()
  for (const { address, addend } of relocationsOf(image))
    if (addend !== undefined && addend !== 0 && slots.has(address)) filled.set(address, addend)
  return filled
}

/** Sections that a linker gathers into the arrays; what is in them is in their relocations. */
function ofSections(image: Image, symbols: Symbols): readonly Place[] {
  return image.sections.flatMap((section) => {
    const array = arrays.find(({ type, name }) => section.type === type || name.test(section.name))
    if (array === undefined || section.type === sectionTypes.rela || section.type === sectionTypes.rel) return []
    return aimsOf(image, { section, symbols }).map((address) => ({ address, from: array.from }))
  })
}

function aimsOf(image: Image, { section, symbols }: { readonly section: Section; readonly symbols: Symbols }): readonly number[] {
  return image.tablesOf(section.index).flatMap((table) =>
    [...ofSection(image, table)].flatMap(({ symbol: index, addend = 0 }) => {
      const symbol = symbols.at(index)
      const address = symbol === undefined ? undefined : addressOf(image, symbol)
      return address === undefined ? [] : [address + addend]
    }),
  )
}

function wordAt(image: Image, address: number): number | undefined {
  const at = image.offsetOf(address, image.view.wordBytes)
  return at === undefined ? undefined : image.view.word(at)
}

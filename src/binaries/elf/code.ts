import type { Aim, Code } from "../reach.ts"
import type { Image } from "./image.ts"
import { kindsOf, ofSection, relocationsOf } from "./relocations.ts"
import { addressOf, type Symbols, symbolTypes } from "./symbols.ts"

/** x86-64 instructions end their displacement four bytes behind where it begins, which the addend takes back (psABI AMD64, "Relocation Types"). */
const displacementBytes = 4

/** The code of one file: bytes by address, and what its relocations say of calls. */
export function codeOf(image: Image, symbols: Symbols): Code {
  const starts = startsOf(image, symbols)
  const aims = image.isRelocatable ? new SectionAims(image, symbols) : new SlotAims(image, symbols)
  return {
    bytesAt: (address, max) => image.codeAt(address, max),
    aimOf: (address, size) => aims.of(address, size),
    isStart: (address) => starts.has(address),
  }
}

function startsOf(image: Image, symbols: Symbols): ReadonlySet<number> {
  const starts = new Set<number>()
  for (const symbol of symbols.all()) {
    const address = symbol.type === symbolTypes.func || symbol.type === symbolTypes.ifunc ? addressOf(image, symbol) : undefined
    if (address !== undefined) starts.add(address)
  }
  return starts
}

/** Of a linked file: slots that the dynamic linker fills with the address of a symbol. */
class SlotAims {
  readonly #byAddress = new Map<number, Aim>()

  constructor(image: Image, symbols: Symbols) {
    const kinds = kindsOf(image.header.machine)
    for (const { address, type, symbol: index } of relocationsOf(image)) {
      if (index === 0 || (type !== kinds?.jumpSlot && type !== kinds?.globalData)) continue
      const symbol = symbols.at(index)
      if (symbol === undefined) continue
      const own = addressOf(image, symbol)
      this.#byAddress.set(address, own === undefined ? { kind: "import", name: symbol.name } : { kind: "own", address: own })
    }
  }

  of(address: number, size: number): Aim | undefined {
    return size === 0 ? this.#byAddress.get(address) : undefined
  }
}

/** Of a relocatable file: what a linker will put into the last four bytes of an instruction. Tables are read when code of their section is followed. */
class SectionAims {
  readonly #image: Image
  readonly #symbols: Symbols
  readonly #bySection = new Map<number, ReadonlyMap<number, Aim>>()

  constructor(image: Image, symbols: Symbols) {
    this.#image = image
    this.#symbols = symbols
  }

  of(address: number, size: number): Aim | undefined {
    const section = this.#image.sectionAt(address)
    if (section === undefined || size < displacementBytes) return undefined
    const known = this.#bySection.get(section.index)
    const aims = known ?? this.#read(section.index)
    if (known === undefined) this.#bySection.set(section.index, aims)
    return aims.get(address + size - displacementBytes)
  }

  #read(index: number): ReadonlyMap<number, Aim> {
    const aims = new Map<number, Aim>()
    const tables = this.#image.tablesOf(index)
    for (const { address, symbol: number, addend = 0 } of tables.flatMap((table) => [...ofSection(this.#image, table)])) {
      const symbol = this.#symbols.at(number)
      if (symbol === undefined) continue
      const own = addressOf(this.#image, symbol)
      aims.set(
        address,
        own === undefined ? { kind: "import", name: symbol.name } : { kind: "own", address: own + addend + displacementBytes },
      )
    }
    return aims
  }
}

import { type Dynamic, tags } from "./dynamic.ts"
import type { Image } from "./image.ts"

export interface SymbolVersion {
  readonly name: string
  /** That it is looked for in; undefined: it is defined here. */
  readonly library?: string
}

/** Versions of dynamic symbols (LSB Core, "Symbol Versioning"): a number for each symbol, and what the numbers mean. */
export class VersionsOf {
  readonly #image: Image
  readonly #dynamic: Dynamic
  readonly #numbersAt: number | undefined
  readonly #byNumber = new Map<number, SymbolVersion>()
  #rows = 0

  constructor(image: Image, dynamic: Dynamic) {
    this.#image = image
    this.#dynamic = dynamic
    const address = dynamic.value(tags.versions)
    this.#numbersAt = address === undefined ? undefined : image.offsetOf(address)
    this.#definitions()
    this.#needs()
  }

  of(index: number): SymbolVersion | undefined {
    return this.#numbersAt === undefined ? undefined : this.#byNumber.get(this.#image.view.u16(this.#numbersAt + 2 * index) & 0x7fff)
  }

  /** version[2] flags[2] number[2] count[2] hash[4] aux[4] next[4]; the first auxiliary row names it: name[4] next[4]. */
  #definitions(): void {
    const { view } = this.#image
    this.#walk(tags.versionDefinitions, { next: 16 }, (at) => {
      const name = this.#dynamic.string(view.u32(at + view.u32(at + 12)))
      if (name !== undefined) this.#byNumber.set(view.u16(at + 4), { name })
    })
  }

  /** version[2] count[2] file[4] aux[4] next[4], with rows hash[4] flags[2] number[2] name[4] next[4]. */
  #needs(): void {
    const { view } = this.#image
    this.#walk(tags.versionNeeds, { next: 12 }, (at) => {
      const library = this.#dynamic.string(view.u32(at + 4))
      let row = at + view.u32(at + 8)
      for (let left = view.u16(at + 2); left > 0 && view.has(row, 16); left -= 1) {
        this.#count()
        const name = this.#dynamic.string(view.u32(row + 8))
        if (name !== undefined) this.#byNumber.set(view.u16(row + 6) & 0x7fff, { name, ...(library === undefined ? {} : { library }) })
        const next = view.u32(row + 12)
        if (next === 0) break
        row += next
      }
    })
  }

  /** Rows that each say how far the next is, forward only. */
  #walk(tag: number, { next }: { readonly next: number }, see: (at: number) => void): void {
    const { view } = this.#image
    const address = this.#dynamic.value(tag)
    let at = address === undefined ? undefined : this.#image.offsetOf(address)
    while (at !== undefined && view.has(at, 16)) {
      this.#count()
      see(at)
      const step = view.u32(at + next)
      at = step === 0 ? undefined : at + step
    }
  }

  /** Rows of all tables together: hostile ones lie over each other. */
  #count(): void {
    const { telling } = this.#image
    this.#rows += 1
    if (this.#rows > telling.limits.binaryHeadersMax) throw telling.overLimit("binaryHeadersMax")
  }
}

import { latin1 } from "../../core/bytes.ts"

/** GNU's table of long names, and which of them were taken. */
export class Names {
  readonly #names = new Map<number, { readonly at: number; readonly bytes: Uint8Array; used: boolean }>()

  /** False: there is one already, or it is no row of names. `at`: where it stands in the layer. */
  add(table: Uint8Array, at: number): boolean {
    const text = latin1(table)
    if (this.#names.size > 0) return false
    // A newline fills it up to an even size.
    if (!/^(?:[^\n\0]+\/\n)*\n?$/.test(text)) return false
    for (const { index, 1: name = "" } of text.matchAll(/([^\n]+)\/\n/g))
      this.#names.set(index, { at: at + index, bytes: table.subarray(index, index + name.length), used: false })
    return true
  }

  /** The name that starts at an offset of the table. */
  take(offset: number): Uint8Array | undefined {
    const found = this.#names.get(offset)
    if (found === undefined) return undefined
    found.used = true
    return found.bytes
  }

  /** Names that no member has: a place to hide text in. */
  unused(): readonly { readonly at: number; readonly name: string }[] {
    return [...this.#names.values()].filter(({ used }) => !used).map(({ at, bytes }) => ({ at, name: latin1(bytes) }))
  }
}

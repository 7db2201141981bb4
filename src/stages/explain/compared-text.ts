import { linesOf } from "../../core/text.ts"
import type { Edition } from "../../model/origin.ts"

/**
 * A text that is compared. Equal lines have one number of our own, so that bases whose texts are not at hand can be diffed: whatever an index says of a line
 * is translated into these numbers, and what it says of lines that the text does not have is -1, which equals nothing.
 */
export class ComparedText {
  readonly lines: readonly string[]
  readonly numbers: Int32Array
  readonly #known = new Map<string, number>()
  /** What the lines of the last question are in our numbers: all its editions are told in the same terms. */
  #asked: { readonly query: Int32Array; readonly start: number; readonly ours: ReadonlyMap<number, number> } | undefined

  constructor(content: Uint8Array) {
    this.lines = linesOf(content)
    this.numbers = Int32Array.from(this.lines, (line) => {
      const known = this.#known.get(line)
      if (known !== undefined) return known
      this.#known.set(line, this.#known.size)
      return this.#known.size - 1
    })
  }

  /** Another text in our numbers. */
  numbersOf(content: Uint8Array): Int32Array {
    return Int32Array.from(linesOf(content), (line) => this.numberOf(line))
  }

  /** Lines that both have, in any order: each as often as the rarer side has it. */
  sharedWith(numbers: Int32Array): number {
    const counts = new Int32Array(this.#known.size)
    for (const number of this.numbers) counts[number] = (counts[number] ?? 0) + 1
    let shared = 0
    for (const number of numbers) {
      const left = number < 0 ? 0 : (counts[number] ?? 0)
      if (left === 0) continue
      counts[number] = left - 1
      shared += 1
    }
    return shared
  }

  numberOf(line: string): number {
    return this.#known.get(line) ?? -1
  }

  /**
   * The edition's lines in our numbers, when these lines of the text (all of them, or those from `start` on) were queried. Undefined for an answer that does not fit
   * the question. Two lines that the index takes for one match neither: a collision must not cover.
   */
  translate({ lines, query }: Edition, [start, end]: readonly [number, number] = [0, this.lines.length]): Int32Array | undefined {
    if (query.length !== end - start) return undefined
    if (this.#asked?.query !== query || this.#asked.start !== start) this.#asked = { query, start, ours: this.#oursOf(query, start) }
    const { ours } = this.#asked
    return lines.map((theirs) => ours.get(theirs) ?? -1)
  }

  #oursOf(query: Int32Array, start: number): ReadonlyMap<number, number> {
    const ours = new Map<number, number>()
    for (const [index, theirs] of query.entries()) {
      const number = this.numbers[start + index] ?? -1
      if (theirs >= 0) ours.set(theirs, (ours.get(theirs) ?? number) === number ? number : -1)
    }
    return ours
  }
}

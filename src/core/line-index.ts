/** Lines of offsets of a text, counted from 1, by bisection. */
export class LineIndex {
  readonly #starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1)
  }

  /** The lines of the characters [start, end). */
  range(start: number, end: number): readonly [first: number, last: number] {
    return [this.#line(start), this.#line(Math.max(start, end - 1))]
  }

  #line(offset: number): number {
    let [low, high] = [0, this.#starts.length]
    while (low + 1 < high) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

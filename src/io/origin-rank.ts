/** How many lines of a query a text has: each as often as both have it, in any order. Its tables are as large as the index has lines, so one serves all queries. */
export class Tally {
  readonly #wanted: Int32Array
  readonly #left: Int32Array
  #query: Int32Array = new Int32Array(0)

  constructor(numbers: number) {
    this.#wanted = new Int32Array(numbers)
    this.#left = new Int32Array(numbers)
  }

  ask(query: Int32Array): this {
    for (const number of this.#query) if (number >= 0) this.#wanted[number] = this.#left[number] = 0
    for (const number of query) if (number >= 0) this.#left[number] = this.#wanted[number] = (this.#wanted[number] ?? 0) + 1
    this.#query = query
    return this
  }

  /** Not less than `sharedWith`, in a fraction of its time: most texts of a family need no more. */
  mostSharedWith(sequence: Int32Array): number {
    const wanted = this.#wanted
    let most = 0
    for (let at = 0; at < sequence.length; at += 1) most += (wanted[sequence[at] ?? 0] ?? 0) > 0 ? 1 : 0
    return most
  }

  sharedWith(sequence: Int32Array): number {
    const left = this.#left
    const wanted = this.#wanted
    let shared = 0
    for (let at = 0; at < sequence.length; at += 1) {
      const number = sequence[at] ?? 0
      const count = left[number] ?? 0
      if (count === 0) continue
      left[number] = count - 1
      shared += 1
    }
    for (let at = 0; at < sequence.length; at += 1) {
      const number = sequence[at] ?? 0
      left[number] = wanted[number] ?? 0
    }
    return shared
  }
}

export interface Ranked {
  readonly content: number
  /** The base name. */
  readonly family: string
  readonly lines: Int32Array
  readonly shared: number
}

const compareRanked = (a: Ranked, b: Ranked): number => b.shared - a.shared || a.lines.length - b.lines.length

/** The best few of many, each content once. */
export class Shortlist {
  readonly #max: number
  readonly #list: Ranked[] = []

  constructor(max: number) {
    this.#max = max
  }

  get list(): readonly Ranked[] {
    return this.#list
  }

  /** What shares fewer lines has no place. */
  get least(): number {
    return this.#list[this.#max - 1]?.shared ?? 1
  }

  offer(one: Ranked): void {
    const last = this.#list[this.#max - 1]
    if (one.shared === 0 || (last !== undefined && compareRanked(one, last) >= 0)) return
    if (this.#list.some(({ content }) => content === one.content)) return
    const at = this.#list.findIndex((other) => compareRanked(one, other) < 0)
    this.#list.splice(at < 0 ? this.#list.length : at, 0, one)
    this.#list.length = Math.min(this.#list.length, this.#max)
  }
}

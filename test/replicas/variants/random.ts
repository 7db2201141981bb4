/** Chance that is the same for the same seed (mulberry32). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }

  /** All of them in another order. */
  shuffled<T>(list: readonly T[]): readonly T[] {
    return list
      .map((one) => ({ one, key: this.below(1 << 30) }))
      .sort((a, b) => a.key - b.key)
      .map(({ one }) => one)
  }

  /** A name that no other project of the set has: two syllables and more. */
  word(): string {
    const part = (): string => this.pick(consonants) + this.pick(vowels) + this.pick(endings)
    const made = part() + part()
    return taken.has(made) ? this.word() : made
  }
}

/** Words that mean something to a shell or a language. */
const taken = new Set(["date", "done", "file", "final", "goto", "make", "more", "move", "none", "redo", "rename", "super", "time"])
const consonants = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w"] as const
const vowels = ["a", "e", "i", "o", "u"] as const
const endings = ["", "l", "n", "r", "s", "m"] as const

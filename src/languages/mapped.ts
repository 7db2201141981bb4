import type { Source } from "./language.ts"

/**
 * A text put together of parts of a source, each of which knows where it comes from: what a macro, a variable or an escape expands to keeps the line that a reader must look at.
 * Runs of characters begin at `starts`; the first character of a run comes from `froms`, the next from the one behind it, or all from the same if the run is `still`.
 */
export class Mapped {
  readonly text: string
  readonly #starts: readonly number[]
  readonly #froms: readonly number[]
  readonly #still: readonly boolean[]

  private constructor(text: string, starts: readonly number[], froms: readonly number[], still: readonly boolean[]) {
    this.text = text
    this.#starts = starts
    this.#froms = froms
    this.#still = still
  }

  /** A whole source. Characters beyond ISO 8859-1 are kept for held values (held.ts) and cannot come from outside. */
  static whole(text: string): Mapped {
    return new Mapped(text.replace(/[^\0-\xff]/g, "?"), [0], [0], [false])
  }

  /** A text that stands for what is at `from`. */
  static still(text: string, from: number): Mapped {
    return new Mapped(text, [0], [from], [true])
  }

  static join(parts: readonly Mapped[]): Mapped {
    const [only] = parts
    if (parts.length === 1 && only !== undefined) return only
    const starts: number[] = []
    const froms: number[] = []
    const still: boolean[] = []
    let length = 0
    for (const part of parts) {
      if (part.text === "" && parts.length > 0) continue
      for (let run = 0; run < part.#starts.length; run += 1) {
        starts.push(length + (part.#starts[run] ?? 0))
        froms.push(part.#froms[run] ?? 0)
        still.push(part.#still[run] ?? true)
      }
      length += part.text.length
    }
    return new Mapped(parts.map((part) => part.text).join(""), starts, froms, still)
  }

  get length(): number {
    return this.text.length
  }

  /** Of how many pieces it is put together. */
  get runs(): number {
    return this.#starts.length
  }

  /** Which character of the source a character comes from. */
  from(at: number): number {
    const run = this.#runOf(at)
    const from = this.#froms[run] ?? 0
    return this.#still[run] === false ? from + Math.max(0, at - (this.#starts[run] ?? 0)) : from
  }

  slice(start: number, end: number = this.text.length): Mapped {
    if (start <= 0 && end >= this.text.length) return this
    const text = this.text.slice(start, end)
    const first = this.#runOf(start)
    const last = this.#runOf(Math.max(start, end - 1))
    if (first === last) return new Mapped(text, [0], [this.from(start)], [this.#still[first] ?? true])
    const starts = this.#starts.slice(first, last + 1).map((at) => Math.max(0, at - start))
    const froms = this.#froms.slice(first, last + 1)
    froms[0] = this.from(start)
    return new Mapped(text, starts, froms, this.#still.slice(first, last + 1))
  }

  trim(): Mapped {
    const start = this.text.length - this.text.trimStart().length
    return this.slice(start, Math.max(start, this.text.trimEnd().length))
  }

  /** Replaces each match of a global pattern. */
  replace(pattern: RegExp, by: (match: RegExpExecArray, self: Mapped) => Mapped | string): Mapped {
    const parts: Mapped[] = []
    let done = 0
    for (const match of this.text.matchAll(pattern)) {
      const made = by(match, this)
      parts.push(this.slice(done, match.index), typeof made === "string" ? Mapped.still(made, this.from(match.index)) : made)
      done = match.index + match[0].length
    }
    return done === 0 && parts.length === 0 ? this : Mapped.join([...parts, this.slice(done)])
  }

  /** The text as one that can be analysed, with places in the file that `source` stands in. */
  in(source: Source): Source {
    return {
      text: this.text,
      place: (start, end) => {
        const [from, to] = [this.from(start), this.from(Math.max(start, end - 1))]
        return source.place(Math.min(from, to), Math.max(from, to) + 1)
      },
    }
  }

  #runOf(at: number): number {
    let [low, high] = [0, this.#starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return Math.max(0, low)
  }
}

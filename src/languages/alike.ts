/** Numbers things by their content: equal ones get the same number. Each object is looked at once, however many hold it, as values share their parts and written out would be many times as large. */
export class Alike {
  readonly #numbers = new Map<string, number>()
  readonly #known = new Map<object, number>()

  /** Of what JSON can say; a property that is undefined is none. */
  numberOf(part: unknown): number {
    if (typeof part !== "object" || part === null) return this.#numbered(`${typeof part} ${String(part)}`)
    const known = this.#known.get(part)
    if (known !== undefined) return known
    const inner = Array.isArray(part)
      ? part.map((one) => this.numberOf(one))
      : Object.entries(part).flatMap(([name, one]) => (one === undefined ? [] : [this.numberOf(name), this.numberOf(one)]))
    const number = this.#numbered(`${Array.isArray(part) ? "list" : "object"} ${inner.join(" ")}`)
    this.#known.set(part, number)
    return number
  }

  #numbered(key: string): number {
    const number = this.#numbers.get(key) ?? this.#numbers.size
    this.#numbers.set(key, number)
    return number
  }
}

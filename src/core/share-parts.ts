/**
 * Puts one part in the place of all parts of `whole` that are equal: plain objects and arrays, however deep. What flow analysis finds in one configure script is a
 * million objects, few of which differ. Maps, sets and the members of the whole's own lists stay the objects they are: those are told apart by being this one and no other.
 */
export function shareParts(whole: object): void {
  const parts = new Parts()
  for (const list of Object.values(whole)) for (const member of Array.isArray(list) ? list : [list]) parts.visit(member)
}

class Parts {
  /** By what their members are. */
  readonly #numbers = new Map<string, number>()
  readonly #parts: object[] = []
  readonly #visited = new Map<object, number>()
  /** Texts are long, and stand in what many parts are known by. */
  readonly #texts = new Map<string, number>()

  /** Shares what stands in a part; gives what an equal part would give. */
  visit(part: unknown): string {
    if (typeof part !== "object" || part === null || part instanceof Set) return ""
    if (part instanceof Map) {
      for (const [key, value] of part) part.set(key, this.#shared(value))
      return ""
    }
    let known = Array.isArray(part) ? "[" : "{"
    for (const [key, value] of Object.entries(part)) {
      const shared = this.#shared(value)
      if (shared !== value) Reflect.set(part, key, shared)
      known += `${this.#text(key)}:${this.#name(shared)},`
    }
    return known
  }

  #shared(value: unknown): unknown {
    return typeof value === "object" && value !== null ? this.#parts[this.#number(value)] : value
  }

  #number(value: object): number {
    const visited = this.#visited.get(value)
    if (visited !== undefined) return visited
    const known = this.visit(value)
    const number = (known === "" ? undefined : this.#numbers.get(known)) ?? this.#parts.push(value) - 1
    if (known !== "") this.#numbers.set(known, number)
    this.#visited.set(value, number)
    return number
  }

  #name(value: unknown): string {
    if (typeof value === "string") return `"${this.#text(value)}`
    return typeof value === "object" && value !== null ? `@${this.#number(value)}` : String(value)
  }

  #text(text: string): number {
    const number = this.#texts.get(text) ?? this.#texts.size
    this.#texts.set(text, number)
    return number
  }
}

const none = new Map<string, never>()

/** Names and what they hold now, with the way back: a branch costs what it changes, not what there is. */
export class Journal<T> {
  readonly #now = new Map<string, T>()
  readonly #trail: { readonly name: string; readonly before: T | undefined }[] = []
  readonly #told: ((name: string, value: T) => void) | undefined
  #marks = 0

  /** `told`: gets what is set, in any branch. */
  constructor(told?: (name: string, value: T) => void) {
    this.#told = told
  }

  get(name: string): T | undefined {
    return this.#now.get(name)
  }

  names(): IterableIterator<string> {
    return this.#now.keys()
  }

  set(name: string, value: T | undefined): void {
    if (this.#marks > 0) this.#trail.push({ name, before: this.#now.get(name) })
    if (value === undefined) this.#now.delete(name)
    else {
      this.#now.set(name, value)
      this.#told?.(name, value)
    }
  }

  mark(): number {
    this.#marks += 1
    return this.#trail.length
  }

  /** Goes back to the mark; what each name held that was set since. */
  rollback(mark: number): ReadonlyMap<string, T | undefined> {
    this.#marks -= 1
    if (this.#trail.length === mark) return none
    const changed = new Map<string, T | undefined>()
    while (this.#trail.length > mark) {
      const last = this.#trail.pop()
      if (last === undefined) break
      if (!changed.has(last.name)) changed.set(last.name, this.#now.get(last.name))
      if (last.before === undefined) this.#now.delete(last.name)
      else this.#now.set(last.name, last.before)
    }
    return changed
  }
}

/** The names of one call of a function, inside those of the function around it. */
export class Scope<Held> {
  readonly names = new Map<string, Held>()
  readonly outer: Scope<Held> | undefined

  constructor(outer: Scope<Held> | undefined) {
    this.outer = outer
  }

  /** The scope that has the name. */
  find(name: string): Scope<Held> | undefined {
    for (let at: Scope<Held> | undefined = this; at !== undefined; at = at.outer) if (at.names.has(name)) return at
    return undefined
  }

  get(name: string): Held | undefined {
    return this.find(name)?.names.get(name)
  }
}

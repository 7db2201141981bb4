import type { Thing } from "./platform.ts"

/** The names of one call of a function, inside those of the function around it. */
export class Scope {
  readonly names = new Map<string, Thing>()
  readonly outer: Scope | undefined

  constructor(outer: Scope | undefined) {
    this.outer = outer
  }

  /** The scope that has the name. */
  find(name: string): Scope | undefined {
    for (let at: Scope | undefined = this; at !== undefined; at = at.outer) if (at.names.has(name)) return at
    return undefined
  }

  get(name: string): Thing | undefined {
    return this.find(name)?.names.get(name)
  }
}

import type { Mapped } from "../mapped.ts"

/** Variables of a directory, a function or a branch; `own` are those that were set in it. */
export class Scope {
  readonly own = new Map<string, Mapped | undefined>()
  readonly parent: Scope | undefined

  constructor(parent: Scope | undefined) {
    this.parent = parent
  }

  get(name: string): Mapped | undefined {
    if (this.own.has(name)) return this.own.get(name)
    return this.parent?.get(name)
  }
}

import type { Value } from "../../model/code.ts"

/** What is known of a value. `isPure`: made of parameters alone: as long as they are not known, one of them says as much as all. */
export interface Facts {
  /** Whose parameters count: a value may go on into the evaluation of a text inside. */
  readonly owner: object
  readonly size: number
  readonly isParametric: boolean
  readonly isPure: boolean
  readonly isContent: boolean
  readonly carries: boolean
}

/** A class that extends this one writes its private field on the object that it is given. */
class Given {
  constructor(of: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what it is for
    return of
  }
}

/** Facts stand on the value itself, in a field that nothing else sees: a map from values to facts is what the collector of garbage would then be busy with. */
export class Known extends Given {
  #facts: Facts

  private constructor(value: Value, facts: Facts) {
    super(value)
    this.#facts = facts
  }

  static facts(value: object): Facts | undefined {
    return #facts in value ? value.#facts : undefined
  }

  static set(value: Value, facts: Facts): void {
    const known: object = value
    if (#facts in known) known.#facts = facts
    else new Known(value, facts)
  }
}

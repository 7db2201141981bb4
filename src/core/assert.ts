/** A defect of ours. Hostile input never throws this: it becomes a fault or an anomaly (style law 5). */
export class Bug extends Error {
  override readonly name = "Bug"
}

export function assert(ok: boolean, why: string): asserts ok {
  if (!ok) throw new Bug(why)
}

/** Ends an exhaustive switch: a new member of the union does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new Bug(`unhandled: ${JSON.stringify(value)}`)
}

import type { Value } from "../../model/code.ts"
import type { Instance, Thing } from "./platform.ts"

const others: ReadonlySet<Thing["kind"]> = new Set(["api", "instance", "items", "closure", "sink", "numeral", "some"])

export const isValue = (thing: Thing): thing is Value => !others.has(thing.kind)

/** What the first fields of a record hold: some have thousands. */
export function firstFields(of: Instance, max: number): readonly Thing[] {
  const found: Thing[] = []
  for (const field of of.fields.values()) {
    if (found.length === max) break
    found.push(field)
  }
  return found
}

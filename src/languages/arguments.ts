import type { Value } from "../model/code.ts"

/** What a text is started with, as variables that a shell would read by the same names and that no other language has: `1`, `2`. */
export const argumentsOf = (args: readonly Value[]): ReadonlyMap<string, Value> =>
  new Map(args.map((value, index) => [String(index + 1), value]))

/** The arguments among what is known when a text starts. */
export function argumentsIn(variables: ReadonlyMap<string, Value>): readonly Value[] {
  const found: Value[] = []
  for (let value = variables.get("1"); value !== undefined; value = variables.get(String(found.length + 1))) found.push(value)
  return found
}

import { wordsBehind } from "../core/symbol-words.ts"
import type { OpaqueFacts } from "../model/opaque.ts"

/** What rules may ask of the texts of a release and its commit: words behind imports, and names of code that runs at load. */
export function* wordsAskedOf(entries: readonly OpaqueFacts[]): Generator<string> {
  for (const { imports, resolvers, constructors } of entries.flatMap(({ binaries }) => binaries)) {
    for (const { name } of imports) yield* wordsBehind(name)
    for (const { name } of [...resolvers, ...constructors]) if (name !== undefined) yield name
  }
}

import type { NotReplayed, Procedure } from "../model/replay.ts"
import { autotools } from "./autotools/index.ts"
import type { Generator, GeneratorFacts } from "./generator.ts"
import { npm } from "./npm/index.ts"

export type { GeneratorFacts, Stated } from "./generator.ts"
export { normalisations, normalised } from "./normalisations.ts"
export { scriptFailures } from "./script.ts"
export { statedBytesMax, statedIn, statesVersions } from "./stated.ts"

/** Every generator. A new one is a folder and a line here. */
export const generators = [autotools, npm] as const satisfies readonly Generator[]

/** All procedures that could make files of this release again, and those that cannot be run. */
export async function proceduresFor(facts: GeneratorFacts): Promise<readonly (Procedure | NotReplayed)[]> {
  const found: (Procedure | NotReplayed)[] = []
  for (const generator of generators) found.push(...(await generator.plan(facts)))
  return found
}

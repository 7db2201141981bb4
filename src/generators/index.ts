import type { Procedure } from "../model/replay.ts"
import { autotools } from "./autotools/index.ts"
import type { Generator, GeneratorFacts } from "./generator.ts"

export type { GeneratorFacts, Stated } from "./generator.ts"
export { normalisations, normalised } from "./normalisations.ts"
export { scriptFailures } from "./script.ts"
export { statedBytesMax, statedIn, statesVersions } from "./stated.ts"

/** Every generator. A new one is a folder and a line here. */
export const generators = [autotools] as const satisfies readonly Generator[]

/** All procedures that could make files of this release again. */
export async function proceduresFor(facts: GeneratorFacts): Promise<readonly Procedure[]> {
  const found: Procedure[] = []
  for (const generator of generators) found.push(...(await generator.plan(facts)))
  return found
}

import type { NotReplayed, Procedure } from "../model/replay.ts"
import { autotools } from "./autotools/index.ts"
import { cargo } from "./cargo/index.ts"
import { cmake } from "./cmake/index.ts"
import type { Generator, GeneratorFacts, Place } from "./generator.ts"
import { meson } from "./meson/index.ts"
import { npm } from "./npm/index.ts"
import { python } from "./python/index.ts"

export type { GeneratorFacts, Stated } from "./generator.ts"
export { equalUnder, normalisations, normalised } from "./normalisations.ts"
export { scriptFailures } from "./script.ts"
export { statedBytesMax, statedIn, statesVersions } from "./stated.ts"

/** Every generator, in the order in which they are asked. A new one is a folder and a line here. */
export const generators = [autotools, meson, cmake, python, cargo, npm] as const satisfies readonly Generator[]

/** Whether any generator has something to do with this commit. */
export const anyApplies = (place: Place): boolean => generators.some((generator) => generator.applies(place))

/** All procedures that could make files of this release again, and those that cannot be run. */
export async function proceduresFor(facts: GeneratorFacts): Promise<readonly (Procedure | NotReplayed)[]> {
  const found: (Procedure | NotReplayed)[] = []
  for (const generator of generators.filter((one) => one.applies(facts))) found.push(...(await generator.plan(facts)))
  return found
}

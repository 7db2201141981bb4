import type { Procedure } from "../model/replay.ts"
import type { Tree } from "../model/repository.ts"
import { autotools } from "./autotools/index.ts"
import type { Generator, GeneratorFacts } from "./generator.ts"

export type { GeneratorFacts, Stated } from "./generator.ts"
export { normalisations, normalised } from "./normalisations.ts"
export { statedBytesMax, statedIn, statesVersions } from "./stated.ts"

/** Every generator. A new one is a folder and a line here. */
export const generators = [autotools] as const satisfies readonly Generator[]

/** Whether any generator has something to do in this tree. */
export const anyApplies = (tree: Tree): boolean => generators.some((generator) => generator.applies(tree))

/** All procedures that could make files of this release again. */
export async function proceduresFor(facts: GeneratorFacts): Promise<readonly Procedure[]> {
  const found: Procedure[] = []
  for (const generator of generators.filter((one) => one.applies(facts.tree))) found.push(...(await generator.plan(facts)))
  return found
}

import type { Generator } from "../generator.ts"

/** npm packages that are built. What reads lock files is loaded when there is something to read. */
export const npm: Generator = {
  name: "npm",
  applies: ({ tree }) => tree.has("package.json"),
  plan: async (facts) => (facts.stated.npm ? (await import("./plan.ts")).planned(facts) : []),
}

import { describe, expect, it } from "vitest"
import { audited, expectedOf, fits } from "./audited.ts"
import { replicas } from "./index.ts"
import type { Replica } from "./replica.ts"
import { heldOut, more, visible } from "./variants.ts"

/** What a truth expects and no rule sees yet, with the reason. A line that becomes true fails the test, so that it is taken out. */
const missed: Readonly<Record<string, string>> = {
  "30 unexplained/added-code": "what a build minifies can only be told from what it adds by running that build",
  "48 unexplained/install-hook":
    "the hook is in a dependency, and no registry serves those of replicas (src/needed.test.ts has one that does)",
}

const weighs = ({ severity }: { readonly severity: string }): boolean => severity !== "note"

async function seen(replica: Replica): Promise<{ readonly missing: readonly string[]; readonly verdict: string }> {
  const { findings, verdict } = await audited(replica.attack)
  return {
    missing: expectedOf(replica)
      .filter((one) => !findings.some((found) => fits(found, one)))
      .map(({ rule }) => `${replica.case} ${rule}`),
    verdict,
  }
}

/** Twins may say what is new in them; they must not be weighed for it. */
async function weighed(replica: Replica): Promise<readonly string[]> {
  const { findings } = await audited(replica.twin)
  return findings.filter(weighs).map(({ rule, at: { path } }) => `${rule} ${path}`)
}

describe("replicas", () => {
  it.each(replicas.map((replica) => [replica.case, replica.name, replica] as const))(
    "%i %s fires where its truth says",
    async (_, __, replica) => {
      const { missing } = await seen(replica)
      expect(missing).toEqual(Object.keys(missed).filter((line) => line.startsWith(`${replica.case} `)))
    },
  )

  it.each(replicas.map((replica) => [replica.case, replica.name, replica] as const))(
    "%i %s has a twin that is silent",
    async (_, __, replica) => {
      expect(await weighed(replica)).toEqual([])
    },
  )
})

/** Forty, and eight of another seed that nobody has looked at. */
describe.each([
  ["to look at", visible()],
  ["held out", heldOut()],
  ["of another seed", more(20_261_129, 8)],
] as const)("variants %s", (_, variants) => {
  it.each(variants.map((replica) => [replica.name, replica] as const))(
    "%s alarms where its truth says, and its twin does not",
    async (__, replica) => {
      const { missing, verdict } = await seen(replica)
      expect({ missing, verdict, twin: await weighed(replica) }).toEqual({ missing: [], verdict: "alarm", twin: [] })
    },
  )
})

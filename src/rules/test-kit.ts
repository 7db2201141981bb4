import { memorySource } from "../core/bytes.ts"
import { gitOidOf, sha256Of } from "../core/digest.ts"
import type { Artifact } from "../model/artifact.ts"
import type { Inspection } from "../model/inspection.ts"
import type { LedgerEntry } from "../model/ledger.ts"
import type { InspectedSubject } from "./rule.ts"

/** Subjects for the tests of rules: a release of which only what a test names is there. */

export const inspectionOf = (some: Partial<Inspection> = {}): Inspection => ({
  scripts: [],
  momentOf: () => undefined,
  starts: [],
  hooks: new Set(),
  flows: [],
  leaks: [],
  searches: [],
  probes: [],
  oddities: [],
  readable: new Set(),
  blind: [],
  others: 0,
  ...some,
})

export function itemOf(path: string, explanation: LedgerEntry["explanation"]): LedgerEntry {
  const bytes = Buffer.from(path)
  const [sha256, gitOid] = [sha256Of(bytes), gitOidOf("blob", bytes)]
  const entry = {
    path,
    type: "file",
    mode: 0o644,
    size: bytes.length,
    sha256,
    gitOid,
    encoding: "utf-8",
    content: memorySource(bytes),
  } as const
  return { entry, explanation, toRead: 0, danger: "others" }
}

const artifact: Artifact = {
  target: "p",
  name: "p",
  size: 0,
  sha256: sha256Of(""),
  format: "tar",
  root: "p/",
  layers: [],
  entries: [],
  anomalies: [],
  provenance: { chain: [], notLookedAt: [] },
  openEntry: async () => ({ layers: [], entries: [], anomalies: [] }),
  close: async () => undefined,
}

export const asked = (some: Partial<InspectedSubject> & { readonly entries?: readonly LedgerEntry[] } = {}): InspectedSubject => ({
  artifact,
  ledger: { entries: some.entries ?? [] },
  origins: undefined,
  inspection: inspectionOf(),
  ...some,
})

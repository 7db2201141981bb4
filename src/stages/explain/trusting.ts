import type { OriginIndex } from "../../model/origin.ts"

/** The index in which only these explain; the others stay known, and are named. */
export function trusting(index: OriginIndex, names: readonly string[] | undefined): OriginIndex {
  if (names === undefined) return index
  return {
    origins: index.origins.map((origin) => (names.includes(origin.name) ? origin : { ...origin, trust: "known" })),
    publicationsOf: (sha256) => index.publicationsOf(sha256),
    hasName: (name) => index.hasName(name),
    nearest: (query, max) => index.nearest(query, max),
    claimsOf: (name) => index.claimsOf(name),
    close: () => index.close(),
  }
}

import { coerce } from "semver"

/**
 * Versions between which nothing is to change its meaning: of one major version, or one minor of 0.x (Semantic Versioning 2.0.0, items 4 and 8). undefined: one of
 * them is not known, or no version.
 */
export function isSameSeries(one: string | undefined, other: string | undefined): boolean | undefined {
  const [a, b] = [coerce(one), coerce(other)]
  if (a === null || b === null) return undefined
  return a.major === b.major && (a.major > 0 || a.minor === b.minor)
}

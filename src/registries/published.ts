import type { Published, RegistryFacts } from "../model/registry-facts.ts"

/** Which version is meant by a name alone is known once it is located. */
export const unnamed: RegistryFacts = { why: "its registry is asked of a version that is named" }

/** A release and what was published before it, oldest first: what comes later says nothing of it. None, where the registry does not say when it came. */
export function upTo(version: string | undefined, all: readonly Published[]): readonly Published[] {
  const dated = all.filter(({ published }) => !Number.isNaN(Date.parse(published)))
  const own = dated.find((one) => one.version === version)
  if (own === undefined) return []
  const at = Date.parse(own.published)
  return dated
    .filter(({ published }) => Date.parse(published) <= at)
    .toSorted((a, b) => Date.parse(a.published) - Date.parse(b.published) || (a.version < b.version ? -1 : 1))
}

/** The first of these times, and how many there are until `at`. */
export function firstOf(times: readonly string[], at: string | undefined): NonNullable<RegistryFacts["dependencies"]>[string] | undefined {
  const until = at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at)
  const dated = times.filter((time) => Date.parse(time) <= until).toSorted((a, b) => Date.parse(a) - Date.parse(b))
  const [first] = dated
  return first === undefined ? undefined : { first, versions: dated.length }
}

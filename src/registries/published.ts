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

/**
 * Of what was published until a release, oldest first as `upTo` gives it: the version that the release follows; `asked`: its own, where it is named, as several may have come at
 * one time. One to try out follows any, others only what is none.
 */
export function followedBy(known: readonly Published[], asked: string | undefined): string | undefined {
  const own = known.find(({ version }) => version === asked) ?? known.at(-1)
  const at = own === undefined ? undefined : numbersOf(own.version)
  if (own === undefined || at === undefined) return undefined
  const lower = known.flatMap(({ version }) => {
    const numbers = isTrial(version) && !isTrial(own.version) ? undefined : numbersOf(version)
    return numbers === undefined || version === own.version || compared(numbers, at) > 0 ? [] : [{ version, numbers }]
  })
  // Of what has the same numbers (`1.0`, `1.0.post1`) the last.
  return lower.reduce<(typeof lower)[number] | undefined>(
    (best, one) => (best === undefined || compared(one.numbers, best.numbers) >= 0 ? one : best),
    undefined,
  )?.version
}

/** `1.0.0-beta.1` and `1.0.0-0` (Semantic Versioning 2.0.0, item 9), `1.0rc1` and `1.0.dev3` (PyPA specifications, "Version specifiers"); not `1.0.post1`. */
const isTrial = (version: string): boolean =>
  /\d[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*(?![a-z])|^v?\d+\.\d+\.\d+-/i.test(version.replace(/\+.*$/s, ""))

/** Its epoch and the numbers of its release; undefined: it begins otherwise. */
function numbersOf(version: string): readonly bigint[] | undefined {
  const [, epoch = "0", release] = /^v?(?:(\d{1,18})!)?(\d{1,18}(?:\.\d{1,18})*)/i.exec(version) ?? []
  return release === undefined ? undefined : [epoch, ...release.split(".")].map(BigInt)
}

function compared(one: readonly bigint[], other: readonly bigint[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const [a, b] = [one[at] ?? 0n, other[at] ?? 0n]
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}

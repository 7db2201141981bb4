/** A version of Semantic Versioning 2.0.0, with or without Go's leading `v`. */
export interface Semver {
  readonly numbers: readonly string[]
  /** Identifiers after the `-`; none: a release. */
  readonly prerelease: readonly string[]
  /** After the `+`, which orders nothing (section 10). */
  readonly build: string
}

const pattern =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/

export function semverOf(text: string): Semver | undefined {
  const found = text.length > 256 ? null : pattern.exec(text)
  if (found === null) return undefined
  const [, major = "", minor = "", patch = "", prerelease, build = ""] = found
  return { numbers: [major, minor, patch], prerelease: prerelease?.split(".") ?? [], build }
}

/** Precedence (section 11): negative where `a` is the older one. */
export function compareSemver(a: Semver, b: Semver): number {
  for (const [index, number] of a.numbers.entries()) {
    const order = compareNumbers(number, b.numbers[index] ?? "0")
    if (order !== 0) return order
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length
  for (const [index, one] of a.prerelease.entries()) {
    const other = b.prerelease[index]
    if (other === undefined) return 1
    const order = compareIdentifiers(one, other)
    if (order !== 0) return order
  }
  return a.prerelease.length - b.prerelease.length
}

/** The highest release, else the highest prerelease; undefined where no text is a version. */
export function highestSemver(texts: readonly string[]): string | undefined {
  const known = texts.flatMap((text) => {
    const version = semverOf(text)
    return version === undefined ? [] : [{ text, version }]
  })
  const releases = known.filter(({ version }) => version.prerelease.length === 0)
  const all = releases.length > 0 ? releases : known
  return all.reduce<(typeof known)[number] | undefined>(
    (most, one) => (most === undefined || compareSemver(one.version, most.version) > 0 ? one : most),
    undefined,
  )?.text
}

/** Digits without leading zeros, of any length. */
const compareNumbers = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber && isOtherNumber) return compareNumbers(a.replace(/^0+(?=\d)/, ""), b.replace(/^0+(?=\d)/, ""))
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

/*
 * Versions as Gem::Version orders them (RubyGems' documentation of the class, "Gem::Version"): runs of digits and runs of letters are the
 * segments; a letter sorts before a number, so that 1.0.a comes before 1.0; zeros at the end of a version, or of its part before the first letter, count nothing.
 */

const charactersMax = 255
/** Gem::Version::VERSION_PATTERN. */
const pattern = /^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

export const isVersion = (text: string): boolean => text.length <= charactersMax && pattern.test(text)

export const isPrerelease = (version: string): boolean => /[a-z]/i.test(version)

/** Negative where `a` is the older one. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [segmentsOf(a), segmentsOf(b)]
  for (let index = 0; index < Math.max(x.length, y.length); index += 1) {
    const order = compareSegments(x[index] ?? "0", y[index] ?? "0")
    if (order !== 0) return order
  }
  return 0
}

function segmentsOf(version: string): readonly string[] {
  const all = version.replaceAll("-", ".pre.").match(/[0-9]+|[a-z]+/gi) ?? []
  const letter = all.findIndex((one) => isPrerelease(one))
  const cut = letter < 0 ? all.length : letter
  return [...withoutZeros(all.slice(0, cut)), ...withoutZeros(all.slice(cut))]
}

function withoutZeros(segments: readonly string[]): readonly string[] {
  const last = segments.findLastIndex((one) => !/^0+$/.test(one))
  return segments.slice(0, last + 1)
}

function compareSegments(a: string, b: string): number {
  const [isWord, isOtherWord] = [isPrerelease(a), isPrerelease(b)]
  if (isWord !== isOtherWord) return isWord ? -1 : 1
  if (isWord) return a < b ? -1 : a > b ? 1 : 0
  const [m, n] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")]
  return m.length - n.length || (m < n ? -1 : m > n ? 1 : 0)
}

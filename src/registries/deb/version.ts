/*
 * Debian versions: [epoch:]upstream[-revision] (Debian Policy, 5.6.12; deb-version(7)). Runs of non-digits and runs of digits
 * are compared in turn; letters sort before other characters, and `~` before everything, even the end.
 */

interface Parts {
  readonly epoch: number
  readonly upstream: string
  readonly revision: string
}

/** Negative, zero or positive, as `dpkg --compare-versions` orders them. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)]
  return x.epoch - y.epoch || compareRuns(x.upstream, y.upstream) || compareRuns(x.revision, y.revision)
}

/** The upstream version: without epoch and revision. */
export const upstreamVersion = (version: string): string => partsOf(version).upstream

/** Without the epoch, which file names leave out. */
export const withoutEpoch = (version: string): string => version.replace(/^\d+:/, "")

function partsOf(version: string): Parts {
  const bare = withoutEpoch(version)
  const dash = bare.lastIndexOf("-")
  return {
    epoch: bare === version ? 0 : Number.parseInt(version, 10),
    upstream: dash < 0 ? bare : bare.slice(0, dash),
    revision: dash < 0 ? "" : bare.slice(dash + 1),
  }
}

function compareRuns(a: string, b: string): number {
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const order = weight(a, i) - weight(b, j)
      if (order !== 0) return order
      i += 1
      j += 1
    }
    const [x, y] = [digitsAt(a, i), digitsAt(b, j)]
    i += x.length
    j += y.length
    const [m, n] = [x.replace(/^0+/, ""), y.replace(/^0+/, "")]
    if (m !== n) return m.length - n.length || (m < n ? -1 : 1)
  }
  return 0
}

const isDigit = (text: string, at: number): boolean => /[0-9]/.test(text.charAt(at))
const digitsAt = (text: string, at: number): string => /^[0-9]*/.exec(text.slice(at))?.[0] ?? ""

function weight(text: string, at: number): number {
  const character = text.charAt(at)
  if (character === "" || isDigit(text, at)) return 0
  if (character === "~") return -1
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256
}

/** `EPOCH:VERSION-RELEASE` of a package (rpm-version(7)). */
export interface Version {
  readonly epoch: string
  readonly version: string
  readonly release: string
}

/** As a user writes it: the epoch and the release may be missing, and then any will do. */
export function versionOf(text: string): Partial<Version> | undefined {
  const [, epoch, version, release] = /^(?:(\d{1,10}):)?([A-Za-z0-9._+~^]{1,200})(?:-([A-Za-z0-9._+~^]{1,200}))?$/.exec(text) ?? []
  if (version === undefined) return undefined
  return { ...(epoch === undefined ? {} : { epoch }), version, ...(release === undefined ? {} : { release }) }
}

export const shownVersion = ({ version, release }: Version): string => `${version}-${release}`

export const compareVersions = (a: Version, b: Version): number =>
  compareParts(a.epoch, b.epoch) || compareParts(a.version, b.version) || compareParts(a.release, b.release)

/**
 * rpm's order: runs of digits by number, runs of letters by letter, digits after letters; `~` before everything, the end included, `^` behind the end and before
 * everything else. What stands between the runs only parts them.
 */
export function compareParts(a: string, b: string): number {
  const [left, right] = [runsOf(a), runsOf(b)]
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one, other] = [left[index], right[index]]
    if (one === other) continue
    if (one === "~" || other === "~") return one === "~" ? -1 : 1
    if (one === undefined || other === undefined) {
      if (one === "^") return 1
      if (other === "^") return -1
      return one === undefined ? -1 : 1
    }
    if (one === "^" || other === "^") return one === "^" ? -1 : 1
    const order = compareRuns(one, other)
    if (order !== 0) return order
  }
  return 0
}

const runsOf = (text: string): readonly string[] => text.match(/\d+|[A-Za-z]+|[~^]/g) ?? []

function compareRuns(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d/.test(a), /^\d/.test(b)]
  if (isNumber !== isOtherNumber) return isNumber ? 1 : -1
  if (!isNumber) return a < b ? -1 : a > b ? 1 : 0
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")]
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0)
}

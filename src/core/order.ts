/** Of numbers and ids, for `sort`: without a locale. */
export const order = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

interface Dated {
  readonly committed: number
  readonly authored: number
  readonly oid: string
}

/** Commits by committer date, then author date, then id: those of one rebase often state one second, and no order of the input may show. */
export const inTime = (a: Dated, b: Dated): number =>
  order(a.committed, b.committed) || order(a.authored, b.authored) || order(a.oid, b.oid)

/** How many of sorted numbers are smaller. */
export function below(sorted: ArrayLike<number>, limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < limit) low = middle + 1
    else high = middle
  }
  return low
}

import { baseName, directoryOf } from "./path.ts"

/** Where a file stands among the opaque files of its folder whose names end alike (or, without an ending, whose format is the same), itself among them. */
export interface Siblings {
  /** `.xz`, or a format. */
  readonly of: string
  readonly count: number
  /** 1: none is larger. */
  readonly sizeRank: number
  readonly sizeMedian: number
  readonly entropyRank: number
  readonly entropyMedian: number
}

interface Sized {
  readonly path: string
  readonly size: number
  readonly entropy: number
  readonly format?: string
}

/** Where each opaque file stands among those of its folder whose names end alike; undefined for one that is alone. */
export function siblingsOf(files: readonly Sized[]): readonly (Siblings | undefined)[] {
  const groups = new Map<string, Sized[]>()
  for (const file of files) {
    const group = groups.get(keyOf(file))
    if (group === undefined) groups.set(keyOf(file), [file])
    else group.push(file)
  }
  const scales = new Map(
    [...groups].map(([key, group]) => [
      key,
      { size: scaleOf(group.map(({ size }) => size)), entropy: scaleOf(group.map(({ entropy }) => entropy)) },
    ]),
  )
  return files.map((file) => {
    const { size, entropy } = scales.get(keyOf(file)) ?? {}
    if (size === undefined || entropy === undefined || size.count < 2) return undefined
    return {
      of: likeOf(file),
      count: size.count,
      sizeRank: size.rankOf(file.size),
      sizeMedian: size.median,
      entropyRank: entropy.rankOf(file.entropy),
      entropyMedian: entropy.median,
    }
  })
}

const keyOf = (file: Sized): string => `${directoryOf(file.path)}\0${likeOf(file)}`

/** A dot at the start of a name begins no ending. */
function likeOf({ path, format }: Sized): string {
  const name = baseName(path)
  const dot = name.lastIndexOf(".")
  return dot > 0 ? name.slice(dot).toLowerCase() : (format ?? "no ending")
}

interface Scale {
  readonly count: number
  /** The lower of the two in the middle, as of an even number one is no file's. */
  readonly median: number
  rankOf(value: number): number
}

function scaleOf(values: readonly number[]): Scale {
  const falling = [...values].sort((a, b) => b - a)
  const ranks = new Map<number, number>()
  for (const [index, value] of falling.entries()) if (!ranks.has(value)) ranks.set(value, index + 1)
  return { count: falling.length, median: falling[Math.floor(falling.length / 2)] ?? 0, rankOf: (value) => ranks.get(value) ?? 0 }
}

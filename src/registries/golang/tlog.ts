import { createHash } from "node:crypto"

/*
 * A Merkle tree (RFC 6962, 2.1): the hash of a leaf is SHA-256(0x00 || data), that of a node SHA-256(0x01 || left || right); of a tree of n leaves
 * the left part has the largest power of two that is smaller than n. Hashes of complete subtrees never change once they are there; the database hands them
 * out in tiles of height 8 (go.dev/design/25530-sumdb): tile L/K has the 256 hashes of level 8L from index 256K on, or fewer at the tree's edge.
 */

export const leafHash = (data: Uint8Array): Buffer => createHash("sha256").update(Buffer.of(0)).update(data).digest()
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash("sha256").update(Buffer.of(1)).update(left).update(right).digest()

/** The hash of the complete subtree over the leaves from `index * 2 ** level` on. */
type Stored = (level: number, index: number) => Promise<Uint8Array>

/** The root of the tree of `size` leaves in which `leaf` stands at `index`: the signed one, if it really does. */
export async function rootWith(
  leaf: { readonly index: number; readonly hash: Uint8Array },
  size: number,
  stored: Stored,
): Promise<Uint8Array> {
  const over = async (start: number, end: number): Promise<Uint8Array> => {
    const isOutside = leaf.index < start || leaf.index >= end
    if (end - start === 1 && !isOutside) return leaf.hash
    const half = halfOf(end - start)
    if (isOutside && half * 2 === end - start) return stored(Math.log2(end - start), start / (end - start))
    if (isOutside && end - start === 1) return stored(0, start)
    return nodeHash(await over(start, start + half), await over(start + half, end))
  }
  return over(0, size)
}

/** The largest power of two below `count`; below 2: none. */
function halfOf(count: number): number {
  let half = 1
  while (half * 2 < count) half *= 2
  return count < 2 ? 0 : half
}

export const tileHeight = 8
export const hashBytes = 32
const tileWidth = 2 ** tileHeight

/** Where a complete subtree's hash is made from: so many hashes of a tile, from `first` on. */
export interface Place {
  readonly level: number
  readonly tile: number
  /** Hashes that the tile has in a tree of this size. */
  readonly width: number
  readonly first: number
  readonly count: number
}

export function placeOf(level: number, index: number, size: number): Place {
  const tileLevel = Math.floor(level / tileHeight)
  const count = 2 ** (level - tileLevel * tileHeight)
  const tile = Math.floor((index * count) / tileWidth)
  const width = Math.min(tileWidth, Math.floor(size / tileWidth ** tileLevel) - tile * tileWidth)
  return { level: tileLevel, tile, width, first: (index * count) % tileWidth, count }
}

/** The hash that a run of a tile's hashes makes. */
export function hashIn(tile: Uint8Array, first: number, count: number): Uint8Array {
  if (count === 1) return tile.subarray(first * hashBytes, (first + 1) * hashBytes)
  return nodeHash(hashIn(tile, first, count / 2), hashIn(tile, first + count / 2, count / 2))
}

/** `tile/8/1/x001/234.p/56`: three digits a folder, all but the last with an `x`. */
export function tilePath({ level, tile, width }: Place, isWhole: boolean): string {
  const digits = String(tile).padStart(Math.ceil(String(tile).length / 3) * 3, "0")
  const groups = digits.match(/\d{3}/g) ?? []
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/")
  return `tile/${tileHeight}/${level}/${path}${isWhole || width === tileWidth ? "" : `.p/${width}`}`
}

/** Just enough of POSIX.1-1988 ustar to edit an honest archive: a second reader, apart from src/parsers. Throws on anything it does not know. */
export interface Member {
  /** From its first extended header (pax `x`, GNU `L`/`K`), if any. */
  readonly start: number
  readonly header: number
  readonly body: number
  readonly end: number
  readonly path: string
  readonly type: string
  readonly size: number
  readonly mode: number
}

const block = 512
const padded = (size: number): number => Math.ceil(size / block) * block
const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.subarray(at, at + length))
    .toString("latin1")
    .replace(/\0.*$/s, "")

/** Members without extended headers of their own keep it simple: the others are stepped over, but their place is known. */
export function membersOf(tar: Uint8Array): { readonly members: readonly Member[]; readonly end: number } {
  const members: Member[] = []
  let at = 0
  let start = 0
  while (at + block <= tar.length && tar[at] !== 0) {
    const size = Number.parseInt(textAt(tar, at + 124, 12), 8)
    const type = textAt(tar, at + 156, 1)
    const prefix = textAt(tar, at + 257, 6) === "ustar" ? textAt(tar, at + 345, 155) : ""
    const name = textAt(tar, at, 100)
    const end = at + block + padded(size)
    if (Number.isNaN(size) || end > tar.length) throw new Error(`no tar header at ${at}`)
    if ("xLKg".includes(type) && type !== "") {
      if (type === "g") start = end
    } else {
      const path = prefix === "" ? name : `${prefix}/${name}`
      members.push({ start, header: at, body: at + block, end, path, type, size, mode: Number.parseInt(textAt(tar, at + 100, 8), 8) })
      start = end
    }
    at = end
  }
  return { members, end: start }
}

/** A copy whose member has these octal mode bits and size, and these name bytes, with the checksum of POSIX.1-1988 made new. */
export function withHeader(
  header: Uint8Array,
  change: { readonly mode?: number; readonly size?: number; readonly name?: string },
): Uint8Array {
  const copy = Buffer.from(header)
  if (change.mode !== undefined) copy.write(`${change.mode.toString(8).padStart(7, "0")}\0`, 100, "latin1")
  if (change.size !== undefined) copy.write(`${change.size.toString(8).padStart(11, "0")}\0`, 124, "latin1")
  if (change.name !== undefined) {
    copy.fill(0, 0, 100).write(change.name, 0, "latin1")
    copy.fill(0, 345, 500)
  }
  copy.fill(" ", 148, 156)
  const sum = copy.reduce((total, byte) => total + byte, 0)
  copy.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1")
  return copy
}

/** `insert` in place of the bytes [start, end). */
export function splice(bytes: Uint8Array, [start, end]: readonly [number, number], ...insert: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), ...insert, bytes.subarray(end)])
}

export function pad(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)])
}

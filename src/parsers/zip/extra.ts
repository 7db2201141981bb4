import { crc32 } from "node:zlib"
import { isAllZero } from "../../core/bytes.ts"
import type { Odd } from "../scribe.ts"
import { type Fields, maxed, number64 } from "./layout.ts"
import type { Scribe } from "./scribe.ts"

/** What the extra fields of a header tell (section 4.5; for Info-ZIP's own, its proginfo/extrafld.txt). */
export interface Extras {
  /** The numbers of the header, or those of the zip64 field where it has no room for them. */
  compressed: number
  size: number
  offset: number
  modified: number | undefined
  /** The name in UTF-8. */
  path: Buffer | undefined
  /** User and group, as one text. */
  owner: string | undefined
  readonly odd: Odd[]
}

/** The header that an extra area belongs to. */
export interface Header {
  readonly where: "local" | "directory"
  readonly fields: Fields
  readonly name: Buffer
  /** In the directory only. */
  readonly offset: number
  readonly disk: number
}

/** Reads a field. What it gives back is why nothing reads it. */
type Read = (field: Buffer, extras: Extras, header: Header) => string | undefined

const notItsForm = "an extra field that is not of its form"
const form = (holds: boolean): string | undefined => (holds ? undefined : notItsForm)

/**
 * size[8] compressed[8] offset[8] disk[4], each only where the header has no room for it. In a local header both sizes (section 4.5.3), for some writers also where there is
 * room: the same ones, or zeros where they follow behind the data.
 */
function zip64(field: Buffer, extras: Extras, { where, fields, offset, disk }: Header): string | undefined {
  const hasBoth = where === "local" && field.byteLength === 16
  let at = 0
  let isForm = true
  const next = (own: number): number => {
    if (own !== maxed && !hasBoth) return own
    const wide = at + 8 > field.byteLength ? undefined : number64(field, at)
    at += 8
    isForm &&= wide !== undefined && (own === maxed || wide === own || wide === 0)
    return own === maxed ? (wide ?? own) : own
  }
  extras.size = next(fields.size)
  extras.compressed = next(fields.compressed)
  if (where === "directory") extras.offset = next(offset)
  if (disk === 0xffff) at += 4
  return form(isForm && at === field.byteLength)
}

/** flags[1], then of modification, access and creation those times that it has a flag for; in the directory the first alone. */
function extendedTimestamp(field: Buffer, extras: Extras): string | undefined {
  const flags = field[0] ?? 0
  const times = [1, 2, 4].filter((one) => (flags & one) !== 0).length
  if ((flags & 1) !== 0 && field.byteLength >= 5) extras.modified = field.readInt32LE(1)
  return form((flags & ~7) === 0 && [1 + 4 * times, 1 + 4 * (flags & 1)].includes(field.byteLength))
}

/** access[4] modification[4], and in a local header uid[2] gid[2]. */
function oldUnix(field: Buffer, extras: Extras): string | undefined {
  if (field.byteLength >= 8) extras.modified ??= field.readInt32LE(4)
  extras.owner = field.toString("hex", 8)
  return form(field.byteLength === 8 || field.byteLength === 12)
}

/** uid[2] gid[2]; nothing in the directory. */
function unix2(field: Buffer, extras: Extras): string | undefined {
  extras.owner = field.toString("hex")
  return form(field.byteLength === 0 || field.byteLength === 4)
}

/** version[1] = 1, then each with its size before it: uid, gid. */
function unix3(field: Buffer, extras: Extras): string | undefined {
  const uidBytes = field[1] ?? 0
  const gidBytes = field[2 + uidBytes] ?? 0
  extras.owner = field.toString("hex")
  return form(field[0] === 1 && uidBytes <= 8 && gidBytes <= 8 && field.byteLength === 3 + uidBytes + gidBytes)
}

/** reserved[4] tag[2] = 1, size[2] = 24: modification, access and creation, of 8 bytes each. */
const ntfs = (field: Buffer): string | undefined =>
  form(field.byteLength === 32 && field.readUInt32LE(0) === 0 && field.readUInt32LE(4) === 0x18_0001)

/** version[1] = 1, crc of the header's own name[4], the name in UTF-8. It counts only while the header has that name. */
function unicodePath(field: Buffer, extras: Extras, { name }: Header): string | undefined {
  if (field.byteLength < 5 || field[0] !== 1) return notItsForm
  if (field.readUInt32LE(1) !== crc32(name)) return "a name for another name than the header has"
  extras.path = field.subarray(5)
  return undefined
}

/** alignment[2] and zeros (zipalign of Android). */
const alignment = (field: Buffer): string | undefined => form(field.byteLength >= 2 && isAllZero(field.subarray(2)))

const readers: ReadonlyMap<number, Read> = new Map<number, Read>([
  [0x0001, zip64],
  [0x000a, ntfs],
  [0x5455, extendedTimestamp],
  [0x5855, oldUnix],
  [0x7075, unicodePath],
  [0x7855, unix2],
  [0x7875, unix3],
  [0xcafe, (field) => form(field.byteLength === 0)], // the first member of a jar
  [0xd935, alignment],
])

/** Fields one after another: id[2] size[2] and so many bytes. `at`: where the area stands in the layer. */
export function readExtras(area: Buffer, at: number, header: Header, scribe: Scribe): Extras {
  const { fields, offset } = header
  const { compressed, size } = fields
  const extras: Extras = { compressed, size, offset, modified: undefined, path: undefined, owner: undefined, odd: [] }
  const odd = (start: number, end: number, why: string): void => {
    extras.odd.push({ start: at + start, end: at + end, kind: "extra-field", why })
  }
  const seen = new Set<number>()
  let next = 0
  while (next + 4 <= area.byteLength) {
    const id = area.readUInt16LE(next)
    const end = next + 4 + area.readUInt16LE(next + 2)
    if (end > area.byteLength) break
    const read = readers.get(id)
    const field = area.subarray(next + 4, end)
    const why = read === undefined ? `an extra field 0x${id.toString(16)}, which is not read` : read(field, extras, header)
    if (why !== undefined) odd(next, end, why)
    else if (seen.has(id)) odd(next, end, "an extra field for the second time")
    else if (!scribe.knowsOwner(extras.owner)) odd(next, end, "one more owner than are looked at")
    seen.add(id)
    next = end
  }
  // Older zipalign fills up with zeros.
  if (!isAllZero(area.subarray(next))) odd(next, area.byteLength, "bytes behind the extra fields that are none")
  return extras
}

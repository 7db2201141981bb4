import type { Odd } from "../scribe.ts"
/*
 * An archive (APPNOTE.TXT 6.3.10, section 4.3), numbers little endian:
 *
 *   [ local header | name | extra | data | data descriptor ]...  [ directory record | name | extra | comment ]...
 *   [ zip64 end record | zip64 locator ]  end record | comment
 *
 *   local header       0 PK\3\4   4 COMMON[26]
 *   directory record   0 PK\1\2   4 made by[2: version, system]   6 COMMON[26]   32 comment length[2]  34 disk[2]  36 internal[2]  38 external[4]  42 offset[4]
 *   COMMON             0 needed[2]  2 flags[2]  4 method[2]  6 time[2]  8 date[2]  10 crc[4]  14 compressed[4]  18 size[4]  22 name length[2]  24 extra length[2]
 *   data descriptor    (PK\7\8)   crc[4]   compressed[4 or 8]   size[4 or 8]
 *   zip64 end record   0 PK\6\6   4 length[8]  12 made by[2]  14 needed[2]  16 disk[4]  20 disk[4]  24 count[8]  32 count[8]  40 size[8]  48 offset[8]
 *   zip64 locator      0 PK\6\7   4 disk[4]  8 offset of the zip64 end record[8]  16 disks[4]
 *   end record         0 PK\5\6   4 disk[2]  6 disk[2]  8 count[2]  10 count[2]  12 size[4]  16 offset[4]  20 comment length[2]
 */
export const signature = {
  local: Buffer.from("PK\x03\x04", "latin1"),
  record: Buffer.from("PK\x01\x02", "latin1"),
  descriptor: Buffer.from("PK\x07\x08", "latin1"),
  zip64End: Buffer.from("PK\x06\x06", "latin1"),
  locator: Buffer.from("PK\x06\x07", "latin1"),
  end: Buffer.from("PK\x05\x06", "latin1"),
} as const

export const bytesOf = { local: 30, record: 46, zip64End: 56, locator: 20, end: 22 } as const

/** A 32-bit field that says: see the zip64 extra field. */
export const maxed = 0xffff_ffff

/** What a local header and a directory record have in common. */
export interface Fields {
  readonly needed: number
  readonly flags: number
  readonly method: number
  /** Date and time of MS-DOS: local time, in steps of two seconds. */
  readonly time: number
  readonly crc: number
  readonly compressed: number
  readonly size: number
  readonly nameBytes: number
  readonly extraBytes: number
}

export const flag = { encrypted: 1, descriptor: 8, strong: 0x40, utf8: 0x800, masked: 0x2000 } as const
/** Those, and two bits that say how hard the compressor tried (section 4.4.4). */
const knownFlags = 0x284f

export function fieldsAt(bytes: Buffer, at: number): Fields {
  return {
    needed: bytes.readUInt16LE(at),
    flags: bytes.readUInt16LE(at + 2),
    method: bytes.readUInt16LE(at + 4),
    time: bytes.readUInt32LE(at + 6),
    crc: bytes.readUInt32LE(at + 10),
    compressed: bytes.readUInt32LE(at + 14),
    size: bytes.readUInt32LE(at + 18),
    nameBytes: bytes.readUInt16LE(at + 22),
    extraBytes: bytes.readUInt16LE(at + 24),
  }
}

/** The newest version of the specification, 6.3; systems have numbers up to 30. */
const versionMax = 63
const systemMax = 30

/** A version in the low byte; in what tells who made it, a system in the high one. */
export function versionOdd(value: number, at: number, { hasSystem }: { readonly hasSystem: boolean }): readonly Odd[] {
  if ((value & 0xff) <= versionMax && value >> 8 <= (hasSystem ? systemMax : 0)) return []
  return [{ start: at, end: at + 2, kind: "zip-version", why: `version ${value} of the format, which there is none of` }]
}

export function fieldsOdd({ needed, flags }: Fields, at: number): readonly Odd[] {
  const odd = versionOdd(needed, at, { hasSystem: false })
  if ((flags & ~knownFlags) === 0) return odd
  return [...odd, { start: at + 2, end: at + 4, kind: "zip-flags", why: `flags ${flags.toString(16)}, of which some mean nothing` }]
}

/** A number that is exact as one of ours; any other is larger than every archive. */
export const number64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at))

/** Seconds since 1970 of what is told without a time zone; undefined where it is no date. */
export function modifiedAt(time: number): number | undefined {
  const [month, day] = [(time >> 21) & 15, (time >> 16) & 31]
  if (month === 0 || day === 0) return undefined
  return Date.UTC(1980 + (time >>> 25), month - 1, day, (time >> 11) & 31, (time >> 5) & 63, (time & 31) * 2) / 1000
}

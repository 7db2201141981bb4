import { emptyBytes, latin1 } from "../../core/bytes.ts"
import { isAccount } from "./account.ts"
import { numberField, type Run, stringField, Unread } from "./field.ts"
import { type Descriptors, descriptors } from "./sparse.ts"

/*
 * One header block (POSIX.1-2024 pax, "ustar Interchange Format"; tar(5) of GNU tar, "Basic Tar Format"):
 *
 *   0 name[100]  100 mode[8]  108 uid[8]  116 gid[8]  124 size[12]  136 mtime[12]  148 chksum[8]  156 typeflag  157 linkname[100]
 *   v7      257 nothing
 *   ustar   257 "ustar\0" 263 "00"  265 uname[32] 297 gname[32] 329 devmajor[8] 337 devminor[8]  345 prefix[155]  500 nothing
 *   xstar   as ustar, but 345 prefix[131]  476 atime[12] 488 ctime[12]
 *   GNU     257 "ustar  \0"         265 uname[32] 297 gname[32] 329 devmajor[8] 337 devminor[8]
 *           345 atime[12] 357 ctime[12] 369 offset[12] 381 longnames[4] 385 unused  386 sparse[4 x 24] 482 isextended 483 realsize[12] 495 nothing
 */
export const blockBytes = 512

export interface TarHeader {
  readonly kind: "header"
  readonly flavour: "v7" | "ustar" | "gnu"
  readonly typeflag: string
  readonly path: Uint8Array
  /** The fields that `path` is made of. */
  readonly name: Uint8Array
  readonly prefix: Uint8Array
  readonly link: Uint8Array
  readonly mode: number
  readonly size: number
  /** When it was last modified; a pax `mtime` only adds fractions to it. */
  readonly modified: number | undefined
  /** Ids and names of user and group, as one text. */
  readonly owner: string
  /** Old-GNU sparse files only (typeflag S). */
  readonly sparse: SparseHeader | undefined
  /** Bytes that are not zero and that no reader of the format looks at. */
  readonly unread: readonly Run[]
}
export interface SparseHeader {
  readonly table: Descriptors
  readonly extended: boolean
  readonly realSize: number
}
export interface NoHeader {
  readonly kind: "no-header"
  readonly offset: number
  readonly expected: string
}

const noHeader = (offset: number, expected: string): NoHeader => ({ kind: "no-header", offset, expected })

/** POSIX sums bytes without sign; some old writers summed them with sign, and every reader takes both. */
export function checksumHolds(block: Uint8Array): boolean {
  const stored = numberField(block, 148, 8).value
  if (block.byteLength !== blockBytes || stored === undefined) return false
  let unsigned = 8 * 0x20
  let high = 0
  for (let at = 0; at < blockBytes; at += 1) {
    if (at === 148) at = 156
    const byte = block[at] ?? 0
    unsigned += byte
    if (byte > 0x7f) high += 1
  }
  return stored === unsigned || stored === unsigned - 256 * high
}

export function decodeHeader(block: Uint8Array): TarHeader | NoHeader {
  if (!checksumHolds(block)) return noHeader(148, "a tar header block whose checksum holds")
  const mode = numberField(block, 100, 8)
  const size = numberField(block, 124, 12)
  if (mode.value === undefined || mode.value < 0) return noHeader(100, "an octal mode")
  if (size.value === undefined || size.value < 0 || !Number.isSafeInteger(size.value)) return noHeader(124, "a size")
  const flavour = flavourOf(block)
  const typeflag = String.fromCharCode(block[156] ?? 0)
  const sparse = typeflag === "S" ? sparseHeader(block, flavour) : undefined
  if (sparse?.kind === "no-header") return sparse
  const name = stringField(block, 0, 100)
  const prefix = prefixOf(block, flavour)
  return {
    kind: "header",
    flavour,
    typeflag,
    path: prefix.byteLength === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name]),
    name,
    prefix,
    link: stringField(block, 157, 100),
    mode: mode.value,
    size: size.value,
    modified: numberField(block, 136, 12).value,
    owner: ownerOf(block, flavour),
    sparse: sparse?.header,
    unread: unreadOf(block, flavour, typeflag),
  }
}

function flavourOf(block: Uint8Array): TarHeader["flavour"] {
  const magic = latin1(block.subarray(257, 265))
  if (magic === "ustar  \0") return "gnu"
  return magic.startsWith("ustar\0") ? "ustar" : "v7"
}

const prefixOf = (block: Uint8Array, flavour: TarHeader["flavour"]): Uint8Array =>
  flavour === "ustar" ? stringField(block, 345, 155) : emptyBytes

function ownerOf(block: Uint8Array, flavour: TarHeader["flavour"]): string {
  const ids = [numberField(block, 108, 8).value, numberField(block, 116, 8).value]
  const names = flavour === "v7" ? [] : [latin1(stringField(block, 265, 32)), latin1(stringField(block, 297, 32))]
  return [...ids, ...names].join("\0")
}

/** star writes S into ustar headers with another layout; guessing between the two would be a way to hide bytes. */
function sparseHeader(block: Uint8Array, flavour: TarHeader["flavour"]): { kind: "sparse"; header: SparseHeader } | NoHeader {
  if (flavour !== "gnu") return noHeader(257, "a GNU header, as a sparse file (type S) has one")
  const table = descriptors(block, 386, 4)
  const realSize = numberField(block, 483, 12).value
  if (table === undefined) return noHeader(386, "a sparse map of numbers")
  if (realSize === undefined || realSize < 0 || !Number.isSafeInteger(realSize)) return noHeader(483, "the real size of a sparse file")
  return { kind: "sparse", header: { table, extended: block[482] !== 0, realSize } }
}

function unreadOf(block: Uint8Array, flavour: TarHeader["flavour"], typeflag: string): readonly Run[] {
  const unread = new Unread(block)
  unread.string(0, 100)
  unreadMode(unread, block)
  for (const [start, size] of numbers) unread.number(numberField(block, start, size), start + size)
  if (typeflag === "1" || typeflag === "2") unread.string(157, 100)
  else unread.area(157, 257)
  if (flavour === "v7") unread.area(257, 329)
  else unreadOwners(unread, block, flavour)
  // GNU tar writes device numbers of zero even in v7 headers.
  for (const start of [329, 337]) unreadDevice(unread, block, start, typeflag)
  if (flavour === "v7") unread.area(345, blockBytes)
  if (flavour === "ustar") unreadUstar(unread, block)
  if (flavour === "gnu") unreadGnu(unread, block, typeflag)
  return unread.runs
}

const numbers = [
  [108, 8],
  [116, 8],
  [124, 12],
  [136, 12],
  [148, 8],
] as const

function unreadOwners(unread: Unread, block: Uint8Array, flavour: TarHeader["flavour"]): void {
  if (flavour === "ustar" && latin1(block.subarray(263, 265)) !== "00") unread.area(263, 265)
  const form = { holds: isAccount, why: "no name of an account" }
  unread.form(265, 32, form)
  unread.form(297, 32, form)
}

/** Permissions, and above them nothing or the type of the file as in st_mode (which v7 and git write); the value is 0 or more. */
function unreadMode(unread: Unread, block: Uint8Array): void {
  const field = numberField(block, 100, 8)
  if (fileTypes.has(Math.floor((field.value ?? 0) / 0o10000))) unread.number(field, 108)
  else unread.area(100, 108)
}
const fileTypes: ReadonlySet<number> = new Set([0, 1, 2, 4, 6, 8, 10, 12])

/** Device numbers are read for devices; any other member holds a zero there, or something nobody reads. */
function unreadDevice(unread: Unread, block: Uint8Array, start: number, typeflag: string): void {
  const field = numberField(block, start, 8)
  const used = typeflag === "3" || typeflag === "4" || field.value === 0
  if (used) unread.number(field, start + 8)
  else unread.area(start, start + 8)
}

/** Where byte 475 is NUL, star and node-tar put two times behind a prefix that is shorter by them (star(5), xstar header). */
function unreadUstar(unread: Unread, block: Uint8Array): void {
  const times = [476, 488].map((start) => ({ start, field: numberField(block, start, 12) }))
  const isStar = block[475] === 0 && times.every(({ start, field }) => block[start] !== 0 && field.readTo > start)
  unread.string(345, isStar ? 131 : 155)
  if (isStar) for (const { start, field } of times) unread.number(field, start + 12)
  unread.area(500, blockBytes)
}

function unreadGnu(unread: Unread, block: Uint8Array, typeflag: string): void {
  unread.number(numberField(block, 345, 12), 357)
  unread.number(numberField(block, 357, 12), 369)
  if (typeflag !== "S") {
    unread.area(369, blockBytes)
    return
  }
  unread.area(369, 386)
  unread.area(descriptors(block, 386, 4)?.readTo ?? 386, 482)
  unread.number(numberField(block, 483, 12), 495)
  unread.area(495, blockBytes)
}

import { latin1 } from "../../core/bytes.ts"

/** Containers that are known by their first bytes and not opened: said, so that one opaque file is not taken for all there is. */
const unreadFormats: readonly (readonly [magic: string, name: string, at?: number])[] = [
  ["Rar!\x1a\x07", "RAR"],
  ["PK\x07\x08", "a zip archive in parts"],
  ["MSCF", "Microsoft cabinet"],
  ["xar!", "xar"],
  ["\x1f\x9d", "compress (.Z)"],
  ["\x04\x22\x4d\x18", "lz4"],
  ["\x02\x21\x4c\x18", "lz4 (legacy)"],
  ["\x89LZO\0\r\n\x1a\n", "lzop"],
  ["LRZI", "lrzip"],
  ["GRZipII\0", "grzip"],
  ["0.939000\n", "a .deb as before 1995"],
  ["WARC/", "WARC"],
  ["hsqs", "squashfs"],
  ["#mtree", "mtree"],
  ["!<thin>\n", "a thin ar archive, which names files that it does not hold"],
  ["MSWIM\0\0\0", "Windows image (WIM)"],
  ["\xff\x06\0\0sNaPpY", "snappy"],
  ["\x45\x3d\xcd\x28", "cramfs"],
  ["-rom1fs-", "romfs"],
  ["CD001", "ISO 9660", 32769],
  ["-lh", "LHA", 2],
  ["-lz", "LHA", 2],
]

/** Bytes of a layer's beginning that tell all of these. */
export const unreadHeadBytes = 32769 + 5

export const unreadFormat = (head: Uint8Array): string | undefined =>
  unreadFormats.find(([magic, , at = 0]) => latin1(head.subarray(at, at + magic.length)) === magic)?.[1]

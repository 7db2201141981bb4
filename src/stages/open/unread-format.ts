import { latin1 } from "../../core/bytes.ts"

/** Containers that are known by their first bytes and not opened: said, so that one opaque file is not taken for all there is. */
const unreadFormats: readonly (readonly [string, string])[] = [
  ["BZh", "bzip2"],
  ["\x28\xb5\x2f\xfd", "zstd"],
  ["7z\xbc\xaf\x27\x1c", "7z"],
  ["LZIP", "lzip"],
]

export const unreadFormat = (head: Uint8Array): string | undefined => unreadFormats.find(([magic]) => latin1(head).startsWith(magic))?.[1]

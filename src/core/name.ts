import { isUtf8 } from "node:buffer"
import { latin1 } from "./bytes.ts"

/** A path as archives and git store it, made a string: UTF-8 where valid, else its bytes over 0x7f as `\xNN`. One rule for both sides. */
export function decodeName(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")
  return latin1(bytes).replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`)
}

/** Why a path must never be used as one, or undefined. */
export function nameDanger(path: string): string | undefined {
  if (path === "") return "empty name"
  if (path.includes("\0")) return "NUL in the name"
  if (path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path)) return "absolute name"
  if (path.split("/").includes("..")) return "`..` in the name"
  if (/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/.test(path)) return "bidirectional control in the name"
  if (/\p{Cc}/u.test(path)) return "control character in the name"
  return undefined
}

/** `xz-utils_5.8.1.orig.tar.xz`, `xz-5.8.1`, `git-v2.40.tar.gz`: what stands before the version. */
export const unversioned = (name: string): string => name.replace(/[-_.@]v?\d.*$/i, "")

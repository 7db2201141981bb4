import { isUtf8 } from "node:buffer"

/** The longest that a header can hold; accounts of Linux end there too (useradd(8)). */
const accountBytesMax = 32
/** Letters of any script, digits and what accounts of Unix, macOS and Active Directory have; "?" where a writer of ASCII replaced a letter. */
const account = /^[\p{L}\p{M}\p{N}_.@+$ ?\\-]*$/u

/** Whether this can be the name of a user or a group. Nothing compares it, so anything longer or odder would be a place to hide bytes in. */
export const isAccount = (name: Uint8Array): boolean =>
  name.byteLength === 0 || (name.byteLength <= accountBytesMax && isUtf8(name) && account.test(new TextDecoder().decode(name)))

/** Pax keywords that name an owner. */
export const ownerKeywords: ReadonlySet<string> = new Set(["uid", "gid", "uname", "gname"])

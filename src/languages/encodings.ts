import type { Call } from "./imperative/platform.ts"

/** Encodings whose decoding of a constant is computed, as languages' libraries decode them: what stands between the digits is passed over. */

const bytes = (text: string, encoding: "base64" | "hex"): string => Buffer.from(text, encoding).toString("latin1")

/** RFC 4648, 4. */
export const base64 = (text: string): string => bytes(text.replaceAll(/[^A-Za-z0-9+/=]/g, ""), "base64")

/** RFC 4648, 5. */
export const base64url = (text: string): string => bytes(text.replaceAll(/[^A-Za-z0-9_=-]/g, ""), "base64")

/** RFC 4648, 8; undefined: it is none. */
export function base16(text: string): string | undefined {
  const digits = text.replaceAll(/\s/g, "")
  return /^(?:[0-9a-fA-F]{2})*$/.test(digits) ? bytes(digits, "hex") : undefined
}

const digits32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** RFC 4648, 6; undefined: it is none. */
export function base32(text: string): string | undefined {
  let [held, bits, out] = [0, 0, ""]
  for (const digit of text.replaceAll(/[\s=]/g, "").toUpperCase()) {
    const value = digits32.indexOf(digit)
    if (value === -1) return undefined
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    out += String.fromCharCode((held >> bits) & 0xff)
  }
  return out
}

/** Each letter becomes the one thirteen places on. */
export const rot13 = (text: string): string =>
  text.replaceAll(/[a-zA-Z]/g, (letter) => {
    const base = letter <= "Z" ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
  })

/** Of a constant, what it decompresses to, within the limit of a value; what is no stream of the kind gives nothing. */
export const inflates =
  (inflate: (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer) =>
  (input: string, { world }: Call): string | undefined => {
    try {
      return inflate(Buffer.from(input, "latin1"), { maxOutputLength: world.limits.valueBytesMax }).toString("latin1")
    } catch {
      return undefined
    }
  }

import { latin1 } from "../../core/bytes.ts"
import type { Recogniser } from "../object-format.ts"

const sectionIdMax = 13

/** The WebAssembly Core Specification, "Binary Format", 5.5: "\0asm", a version, then sections: id[1] size[LEB128]. */
export const wasm: Recogniser = {
  format: "wasm",
  recognise(bytes) {
    if (latin1(bytes.subarray(0, 4)) !== "\0asm") return undefined
    const version = latin1(bytes.subarray(4, 8))
    if (version === "\r\0\x01\0") return "component"
    if (version !== "\x01\0\0\0") return undefined
    return hasSections(bytes) ? "module" : undefined
  },
}

/** Sections up to the end, or two of them: something else may stand behind. */
function hasSections(bytes: Uint8Array): boolean {
  let at = 8
  for (let sections = 0; at < bytes.byteLength; sections += 1) {
    const end = sectionEnd(bytes, at)
    if (end === undefined) return sections >= 2
    at = end
  }
  return at === bytes.byteLength
}

/** Behind the section at a place; undefined: none is there. */
function sectionEnd(bytes: Uint8Array, start: number): number | undefined {
  let [size, scale, at] = [0, 1, start + 1]
  for (; at < start + 6; at += 1, scale *= 128) {
    const byte = bytes[at] ?? 0x80
    size += (byte & 0x7f) * scale
    if (byte < 0x80) break
  }
  const end = at + 1 + size
  return (bytes[start] ?? 255) <= sectionIdMax && at < start + 6 && end <= bytes.byteLength ? end : undefined
}

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
    return bytes.byteLength === 8 || hasSection(bytes) ? "module" : undefined
  },
}

function hasSection(bytes: Uint8Array): boolean {
  let [size, scale, at] = [0, 1, 9]
  for (; at < 14; at += 1, scale *= 128) {
    const byte = bytes[at] ?? 0x80
    size += (byte & 0x7f) * scale
    if (byte < 0x80) break
  }
  return (bytes[8] ?? 255) <= sectionIdMax && at < 14 && at + 1 + size <= bytes.byteLength
}

import type { Limits } from "../../core/limits.ts"
import { encodingOf, linesOf } from "../../core/text.ts"

/** The lines of a text that is worth comparing with; undefined for what is opaque or too large: it is known by its digest alone. */
export function learnableLines(bytes: Uint8Array, limits: Limits): readonly string[] | undefined {
  if (bytes.byteLength > limits.originTextBytesMax || encodingOf(bytes) === undefined) return undefined
  let lines = 0
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    lines += 1
    if (lines >= limits.originTextLinesMax) return undefined
  }
  return linesOf(bytes)
}

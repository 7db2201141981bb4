import { parse } from "smol-toml"

/** Bytes of a manifest that is read; none of a thousand projects comes near. */
export const manifestBytesMax = 1 << 20
/** Tables inside tables. */
const depthMax = 64

/** A TOML document (toml.io/en/v1.0.0) of the commit, for a schema to look at; undefined when it is none, or too large. `text` has a byte a character. */
export function tomlOf(text: string): unknown {
  if (text.length > manifestBytesMax) return undefined
  try {
    return parse(Buffer.from(text, "latin1").toString("utf8"), { maxDepth: depthMax })
  } catch {
    return undefined
  }
}

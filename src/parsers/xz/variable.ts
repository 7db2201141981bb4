import type { Reader } from "../../core/reader.ts"

/** Multibyte integers (section 1.2): at most 9 bytes, no needless last zero; ours also fit a double exactly. */
export async function readVariable(reader: Reader, next: () => Promise<number>): Promise<number> {
  let value = 0n
  for (let index = 0n; index < 9n; index += 1n) {
    const byte = await next()
    value += BigInt(byte & 0x7f) << (7n * index)
    if (byte >= 0x80) continue
    reader.demand(
      !(byte === 0 && index > 0n) && value <= BigInt(Number.MAX_SAFE_INTEGER),
      "a multibyte integer in its shortest form (section 1.2)",
    )
    return Number(value)
  }
  throw reader.malformed("a multibyte integer of at most 9 bytes (section 1.2)")
}

import type { ByteSource } from "./bytes.ts"
import { Cursor } from "./cursor.ts"

/** What is read first where the cursor has come to, for a header; twice as much each time that it reads on. */
const firstBytes = 32
const chunkBytes = 1 << 20

/** A cursor over a whole source that does not read what it skips. */
export function hoppingCursor(source: ByteSource): Cursor {
  let at = 0
  let size = firstBytes
  async function* chunks(): AsyncGenerator<Uint8Array> {
    while (at < source.size) {
      const [start, end] = [at, Math.min(source.size, at + size)]
      at = end
      size = Math.min(chunkBytes, size * 2)
      yield source.readNow?.(start, end) ?? (await source.read(start, end))
    }
  }
  return new Cursor(chunks(), (skipped) => {
    const passed = Math.min(skipped, source.size - at)
    at += passed
    size = firstBytes
    return passed
  })
}

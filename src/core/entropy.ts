export const roundedEntropy = (bits: number): number => Math.round(bits * 1000) / 1000

/** Shannon's, of single bytes: 8 for what is compressed or random. */
export function entropyOf(bytes: Uint8Array): number {
  const counts = new Uint32Array(256)
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const byte = bytes[at] ?? 0
    counts[byte] = (counts[byte] ?? 0) + 1
  }
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / bytes.byteLength) * Math.log2(count / bytes.byteLength)
  // The sum of one byte value alone is minus zero.
  return Math.max(0, bits)
}

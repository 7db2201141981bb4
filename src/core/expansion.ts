import { FaultError } from "./fault.ts"
import type { Limits } from "./limits.ts"

interface Options {
  readonly layer: string
  readonly limits: Limits
}

/** What so many compressed bytes may at most become. The ratio is only a bound for what is large: xz reaches 7000:1 on zeros, bzip2 a million to one. */
export const expansionMax = (encoded: number, limits: Limits): number =>
  Math.min(limits.layerBytesMax, Math.max(limits.ratioFreeBytes, limits.ratioMax * encoded))

/** A fault when a layer of `encoded` bytes decodes to more than the limits allow. */
export function boundExpansion(decoded: number, encoded: number, { layer, limits }: Options): void {
  if (decoded > limits.layerBytesMax) throw new FaultError({ kind: "over-limit", layer, limit: "layerBytesMax", max: limits.layerBytesMax })
  if (decoded > limits.ratioFreeBytes && decoded > limits.ratioMax * encoded)
    throw new FaultError({ kind: "over-limit", layer, limit: "ratioMax", max: limits.ratioMax })
}

/** The decoded chunks of `encoded` bytes, as long as the limits allow them. */
export async function* boundedExpansion(
  chunks: AsyncIterable<Uint8Array>,
  encoded: number,
  options: Options,
): AsyncGenerator<Uint8Array, number> {
  let decoded = 0
  for await (const chunk of chunks) {
    decoded += chunk.byteLength
    boundExpansion(decoded, encoded, options)
    yield chunk
  }
  return decoded
}

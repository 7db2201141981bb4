import type { Recogniser } from "../object-format.ts"

const [moduleBlock, identificationBlock, symbolsBlock, stringsBlock] = [8, 13, 25, 23]
const blocks: ReadonlySet<number> = new Set([moduleBlock, identificationBlock, symbolsBlock, stringsBlock])
const enterSubblock = 1

/** LLVM Bitcode File Format: "BC" 0xc0de, then blocks in words of four bytes; or a wrapper that says where these are. */
export const llvmBitcode: Recogniser = {
  format: "llvm-bitcode",
  recognise(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (view.byteLength < 20) return undefined
    if (view.getUint32(0, true) !== 0x0b17c0de) return isBitcode(view) ? "bitcode" : undefined
    const [at, size] = [view.getUint32(8, true), view.getUint32(12, true)]
    const isInside = at >= 20 && at + size <= view.byteLength && size >= 12
    return isInside && isBitcode(new DataView(bytes.buffer, bytes.byteOffset + at, size)) ? "wrapped bitcode" : undefined
  },
}

/** The first abbreviation id has two bits; that of a block is followed by its id in vbr8, a width in vbr4, and on a word of its own its length in words. */
function isBitcode(view: DataView): boolean {
  if (view.getUint32(0) !== 0x4243c0de) return false
  const word = view.getUint32(4, true)
  return (word & 3) === enterSubblock && blocks.has((word >>> 2) & 0xff) && 12 + 4 * view.getUint32(8, true) <= view.byteLength
}

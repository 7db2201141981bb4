import { crc32 } from "node:zlib"

/** An xz stream (version 1.2.1 of its format) of one block whose LZMA2 chunk is stored: for short texts. */
export function xzOf(content: Uint8Array): Buffer {
  const flags = Buffer.from([0, 1]) // CRC32
  const head = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), flags, little(crc32(flags))])
  // Size of the header in words less one, flags, the filter LZMA2 (0x21) with one property byte, padding.
  const block = Buffer.from([2, 0, 0x21, 1, 0, 0, 0, 0])
  const chunk = Buffer.concat([
    Buffer.from([1, ((content.byteLength - 1) >> 8) & 255, (content.byteLength - 1) & 255]),
    content,
    Buffer.from([0]),
  ])
  const unpadded = block.byteLength + 4 + chunk.byteLength + 4
  const body = Buffer.concat([block, little(crc32(block)), chunk, Buffer.alloc((4 - (chunk.byteLength % 4)) % 4), little(crc32(content))])
  const records = Buffer.concat([Buffer.from([0, 1]), variable(unpadded), variable(content.byteLength)])
  const index = Buffer.concat([records, Buffer.alloc((4 - (records.byteLength % 4)) % 4)])
  const tail = Buffer.concat([little((index.byteLength + 4) / 4 - 1), flags])
  return Buffer.concat([head, body, index, little(crc32(index)), little(crc32(tail)), tail, Buffer.from("YZ")])
}

function little(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

/** Seven bits a byte, the least first. */
const variable = (value: number): Buffer => Buffer.from(value < 128 ? [value] : [(value & 127) | 128, value >> 7])

/** A bzip2 stream of one block, all codes of one length: for short texts without four equal bytes in a row. */
export function bzip2Of(content: Uint8Array): Buffer {
  const bytes = [...content]
  const turned = bytes.map((_, at) => at).sort((a, b) => compareRotations(bytes, a, b))
  const last = turned.map((at) => bytes[(at + bytes.length - 1) % bytes.length] ?? 0)
  const used = [...new Set(bytes)].sort((a, b) => a - b)
  const width = Math.ceil(Math.log2(used.length + 2))
  const symbols = movedToFront(last, used)
  const bits: string[] = []
  const put = (value: number, count: number): void => void bits.push(value.toString(2).padStart(count, "0"))
  const sum = bzip2Crc(content)
  put(0x314159, 24)
  put(0x265359, 24)
  put(sum, 32)
  put(0, 1)
  put(turned.indexOf(0), 24)
  const ranges = Array.from({ length: 16 }, (_, high) => Array.from({ length: 16 }, (_, low) => (used.includes(high * 16 + low) ? 1 : 0)))
  put(Number.parseInt(ranges.map((row) => (row.includes(1) ? 1 : 0)).join(""), 2), 16)
  for (const row of ranges) if (row.includes(1)) bits.push(row.join(""))
  put(2, 3) // two tables, the least there may be; the first alone is used
  const groups = Math.ceil(symbols.length / 50)
  put(groups, 15)
  bits.push("0".repeat(groups))
  for (let table = 0; table < 2; table++) {
    put(width, 5)
    bits.push("0".repeat(used.length + 2))
  }
  for (const symbol of symbols) put(symbol, width)
  put(0x177245, 24)
  put(0x385090, 24)
  put(sum, 32)
  const all = bits.join("")
  const padded = all.padEnd(Math.ceil(all.length / 8) * 8, "0")
  return Buffer.concat([Buffer.from("BZh1"), Buffer.from((padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))])
}

function compareRotations(bytes: readonly number[], a: number, b: number): number {
  for (let at = 0; at < bytes.length; at++) {
    const difference = (bytes[(a + at) % bytes.length] ?? 0) - (bytes[(b + at) % bytes.length] ?? 0)
    if (difference !== 0) return difference
  }
  return a - b
}

/** Places in a list that moves what was asked for to its front; runs of the front in bijective base two (symbols 0 and 1); the end. */
function movedToFront(last: readonly number[], used: readonly number[]): readonly number[] {
  const order = [...used]
  const symbols: number[] = []
  let zeros = 0
  const flush = (): void => {
    for (let left = zeros; left > 0; left = (left - 1 - ((left - 1) % 2)) / 2) symbols.push((left - 1) % 2)
    zeros = 0
  }
  for (const byte of last) {
    const at = order.indexOf(byte)
    order.unshift(...order.splice(at, 1))
    if (at === 0) zeros += 1
    else {
      flush()
      symbols.push(at + 1)
    }
  }
  flush()
  return [...symbols, used.length + 1]
}

/** CRC-32 of the same polynomial with the most significant bit first. */
function bzip2Crc(content: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of content) {
    sum = (sum ^ (byte << 24)) >>> 0
    for (let bit = 0; bit < 8; bit++) sum = sum >= 0x80000000 ? ((sum << 1) ^ 0x04c11db7) >>> 0 : (sum << 1) >>> 0
  }
  return ~sum >>> 0
}

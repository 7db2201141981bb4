import { createHash } from "node:crypto"

/** Builds asar archives, the odd ones too that no packer writes. Tests only. */
export interface Odd {
  readonly text?: (index: string) => string
  readonly rest?: Buffer
  readonly padding?: Buffer
}

const four = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** The two pickles around an index, and what stands behind it. */
export function asarOf(index: unknown, contents: string | Buffer = "", { text = (same) => same, rest, padding }: Odd = {}): Buffer {
  const bytes = Buffer.from(text(JSON.stringify(index)))
  const zeros = padding ?? Buffer.alloc((4 - (bytes.byteLength % 4)) % 4)
  const inner = 4 + bytes.byteLength + zeros.byteLength
  const head = [four(4), four(inner + 4), four(inner), four(bytes.byteLength)]
  return Buffer.concat([...head, bytes, zeros, Buffer.from(contents), rest ?? Buffer.alloc(0)])
}

const digestOf = (content: string): string => createHash("sha256").update(content).digest("hex")

/** What @electron/asar says of a content. */
export const integrityOf = (content: string, blockSize = 4 * 2 ** 20) => ({
  algorithm: "SHA256",
  hash: digestOf(content),
  blockSize,
  blocks: Array.from({ length: Math.max(1, Math.ceil(content.length / blockSize)) }, (_, at) =>
    digestOf(content.slice(at * blockSize, (at + 1) * blockSize)),
  ),
})

export const fileOf = (content: string, offset: number) => ({
  size: content.length,
  offset: `${offset}`,
  integrity: integrityOf(content),
})

import { crc32 } from "node:zlib"

/** Archives made by code, for tests and for fuzzing: contents are stored, unless folders are given. No part of the product. */
export interface Made {
  readonly name: string
  /** Undefined: it has no stream. */
  readonly content?: string
  readonly isEmptyFile?: boolean
  readonly isAnti?: boolean
  readonly attributes?: number
}

export interface Making {
  /** How the one folder is packed, and what its bytes then are. */
  readonly coder?: Buffer
  readonly packed?: Buffer
  readonly crc?: (content: Buffer) => number
  /** Properties of the files behind the usual ones. */
  readonly properties?: Buffer
  /** In place of the header, of what it would be. */
  readonly header?: (header: Buffer) => Buffer
  readonly gap?: string
  readonly trailing?: string
  readonly minor?: number
}

export const number = (value: number): Buffer =>
  value < 0x80 ? Buffer.from([value]) : value < 0x4000 ? Buffer.from([0x80 | (value >>> 8), value & 0xff]) : wide(value)

function wide(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xff)
  bytes.writeBigUInt64LE(BigInt(value), 1)
  return bytes
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

export const bits = (set: readonly boolean[]): Buffer => {
  const bytes = Buffer.alloc(Math.ceil(set.length / 8))
  for (const [at, is] of set.entries()) if (is) bytes[at >>> 3] = (bytes[at >>> 3] ?? 0) | (0x80 >>> (at & 7))
  return bytes
}

export const property = (id: number, data: Buffer): Buffer => Buffer.concat([number(id), number(data.byteLength), data])

/** One coder of the method, of one stream in and one out. */
export const coderOf = (method: string, properties = Buffer.alloc(0)): Buffer => {
  const id = Buffer.from(method, "hex")
  const flags = id.byteLength | (properties.byteLength > 0 ? 0x20 : 0)
  return Buffer.concat([
    Buffer.from([1, flags]),
    id,
    properties.byteLength > 0 ? Buffer.concat([number(properties.byteLength), properties]) : id.subarray(0, 0),
  ])
}

/** StreamsInfo of one packed stream that is cut into contents. */
export function streamsOf(
  at: number,
  packedBytes: number,
  contents: readonly Buffer[],
  { coder = coderOf("00"), crc = (content) => crc32(content) }: Making,
): Buffer {
  const whole = contents.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const sizes = contents.slice(1).map((_, index) => number(contents[index]?.byteLength ?? 0))
  return Buffer.concat([
    Buffer.from([6]),
    number(at),
    Buffer.from([1, 9]),
    number(packedBytes),
    Buffer.from([0]),
    Buffer.from([7, 0xb, 1, 0]),
    coder,
    Buffer.from([0xc]),
    number(whole),
    Buffer.from([0]),
    Buffer.from([8, 0xd]),
    number(contents.length),
    ...(sizes.length > 0 ? [Buffer.from([9]), ...sizes] : []),
    Buffer.from([0xa, 1]),
    ...contents.map((content) => u32(crc(content))),
    Buffer.from([0, 0]),
  ])
}

export function filesOf(files: readonly Made[], more: Buffer = Buffer.alloc(0)): Buffer {
  const empty = files.filter(({ content }) => content === undefined)
  const names = Buffer.from(files.map(({ name }) => `${name}\0`).join(""), "utf16le")
  const hasAttributes = files.some(({ attributes }) => attributes !== undefined)
  const defined = files.map(({ attributes }) => attributes !== undefined)
  return Buffer.concat([
    Buffer.from([5]),
    number(files.length),
    ...(empty.length > 0
      ? [
          property(0xe, bits(files.map(({ content }) => content === undefined))),
          property(0xf, bits(empty.map(({ isEmptyFile = false }) => isEmptyFile))),
          property(0x10, bits(empty.map(({ isAnti = false }) => isAnti))),
        ]
      : []),
    property(0x11, Buffer.concat([Buffer.from([0]), names])),
    ...(hasAttributes
      ? [
          property(
            0x15,
            Buffer.concat([
              ...(defined.includes(false) ? [Buffer.from([0]), bits(defined)] : [Buffer.from([1])]),
              Buffer.from([0]),
              ...files.flatMap(({ attributes }) => (attributes === undefined ? [] : [u32(attributes)])),
            ]),
          ),
        ]
      : []),
    more,
    Buffer.from([0]),
  ])
}

export function archiveOf(files: readonly Made[], making: Making = {}): Buffer {
  const contents = files.flatMap(({ content }) => (content === undefined ? [] : [Buffer.from(content)]))
  const packed = making.packed ?? Buffer.concat(contents)
  const usual = Buffer.concat([
    Buffer.from([1]),
    ...(contents.length > 0 ? [Buffer.from([4]), streamsOf(0, packed.byteLength, contents, making)] : []),
    filesOf(files, making.properties),
    Buffer.from([0]),
  ])
  return around(Buffer.concat([packed, Buffer.from(making.gap ?? "")]), making.header === undefined ? usual : making.header(usual), making)
}

/** The signature header, what is given, and the header behind it. */
export function around(packed: Buffer, header: Buffer, { minor = 4, trailing = "" }: Making = {}): Buffer {
  const bytes = Buffer.alloc(32)
  bytes.write("7z\xbc\xaf\x27\x1c\0", "latin1")
  bytes[7] = minor
  bytes.writeBigUInt64LE(BigInt(packed.byteLength), 12)
  bytes.writeBigUInt64LE(BigInt(header.byteLength), 20)
  bytes.writeUInt32LE(crc32(header), 28)
  bytes.writeUInt32LE(crc32(bytes.subarray(12)), 8)
  return Buffer.concat([bytes, packed, header, Buffer.from(trailing)])
}

/** Makes the checksums of header and signature header right, as far as the header is inside. */
export function mend(bytes: Buffer): void {
  if (bytes.byteLength < 32) return
  const [offset, size] = [Number(bytes.readBigUInt64LE(12)), Number(bytes.readBigUInt64LE(20))]
  if (32 + offset + size <= bytes.byteLength) bytes.writeUInt32LE(crc32(bytes.subarray(32 + offset, 32 + offset + size)), 28)
  bytes.writeUInt32LE(crc32(bytes.subarray(12, 32)), 8)
}

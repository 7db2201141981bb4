/** Children of inputs, the same for the same numbers: flips, numbers at their edges, tokens of the format, blocks moved, removed, repeated or taken from another input. */

/** Numbers that lengths, counts and offsets go wrong at. */
const edges = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff]

export interface Mutation {
  readonly random: () => number
  /** Words of the format: magics, field values, digits. */
  readonly tokens: readonly Uint8Array[]
  /** Another input to take from. */
  readonly other: Uint8Array
  /** Left out: one to four. */
  readonly steps?: number
}

const mutations: readonly ((bytes: Buffer, mutation: Mutation) => Buffer)[] = [
  (bytes, { random }) => {
    const at = random() % bytes.byteLength
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (random() % 8))
    return bytes
  },
  (bytes, { random }) => {
    bytes[random() % bytes.byteLength] = random()
    return bytes
  },
  (bytes, { random }) => {
    const value = edges[random() % edges.length] ?? 0
    const width = [1, 2, 4][random() % 3] ?? 1
    const at = random() % bytes.byteLength
    if (at + width > bytes.byteLength) return bytes
    const cut = value % 2 ** (8 * width)
    if (random() % 2 === 0) bytes.writeUIntLE(cut, at, width)
    else bytes.writeUIntBE(cut, at, width)
    return bytes
  },
  (bytes, { random, tokens }) => {
    const token = tokens[random() % Math.max(1, tokens.length)]
    if (token !== undefined) bytes.set(token.subarray(0, bytes.byteLength), random() % Math.max(1, bytes.byteLength - token.byteLength + 1))
    return bytes
  },
  (bytes, { random }) => bytes.subarray(0, random() % (bytes.byteLength + 1)),
  (bytes, mutation) => without(bytes, mutation),
  (bytes, { random }) => inserted(bytes, block(bytes, random), random),
  (bytes, { random, other }) => inserted(bytes, block(other, random), random),
  (bytes, { random, other }) => {
    bytes.set(block(other, random).subarray(0, bytes.byteLength), 0)
    return bytes
  },
  (bytes, { random, other }) => Buffer.concat([bytes.subarray(0, random() % (bytes.byteLength + 1)), block(other, random)]),
]

/** At most so long: what is found with more is found with less. */
const bytesMax = 8192

export function childOf(parent: Uint8Array, mutation: Mutation): Buffer {
  let bytes = Buffer.from(parent)
  for (let steps = mutation.steps ?? 1 + (mutation.random() % 4); steps > 0 && bytes.byteLength > 0; steps -= 1)
    bytes = Buffer.from(mutations[mutation.random() % mutations.length]?.(bytes, mutation) ?? bytes)
  return bytes.subarray(0, bytesMax)
}

/** A run of bytes; as often as not whole blocks, which some formats are made of. */
function block(bytes: Uint8Array, random: () => number): Uint8Array {
  const unit = random() % 2 === 0 ? 1 : 512
  const start = Math.floor((random() % (bytes.byteLength + 1)) / unit) * unit
  return bytes.subarray(start, start + unit * (1 + (random() % (unit === 1 ? 64 : 3))))
}

function without(bytes: Buffer, { random }: Mutation): Buffer {
  const unit = random() % 2 === 0 ? 1 : 512
  const start = Math.floor((random() % bytes.byteLength) / unit) * unit
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + unit * (1 + (random() % 16)))])
}

function inserted(bytes: Buffer, piece: Uint8Array, random: () => number): Buffer {
  const unit = random() % 2 === 0 ? 1 : 512
  const at = Math.floor((random() % (bytes.byteLength + 1)) / unit) * unit
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
}

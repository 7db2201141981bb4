import { type Fields, id } from "./fields.ts"

/** One method, with what it needs to be undone. */
export interface Coder {
  /** The bytes of its id, in hexadecimal. */
  readonly method: string
  readonly properties: Buffer
}

/** A packed stream as a run of the layer. */
export interface Packed {
  readonly start: number
  readonly end: number
}

/** A file's content inside a folder. */
export interface Substream {
  readonly size: number
  readonly crc: number | undefined
}

/** What the format calls a folder: packed streams that a chain of coders makes one stream of, which is cut into the contents of files. */
export interface Folder {
  readonly coders: readonly Coder[]
  /** Its packed streams, which follow one another. */
  readonly packed: readonly Packed[]
  readonly size: number
  readonly crc: number | undefined
  readonly substreams: readonly Substream[]
}

/** A folder before it is known how large it is. */
interface Chain {
  readonly coders: readonly Coder[]
  readonly outs: number
  readonly packs: number
  /** Of its out streams the one that no coder reads. */
  readonly main: number
}

/** 7z's own bound for the coders of a folder, and for the streams of one. */
const codersMax = 32

/** StreamsInfo (7zFormat.txt): where packed streams stand, and how files are made of them. `base`: the byte that positions count from. */
export function readStreams(fields: Fields, base: number): readonly Folder[] {
  let next = fields.number("an id")
  let packed: readonly Packed[] = []
  let folders: readonly Folder[] = []
  if (next === id.packInfo) {
    packed = readPacked(fields, base)
    next = fields.number("an id")
  }
  if (next === id.unpackInfo) {
    folders = readFolders(fields, packed)
    next = fields.number("an id")
  }
  if (next === id.substreams) {
    folders = readSubstreams(fields, folders)
    next = fields.number("an id")
  }
  if (next !== id.end) throw fields.malformed("the end of the streams, in the order that 7z demands")
  const used = folders.reduce((sum, folder) => sum + folder.packed.length, 0)
  if (used !== packed.length) throw fields.malformed(`${used} packed streams, as the folders take`)
  return folders
}

function readPacked(fields: Fields, base: number): readonly Packed[] {
  let at = base + fields.number("the position of packed streams")
  const count = fields.count("sevenZipCodersMax", "the number of packed streams")
  let next = fields.number("an id")
  if (next !== id.size && count > 0) throw fields.malformed("sizes of packed streams")
  const packed: Packed[] = []
  if (next === id.size) {
    for (let index = 0; index < count; index += 1) {
      const start = at
      at += fields.number("the size of a packed stream")
      packed.push({ start, end: at })
    }
    next = fields.number("an id")
  }
  if (next === id.crc) {
    const start = fields.at
    fields.digests(count)
    fields.odd(start, "packed-digests", "digests of packed streams, which no reader compares")
    next = fields.number("an id")
  }
  if (next !== id.end) throw fields.malformed("the end of the packed streams")
  return packed
}

function readFolders(fields: Fields, packed: readonly Packed[]): readonly Folder[] {
  fields.expect(id.folder, "the folders")
  const count = fields.count("sevenZipCodersMax", "the number of folders")
  fields.notExternal("folders")
  const chains: Chain[] = []
  let coders = 0
  for (let index = 0; index < count; index += 1) {
    const chain = readChain(fields)
    coders += chain.coders.length
    if (coders > fields.scribe.options.limits.sevenZipCodersMax) throw fields.scribe.overLimit("sevenZipCodersMax")
    chains.push(chain)
  }
  fields.expect(id.codersUnpackSize, "the sizes of what coders give")
  const sizes = chains.map(
    ({ outs, main }) => Array.from({ length: outs }, () => fields.number("the size of what a coder gives"))[main] ?? 0,
  )
  let next = fields.number("an id")
  let digests: readonly (number | undefined)[] = []
  if (next === id.crc) {
    digests = fields.digests(count)
    next = fields.number("an id")
  }
  if (next !== id.end) throw fields.malformed("the end of the folders")
  let first = 0
  return chains.map(({ coders, packs }, index) => {
    const [size, crc] = [sizes[index] ?? 0, digests[index]]
    first += packs
    return { coders, packed: packed.slice(first - packs, first), size, crc, substreams: [{ size, crc }] }
  })
}

/** One for all: an archive of stored files has a folder for each. */
const none = Buffer.alloc(0)

function readChain(fields: Fields): Chain {
  const count = fields.number("the number of coders")
  if (count === 0 || count > codersMax) throw fields.malformed(`1 to ${codersMax} coders of a folder`)
  const coders: Coder[] = []
  let ins = 0
  let outs = 0
  for (let index = 0; index < count; index += 1) {
    const flags = fields.byte("a coder")
    if ((flags & 0xc0) !== 0 || (flags & 0x0f) > 8) throw fields.malformed("a coder without alternatives")
    const method = fields.take(flags & 0x0f, "the id of a method").toString("hex")
    const isComplex = (flags & 0x10) !== 0
    ins += isComplex ? fields.number("the streams into a coder") : 1
    outs += isComplex ? fields.number("the streams out of a coder") : 1
    if (ins > codersMax || outs > codersMax) throw fields.malformed(`at most ${codersMax} streams of a folder`)
    const properties = (flags & 0x20) === 0 ? none : fields.take(fields.number("a size of properties"), "properties of a coder")
    coders.push({ method, properties })
  }
  return { coders, outs, ...readBonds(fields, ins, outs) }
}

/** Which stream out of a coder goes into which, and which packed ones go into the others. */
function readBonds(fields: Fields, ins: number, outs: number): Pick<Chain, "packs" | "main"> {
  const packs = ins - (outs - 1)
  if (outs === 0 || packs < 1) throw fields.malformed("coders that can be joined to one stream")
  if (ins === 1 && outs === 1) return { packs, main: 0 }
  const [boundIns, boundOuts] = [new Set<number>(), new Set<number>()]
  for (let index = 1; index < outs; index += 1) {
    boundIns.add(fields.number("a stream into a coder"))
    boundOuts.add(fields.number("a stream out of a coder"))
  }
  if (packs > 1) for (let index = 0; index < packs; index += 1) boundIns.add(fields.number("a packed stream"))
  const isWhole = boundOuts.size === outs - 1 && boundIns.size === (packs > 1 ? ins : ins - 1)
  const isIn = (bound: ReadonlySet<number>, of: number): boolean => [...bound].every((one) => one < of)
  if (!isWhole || !isIn(boundIns, ins) || !isIn(boundOuts, outs)) throw fields.malformed("coders of which each stream has one use")
  return { packs, main: Array.from({ length: outs }, (_, at) => at).find((at) => !boundOuts.has(at)) ?? 0 }
}

/** How folders are cut (SubStreamsInfo): the last size is what the others leave; of a folder that is one file its own digest counts. */
function readSubstreams(fields: Fields, folders: readonly Folder[]): readonly Folder[] {
  let next = fields.number("an id")
  let counts = folders.map(() => 1)
  if (next === id.numUnpackStream) {
    counts = folders.map(() => fields.count("entriesMax", "the number of files of a folder"))
    next = fields.number("an id")
  }
  if (counts.reduce((sum, count) => sum + count, 0) > fields.scribe.options.limits.entriesMax) throw fields.scribe.overLimit("entriesMax")
  const hasSizes = next === id.size
  const sizes = folders.map(({ size }, index) => readSizes(fields, size, { count: counts[index] ?? 0, hasSizes }))
  if (hasSizes) next = fields.number("an id")
  const isKnown = folders.map(({ crc }, index) => counts[index] === 1 && crc !== undefined)
  const unknown = counts.reduce((sum, count, index) => sum + (isKnown[index] ? 0 : count), 0)
  let digests: readonly (number | undefined)[] = []
  if (next === id.crc) {
    digests = fields.digests(unknown)
    next = fields.number("an id")
  }
  if (next !== id.end) throw fields.malformed("the end of the files of folders")
  let at = 0
  return folders.map((folder, index) => {
    const substreams = (sizes[index] ?? []).map((size) => {
      if (isKnown[index]) return { size, crc: folder.crc }
      at += 1
      return { size, crc: digests[at - 1] }
    })
    return { ...folder, substreams }
  })
}

function readSizes(
  fields: Fields,
  whole: number,
  { count, hasSizes }: { readonly count: number; readonly hasSizes: boolean },
): readonly number[] {
  if (count === 0) return []
  if (count > 1 && !hasSizes) throw fields.malformed("sizes of the files of a folder")
  const sizes: number[] = []
  let left = whole
  for (let index = 1; index < count; index += 1) {
    const size = fields.number("the size of a file")
    left -= size
    sizes.push(size)
  }
  if (left < 0) throw fields.malformed(`files of a folder that are no larger than its ${whole} bytes`)
  return [...sizes, left]
}

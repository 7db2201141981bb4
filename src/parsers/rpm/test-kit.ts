import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"

/** Builds packages byte by byte, the odd ones too that no rpmbuild would write. Tests only. */
export interface TagGiven {
  readonly tag: number
  readonly type: number
  readonly count?: number
  readonly data: Uint8Array
}

export const string = (tag: number, ...texts: readonly string[]): TagGiven => ({
  tag,
  type: texts.length === 1 ? 6 : 8,
  count: texts.length,
  data: Buffer.from(texts.map((text) => `${text}\0`).join(""), "latin1"),
})
export const binary = (tag: number, data: Uint8Array): TagGiven => ({ tag, type: 7, count: data.byteLength, data })
export function int32(tag: number, value: number): TagGiven {
  const data = Buffer.alloc(4)
  data.writeUInt32BE(value)
  return { tag, type: 4, data }
}

/** Numbers of 16, 32 or 64 bits, by their type. */
export function numbers(tag: number, type: 3 | 4 | 5, values: readonly number[]): TagGiven {
  const width = 2 ** (type - 2)
  const data = Buffer.alloc(width * values.length)
  for (const [index, value] of values.entries()) data.writeUIntBE(value, width * index + Math.max(0, width - 6), Math.min(width, 6))
  return { tag, type, count: values.length, data }
}

export interface FileGiven {
  readonly path: string
  readonly mode: number
  readonly size?: number
  readonly digest?: string
  readonly target?: string
  readonly flags?: number
}
/** The list of files, as rpmbuild writes it. */
export function fileTags(files: readonly FileGiven[], algorithm = 8): readonly TagGiven[] {
  if (files.length === 0) return []
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))]
  const texts = (tag: number, all: readonly string[]): TagGiven => ({ ...string(tag, ...all), type: 8 })
  return [
    numbers(
      1028,
      4,
      files.map(({ size = 0 }) => size),
    ),
    numbers(
      1030,
      3,
      files.map(({ mode }) => mode),
    ),
    texts(
      1035,
      files.map(({ digest = "" }) => digest),
    ),
    texts(
      1036,
      files.map(({ target = "" }) => target),
    ),
    numbers(
      1037,
      4,
      files.map(({ flags = 0 }) => flags),
    ),
    numbers(
      1116,
      4,
      files.map(({ path }) => folders.indexOf(folderOf(path))),
    ),
    texts(
      1117,
      files.map(({ path }) => path.slice(folderOf(path).length)),
    ),
    texts(1118, folders),
    int32(5011, algorithm),
  ]
}
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1)

/** A header structure with its region; `tail` stands at the end of the store, where no tag has it. */
export function headerOf(region: number, given: readonly TagGiven[], tail: Uint8Array = Buffer.alloc(0)): Buffer {
  const entries: Buffer[] = []
  let store = Buffer.alloc(0)
  const entry = (tag: number, type: number, offset: number, count: number): Buffer => {
    const one = Buffer.alloc(16)
    for (const [index, value] of [tag, type, offset, count].entries()) one.writeInt32BE(value, 4 * index)
    return one
  }
  for (const { tag, type, count = 1, data } of given) {
    const width = type >= 3 && type <= 5 ? 2 ** (type - 2) : 1
    store = Buffer.concat([store, Buffer.alloc((width - (store.byteLength % width)) % width)])
    entries.push(entry(tag, type, store.byteLength, count))
    store = Buffer.concat([store, data])
  }
  store = Buffer.concat([store, tail])
  const first = entry(region, 7, store.byteLength, 16)
  store = Buffer.concat([store, entry(region, 7, -(entries.length + 1) * 16, 16)])
  const intro = Buffer.from([0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  intro.writeUInt32BE(entries.length + 1, 8)
  intro.writeUInt32BE(store.byteLength, 12)
  return Buffer.concat([intro, first, ...entries, store])
}

export interface Package {
  readonly lead?: (lead: Buffer) => void
  readonly main?: readonly TagGiven[]
  /** A tag that the header lacks. */
  readonly without?: number
  readonly mainTail?: Uint8Array
  readonly signature?: readonly TagGiven[]
  readonly signatureTail?: Uint8Array
  readonly payload?: Uint8Array
  /** Instead of the digests of what is there. */
  readonly digests?: Partial<Record<"sha1" | "sha256" | "md5" | "payload", string>>
  readonly size?: number
  readonly padding?: number
}

const hex = (algorithm: string, ...parts: readonly Uint8Array[]): string => {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest("hex")
}

export function packageOf(given: Package = {}): Buffer {
  const { payload = gzipSync("not looked into"), digests = {}, main: more = [], signature: others = [] } = given
  const names = [
    string(1000, "hello"),
    string(1001, "1.0"),
    string(1002, "1"),
    string(1124, "cpio"),
    string(1125, "gzip"),
    string(1022, "x86_64"),
    string(1044, "hello-1.0-1.src.rpm"),
  ]
  const own = [...names.filter(({ tag }) => tag !== given.without && !more.some((one) => one.tag === tag)), ...more]
  const covered = [string(5092, digests.payload ?? hex("sha256", payload)), int32(5093, 8)]
  const main = headerOf(63, [...own, ...covered.filter(({ tag }) => !more.some((one) => one.tag === tag))], given.mainTail)
  const tags = [
    string(269, digests.sha1 ?? hex("sha1", main)),
    string(273, digests.sha256 ?? hex("sha256", main)),
    int32(1000, given.size ?? main.byteLength + payload.byteLength),
    binary(1004, Buffer.from(digests.md5 ?? hex("md5", main, payload), "hex")),
    ...others,
  ]
  const signature = headerOf(62, tags, given.signatureTail)
  const lead = Buffer.alloc(96)
  lead.set([0xed, 0xab, 0xee, 0xdb, 3])
  lead.write("hello-1.0-1", 10)
  lead[9] = 1
  lead[77] = 1
  lead[79] = 5
  given.lead?.(lead)
  return Buffer.concat([lead, signature, Buffer.alloc((8 - (signature.byteLength % 8)) % 8, given.padding ?? 0), main, payload])
}

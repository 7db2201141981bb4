import type { GitOid, ObjectFormat } from "../core/digest.ts"
import type { Commit } from "../model/history.ts"
import type { Columns } from "./history-columns.ts"

/** Makes columns of commits as they come, while git reads on. Beyond the maximum it lets go of all that it has: nothing will be kept. */
export class HistoryPacker {
  readonly #noId: string
  readonly #bytesMax: number
  #isFull = false
  readonly #ids = new Map<GitOid, number>()
  readonly #paths = new Map<string, number>()
  readonly #authored: number[] = []
  readonly #committed: number[] = []
  readonly #author: number[] = []
  readonly #committer: number[] = []
  readonly #self: number[] = []
  readonly #parentEnds: number[] = []
  readonly #parents: number[] = []
  readonly #changeEnds: number[] = []
  readonly #changed: number[] = []
  readonly #sides: number[] = []
  readonly #textEnds: number[] = []
  readonly #before = new Gathered("hex")
  readonly #after = new Gathered("hex")
  readonly #text = new Gathered("utf8")

  constructor(format: ObjectFormat, bytesMax: number) {
    this.#bytesMax = bytesMax
    this.#noId = "0".repeat(format === "sha1" ? 40 : 64)
  }

  add({ oid, parents, author, authored, committer, committed, subject, trailers, changes }: Commit): void {
    if (this.#isFull) return
    this.#authored.push(authored)
    this.#committed.push(committed)
    this.#author.push(author)
    this.#committer.push(committer)
    this.#self.push(placeOf(oid, this.#ids))
    for (const parent of parents) this.#parents.push(placeOf(parent, this.#ids))
    this.#parentEnds.push(this.#parents.length)
    for (const { path, before, after } of changes) {
      this.#changed.push(placeOf(path, this.#paths))
      this.#sides.push((before === undefined ? 0 : 1) + (after === undefined ? 0 : 2))
      this.#before.add(before ?? this.#noId)
      this.#after.add(after ?? this.#noId)
    }
    this.#changeEnds.push(this.#changed.length)
    this.#text.add([subject, ...trailers.flatMap(({ token, value }) => [token, value])].join("\0"))
    this.#textEnds.push(this.#text.size)
    const gathered = [this.#text, this.#before, this.#after]
    this.#isFull = gathered.reduce((sum, { size }) => sum + size, 0) > this.#bytesMax
    if (this.#isFull) for (const one of gathered) one.drop()
  }

  get paths(): readonly string[] {
    return [...this.#paths.keys()]
  }

  /** The commits that are no other's parent. */
  get heads(): readonly GitOid[] {
    const isParent = new Uint8Array(this.#ids.size)
    for (const place of this.#parents) isParent[place] = 1
    return [...this.#ids].flatMap(([oid, place]) => (isParent[place] === 1 ? [] : [oid]))
  }

  /** Undefined: they would be too large, or a parent was mentioned that did not come. */
  columns(): Columns | undefined {
    if (this.#isFull || this.#ids.size !== this.#self.length) return undefined
    const ids = new Gathered("hex")
    for (const id of this.#ids.keys()) ids.add(id)
    return {
      authored: new Float64Array(this.#authored),
      committed: new Float64Array(this.#committed),
      author: new Uint32Array(this.#author),
      committer: new Uint32Array(this.#committer),
      self: new Uint32Array(this.#self),
      parentEnds: new Uint32Array(this.#parentEnds),
      parents: new Uint32Array(this.#parents),
      changeEnds: new Uint32Array(this.#changeEnds),
      paths: new Uint32Array(this.#changed),
      sides: new Uint8Array(this.#sides),
      before: this.#before.bytes(),
      after: this.#after.bytes(),
      textEnds: new Uint32Array(this.#textEnds),
      text: this.#text.bytes(),
      ids: ids.bytes(),
    }
  }
}

function placeOf<T>(one: T, places: Map<T, number>): number {
  const known = places.get(one)
  if (known !== undefined) return known
  places.set(one, places.size)
  return places.size - 1
}

/** Bytes that are gathered as texts. */
const gatheredMax = 1 << 18

class Gathered {
  /** In bytes. */
  size = 0
  readonly #encoding: "hex" | "utf8"
  #done: Buffer[] = []
  #texts: string[] = []
  #packed = 0

  constructor(encoding: "hex" | "utf8") {
    this.#encoding = encoding
  }

  add(text: string): void {
    this.size += this.#encoding === "hex" ? text.length / 2 : Buffer.byteLength(text)
    this.#texts.push(text)
    if (this.size - this.#packed > gatheredMax) this.#pack()
  }

  drop(): void {
    this.#done = []
    this.#texts = []
  }

  bytes(): Uint8Array {
    this.#pack()
    return Buffer.concat(this.#done)
  }

  #pack(): void {
    this.#done.push(Buffer.from(this.#texts.join(""), this.#encoding))
    this.#texts = []
    this.#packed = this.size
  }
}

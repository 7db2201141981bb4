import type { GitOid, ObjectFormat } from "../core/digest.ts"
import type { Commit, CommitRows } from "../model/history.ts"
import { classesOf } from "./commit-rows.ts"
import type { BulkColumns, RowColumns } from "./history-columns.ts"
import { byIdOf, rowsMax } from "./kept-rows.ts"

/** Packs what commits changed and say as they come, while git reads on. Beyond the maximum it lets go of all that it has: nothing will be kept. */
export class HistoryPacker {
  readonly #format: ObjectFormat
  readonly #noId: string
  readonly #bytesMax: number
  #isFull = false
  readonly #logged = new Map<GitOid, number>()
  readonly #paths = new Map<string, number>()
  readonly #changeEnds: number[] = []
  readonly #changed: number[] = []
  readonly #sides: number[] = []
  readonly #textEnds: number[] = []
  readonly #before = new Gathered("hex")
  readonly #after = new Gathered("hex")
  readonly #text = new Gathered("utf8")

  constructor(format: ObjectFormat, bytesMax: number) {
    this.#format = format
    this.#bytesMax = bytesMax
    this.#noId = "0".repeat(format === "sha1" ? 40 : 64)
  }

  add({ oid, subject, trailers, changes }: Commit): void {
    if (this.#isFull) return
    placeOf(oid, this.#logged)
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

  /** With the rows of the same commits. Undefined: they would be too large, or a parent was not read. */
  columns(rows: CommitRows): { readonly rows: RowColumns; readonly bulk: BulkColumns } | undefined {
    if (this.#isFull || rows.length !== this.#logged.size || rows.length > rowsMax || rows.parents.includes(-1)) return undefined
    const { authored, committed, author, committer, parentStarts, parentCounts, parents, classes } = rows
    const [ids, paths] = [new Gathered("hex"), new Gathered("utf8")]
    const logged = new Uint32Array(rows.length)
    for (let row = 0; row < rows.length; row += 1) {
      const oid = rows.oidOf(row)
      ids.add(oid)
      logged[row] = this.#logged.get(oid) ?? 0
    }
    const pathEnds = Uint32Array.from(this.#paths.keys(), (path) => {
      paths.add(path)
      return paths.size
    })
    const idBytes = ids.bytes()
    return {
      rows: {
        ...{ authored, committed, author, committer, parentStarts, parentCounts, parents, classes },
        ids: idBytes,
        byId: byIdOf(idBytes, this.#format),
        logged,
        changeEnds: new Uint32Array(this.#changeEnds),
        changed: new Uint32Array(this.#changed),
        sides: new Uint8Array(this.#sides),
        pathEnds,
        pathText: paths.bytes(),
        pathClasses: Uint8Array.from(this.#paths.keys(), classesOf),
      },
      bulk: {
        before: this.#before.bytes(),
        after: this.#after.bytes(),
        textEnds: new Uint32Array(this.#textEnds),
        text: this.#text.bytes(),
      },
    }
  }
}

/** The commits that are no other's parent. */
export function headsOf(rows: CommitRows): readonly GitOid[] {
  const isParent = new Uint8Array(rows.length)
  for (const row of rows.parents) isParent[row] = 1
  const heads: GitOid[] = []
  for (let row = 0; row < rows.length; row += 1) if (isParent[row] === 0) heads.push(rows.oidOf(row))
  return heads
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

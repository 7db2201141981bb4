import { git } from "./trace-facts.ts"

/** docs/trace.md: `tr -d '\007-\015\033\040-\176\200-\377' | wc -c`. */
export const isControlled = (bytes: Buffer): boolean => /[^\x07-\x0d\x1b\x20-\x7e\x80-\xff]/.test(bytes.toString("latin1"))

const atOnce = 500

/** Contents as `git cat-file --batch` gives them. Of what is asked for again only what was seen is kept. */
export class Blobs {
  readonly #folder: string
  readonly #opaque = new Map<string, boolean>()

  constructor(folder: string) {
    this.#folder = folder
  }

  look(oids: readonly string[]): void {
    const fresh = [...new Set(oids)].filter((oid) => !this.#opaque.has(oid))
    for (let start = 0; start < fresh.length; start += atOnce)
      for (const [oid, bytes] of this.read(fresh.slice(start, start + atOnce)))
        this.#opaque.set(oid, bytes !== undefined && isControlled(bytes))
  }

  isOpaque(oid: string): boolean {
    return this.#opaque.get(oid) === true
  }

  bytes(oid: string): Buffer | undefined {
    return oid === "" ? undefined : this.read([oid]).get(oid)
  }

  /** Shannon's, of single bytes. */
  entropyOf(oid: string): number {
    const bytes = this.bytes(oid) ?? Buffer.alloc(0)
    const counts = new Map<number, number>()
    for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1)
    return [...counts.values()].reduce((bits, count) => bits - (count / bytes.length) * Math.log2(count / bytes.length), 0)
  }

  /** `oid SP blob SP size LF content LF`; a submodule's commit is not there. */
  read(oids: readonly string[]): ReadonlyMap<string, Buffer | undefined> {
    const output = git(this.#folder, ["cat-file", "--batch"], oids.map((oid) => `${oid}\n`).join(""))
    const found = new Map<string, Buffer | undefined>()
    let at = 0
    for (const oid of oids) {
      const end = output.indexOf(10, at)
      const [, type, size = ""] = output.toString("latin1", at, end).split(" ")
      const isThere = type !== "missing"
      found.set(oid, type === "blob" ? output.subarray(end + 1, end + 1 + Number(size)) : undefined)
      at = isThere ? end + 2 + Number(size) : end + 1
    }
    return found
  }
}

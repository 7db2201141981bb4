import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { hashBytes, leafHash } from "./tlog.ts"

const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash("sha256").update(Buffer.of(1)).update(left).update(right).digest()

/** The root as RFC 6962, 2.1 defines it, by its own recursion: the second opinion on ours. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (leaves.length === 1 && only !== undefined) return only
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return nodeHash(rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)))
}

/** A checksum database for tests: its key, and the documents that it hands out. */
export class DatabaseFixture {
  readonly key: string
  readonly #name: string
  readonly #private: KeyObject
  readonly #id: Buffer
  readonly #records: string[] = []

  constructor(name: string) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519")
    const raw = Buffer.concat([Buffer.of(1), Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url")])
    this.#id = createHash("sha256").update(`${name}\n`).update(raw).digest().subarray(0, 4)
    this.key = `${name}+${this.#id.toString("hex")}+${raw.toString("base64")}`
    this.#name = name
    this.#private = privateKey
  }

  add(record: string): number {
    return this.#records.push(record) - 1
  }

  #leaves = (): readonly Buffer[] => this.#records.map((record) => leafHash(Buffer.from(record)))

  signed(text: string): string {
    const signature = Buffer.concat([this.#id, sign(null, Buffer.from(text), this.#private)])
    return `${text}\n\u2014 ${this.#name} ${signature.toString("base64")}\n`
  }

  head(): string {
    return this.signed(`go.sum database tree\n${this.#records.length}\n${Buffer.from(rootOf(this.#leaves())).toString("base64")}\n`)
  }

  lookup(index: number, text = this.#records[index] ?? ""): string {
    return `${index}\n${text}\n${this.head()}`
  }

  /** Every tile, whole or in part, by its path. */
  tiles(): ReadonlyMap<string, Uint8Array> {
    const tiles = new Map<string, Uint8Array>()
    let row: readonly Uint8Array[] = this.#leaves()
    for (let level = 0; row.length > 0; level += 1) {
      const next: Uint8Array[] = []
      for (let tile = 0; tile * 256 < row.length; tile += 1) {
        const hashes = row.slice(tile * 256, tile * 256 + 256)
        const name = `tile/8/${level}/${String(tile).padStart(3, "0")}`
        tiles.set(hashes.length === 256 ? name : `${name}.p/${hashes.length}`, Buffer.concat(hashes, hashes.length * hashBytes))
        if (hashes.length === 256) next.push(rootOf(hashes))
      }
      row = next
    }
    return tiles
  }
}

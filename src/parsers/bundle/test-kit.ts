import { createHash } from "node:crypto"
import { deflateSync } from "node:zlib"

/** Builds git bundles byte by byte. Tests only. */
export const oid = "a".repeat(40)
const typeNumbers = { commit: 1, tree: 2, blob: 3, tag: 4, offset: 6, ref: 7 } as const

/** The head of an object: type and size, then what a delta has before its data. */
export function objectHead(type: number, size: number, before: Uint8Array = Buffer.alloc(0)): Buffer {
  const bytes = [(type << 4) | (size & 15)]
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80
    bytes.push(rest & 127)
  }
  return Buffer.concat([Buffer.from(bytes), before])
}
export const object = (type: keyof typeof typeNumbers, content: string | Uint8Array, before?: Uint8Array, size?: number): Buffer => {
  const bytes = Buffer.from(content)
  return Buffer.concat([objectHead(typeNumbers[type], size ?? bytes.byteLength, before), deflateSync(bytes)])
}

export interface Given {
  readonly lines?: readonly string[]
  readonly version?: number
  readonly objects?: readonly Buffer[]
  readonly count?: number
  readonly trailer?: Uint8Array
  readonly format?: "sha1" | "sha256"
}

export function bundleOf(given: Given = {}): Buffer {
  const { lines = [`${oid} refs/heads/main`], version = 2, objects = [object("blob", "hello")], format = "sha1" } = given
  const head = Buffer.alloc(12)
  head.write("PACK")
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(given.count ?? objects.length, 8)
  const pack = Buffer.concat([head, ...objects])
  const trailer = given.trailer ?? createHash(format).update(pack).digest()
  return Buffer.concat([Buffer.from(`# v${version} git bundle\n${lines.map((line) => `${line}\n`).join("")}\n`), pack, trailer])
}

import { createHash } from "node:crypto"
import type { EntryType } from "../parser.ts"
import type { Scribe } from "../scribe.ts"

export interface Member {
  readonly at: number
  readonly path: string
  readonly type: EntryType
  readonly mode: number
  readonly size: number
  readonly check: number
  /** What its names have in common where it has several: device and inode. */
  readonly inode: string | undefined
}

interface Inode {
  /** The name that the content came with, and its digest. */
  source: { readonly path: string; readonly sha256: string } | undefined
  /** Names that came without content. */
  readonly waiting: Member[]
}

/**
 * Files of several names. newc and crc give the content with the last name, the others with each (cpio(5), "New ASCII Format"). A name that comes before
 * its content is told as a link once that is there.
 */
export class Links {
  readonly #inodes = new Map<string, Inode>()
  readonly #scribe: Scribe

  constructor(scribe: Scribe) {
    this.#scribe = scribe
  }

  /** Tells a regular file, whose content stands at `start`. */
  async file(member: Member, start: number, body: AsyncIterable<Uint8Array>): Promise<void> {
    const { inode, size } = member
    if (inode === undefined) return this.#whole(member, start, body)
    const known = this.#inodes.get(inode) ?? { source: undefined, waiting: [] }
    this.#inodes.set(inode, known)
    if (size === 0) {
      if (known.source === undefined) known.waiting.push(member)
      else await this.#link(member, known.source.path)
      return
    }
    const hash = createHash("sha256")
    await this.#whole(member, start, hashed(body, hash))
    const sha256 = hash.digest("hex")
    if (known.source !== undefined && known.source.sha256 !== sha256)
      this.#scribe.review(
        "two-contents",
        `another name of ${known.source.path}, with other content: GNU cpio keeps the first, the Linux kernel and bsdcpio the last`,
        member.at,
        member.path,
      )
    known.source ??= { path: member.path, sha256 }
    for (const waiting of known.waiting.splice(0)) await this.#link(waiting, member.path)
  }

  /** After the last member: what no content came for is empty. */
  async end(): Promise<void> {
    for (const { waiting } of this.#inodes.values()) {
      const [first, ...others] = waiting
      if (first === undefined) continue
      await this.#whole(first, 0, nothing())
      for (const other of others) await this.#link(other, first.path)
    }
  }

  async #whole({ path, mode, size }: Member, at: number, body: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#scribe.sink.entry({ path, type: "file", mode, size, extents: size === 0 ? [] : [{ at, start: 0, size }] }, body)
  }

  async #link({ path, mode }: Member, target: string): Promise<void> {
    await this.#scribe.sink.entry({ path, type: "hardlink", mode, size: 0, target, extents: [] }, nothing())
  }
}

export async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* hashed(body: AsyncIterable<Uint8Array>, hash: { update(part: Uint8Array): unknown }): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    hash.update(part)
    yield part
  }
}

import { plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { entropyOf } from "../../core/entropy.ts"
import { type Encoding, encodingOf } from "../../core/text.ts"
import type { Repository } from "../../io/git.ts"
import { parserOf } from "../../parsers/index.ts"

/** What is known of a blob once its bytes are gone. */
export interface LookedAt {
  readonly size: number
  /** Undefined: opaque. */
  readonly encoding: Encoding | undefined
  /** As editors count: a last one may lack its newline. */
  readonly lines: number
  /** Bits a byte; of what is opaque. */
  readonly entropy: number
  readonly format?: string
}

type See = (oid: GitOid, bytes: Uint8Array, content: LookedAt) => void

/** Requests that git is given ahead of its answers. */
const aheadMax = 32

/** Looks at blobs, each once, up to a number and a sum of bytes. */
export class Contents {
  readonly #repository: Repository
  readonly #known = new Map<GitOid, Promise<LookedAt | undefined>>()
  #bytes = 0
  #left = 0
  #unreadable = 0

  constructor(repository: Repository) {
    this.#repository = repository
  }

  /** In the order asked; undefined where a blob is absent or a maximum was reached. `see` is given the bytes of each that was not asked for before. */
  async look(oids: readonly GitOid[], see: See = () => undefined): Promise<readonly (LookedAt | undefined)[]> {
    const found: (LookedAt | undefined)[] = []
    for (let start = 0; start < oids.length; start += aheadMax) {
      const batch = oids.slice(start, start + aheadMax)
      found.push(...(await Promise.all(batch.map((oid) => this.#one(oid, see)))))
    }
    return found
  }

  /** The bytes of contents that may have been looked at before. */
  async again(oids: readonly GitOid[], see: See): Promise<void> {
    for (const oid of oids) {
      const content = await this.#known.get(oid)
      const object = content === undefined ? undefined : await this.#repository.object(oid)
      if (object !== undefined && content !== undefined) see(oid, object.bytes, content)
    }
  }

  /** What was not looked at, in sentences. */
  get limits(): readonly string[] {
    const { traceBlobsMax, traceBytesRunMax } = this.#repository.limits
    return [
      ...(this.#unreadable === 0 ? [] : [`${plural(this.#unreadable, "content")} of files could not be read`]),
      ...(this.#left === 0
        ? []
        : [
            `${plural(this.#left, "content")} of files were not looked at: ${plural(traceBlobsMax, "blob")} or ${traceBytesRunMax} bytes are (traceBlobsMax, traceBytesRunMax)`,
          ]),
    ]
  }

  #one(oid: GitOid, see: See): Promise<LookedAt | undefined> {
    const known = this.#known.get(oid)
    if (known !== undefined) return known
    const { traceBlobsMax, traceBytesRunMax } = this.#repository.limits
    if (this.#known.size >= traceBlobsMax || this.#bytes > traceBytesRunMax) {
      this.#left += 1
      return Promise.resolve(undefined)
    }
    const content = this.#read(oid, see)
    this.#known.set(oid, content)
    return content
  }

  async #read(oid: GitOid, see: See): Promise<LookedAt | undefined> {
    const object = await this.#repository.object(oid)
    if (object?.type !== "blob") {
      this.#unreadable += 1
      return undefined
    }
    this.#bytes += object.bytes.byteLength
    const content = contentOf(object.bytes)
    see(oid, object.bytes, content)
    return content
  }
}

/** The first control character tells what is opaque; only of this the rest is counted. */
export function contentOf(bytes: Uint8Array): LookedAt {
  const encoding = encodingOf(bytes)
  const size = bytes.byteLength
  if (encoding !== undefined) return { size, encoding, lines: linesIn(bytes), entropy: 0 }
  const format = parserOf(bytes)?.format
  return { size, encoding, lines: 0, entropy: entropyOf(bytes), ...(format === undefined ? {} : { format }) }
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, end + 1)) lines += 1
  return bytes.byteLength > 0 && bytes[bytes.byteLength - 1] !== 0x0a ? lines + 1 : lines
}

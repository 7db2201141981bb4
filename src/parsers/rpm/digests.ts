import { createHash, type Hash } from "node:crypto"
import type { Scribe } from "../scribe.ts"
import { type Header, number, string } from "./header.ts"
import { hashAlgorithms, headerDigests, payloadDigests, signatureTag } from "./tags.ts"

/** A digest that the package states, and what it is of. */
interface Stated {
  readonly what: string
  readonly stated: string
  readonly at: number
  readonly hash: Hash
}

/** The digests of the main header that the signature header states. */
export function checkHeader(signature: Header, main: Header, scribe: Scribe): void {
  let covered = false
  for (const { tag, algorithm } of headerDigests) {
    const stated = string(signature, tag)
    if (stated === undefined) continue
    covered = true
    const what = `${algorithm} of the header`
    compare({ what, stated, at: signature.tags.get(tag)?.start ?? 0, hash: createHash(algorithm).update(main.bytes) }, scribe)
  }
  if (!covered) scribe.note("no-digest", "no digest of the header", main.start)
}

/** Hashes the payload as it goes by, with all that is stated of it. */
export class PayloadDigests {
  readonly #stated: Stated[] = []
  readonly #scribe: Scribe
  readonly #at: number
  /** Whether the header states one, which its signature then covers. */
  #isSigned = false

  constructor(signature: Header, main: Header, scribe: Scribe) {
    this.#scribe = scribe
    this.#at = main.end
    const md5 = signature.tags.get(signatureTag.md5)
    if (md5 !== undefined)
      this.#stated.push({
        what: "md5 of header and payload",
        stated: md5.data.toString("hex"),
        at: md5.start,
        hash: createHash("md5").update(main.bytes),
      })
    for (const { tag, algorithmTag, algorithm } of payloadDigests) {
      const stated = string(main, tag)
      const at = main.tags.get(tag)?.start ?? main.start
      if (stated === undefined) continue
      const code = algorithmTag === undefined ? undefined : number(main, algorithmTag)
      const named = code === undefined ? algorithm : hashAlgorithms.get(code)
      if (named === undefined) scribe.review("unknown-digest", `a digest of the payload by algorithm ${code}, which is not known`, at)
      else {
        this.#stated.push({ what: `${named} of the payload`, stated, at, hash: createHash(named) })
        this.#isSigned = true
      }
    }
  }

  async *through(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of body) {
      for (const { hash } of this.#stated) hash.update(part)
      yield part
    }
  }

  /** After the last byte of the payload. */
  finish(): void {
    if (!this.#isSigned) {
      const md5 = this.#stated.length === 0 ? "" : ", and an MD5 beside it is in no signature of the header"
      this.#scribe.note("undigested-payload", `no digest of the payload in the header${md5}`, this.#at)
    }
    for (const one of this.#stated) compare(one, this.#scribe)
  }
}

function compare({ what, stated, at, hash }: Stated, scribe: Scribe): void {
  const found = hash.digest("hex")
  if (found === stated) return
  const why =
    found === stated.toLowerCase()
      ? "in capitals, which rpm does not write"
      : `than it has (${found}): rpm refuses it, rpm2cpio and libarchive do not look`
  scribe.review("digest-mismatch", `the package states the ${what} otherwise ${why}`, at)
}

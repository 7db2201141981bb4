import { type ByteSource, latin1 } from "../../core/bytes.ts"
import type { ObjectFormat } from "../../core/digest.ts"
import { decodeName } from "../../core/name.ts"
import type { Odd, Scribe } from "../scribe.ts"

/*
 * Lines, the last of them empty, then a pack (gitformat-bundle(5)):
 *
 *   # v2 git bundle   or   # v3 git bundle
 *   @KEY or @KEY=VALUE        capabilities, of version 3
 *   -OID COMMENT              commits that who takes the bundle must have; git does not read the comment
 *   OID NAME                  refs
 */
export const signature = /^# v([23]) git bundle\n/

export interface BundleHeader {
  readonly format: ObjectFormat
  readonly end: number
  readonly refs: number
  readonly prerequisites: number
}

/** Reads, claims and tells the lines up to the pack. */
export async function readHeader(source: ByteSource, scribe: Scribe): Promise<BundleHeader> {
  const max = scribe.options.limits.extendedHeaderBytesMax
  const bytes = await source.read(0, Math.min(source.size, max))
  const text = latin1(bytes)
  const version = signature.exec(text)?.[1]
  if (version === undefined) throw scribe.malformed(0, "the signature of a git bundle")
  const end = text.indexOf("\n\n") + 2
  if (end < 2)
    throw source.size > max ? scribe.overLimit("extendedHeaderBytesMax") : scribe.malformed(source.size, "an empty line before the pack")
  const lines = new Lines(version === "3", scribe)
  let at = text.indexOf("\n") + 1
  for (const line of text
    .slice(at, end - 1)
    .split("\n")
    .slice(0, -1)) {
    lines.read(line, at)
    at += line.length + 1
  }
  scribe.block(0, end, "header", lines.odds)
  const { format, refs, prerequisites } = lines
  if (refs.size === 0) scribe.review("no-refs", "a bundle without refs: git takes nothing of it", 0)
  return { format, end, refs: refs.size, prerequisites }
}

/** A ref's name, roughly as git-check-ref-format(1) has it. */
const refName = /^(?:HEAD|refs(?:\/(?!\.)[^\x00-\x20~^:?*[\\\x7f/]+)+)$/

class Lines {
  readonly odds: Odd[] = []
  readonly refs = new Set<string>()
  format: ObjectFormat = "sha1"
  prerequisites = 0
  #mayBeCapability: boolean
  readonly #scribe: Scribe

  constructor(hasCapabilities: boolean, scribe: Scribe) {
    this.#mayBeCapability = hasCapabilities
    this.#scribe = scribe
  }

  read(line: string, at: number): void {
    if (line.startsWith("@") && this.#mayBeCapability) this.#capability(line.slice(1), at)
    else if (line.startsWith("-") && this.refs.size === 0) this.#prerequisite(line, at)
    else this.#ref(line, at)
  }

  #capability(text: string, at: number): void {
    const format = /^object-format=(sha1|sha256)$/.exec(text)?.[1]
    if (format === "sha1" || format === "sha256") this.format = format
    else if (/^filter=[\w:=/+,.%-]+$/.test(text))
      this.#scribe.review("bundle-filter", `objects were left out (${text}): not all that the refs reach is here`, at)
    else throw this.#scribe.malformed(at, "a capability that git knows")
  }

  #prerequisite(line: string, at: number): void {
    this.#mayBeCapability = false
    const comment = 1 + this.#oid(line.slice(1), at).length
    this.prerequisites += 1
    if (line.length > comment + 1)
      this.odds.push({
        start: at + comment,
        end: at + line.length,
        kind: "bundle-comment",
        why: "a comment on a commit that is wanted, which git does not read",
      })
  }

  #ref(line: string, at: number): void {
    this.#mayBeCapability = false
    const oid = this.#oid(line, at)
    if (line.length > this.#scribe.options.limits.nameBytesMax) throw this.#scribe.overLimit("nameBytesMax")
    const name = decodeName(Buffer.from(line.slice(oid.length + 1), "latin1"))
    if (line[oid.length] !== " " || name === "") throw this.#scribe.malformed(at + oid.length, "the name of a ref")
    if (!refName.test(name) || name.includes("..") || name.includes("@{"))
      this.#scribe.review("ref-name", `${JSON.stringify(name)}, which git does not take for a ref`, at)
    else if (this.refs.has(name)) this.#scribe.review("duplicate-name", `a second ref ${name}`, at)
    else this.#scribe.note("bundle-ref", `${name} is ${oid}`, at)
    this.refs.add(name)
  }

  #oid(text: string, at: number): string {
    const oid = /^[0-9a-f]+(?=$| )/.exec(text)?.[0] ?? ""
    if (oid.length !== (this.format === "sha1" ? 40 : 64)) throw this.#scribe.malformed(at, `an object id of ${this.format}`)
    return oid
  }
}

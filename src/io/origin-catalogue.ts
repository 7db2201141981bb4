import { hash } from "node:crypto"
import { claimedVersion } from "../core/claimed-version.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"

/**
 * A line is known by so many bytes of its SHA-256: 104 bits. With a million lines in an index, a forged line that is taken for any one of them
 * costs 2^84 hashes.
 */
export const lineHashBytes = 13

/** The first bytes of the line's SHA-256, terminator included, one character a byte. */
export const lineHash = (line: string): string => hash("sha256", Buffer.from(line, "latin1"), "binary").slice(0, lineHashBytes)

/** One appearance of a content; days since 1970 in UTC. */
export interface Appearance {
  readonly origin: string
  readonly path: string
  readonly version: string
  readonly day: number
}

export interface KnownContent {
  readonly sha256: string
  readonly claim: string | undefined
  /** Numbers of lines in `Catalogue.lines`; undefined for what is no text or too long a one. */
  readonly lines: Int32Array | undefined
  readonly appearances: Map<string, Appearance>
}

export interface OriginFacts {
  readonly name: string
  readonly trust: "upstream" | "known"
  readonly sources: readonly { readonly location: string; readonly id: string }[]
  readonly projects: readonly string[]
  readonly gaps: readonly string[]
}

/** What is learned before it is written, and what is read back to be added to. */
export class Catalogue {
  readonly origins = new Map<string, OriginFacts>()
  readonly contents = new Map<string, KnownContent>()
  /** Hashes by number. */
  readonly lines: string[] = []
  readonly #limits: Limits
  readonly #numbers = new Map<string, number>()
  /** Most lines come again and again: hashing each once is most of the speed. */
  readonly #seen = new Map<string, number>()
  #appearances = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** `lines` undefined: it is known by its digest alone. */
  add(sha256: string, appearance: Appearance, lines: readonly string[] | undefined): void {
    const known = this.contents.get(sha256) ?? this.#content(sha256, lines)
    this.appear(known, appearance)
  }

  #content(sha256: string, lines: readonly string[] | undefined): KnownContent {
    const numbers = lines === undefined ? undefined : Int32Array.from(lines, (line) => this.#numberOf(line))
    return this.put(sha256, lines === undefined ? undefined : claimedVersion(lines), numbers)
  }

  put(sha256: string, claim: string | undefined, lines: Int32Array | undefined): KnownContent {
    const content: KnownContent = { sha256, claim, lines, appearances: new Map() }
    this.contents.set(sha256, content)
    return content
  }

  /** One origin has a content at one path since one day: the earliest that it is told. */
  appear(content: KnownContent, appearance: Appearance): void {
    const key = `${appearance.origin}\0${appearance.path}`
    const before = content.appearances.get(key)
    if (before !== undefined && compareAppearances(before, appearance) <= 0) return
    if (before === undefined) this.#appearances += 1
    if (this.#appearances > this.#limits.originFilesMax) this.#over("originFilesMax")
    content.appearances.set(key, appearance)
  }

  #numberOf(line: string): number {
    const seen = this.#seen.get(line)
    if (seen !== undefined) return seen
    const number = this.numberOfHash(lineHash(line))
    if (line.length < 400) this.#seen.set(line, number)
    return number
  }

  numberOfHash(hashed: string): number {
    const known = this.#numbers.get(hashed)
    if (known !== undefined) return known
    if (this.lines.length >= this.#limits.originLinesMax) this.#over("originLinesMax")
    this.#numbers.set(hashed, this.lines.length)
    return this.lines.push(hashed) - 1
  }

  /** Forgets an origin and what only it had; lines stay, and are left out when the catalogue is written. */
  remove(origin: string): void {
    this.origins.delete(origin)
    for (const [sha256, { appearances }] of this.contents) {
      for (const [key, appearance] of appearances) {
        if (appearance.origin !== origin) continue
        appearances.delete(key)
        this.#appearances -= 1
      }
      if (appearances.size === 0) this.contents.delete(sha256)
    }
  }

  #over(limit: "originFilesMax" | "originLinesMax"): never {
    throw new FaultError({ kind: "over-limit", layer: "the index of known origins", limit, max: this.#limits[limit] })
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The earliest first; then by name, so that the order is the same however it was learned. */
export const compareAppearances = (a: Appearance, b: Appearance): number =>
  a.day - b.day || compareText(a.origin, b.origin) || compareText(a.path, b.path) || compareText(a.version, b.version)

export const isoDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)
export const dayOf = (seconds: number): number => Math.floor(seconds / 86_400)

import { ownerKeywords } from "./account.ts"
import type { Run } from "./field.ts"
import type { TarHeader } from "./header.ts"
import type { PaxValues } from "./pax.ts"
import type { Scribe } from "./scribe.ts"

const why = "one more owner than are looked at"
/** Where a header block names an owner: uid and gid, uname and gname. */
export const ownerRuns: readonly Run[] = [
  { start: 108, end: 124, why },
  { start: 265, end: 329, why },
]

/** Owners differ from member to member where a tree has several; a new one for each member is a message (`ownersMax`). */
export class Owners {
  readonly #seen = new Set<string>()
  readonly #scribe: Scribe
  #told = false

  constructor(scribe: Scribe) {
    this.#scribe = scribe
  }

  /** Whether this owner is among the first `ownersMax`. */
  isKnown(header: TarHeader, pax: PaxValues | undefined, at: number): boolean {
    const own = [...ownerKeywords].map((key) => Buffer.from(pax?.bytes(key) ?? []).toString("latin1"))
    const owner = [header.owner, ...own].join("\0")
    if (this.#seen.has(owner)) return true
    const max = this.#scribe.options.limits.ownersMax
    if (this.#seen.size < max) {
      this.#seen.add(owner)
      return true
    }
    if (!this.#told) this.#scribe.anomaly("many-owners", "review", `more than ${max} different owners`, at)
    this.#told = true
    return false
  }
}

import { assert } from "./assert.ts"

/** What a run of a container's own bytes is for. `content` belongs to an entry; the rest is framing. */
export type Role = "header" | "extended-header" | "content" | "padding" | "index" | "trailer" | "end-marker" | "unexplained"

/** A run of bytes [start, end) of one layer. */
export interface Claim {
  readonly start: number
  readonly end: number
  readonly role: Role
  /** For unexplained runs: what stands there. */
  readonly why?: string
}

/**
 * Takes the claims of one layer in order and asserts that they tile it: no gap, no overlap, and the sum is the size.
 * It keeps totals and the unexplained runs only, so a layer of a million entries costs no memory.
 */
export class Tiling {
  readonly totals = new Map<Role, { runs: number; bytes: number }>()
  readonly unexplained: Claim[] = []
  /** Runs beyond `runsMax`: counted, not listed. */
  unlisted = 0
  #next = 0
  readonly #runsMax: number

  constructor(runsMax: number) {
    this.#runsMax = runsMax
  }

  add(claim: Claim): void {
    assert(
      claim.start === this.#next && claim.end >= claim.start,
      `claim ${claim.role} [${claim.start}, ${claim.end}) does not follow ${this.#next}`,
    )
    if (claim.end === claim.start) return
    this.#next = claim.end
    const total = this.totals.get(claim.role) ?? { runs: 0, bytes: 0 }
    total.runs += 1
    total.bytes += claim.end - claim.start
    this.totals.set(claim.role, total)
    if (claim.role !== "unexplained") return
    if (this.unexplained.length < this.#runsMax) this.unexplained.push(claim)
    else this.unlisted += 1
  }

  /** Ends the layer. Whatever was not claimed is a bug of the walker, not of the input. */
  finish(size: number): void {
    assert(this.#next === size, `claims end at ${this.#next}, the layer at ${size}`)
  }
}

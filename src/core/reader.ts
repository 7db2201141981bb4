import { Buffer } from "node:buffer"
import type { Anomaly } from "./anomaly.ts"
import { isAllZero, latin1 } from "./bytes.ts"
import type { Claim, Role } from "./claim.ts"
import type { Cursor } from "./cursor.ts"
import { FaultError } from "./fault.ts"
import type { Limits } from "./limits.ts"

/** What is told of a layer while it is read. */
export interface Notes {
  claim(claim: Claim): void
  anomaly(anomaly: Anomaly): void
}

/** Reads the fields of a compressed stream in order and claims them; whatever does not hold is a fault at the place where it stands. */
export class Reader {
  readonly #cursor: Cursor
  readonly #options: { readonly layer: string; readonly limits: Limits }
  readonly #notes: Notes
  #claimed = 0

  constructor(cursor: Cursor, options: { readonly layer: string; readonly limits: Limits }, notes: Notes) {
    this.#cursor = cursor
    this.#options = options
    this.#notes = notes
  }

  get position(): number {
    return this.#cursor.position
  }

  /** Fewer than `size` bytes at the end of the file. */
  async atMost(size: number): Promise<Buffer> {
    const bytes = await this.#cursor.take(size)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  async take(size: number, what: string): Promise<Buffer> {
    const bytes = await this.atMost(size)
    this.demand(bytes.byteLength === size, `${what}; the file ends here`)
    return bytes
  }

  async skip(size: number, what: string): Promise<void> {
    this.demand((await this.#cursor.skip(size)) === size, `${what}; the file ends here`)
  }

  async skipRest(): Promise<void> {
    while ((await this.#cursor.some(1 << 20)) !== undefined);
  }

  /** The next bytes without moving; fewer than `size` at the end of the file. */
  async peek(size: number): Promise<Buffer> {
    const bytes = await this.#cursor.peek(size)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /**
   * What stands behind the last stream, from the last claim on: zeros, as a tape or a block device leaves them, or something that no reader looks at.
   * What was taken already is of the latter.
   */
  async trailing(what: string): Promise<void> {
    const start = this.#claimed
    let zerosEnd = this.position === start ? undefined : start
    for (let part = await this.#cursor.some(1 << 20); part !== undefined; part = await this.#cursor.some(1 << 20)) {
      if (zerosEnd === undefined && !isAllZero(part)) zerosEnd = this.position - part.byteLength + latin1(part).search(/[^\0]/)
    }
    this.claim("padding", (zerosEnd ?? this.position) - start)
    if (zerosEnd !== undefined) this.unexplained(this.position - zerosEnd, "trailing-bytes", `bytes behind the last ${what}`)
  }

  demand(holds: boolean, expected: string): void {
    if (!holds) throw this.malformed(expected)
  }

  malformed(expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.#options.layer, offset: this.position, expected })
  }

  bound(limit: keyof Limits, value: number): void {
    const max = this.#options.limits[limit]
    if (value > max) throw new FaultError({ kind: "over-limit", layer: this.#options.layer, limit, max })
  }

  /** Claims the next `size` bytes behind the last claim. */
  claim(role: Role, size: number, why?: string): void {
    if (size === 0) return
    this.#notes.claim({ start: this.#claimed, end: this.#claimed + size, role, ...(why === undefined ? {} : { why }) })
    this.#claimed += size
  }

  /** Claims all bytes up to where the reading stands. */
  claimUpTo(role: Role): void {
    this.claim(role, this.position - this.#claimed)
  }

  /** Claims bytes that a person must look at, and says so. */
  unexplained(size: number, kind: string, why: string): void {
    this.say(kind, "review", why, this.#claimed)
    this.claim("unexplained", size, why)
  }

  say(kind: string, severity: "note" | "review", message: string, offset: number = this.position): void {
    this.#notes.anomaly({ kind, severity, message, layer: this.#options.layer, offset })
  }
}

import { Buffer } from "node:buffer"
import type { Role } from "../../core/claim.ts"
import type { Cursor } from "../../core/cursor.ts"
import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import type { Sink, WalkOptions } from "../parser.ts"

/** Reads fields in order and claims them; whatever does not hold is a fault at the place where it stands. */
export class Reader {
  readonly #cursor: Cursor
  readonly #options: WalkOptions
  readonly #sink: Sink
  #claimed = 0

  constructor(cursor: Cursor, options: WalkOptions, sink: Sink) {
    this.#cursor = cursor
    this.#options = options
    this.#sink = sink
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
    for (let left = size; left > 0; ) {
      const chunk = await this.#cursor.some(left)
      this.demand(chunk !== undefined, `${what}; the file ends here`)
      left -= chunk?.byteLength ?? 0
    }
  }

  async skipRest(): Promise<void> {
    while ((await this.#cursor.some(1 << 20)) !== undefined);
  }

  /** Multibyte integers (section 1.2): at most 9 bytes, no needless last zero; ours also fit a double exactly. */
  async variable(next: () => Promise<number>): Promise<number> {
    let value = 0n
    for (let index = 0n; index < 9n; index += 1n) {
      const byte = await next()
      value += BigInt(byte & 0x7f) << (7n * index)
      if (byte >= 0x80) continue
      this.demand(
        !(byte === 0 && index > 0n) && value <= BigInt(Number.MAX_SAFE_INTEGER),
        "a multibyte integer in its shortest form (section 1.2)",
      )
      return Number(value)
    }
    this.demand(false, "a multibyte integer of at most 9 bytes (section 1.2)")
    return 0
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
    this.#sink.claim({ start: this.#claimed, end: this.#claimed + size, role, ...(why === undefined ? {} : { why }) })
    this.#claimed += size
  }

  say(kind: string, severity: "note" | "review", message: string, offset: number = this.position): void {
    this.#sink.anomaly({ kind, severity, message, layer: this.#options.layer, offset })
  }
}

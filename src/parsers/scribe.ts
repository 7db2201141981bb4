import { isAllZero } from "../core/bytes.ts"
import type { Role } from "../core/claim.ts"
import type { Cursor } from "../core/cursor.ts"
import { FaultError } from "../core/fault.ts"
import type { EntrySink, WalkOptions } from "./parser.ts"

/** A run of bytes that carries something and that nothing reads, and what to say of it. */
export interface Odd {
  readonly start: number
  readonly end: number
  readonly kind: string
  readonly why: string
}

/** Writes claims and anomalies of one walk, and makes its faults: what walkers of any format have in common. */
export class Scribe {
  readonly options: WalkOptions
  readonly sink: EntrySink

  constructor(options: WalkOptions, sink: EntrySink) {
    this.options = options
    this.sink = sink
  }

  claim(start: number, end: number, role: Role): void {
    if (end > start) this.sink.claim({ start, end, role })
  }

  /** A run of one role, but for what in it nothing reads, which is told. They may overlap. */
  block(start: number, end: number, role: Role, odds: readonly Odd[]): void {
    let done = start
    for (const odd of [...odds].sort((a, b) => a.start - b.start)) {
      const from = Math.max(done, odd.start)
      this.claim(done, from, role)
      this.unread({ ...odd, start: from })
      done = Math.max(done, odd.end)
    }
    this.claim(done, end, role)
  }

  unread({ start, end, kind, why }: Odd): void {
    this.review(kind, why, start)
    if (end > start) this.sink.claim({ start, end, role: "unexplained", why })
  }

  review(kind: string, message: string, offset: number, path?: string): void {
    this.#say("review", { kind, message, offset, path })
  }

  note(kind: string, message: string, offset: number, path?: string): void {
    this.#say("note", { kind, message, offset, path })
  }

  malformed(offset: number, expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.options.layer, offset, expected })
  }

  overLimit(limit: keyof WalkOptions["limits"]): FaultError {
    return new FaultError({ kind: "over-limit", layer: this.options.layer, limit, max: this.options.limits[limit] })
  }

  /** Exactly `size` bytes, or a fault. */
  async take(input: Cursor, size: number, what: string): Promise<Buffer> {
    const bytes = await input.take(size)
    if (bytes.byteLength < size) throw this.malformed(input.position, `${what}, but the layer ends`)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** `size` bytes of content as they come. */
  async *body(input: Cursor, size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0; ) {
      const part = await input.some(left)
      if (part === undefined) throw this.malformed(input.position, `${left} more bytes of content, but the layer ends`)
      left -= part.byteLength
      yield part
    }
  }

  /** The next `size` bytes, which are to be zeros. */
  async padding(input: Cursor, size: number): Promise<void> {
    if (size === 0) return
    const start = input.position
    const bytes = await this.take(input, size, "padding")
    if (isAllZero(bytes)) this.claim(start, start + size, "padding")
    else this.unread({ start, end: start + size, kind: "padding", why: "padding is not zero" })
  }

  #say(severity: "note" | "review", { kind, message, offset, path }: Said): void {
    this.sink.anomaly({ kind, severity, message, layer: this.options.layer, offset, ...(path === undefined ? {} : { path }) })
  }
}

interface Said {
  readonly kind: string
  readonly message: string
  readonly offset: number
  readonly path: string | undefined
}

import { isAllZero } from "../../core/bytes.ts"
import type { Claim, Role } from "../../core/claim.ts"
import type { Cursor } from "../../core/cursor.ts"
import { FaultError } from "../../core/fault.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import type { Run } from "./field.ts"
import type { TarHeader } from "./header.ts"

/** A member, as far as the headers that stand before it must know it. */
export interface Subject {
  readonly header: TarHeader
  readonly isLink: boolean
  /** The name as restored. */
  readonly path: Uint8Array
  readonly target: Uint8Array
  /** What a pax path gives, and what GNU.sparse.name gives; the latter counts. */
  readonly paxPath: Uint8Array | undefined
  readonly sparseName: Uint8Array | undefined
  /** Keywords of GNU.sparse that the version of its sparse map defines. */
  readonly sparseKeys: ReadonlySet<string>
  readonly ownerKnown: boolean
}

const unpaddedWords =
  "the archive ends before its last block does: Go takes all of the last member, GNU tar leaves out what is in that block, Python and libarchive end with an error"

/** Writes claims and anomalies of one walk, and throws its faults. */
export class Scribe {
  readonly input: Cursor
  readonly options: WalkOptions
  readonly sink: EntrySink
  #held: ((subject: Subject | undefined) => void)[] | undefined

  constructor(input: Cursor, options: WalkOptions, sink: EntrySink) {
    this.input = input
    this.options = options
    this.sink = sink
  }

  claim(start: number, end: number, role: Role): void {
    if (end > start) this.#tell({ start, end, role })
  }

  unexplained(start: number, end: number, why: string): void {
    if (end > start) this.#tell({ start, end, role: "unexplained", why })
  }

  /** What `write` claims depends on the member that follows. Claims come in order: all that follow are held back until `settle` is told. */
  later(write: (subject: Subject | undefined) => void): void {
    this.#held ??= []
    // The records of one header are within the limit; a row of empty headers behind them need not be.
    if (this.#held.length >= this.options.limits.extendedHeaderBytesMax) throw this.overLimit("extendedHeaderBytesMax")
    this.#held.push(write)
  }

  /** The member is known, or there is none. */
  settle(subject: Subject | undefined): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const write of held) write(subject)
  }

  #tell(claim: Claim): void {
    if (this.#held === undefined) this.sink.claim(claim)
    else this.later(() => this.sink.claim(claim))
  }

  /** A block at `at` of one role, but for the runs in it that nothing reads, which may overlap. */
  block(at: number, end: number, role: Role, unread: readonly Run[]): void {
    let done = at
    for (const run of [...unread].sort((a, b) => a.start - b.start)) {
      const start = Math.max(done, at + run.start)
      this.claim(done, start, role)
      this.unexplained(start, at + run.end, run.why ?? "bytes of a header that nothing reads")
      done = Math.max(done, at + run.end)
    }
    this.claim(done, end, role)
  }

  anomaly(kind: string, severity: "note" | "review", message: string, offset: number, path?: string): void {
    const common = { kind, severity, message, layer: this.options.layer, offset }
    this.sink.anomaly(path === undefined ? common : { ...common, path })
  }

  malformed(offset: number, expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.options.layer, offset, expected })
  }

  overLimit(limit: keyof WalkOptions["limits"]): FaultError {
    return new FaultError({ kind: "over-limit", layer: this.options.layer, limit, max: this.options.limits[limit] })
  }

  /** Exactly `size` bytes, or a fault. */
  async take(size: number, what: string): Promise<Uint8Array> {
    const bytes = await this.input.take(size)
    if (bytes.byteLength < size) throw this.malformed(this.input.position, `${what}, but the archive ends`)
    return bytes
  }

  /**
   * The bytes up to the end of the block that content of `size` bytes ends in. A writer that is stopped before it ends its archive leaves none, as Go's does without Close (umoci writes such
   * layers): Go reads on as if the archive ended there.
   */
  async padding(size: number): Promise<void> {
    const rest = (512 - (size % 512)) % 512
    if (rest === 0) return
    const at = this.input.position
    const bytes = await this.input.take(rest)
    if (bytes.byteLength === 0) return this.anomaly("unpadded-end", "review", unpaddedWords, at)
    if (bytes.byteLength < rest) throw this.malformed(this.input.position, "padding up to a whole block, but the archive ends")
    if (isAllZero(bytes)) this.claim(at, at + rest, "padding")
    else this.unexplained(at, at + rest, "padding is not zero")
  }
}

import { isAllZero } from "../../core/bytes.ts"
import type { Claim, Role } from "../../core/claim.ts"
import type { Cursor } from "../../core/cursor.ts"
import { FaultError } from "../../core/fault.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import type { Run } from "./field.ts"

/** Writes claims and anomalies of one walk, and throws its faults. */
export class Scribe {
  readonly input: Cursor
  readonly options: WalkOptions
  readonly sink: EntrySink
  #held: { readonly claim: Claim; readonly forLink: boolean }[] | undefined
  #forLink = false

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

  /** What `write` claims is read only when the next member is a link. Claims come in order: all that follow are held back until `settle` is told. */
  forLink(write: () => void): void {
    this.#held ??= []
    this.#forLink = true
    write()
    this.#forLink = false
  }

  settle(isLink: boolean): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const { claim, forLink } of held) {
      if (isLink || !forLink || claim.role === "unexplained") this.#tell(claim)
      else this.#linkOfNoLink(claim)
    }
  }

  #linkOfNoLink({ start, end }: Claim): void {
    const why = "the target of a link, before a member that is none"
    this.anomaly("link-target-of-no-link", "review", why, start)
    this.unexplained(start, end, why)
  }

  #tell(claim: Claim): void {
    if (this.#held === undefined) {
      this.sink.claim(claim)
      return
    }
    // The records of one header are within the limit; a row of empty headers behind them need not be.
    if (this.#held.length >= this.options.limits.extendedHeaderBytesMax) throw this.overLimit("extendedHeaderBytesMax")
    this.#held.push({ claim, forLink: this.#forLink })
  }

  /** A block at `at` of one role, but for the runs in it that nothing reads. */
  block(at: number, end: number, role: Role, unread: readonly Run[]): void {
    let done = at
    for (const run of unread) {
      this.claim(done, at + run.start, role)
      this.unexplained(at + run.start, at + run.end, "bytes of a header that nothing reads")
      done = at + run.end
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

  /** The bytes up to the end of the block that content of `size` bytes ends in. */
  async padding(size: number): Promise<void> {
    const rest = (512 - (size % 512)) % 512
    if (rest === 0) return
    const at = this.input.position
    const bytes = await this.take(rest, "padding up to a whole block")
    if (isAllZero(bytes)) this.claim(at, at + rest, "padding")
    else this.unexplained(at, at + rest, "padding is not zero")
  }
}

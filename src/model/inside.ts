import type { Repeats } from "../core/repeats.ts"
import type { Encoding } from "../core/text.ts"
import type { ObjectCode } from "./object-code.ts"

export type { Repeats, Row } from "../core/repeats.ts"
export type { Siblings } from "../core/siblings.ts"

/** What stands inside an opaque file: facts of its bytes, without a word on what they mean. */

/** Why a walker did not get to the end: the bytes are not as their format demands (at a place, where it is known), or a maximum was reached, or this machine has no decoder that knows them. */
export interface Stop {
  readonly kind: "malformed" | "over-limit" | "unavailable"
  readonly at?: number
  readonly why: string
}

/** What a parser says of bytes whose format it knows. */
export interface Structure {
  /** Undefined: read whole, and what the format lets check holds. */
  readonly stopped?: Stop
  /** Bytes that are no part of the format, such as those behind the end, and the first runs of them. */
  readonly unexplained: {
    readonly bytes: number
    readonly runs: readonly { readonly start: number; readonly end: number; readonly why: string }[]
  }
  /** Oddities, the first of them in sentences. */
  readonly anomalies: { readonly count: number; readonly first: readonly string[] }
  /** Of a compressed stream that was read whole: what it decodes to. */
  readonly content?: Content
  /** Of an archive: what was read of it. */
  readonly members?: Members
}

/** Files of an archive, and whatever else of it holds opaque bytes. */
export interface Members {
  readonly texts: number
  readonly opaque: number
  readonly bytes: number
  /** The first opaque ones. */
  readonly listed: readonly (Content & { readonly path: string })[]
}

/** What was found in another content. */
export interface Content {
  readonly size: number
  /** Undefined: opaque. */
  readonly encoding?: Encoding
  /** Bits a byte, 0 to 8. */
  readonly entropy: number
  readonly format?: string
  /** Undefined also where nobody asked for it. */
  readonly object?: ObjectCode
  readonly repeats: Repeats
  /** Undefined: no parser knows the bytes. */
  readonly structure?: Structure
}

/** A text file that names another, by what its own path says of it. */
export interface Namer {
  readonly path: string
  readonly kind: "build" | "test" | "other"
}

import type { Encoding } from "../core/text.ts"

/** What stands inside an opaque file: facts of its bytes, without a word on what they mean. */

/** Bytes [start, end) that are one sequence of `period` bytes over and over; no shorter one has the same effect. The last may be cut. */
export interface Run {
  readonly period: number
  readonly start: number
  readonly end: number
}

export interface Repeats {
  /** Bytes in any run. */
  readonly bytes: number
  readonly runs: number
  /** The longest of them, by place. */
  readonly longest: readonly Run[]
  /** Three or more of one period and one length that begin at equal distances; of several such rows the one with most runs. */
  readonly row?: Row
}

export interface Row {
  readonly period: number
  /** Bytes of each run. */
  readonly bytes: number
  readonly runs: number
  readonly start: number
  /** From the start of one to the start of the next. */
  readonly distance: number
}

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
  readonly repeats: Repeats
  /** Undefined: no parser knows the bytes. */
  readonly structure?: Structure
}

/** Where a file stands among the opaque files of its folder whose names end alike (or, without an ending, whose format is the same), itself among them. */
export interface Siblings {
  /** `.xz`, or a format. */
  readonly of: string
  readonly count: number
  /** 1: none is larger. */
  readonly sizeRank: number
  readonly sizeMedian: number
  readonly entropyRank: number
  readonly entropyMedian: number
}

/** A text file that names another, by what its own path says of it. */
export interface Namer {
  readonly path: string
  readonly kind: "build" | "test" | "other"
}

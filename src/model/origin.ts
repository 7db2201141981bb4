/**
 * What the index of known origins gives to the stages. It holds hashes and no foreign text: a file is known by its SHA-256, a line by a number that stands
 * for its hash.
 */
export interface OriginIndex {
  readonly origins: readonly Origin[]
  /** Where a content was published: every origin, the earliest first. */
  publicationsOf(sha256: string): readonly Publication[]
  /** Whether any text of this base name was published. */
  hasName(name: string): boolean
  /** The editions nearest to a text by the lines that they share: at most `max`, the nearest first. */
  nearest(query: OriginQuery, max: number): readonly Edition[]
  /** Every version that files of this base name state of themselves (a serial, a timestamp), in each origin that published the name. */
  claimsOf(name: string): ReadonlyMap<string, ReadonlySet<string>>
  close(): void
}

/** A text whose nearest editions are asked for. */
export interface OriginQuery {
  /** The base name that the text has in the release. */
  readonly name: string
  readonly lines: readonly string[]
  /**
   * Which editions are looked at. `named`: those of that base name. `renamed`: besides them those that share rare lines with the text and are about as long.
   * `parts`: besides them those that share rare lines with it and may be a part of it.
   */
  readonly among: "named" | "renamed" | "parts"
}

/** A project whose files other projects ship. */
export interface Origin {
  readonly name: string
  /** Repositories and releases it was read from, with the commit or digest that was read. */
  readonly sources: readonly { readonly location: string; readonly id: string }[]
  /** Names of packages whose releases it never explains: the project's own. */
  readonly projects: readonly string[]
  /** `upstream`: its files explain. `known`: they are named only; knowledge is not trust (contract, `origin`). */
  readonly trust: "upstream" | "known"
  readonly files: number
  /** What is missing, in words: releases that exist and were not to be had. */
  readonly gaps: readonly string[]
}

/** One appearance of a content: which origin had it, where, and since when. */
export interface Publication {
  readonly origin: string
  readonly path: string
  /** The first release that has it, or `COMMIT-DATE` words when no release has. */
  readonly version: string
  /** ISO 8601 day on which it was first published there. */
  readonly date: string
  readonly sha256: string
}

/** A published text as a sequence of line numbers, and the queried text in the same numbering; -1: a line that the index does not know. */
export interface Edition {
  readonly publication: Publication
  readonly lines: Int32Array
  readonly query: Int32Array
}

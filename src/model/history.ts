import type { GitOid } from "../core/digest.ts"

/** A name and an address as commits and tags carry them, and as the repository's `.mailmap` says them. Whoever writes a commit types them: neither is proof. */
export interface Signature {
  readonly name: string
  readonly address: string
  readonly mapped: { readonly name: string; readonly address: string }
}

/** `Reviewed-by: Somebody <address>` and the like at the end of a message: what the committer typed. */
export interface Trailer {
  readonly token: string
  readonly value: string
}

/** What a commit changed at one path against its first parent; merges are not compared. */
export interface PathChange {
  readonly path: string
  /** Undefined: the path was not there, or is a submodule. */
  readonly before: GitOid | undefined
  readonly after: GitOid | undefined
}

/** Times are seconds since 1970, as the commit states them. */
export interface Commit {
  readonly oid: GitOid
  readonly parents: readonly GitOid[]
  /** Index into `signatures`. */
  readonly author: number
  readonly authored: number
  readonly committer: number
  readonly committed: number
  readonly subject: string
  readonly trailers: readonly Trailer[]
  readonly changes: readonly PathChange[]
}

/** A tag: of an annotated one the tagger and whether it is signed; of a light one, the name and the commit alone. */
export interface Tag {
  /** Without `refs/tags/`. */
  readonly name: string
  readonly commit: GitOid
  readonly annotated?: { readonly oid: GitOid; readonly tagger: number; readonly tagged: number; readonly isSigned: boolean }
}

/** All commits that branches and tags reach, each once, and what could not be read of them. */
export interface RecordedHistory {
  readonly location: string
  readonly signatures: readonly Signature[]
  /** In no order that means anything. */
  readonly commits: readonly Commit[]
  readonly tags: readonly Tag[]
  /** Branches by full name, each with its tip. */
  readonly branches: readonly { readonly name: string; readonly tip: GitOid }[]
  /** Sentences about what is not there: a shallow clone, absent objects, a maximum that was reached. */
  readonly limits: readonly string[]
}

/** A path that a commit changed, and whether it was there before and is after. */
export interface Touch {
  readonly path: string
  readonly isOld: boolean
  readonly isNew: boolean
}

/** Commits as columns, oldest first (`inTime`): what is told of all of them is told without an object of each. */
export interface CommitRows {
  readonly length: number
  readonly authored: Float64Array
  readonly committed: Float64Array
  readonly author: Uint32Array
  readonly committer: Uint32Array
  /** Where its parents begin, how many there are, and which rows they are; -1: one that was not read. */
  readonly parentStarts: Uint32Array
  readonly parentCounts: Uint32Array
  readonly parents: Int32Array
  /** Of which classes it changes a path: a bit each, in the order of `pathClasses`. */
  readonly classes: Uint8Array
  oidOf(row: number): GitOid
  rowOf(oid: GitOid): number | undefined
  /** Of one class, by its bit. */
  touchesOf(row: number, ofClass: number): readonly Touch[]
}

/** A history as rows. */
export interface HistoryRows extends Omit<RecordedHistory, "commits"> {
  readonly rows: CommitRows
}

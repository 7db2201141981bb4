import type { Anomaly } from "../core/anomaly.ts"
import type { GitOid, ObjectFormat } from "../core/digest.ts"
import type { Result } from "../core/fault.ts"

export interface TreeEntry {
  /** Relative to the root of the tree or, in a Snapshot, to its subdirectory. */
  readonly path: string
  /** As git writes it: 100644, 100755, 120000 (link), 160000 (submodule). */
  readonly mode: string
  readonly oid: GitOid
}

export type Tree = ReadonlyMap<string, TreeEntry>

/** gitattributes(5) that change what git archive writes. */
export interface Attributes {
  readonly exportIgnore: boolean
  readonly exportSubst: boolean
  readonly ident: boolean
  /** The working-tree line ending that the attributes demand. */
  readonly eol: "lf" | "crlf" | undefined
  readonly lfs: boolean
}

export interface Submodule {
  readonly path: string
  readonly commit: GitOid
  /** The address in .gitmodules: a claim of the repository. */
  readonly address: string | undefined
  /** The commit's tree, when `--submodule` gave a repository that has it; `why` says why not. */
  readonly tree: Tree | undefined
  readonly why: string | undefined
  blob(oid: GitOid): Promise<Uint8Array | undefined>
}

/** Where a blob or a path stood earlier. */
export interface History {
  /** Paths (relative to the repository's root) at which this blob ever stood, with one commit each; at most a few. */
  placesOf(oid: GitOid): readonly { readonly path: string; readonly commit: GitOid }[]
  /** Blobs that ever stood at this path, newest first. */
  versionsOf(path: string): readonly GitOid[]
  /** False when not all of the history could be read. */
  readonly complete: boolean
}

/** Where a tag pointed when it was fetched before, though it has moved since. */
export interface SeenRef {
  /** In full. */
  readonly ref: string
  readonly commit: GitOid
  /** The day, as ISO 8601 has it. */
  readonly seen: string
}

/** How the commit was found. A repository that only the release itself declares is never used, so `declared` has no case yet. */
export type How = "given" | "by-name" | "embedded" | "by-content"

/** One commit of a repository as the explainer needs it. */
export interface Snapshot {
  readonly location: string
  readonly objectFormat: ObjectFormat
  readonly commit: GitOid
  readonly ref: string | undefined
  readonly how: How
  /** False when name, embedded id and content point to different commits; `candidates` says which. */
  readonly agrees: boolean
  readonly candidates: readonly { readonly how: How; readonly ref: string | undefined; readonly commit: GitOid; readonly covered: number }[]
  /** "" or a directory with its slash. */
  readonly subdirectory: string
  readonly tree: Tree
  /** The commit's whole tree, keyed from the repository's root. */
  readonly whole: Tree
  /** Folders, with their slash, keyed like `tree`, whose content could not be read; "" is all of it. */
  readonly unreadable: readonly string[]
  /** For the paths that have any; keyed like `tree`. */
  readonly attributes: ReadonlyMap<string, Attributes>
  readonly submodules: readonly Submodule[]
  /** Of a clone that was fetched more than once; undefined: nothing says where its tags pointed before. */
  readonly seenRefs: readonly SeenRef[] | undefined
  readonly history: History
  readonly anomalies: readonly Anomaly[]
  /** The bytes, rehashed against the id; undefined when the repository lacks the object. */
  blob(oid: GitOid): Promise<Uint8Array | undefined>
  /** What export-subst makes of `$Format:...$` for this commit, in its possible spellings; undefined when it cannot be told. */
  expandFormat(format: string): Promise<readonly string[] | undefined>
  /**
   * Writes the commit as a checkout would have it into an empty folder: `source.tar`, `submodule-N.tar` for each submodule that was given (paths below the
   * subdirectory, or of the whole tree) and, when asked for, `history.bundle`. Gives back the paths that are left out, as the repository lacks what they hold.
   */
  exportTo(folder: string, wants: { readonly history: boolean; readonly whole: boolean }): Promise<Result<readonly string[]>>
  /** The tags on the way to the commit, each with its object's id: what a history that is written out would say of versions. */
  mergedTags(): Promise<Result<readonly string[]>>
  /** Ends git and removes what was borrowed. Nothing can be read afterwards. */
  close(): Promise<void>
}

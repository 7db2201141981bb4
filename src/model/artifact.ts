import type { Anomaly } from "../core/anomaly.ts"
import type { ByteSource } from "../core/bytes.ts"
import type { Tiling } from "../core/claim.ts"
import type { GitOid, Sha256 } from "../core/digest.ts"
import type { Listing } from "../core/listing.ts"
import type { Encoding } from "../core/text.ts"

/** One named member of a release. Directories are framing, not entries. */
export interface Entry {
  /** As stored; members of an inner container are `outer!inner`. */
  readonly path: string
  readonly type: "file" | "link" | "hardlink" | "special"
  readonly mode: number
  readonly size: number
  readonly sha256: Sha256
  /** SHA-1 id of the content as a git blob; a link's content is its target. */
  readonly gitOid: GitOid
  /** Undefined: opaque. */
  readonly encoding: Encoding | undefined
  readonly target?: string
  /** The format of a container that this entry looks like. */
  readonly format?: string
  /** A container that is a part of its package (a data.tar, say): the release is what is inside, whether or not there is something to compare with. */
  readonly isWrapping?: true
  /** What that container is to hold, by the word of its package. */
  readonly listing?: Listing
  /** Why its content could not be read (encrypted, say): `content` and its digests are then what is stored in its place. */
  readonly unread?: string
  readonly content: ByteSource
}

/** One container, or one stream of a codec, with every byte of it claimed. */
export interface Layer {
  readonly name: string
  readonly format: string
  readonly size: number
  readonly sha256: Sha256
  readonly tiling: Tiling
  /** The bytes, for showing what stands in an unexplained run. */
  readonly content: ByteSource
}

export interface Contents {
  /** Outermost first. */
  readonly layers: readonly Layer[]
  readonly entries: readonly Entry[]
  readonly anomalies: readonly Anomaly[]
}

/** Who vouched for the bytes of an artifact on their way here. */
export interface Provenance {
  /** One line a link of the chain: `InRelease signed by <fingerprint>`, `sha256 promised by the registry`. */
  readonly chain: readonly string[]
  /** What belongs to the release and was not looked at. */
  readonly notLookedAt: readonly string[]
  /** A commit that the registry states (npm's gitHead). A claim of the publisher. */
  readonly commit?: string
  /** A tag that the registry or the release's own metadata names (Maven's scm, Go's Origin): its short name. A claim of the publisher. */
  readonly tag?: string
  /** A repository that the release itself declares. A claim of the release. */
  readonly repository?: string
  readonly signature?: Signature
}

/**
 * A release signature: a detached one, or an attestation. Bad is a mismatch; unknown key and absence are statements, not passes.
 * A fingerprint is that of an OpenPGP key; that of any other key has its kind and a colon before it.
 */
export type Signature =
  | { readonly kind: "valid"; readonly fingerprint: string; readonly signer: string; readonly keyFrom: string; readonly created: string }
  | { readonly kind: "bad"; readonly fingerprint: string; readonly why: string }
  /** It fits the bytes, and is not to be relied on: made with SHA-1, say, or with a key that had expired. */
  | { readonly kind: "weak"; readonly fingerprint: string; readonly why: string }
  | { readonly kind: "unknown-key"; readonly keyId: string }

export interface Artifact extends Contents {
  /** What the user asked for. */
  readonly target: string
  readonly purl?: string
  readonly name: string
  readonly version?: string
  readonly size: number
  readonly sha256: Sha256
  readonly format: string
  /** The leading directory that all entries share, with its slash, or "". */
  readonly root: string
  /** The newest modification time that a member of the outermost archive states of itself: seconds since 1970. */
  readonly newestModification?: number
  /** A commit id that git archive embedded (pax global header `comment`). */
  readonly embeddedCommit?: string
  readonly provenance: Provenance
  /** Opens an entry that is itself a container. Bounded like the artifact. */
  openEntry(entry: Entry): Promise<Contents>
  /** Lets go of the temporary files that the contents are read from. */
  close(): Promise<void>
}

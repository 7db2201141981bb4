import type { GitOid } from "../core/digest.ts"
import type { Signature } from "./artifact.ts"
import type { RegistryFacts } from "./registry-facts.ts"

/** A tag that points elsewhere than where it was seen, or than where the release says that it comes from. */
export interface MovedTag {
  /** In full. */
  readonly ref: string
  readonly before: GitOid
  readonly now: GitOid
  /** Who says so: somebody who saw it at `before`, the publisher of the release, or an attestation of it. */
  readonly by: "seen" | "publisher" | "attestation"
  /** The day on which it was seen at `before`. */
  readonly seen: string | undefined
  /** Whether the commit of then is an ancestor of the one of now; undefined: the history does not tell. */
  readonly isForward: boolean | undefined
  /** Whether a branch reaches the commit of now. */
  readonly isInBranch: boolean
}

/** What a workflow does with words or code of strangers. Lines are counted from 1. */
export interface UntrustedUse {
  readonly lines: readonly [first: number, last: number]
  /** `text`: an expression is put into a script; `code`: the stranger's tree is checked out and something of the job runs in it. */
  readonly kind: "text" | "code"
  readonly what: string
  /** What the job may do that a stranger may not: `write rights`, `secrets`, `default rights`; none: nothing. */
  readonly rights: readonly string[]
}

/** A workflow of the commit, or without one of the release, that strangers can start with the repository's rights. */
export interface Workflow {
  /** From the root of the repository, or as it is stored in the release. */
  readonly path: string
  /** `git:` and the blob, or `sha256:`. */
  readonly digest: string
  readonly events: readonly string[]
  readonly uses: readonly UntrustedUse[]
}

/** A commit of the release under a bot's name, and how that bot's other commits are made. */
export interface BotCommit {
  readonly commit: GitOid
  readonly name: string
  readonly address: string
  readonly committer: string
  /** Paths that it changed, from the root of the repository. */
  readonly paths: readonly string[]
  readonly others: {
    readonly commits: number
    readonly addresses: readonly string[]
    /** Addresses of who committed them. */
    readonly committers: readonly string[]
  }
}

/** A dependency that the release states and the release before it did not, or took from elsewhere. */
export interface NewDependency {
  readonly name: string
  /** The versions that it may have, as its ecosystem writes them; undefined: what it says is not read. */
  readonly requirement: string | undefined
  /** What the release before it required under this name, of another place. */
  readonly instead?: string
  /** Of a Python distribution: its extras that are asked for, as they are written. */
  readonly extras?: string
  readonly path: string
  readonly lines: readonly [first: number, last: number]
}

/** What a manifest puts in the place of a package that it, or what it needs, asks for by name: another package, an address. */
export interface Redirection {
  readonly name: string
  readonly to: string
  readonly path: string
  readonly lines: readonly [first: number, last: number]
}

/** What is known of a release beside its bytes and its commit. Each is left out where it could not be told. */
export interface ReleaseFacts extends RegistryFacts {
  /** The package's name, its ecosystem and the line that states it. */
  readonly named?: { readonly name: string; readonly type: string; readonly path: string; readonly lines?: readonly [number, number] }
  readonly version?: string
  /** The version that it is compared with, and its signature. */
  readonly previous?: { readonly version?: string; readonly signature?: Signature }
  /** The tag that the commit was found by, where no branch reaches it. */
  readonly outside?: { readonly ref: string; readonly commit: GitOid }
  readonly moved?: readonly MovedTag[]
  readonly workflows?: readonly Workflow[]
  readonly botCommits?: readonly BotCommit[]
  readonly newDependencies?: readonly NewDependency[]
  /** Those that the release before it did not have. */
  readonly redirections?: readonly Redirection[]
  /** Sentences about what could not be told, by the name of the fact. */
  readonly unknown?: Readonly<Partial<Record<keyof ReleaseFacts, string>>>
}

import type { GitOid } from "../core/digest.ts"
import type { EventKind, Level, OpaqueVersion, Person, PersonId, RightsEvent } from "./trace.ts"

/** What the commits of a release are new against. */
export interface Since {
  readonly commit: GitOid
  /** Undefined: no tag names it. */
  readonly tag?: string
  /** `previous`: of the release that this one is compared with, by the name of its version; `tag`: of the tag before. */
  readonly how: "previous" | "tag"
}

export type CommitsByLevel = { readonly [L in Level]: number }

/** A person as all of the history has them, and what of the range is theirs. */
export interface PersonOfRelease extends Person {
  readonly range: {
    readonly authored: number
    readonly committed: number
    /** Of what they wrote. */
    readonly levels: CommitsByLevel
  }
}

/** The tag of the release, and what its tagger had tagged before. */
export interface ReleaseTag {
  readonly name: string
  /** As it states; of a light one the day of its commit. */
  readonly day: string
  /** The tagger; of a light tag, which names none, the committer of its commit. */
  readonly person: PersonId
  readonly form: "annotated" | "light"
  /** `verified`: with a key that was given; `stated`: there is one, and no key that was given verifies it. */
  readonly signature: "none" | "stated" | "verified"
  /** Fingerprints of the keys that verify it. */
  readonly keys: readonly string[]
  /** The first annotated tag of this tagger, after tags of others. */
  readonly isNewSigner: boolean
  /** Tags that state an earlier time, and those of them by the same person. */
  readonly before: { readonly tags: number; readonly own: number }
}

/** An opaque file of the release that the range brought or changed. */
export interface ChangedOpaqueFile {
  readonly path: string
  readonly oid: GitOid
  readonly size: number
  /** Bits a byte, 0 to 8. */
  readonly entropy: number
  readonly format?: string
  /** Commits of the range that changed it, merges apart. */
  readonly versions: number
  /** The last of them; absent where only a merge did. */
  readonly last?: Omit<OpaqueVersion, "besideOpaque" | "namedBeside">
}

/** How ordinary an event of a kind is: in all of this history, and across honest repositories. */
export interface EventRate {
  readonly kind: EventKind
  readonly events: number
  readonly people: number
  readonly elsewhere: { readonly repositories: number; readonly events: number }
}

/** Who stands behind what is new in a release. Facts of public history and base rates alone: they are no cause of a verdict. Ids of people are places in `people`. */
export interface ReleasePeople {
  readonly kind: "assessed"
  readonly range: {
    readonly commit: GitOid
    /** Absent: all of the commit's history. */
    readonly since?: Since
    /** Without merges. */
    readonly commits: number
    readonly merges: number
    readonly levels: CommitsByLevel
  }
  readonly tag?: ReleaseTag
  readonly people: readonly PersonOfRelease[]
  /** Of the range's commits and tags, by day. */
  readonly events: readonly RightsEvent[]
  readonly baseRates: readonly EventRate[]
  /** What the base rates are counted of. */
  readonly among: { readonly people: number; readonly repositoriesElsewhere: number }
  /** By path. */
  readonly opaque: readonly ChangedOpaqueFile[]
  /** What could not be read or was not looked at. */
  readonly notAssessed: readonly string[]
}

export type ReportPeople = ReleasePeople | { readonly kind: "not-assessed"; readonly why: string }

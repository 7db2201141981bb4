/**
 * A replica: a made-up project that does what a known attack did, with nothing of it but its shape, and beside it the same project as an honest
 * one would have been. It is data: nothing here runs any of it. The only effect it could have is a file MARKER in the working directory.
 */
export interface Replica {
  /** The number of the case in cases.md, and a name that says nothing of it. */
  readonly case: number
  readonly name: string
  readonly family: readonly Family[]
  readonly signals: readonly Signal[]
  readonly attack: Sample
  /** The same package and the same shape of change, honest. */
  readonly twin: Sample & {
    /** What an honest project does here. */
    readonly how: string
    /** The paths that differ between both: in the artifact (below its root), or in the commit. */
    readonly differs: readonly string[]
  }
  readonly truth: Truth
}

/** A case that no replica is made of. */
export interface NotAssessed {
  readonly case: number
  readonly name: string
  readonly notAssessed: string
}

export type Family = `A${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12}`
export type Signal = `S${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15}`

export type Content = string | Uint8Array
/** By path. */
export type Files = Readonly<Record<string, Content>>

/** A release with its repository, and what is known of both beside their bytes. */
export interface Sample {
  /** Commits, oldest first: each on top of the one before on its branch. */
  readonly history: readonly Change[]
  /** What the release says that it is made of. */
  readonly ref: string
  readonly artifact: Package
  /** The release before it, honest. */
  readonly previous?: Package
  /** Other artifacts that matter: a dependency, the bytes of the same version from another place. */
  readonly others?: Readonly<Record<string, Package>>
  readonly facts?: Facts
}

export interface Change {
  readonly message: string
  /** A day (noon is meant), or a time. */
  readonly date: string
  readonly files?: Files
  readonly removed?: readonly string[]
  /** 1: Author 1 <author-1@example.org>. */
  readonly author?: number | Person
  /** Left out: the author. */
  readonly committer?: number | Person
  /** Left out: main. `none`: no branch has it, and it has no parent. */
  readonly branch?: string
  /** Annotated tags of it, made by its committer at its date. */
  readonly tags?: readonly string[]
}

export interface Person {
  readonly name: string
  readonly email: string
}

export const formats = ["tar.gz", "npm", "wheel", "sdist", "crate", "go", "gem", "vsix", "folder", "file"] as const
export interface Package {
  readonly format: (typeof formats)[number]
  readonly name: string
  readonly version: string
  /** Below its root. */
  readonly files: Files
  /** Of tar: when a file says that it was changed, seconds since 1970. */
  readonly modified?: Readonly<Record<string, number>>
}

/** What a registry, a host or a mirror says. Times are ISO 8601. */
export interface Facts {
  /** Oldest first. */
  readonly versions?: readonly Published[]
  /** Who may publish, from when on; none: nobody had it. Oldest first. */
  readonly owners?: readonly { readonly since: string; readonly accounts: readonly string[] }[]
  readonly dependencies?: Readonly<Record<string, { readonly first: string; readonly publisher: string; readonly versions: number }>>
  /** Names of the registry that many use, the most used first. */
  readonly popular?: readonly string[]
  /** Where refs pointed when they were seen last: by ref, the index of a commit in the history. */
  readonly refsBefore?: Readonly<Record<string, number>>
  /** The same version from another place: its name, and which of `others` it is. */
  readonly elsewhere?: readonly { readonly place: string; readonly artifact: string }[]
  /** Other packages that went to the same account, and when. */
  readonly adopted?: readonly { readonly name: string; readonly at: string; readonly by: string; readonly lastChange: string }[]
}

export interface Published {
  readonly version: string
  readonly published: string
  readonly publisher: string
  /** Published by a workflow of the repository, which an attestation says. */
  readonly attested?: boolean
}

/** Rules that replicas expect: the catalogue, as it was written before the rules were. */
export const expected = [
  "flow/opaque-runs",
  "flow/literal-runs",
  "flow/fetched-runs",
  "flow/built-command",
  "flow/search-names-opaque",
  "unexplained/install-hook",
  "unexplained/changed-code",
  "unexplained/added-code",
  "opaque/object-code",
  "opaque/filler",
  "opaque/entropy-outlier",
  "hardening/dead-probe",
  "hardening/check-weakened",
  "hardening/policy-loosened",
  "capability/added",
  "text/bidi",
  "text/invisible",
  "text/homoglyph",
  "text/pushed-right",
  "text/minified-here",
  "release/moved-reference",
  "release/other-bytes",
  "release/weaker-provenance",
  "release/signer-changed",
  "release/dormant",
  "release/new-dependency",
  "release/confusable-name",
  "release/untrusted-workflow",
  "release/impersonated-bot",
] as const
export type RuleId = (typeof expected)[number]

export interface Truth {
  /** Paths of the artifact, below its root, that the attack made other than the commit has them. */
  readonly unexplained: readonly string[]
  /** Those at which an honest packer's artifact differs too: generated files. What every package of its format has beside them is not listed. */
  readonly ordinary?: readonly string[]
  /** The opaque or test file that carries what is run. */
  readonly carrier?: string
  /** What is decoded of it and run, where reading the files does not show that. */
  readonly payload?: string
  /** `none`: there is nothing that would write MARKER, not even if it were run. */
  readonly effect?: "none"
  readonly introducer: Introducer
  readonly expects: readonly Expectation[]
}

/** Who brought it in: the index of a commit in the history, or an account that published or served the artifact. */
export type Introducer = { readonly commit: number } | { readonly account: string }

export interface Expectation {
  readonly rule: RuleId
  readonly at: Spot
}

/** Where a rule is to point: lines of a file, a ref, or a fact. */
export type Spot =
  | {
      readonly path: string
      /** A text that only its first line has. */
      readonly from: string
      /** A text that only its last line has; left out: one line. */
      readonly to?: string
      /** Left out: the artifact. `commit`: a file that no artifact has. Else one of `others`. */
      readonly in?: string
    }
  /** The whole of a file, where it has no lines. */
  | { readonly path: string; readonly whole: true; readonly in?: string }
  | { readonly ref: string }
  | { readonly fact: keyof Facts }

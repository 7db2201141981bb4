import type { Danger } from "./ledger.ts"
import type { Verdict } from "./report.ts"

/** What a cause that an audit sees makes of the verdict, at least; `note` says it and changes nothing. */
export const weights = ["note", "undetermined", "review", "alarm"] as const
export type Weight = (typeof weights)[number]

/** A risk that somebody takes on, of these bytes only, for a time. */
export interface Exemption {
  /** The entry that it is about, without the archive's root. */
  readonly path: string
  /** Lower-case hexadecimal, of the entry's bytes: other bytes at that path are not exempt. */
  readonly sha256: string
  /** Only the findings of this rule; left out, what is left to read of the entry. */
  readonly rule?: string
  readonly reason: string
  readonly owner: string
  /** The first day on which it no longer holds: YYYY-MM-DD. */
  readonly expires: string
}

/** Whose signed reviews count. */
export interface Reviewer {
  readonly name: string
  /** Ed25519 public key, SPKI in PEM. */
  readonly key: string
}

/** What can be set for all packages and for one. */
export interface Settings {
  readonly failOn?: Verdict
  /** More left to read than this is an `alarm`. */
  readonly toReadMax?: number
  readonly rules: ReadonlyMap<string, Weight>
  /** Of what is left to read, by where it sits; left out: `review`. */
  readonly unexplained: ReadonlyMap<Danger, Weight>
  /** Of what could not be looked at; left out: `undetermined`. */
  readonly undetermined?: Weight
  /** The only known origins whose files explain; left out: each that is listed as upstream. */
  readonly origins?: readonly string[]
  /** The only generators that may have made files; left out: each. */
  readonly generators?: readonly string[]
  /** Fingerprints of the only keys whose release signature will do; an empty list: none is asked for. */
  readonly signers?: readonly string[]
  readonly exemptions: readonly Exemption[]
}

/** A package's own settings, and where its source is. */
export interface PackageSettings extends Settings {
  readonly repository?: string
  readonly subdirectory?: string
  readonly submodules: ReadonlyMap<string, string>
}

/** What a gate was told to let pass. Read from a file that the user names, never from an artifact or its repository. */
export interface Policy extends Settings {
  /** Where it was read, and its bytes; absent for the defaults. */
  readonly source?: { readonly path: string; readonly sha256: string }
  readonly reviewers: readonly Reviewer[]
  /** By package URL without a version. */
  readonly packages: ReadonlyMap<string, PackageSettings>
}

/** Without a file: the verdict of `explain`, and nobody's word counts. */
export const policyDefault: Policy = { rules: new Map(), unexplained: new Map(), reviewers: [], exemptions: [], packages: new Map() }

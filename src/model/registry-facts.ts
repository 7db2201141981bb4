import type { GitOid, Sha256 } from "../core/digest.ts"

/** A version as its registry lists it. Times are ISO 8601. */
export interface Published {
  readonly version: string
  readonly published: string
  /** The account, or the workflow, that published it. */
  readonly publisher?: string
  /** Whether the registry gives an attestation of it. Left out: the registry does not say. */
  readonly attested?: boolean
}

/** What a registry, a host or a mirror says of a release beside its bytes. What it does not say is left out, and is then not assessed. */
export interface RegistryFacts {
  /** Why it did not answer. */
  readonly why?: string
  /** Every version, in any order. */
  readonly versions?: readonly Published[]
  /** Who may publish, from when on; none: nobody may. */
  readonly owners?: readonly { readonly since: string; readonly accounts: readonly string[] }[]
  /** Packages that it needs: when the first version of each came, and how many it has. */
  readonly dependencies?: Readonly<Record<string, { readonly first: string; readonly versions: number }>>
  /** Names that many use, the most used first. */
  readonly popular?: readonly string[]
  /** The same version at other places, or as it was accepted or given before. */
  readonly elsewhere?: readonly { readonly place: string; readonly sha256: Sha256 }[]
  /** Where refs of the repository pointed when they were seen. */
  readonly refsBefore?: Readonly<Record<string, { readonly commit: GitOid; readonly seen?: string }>>
}

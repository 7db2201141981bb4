export const itemKinds = ["entry", "finding", "framing", "anomaly", "reason"] as const

/** Something in a release that asked for attention, named so that other bytes are another item. */
export interface Item {
  /** `entry`: what is left to read or could not be looked at; `finding`; `framing`: a run of the container's own bytes; `anomaly`; `reason`: any other cause of the verdict. */
  readonly kind: (typeof itemKinds)[number]
  /** Path, layer, or the sentence. */
  readonly at: string
  /** What was looked at: `sha256:...` of the entry or the layer, together with mode, offsets, rule or message as the kind needs. */
  readonly what: string
}

/** What a person says of an artifact and signs. */
export interface Said {
  /** YYYY-MM-DD. */
  readonly signed: string
  /** The first day on which it no longer holds. */
  readonly expires?: string
  readonly reason: string
  readonly artifact: { readonly name: string; readonly target: string; readonly purl?: string; readonly sha256: string }
  /** What was accepted before and not looked at again: the release that this one was compared with. */
  readonly since?: { readonly target: string; readonly sha256: string }
  /** What asked for attention when it was signed: just that is accepted. */
  readonly items: readonly Item[]
  /** What an exemption, the policy or another person settled: not looked at by this one. */
  readonly others: readonly Item[]
}

/** Who says so: facts of a verified envelope. */
export interface Review extends Said {
  readonly reviewer: string
  /** The key that signed, SHA-256 of its SPKI. */
  readonly keyId: string
}

/** What stands in a review store. `said` of a refused one is anybody's word: it tells a reader what it wants to be, nothing else. */
export type FoundReview =
  | { readonly kind: "valid"; readonly source: string; readonly review: Review }
  | { readonly kind: "refused"; readonly source: string; readonly why: string; readonly said?: Said }

/** A review or an exemption that was found and does not help, and why. */
export interface RefusedReview {
  readonly source: string
  readonly why: string
}

/** What people said of one artifact: reviews whose signature, key, day and digest hold, and those that do not. */
export interface Words {
  readonly reviews: readonly Review[]
  readonly refused: readonly RefusedReview[]
}

/** That somebody settled an earlier release, whole but for the contents (SHA-256) that only a risk taken or the policy let pass. */
export interface Acceptance {
  /** SHA-256 of the entries that were open and signed for. */
  readonly read: ReadonlySet<string>
  /** The reviewer; absent: the user's word alone, `--accept-previous`. */
  readonly by?: string
  /** The first day on which one of the reviews that it rests on no longer holds. */
  readonly expires?: string
  readonly except: ReadonlySet<string>
}

/** Something in a release that asked for attention, named so that other bytes are another item. */
export interface Item {
  /** `entry`: what is left to read or could not be looked at; `finding`; `framing`: a run of the container's own bytes; `anomaly`; `reason`: any other cause of the verdict. */
  readonly kind: "entry" | "finding" | "framing" | "anomaly" | "reason"
  /** Path, layer, or the sentence. */
  readonly at: string
  /** What was looked at: `sha256:...` of the entry or the layer, together with mode, offsets, rule or message as the kind needs. */
  readonly what: string
}

/** Who says so, and what became of checking it. Facts of a verified envelope. */
export interface Review {
  readonly reviewer: string
  /** The key that signed, SHA-256 of its SPKI. */
  readonly keyId: string
  /** YYYY-MM-DD. */
  readonly signed: string
  /** The first day on which it no longer holds. */
  readonly expires?: string
  readonly reason: string
  readonly artifact: { readonly name: string; readonly target: string; readonly purl?: string; readonly sha256: string }
  /** A review of what changed since this release only. */
  readonly since?: { readonly target: string; readonly sha256: string }
  /** What asked for attention when it was signed: just that is accepted. */
  readonly items: readonly Item[]
}

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

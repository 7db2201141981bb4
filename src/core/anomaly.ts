/** An oddity that a parser or a stage saw in hostile input. `review` weakens the verdict, `note` informs. */
export interface Anomaly {
  /** A stable word for the kind of oddity, such as `duplicate-name`. */
  readonly kind: string
  readonly severity: "note" | "review"
  readonly message: string
  readonly layer: string
  /** Byte offset in the layer, where there is one. */
  readonly offset?: number
  readonly path?: string
}

import type { Entry } from "./artifact.ts"
import type { Blind, Place, Script, Search } from "./code.ts"

/** When a script runs by itself, or on the word of a package manager: the earlier, the worse. */
export const moments = ["install", "build", "start", "import", "test"] as const
export type Moment = (typeof moments)[number]

/** A script together with when it runs; undefined: nothing that was looked at runs it. */
export interface Inspected extends Script {
  readonly runs: Moment | undefined
}

/** What a search of a script finds among the entries of the release. */
export interface Evaluated {
  readonly search: Search
  readonly at: Place
  /** Paths in order; undefined: it could not be evaluated, `why` says why. */
  readonly matches: readonly string[] | undefined
  readonly why?: string
}

/** What the entries of a release do, as far as their texts tell. */
export interface Inspection {
  readonly scripts: readonly Inspected[]
  /** Scripts that no front end could analyse whole. */
  readonly blind: readonly Blind[]
  readonly searches: readonly Evaluated[]
  readonly entries: ReadonlyMap<string, Entry>
  /** Texts that a byte test let pass: they hold no word that could begin an act. */
  readonly passedOver: { readonly files: number; readonly bytes: number }
}

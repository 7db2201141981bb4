import type { Held } from "./capability.ts"
import type { Place } from "./code.ts"

/** A package that a release needs, in the version that an installer takes today. */
export interface NeededRelease {
  /** Its short form: `npm:semver@7.6.3`. */
  readonly target: string
  /** Names from the one that the release states itself to this one. */
  readonly through: readonly [string, ...string[]]
  /** Names of all that the release states and that need it, or are it. */
  readonly by: readonly string[]
  /** Where the release states the first of them. */
  readonly at: Place
  /** Whether the release before it did not state that. */
  readonly isNew: boolean
  /** What its own code can do when it is installed, started or imported; elsewhere than with npm also when it is built. */
  readonly held: readonly Held[]
}

/** What was looked at of what a release needs, and what was not. */
export interface Needed {
  readonly looked: readonly NeededRelease[]
  readonly not: readonly { readonly name: string; readonly why: string }[]
}

import type { Place } from "./code.ts"
import type { Moment } from "./inspection.ts"

/** What code can do to the machine or the world, as a reader asks for it. What cannot be analysed could do anything. */
export const capabilities = [
  "runs programs",
  "runs text as code",
  "loads modules by computed names",
  "loads native code",
  "uses the network",
  "changes files that it finds",
  "writes files",
  "reads secrets",
  "replaces the platform",
  "cannot be analysed",
] as const
export type Capability = (typeof capabilities)[number]

/** When code of a package runs for whoever takes it in: neither what made it nor its tests do. Only what npm serves is built before. */
export const takenIn = (type: string | undefined): ReadonlySet<Moment> =>
  new Set(["install", "start", "import", ...(type === "npm" ? [] : (["build"] as const))])

/** A capability of a release, by when it is used. */
export interface Held {
  readonly capability: Capability
  /** Absent: nothing that was looked at runs the code. */
  readonly runs?: Moment
  /** Lines that need it. */
  readonly places: number
  /** The first of them, in the archive's order. */
  readonly at: Place
  /** The package that has the code, where the release itself only needs it: `npm:semver@7.6.3`. */
  readonly through?: string
}

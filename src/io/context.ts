import type { Limits } from "../core/limits.ts"
import type { Access } from "./http-access.ts"

/** `done` and `total` in bytes or steps; total undefined when unknown. */
export type Progress = (what: string, done: number, total: number | undefined) => void

/** Everything a stage may touch outside its arguments. Only a function that is given one does I/O (style law 7). */
export interface Context {
  readonly limits: Limits
  /** Folder of cached downloads, indexes and clones. */
  readonly cache: string
  readonly offline: boolean
  readonly progress: Progress
  /** OpenPGP key files that the user trusts for release signatures. */
  readonly keyrings: readonly string[]
  /** Programs that read untrusted bytes, with their versions, as they are used: the report's trusted base. */
  readonly toolsUsed: Map<string, string>
  /** How a registry's own settings say that its servers are reached; undefined: as the environment says. */
  readonly access?: Access
  /** The one script that runs, when the whole program is in it: what it kept holds for this script alone. Undefined: no report is kept. */
  readonly program?: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Today, YYYY-MM-DD in UTC: on which people's words hold or no longer do. */
  readonly day: string
}

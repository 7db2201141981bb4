import { belowRoot } from "../../core/path.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"

/** An earlier release, by path below its root. */
export interface Previous {
  readonly target: string
  readonly accepted: boolean
  readonly entries: ReadonlyMap<string, Entry>
}

export function previousOf(artifact: Artifact, accepted: boolean): Previous {
  return {
    target: artifact.target,
    accepted,
    entries: new Map(artifact.entries.map((entry) => [belowRoot(entry.path, artifact.root), entry])),
  }
}

/** The same bytes, mode and kind of entry at the same path. */
export const isSame = (a: Entry, b: Entry): boolean => a.sha256 === b.sha256 && a.type === b.type && (a.mode & 0o7777) === (b.mode & 0o7777)

import { belowRoot } from "../../core/path.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Procedure, Replay } from "../../model/replay.ts"
import type { Snapshot } from "../../model/repository.ts"

/**
 * The files of a release that only a generator could still explain, by their paths. What is held against each other is names and ids: a release that the commit,
 * the known origins and recipes explain whole is worth no run.
 */
export class Wanting {
  readonly #entries: Map<string, Entry>

  constructor(artifact: Artifact, snapshot: Snapshot) {
    const files = artifact.entries.filter(({ type }) => type === "file" || type === "hardlink")
    const below = files.map((entry) => [belowRoot(entry.path, artifact.root), entry] as const)
    this.#entries = new Map(below.filter(([path, entry]) => !isSettled(path, entry, snapshot)))
  }

  get nothing(): boolean {
    return this.#entries.size === 0
  }

  /** What a known origin or a recipe explains is no reason for a run. */
  async leave(isKnown: (entry: Entry) => boolean | Promise<boolean>): Promise<void> {
    for (const [path, entry] of this.#entries) if (await isKnown(entry)) this.#entries.delete(path)
  }

  /** Whether a procedure could write one of them; `among`: one of these. */
  has({ writes }: Pick<Procedure, "writes">, among: ReadonlyMap<string, unknown> = this.#entries): boolean {
    for (const path of this.#entries.keys()) if (among.has(path) && writes.test(path)) return true
    return false
  }

  /** Takes away what a replay gave. */
  take({ files }: Replay): void {
    for (const [path, { gitOid, unstable }] of files) {
      if (unstable === "all" || unstable.some(({ under }) => under === undefined)) continue
      // Where a normalisation is needed the ids cannot be equal; the explainer compares the lines.
      if (unstable.length > 0 || this.#entries.get(path)?.gitOid === gitOid) this.#entries.delete(path)
    }
  }
}

/** The commit has it, or whether it has cannot be told: no generator explains such a file (`derived` in src/stages/explain). */
function isSettled(path: string, { gitOid }: Entry, snapshot: Snapshot): boolean {
  if (snapshot.unreadable.some((folder) => path.startsWith(folder))) return true
  const submodule = snapshot.submodules.find((one) => path.startsWith(`${one.path}/`))
  if (submodule !== undefined && submodule.tree === undefined) return true
  const known = submodule === undefined ? snapshot.tree.get(path) : submodule.tree?.get(path.slice(submodule.path.length + 1))
  if (known === undefined) return false
  // An id of another object format says nothing about an entry's; it would cost a second pass over the bytes.
  if (known.oid === gitOid || known.oid.length !== gitOid.length) return true
  const effects = submodule === undefined ? snapshot.attributes.get(path) : undefined
  return effects !== undefined && (effects.exportSubst || effects.ident || effects.lfs || effects.eol === "crlf")
}

import { belowRoot } from "../../core/path.ts"
import { anyApplies } from "../../generators/index.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Snapshot } from "../../model/repository.ts"

/** Whether a replay could explain anything: the tree has something for a generator, and the release something that the tree has not as it is. */
export const replayWanted = ({ entries, root }: Pick<Artifact, "entries" | "root">, { tree }: Pick<Snapshot, "tree">): boolean =>
  anyApplies(tree) && entries.some(({ path, gitOid }) => tree.get(belowRoot(path, root))?.oid !== gitOid)

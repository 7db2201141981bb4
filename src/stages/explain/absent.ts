import { belowRoot } from "../../core/path.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Absent } from "../../model/ledger.ts"
import type { Snapshot, TreeEntry } from "../../model/repository.ts"

/** What the commit has and the artifact lacks, with the commit's own reason where it gives one. */
export function absentFrom(snapshot: Snapshot, artifact: Artifact): readonly Absent[] {
  const here = new Set(artifact.entries.map((entry) => belowRoot(entry.path, artifact.root)))
  const parents = new Set([...here].flatMap(parentsOf))
  const inSubmodules = snapshot.submodules.flatMap(({ path, tree }) =>
    [...(tree?.values() ?? [])].map((entry) => ({ ...entry, path: `${path}/${entry.path}` })),
  )
  return [...snapshot.tree.values(), ...inSubmodules]
    .filter((entry) => !here.has(entry.path) && !(entry.mode === "160000" && parents.has(entry.path)))
    .map((entry) => ({ entry, why: reason(entry, snapshot) }))
    .sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1))
}

function reason(entry: TreeEntry, snapshot: Snapshot): string | undefined {
  if (snapshot.attributes.get(entry.path)?.exportIgnore === true) return "export-ignore"
  return entry.mode === "160000" ? "submodule" : undefined
}

function parentsOf(path: string): string[] {
  const parents: string[] = []
  for (let cut = path.indexOf("/"); cut >= 0; cut = path.indexOf("/", cut + 1)) parents.push(path.slice(0, cut))
  return parents
}

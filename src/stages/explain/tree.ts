import { finishGitOid, type GitOid, gitHash } from "../../core/digest.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Snapshot } from "../../model/repository.ts"

export const typeOf = (mode: string): "file" | "link" | "submodule" =>
  mode === "120000" ? "link" : mode === "160000" ? "submodule" : "file"

/** The entry's id in the repository's object format: artifacts are measured with SHA-1, the few SHA-256 repositories cost a second pass. */
export async function oidIn(entry: Entry, oidLength: number): Promise<GitOid> {
  if (oidLength === entry.gitOid.length) return entry.gitOid
  const hash = gitHash("sha256", "blob", entry.size)
  for await (const chunk of entry.content.stream()) hash.update(chunk)
  return finishGitOid(hash)
}

/** A blob for an entry at `path`: of the submodule that it lies in, else of the commit. */
export function blobFor(oid: GitOid, path: string, snapshot: Snapshot): Promise<Uint8Array | undefined> {
  const submodule = snapshot.submodules.find((candidate) => path.startsWith(`${candidate.path}/`))
  return submodule?.tree === undefined ? snapshot.blob(oid) : submodule.blob(oid)
}

import { unversioned } from "../../core/name.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Snapshot } from "../../model/repository.ts"

/**
 * What the audited project may be called, in lower case: its package, its folder, its file, its repository. An origin of one of these names is the project
 * itself, and nothing explains itself.
 */
export function ownNames(
  { purl, name, root }: Pick<Artifact, "purl" | "name" | "root">,
  snapshot: Pick<Snapshot, "location"> | undefined,
): ReadonlySet<string> {
  const packaged = /([^/@]+)(?:@[^/]*)?$/.exec(purl?.replace(/[?#].*$/, "") ?? "")?.[1]
  const all = [packaged === undefined ? "" : decoded(packaged), unversioned(root.replace(/^\.\/|\/$/g, "")), unversioned(name)]
  const names = [...all, snapshot === undefined ? "" : repositoryName(snapshot.location)]
  return new Set(names.filter((one) => one !== "").map((one) => one.toLowerCase()))
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** The last component of a path or an address that names a project: mirrors keep `OWNER+NAME/repo`, bare ones end in `.git`. */
function repositoryName(location: string): string {
  const parts = location.split(/[/:\\]/).filter((part) => part !== "" && part !== ".git" && part !== "repo")
  return (parts.at(-1) ?? "").replace(/\.(?:git|bundle)$/, "").replace(/^.*\+/, "")
}

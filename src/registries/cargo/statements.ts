import { faultsOf } from "../../core/fault.ts"
import { tomlOf } from "../../core/toml.ts"
import type { Provenance } from "../../model/artifact.ts"
import { repositoryAddress } from "../forge.ts"
import { type Archive, contentsOf } from "../members.ts"
import { Manifest, type Release, VcsInfo } from "./schema.ts"

/** What the crate itself states: the repository in its manifest, and the commit that cargo wrote down when it packed it. Both are claims of the publisher. */
export async function statedBy(archive: Archive, { name, vers }: Release): Promise<Provenance> {
  const [manifestPath, infoPath] = [`${name}-${vers}/Cargo.toml`, `${name}-${vers}/.cargo_vcs_info.json`]
  const read = await faultsOf(() => contentsOf("tar.gz", archive, (path) => path === manifestPath || path === infoPath))
  if (!read.ok) return { chain: [], notLookedAt: ["what the crate states of its repository and commit: it could not be opened for that"] }
  const manifest = Manifest.safeParse(tomlOf(Buffer.from(read.value.get(manifestPath) ?? "").toString("latin1")))
  const repository = repositoryAddress(manifest.data?.package.repository)
  const vcs = VcsInfo.safeParse(jsonOf(read.value.get(infoPath)))
  const { git, path_in_vcs: folder } = vcs.success ? vcs.data : {}
  const isCommit = git !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(git.sha1)
  return {
    chain: [
      ...(isCommit ? [`cargo wrote into it that it was packed of commit ${git.sha1}`] : []),
      ...(git?.dirty === true ? ["cargo wrote into it that the folder had changes which no commit has (dirty)"] : []),
      ...(folder === undefined || folder === ""
        ? []
        : [`cargo wrote into it the directory ${JSON.stringify(folder.slice(0, 200))} of its repository`]),
    ],
    notLookedAt: isCommit ? [] : ["of which commit it was packed: it has no .cargo_vcs_info.json that says so"],
    ...(isCommit ? { commit: git.sha1 } : {}),
    ...(repository === undefined ? {} : { repository }),
  }
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(bytes ?? "").toString("utf8"))
  } catch {
    return undefined
  }
}

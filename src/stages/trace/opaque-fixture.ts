import type { GitFixture } from "../../io/git-fixture.ts"
import { type OpaqueFiles, opaqueFilesOf } from "./opaque.ts"
import { treeOfHistory } from "./tree-fixture.ts"

/** For tests only: a content that is no text, and the opaque files of a generated repository. */
export const binary = (seed: number): string => `\0\x01\x02${seed}`

export async function opaqueOf(fixture: GitFixture, options: Parameters<typeof treeOfHistory>[1] = {}): Promise<OpaqueFiles> {
  const { repository, of, ctx } = await treeOfHistory(fixture, options)
  try {
    return await opaqueFilesOf(repository, of, ctx)
  } finally {
    await repository.close()
  }
}

/** Commits files on main at a time of its own. */
export function datedCommit(fixture: GitFixture, files: Readonly<Record<string, string>>, seconds: number): string {
  fixture.write(files)
  fixture.git(["add", "-A"])
  const tree = fixture.git(["write-tree"])
  const parent = fixture.git(["for-each-ref", "--format=%(objectname)", "refs/heads/main"])
  const who = `Author One <author-1@example.org> ${seconds} +0000`
  const text = [`tree ${tree}`, ...(parent === "" ? [] : [`parent ${parent}`]), `author ${who}`, `committer ${who}`, "", "x"].join("\n")
  const commit = fixture.git(["hash-object", "-t", "commit", "-w", "--stdin"], text)
  fixture.git(["update-ref", "refs/heads/main", commit])
  return commit
}

import { type GitOid, gitOidOf } from "../core/digest.ts"
import type { NotReplayed, Procedure } from "../model/replay.ts"
import type { Tree } from "../model/repository.ts"
import type { Generator, GeneratorFacts, Stated } from "./generator.ts"

export const commit: GitOid = gitOidOf("commit", Buffer.from("made"))

/** For tests: what a generator would be told of a commit with these files, and of a release made in a folder of it. */
export function factsOf(files: Readonly<Record<string, string>>, stated: Partial<Stated> = {}, folder = ""): GeneratorFacts {
  const texts = new Map(Object.entries(files))
  const treeBelow = (root: string): Tree =>
    new Map(
      [...texts].flatMap(([whole, text]) => {
        const path = whole.slice(root.length)
        return whole.startsWith(root) ? [[path, { path, mode: "100644", oid: gitOidOf("blob", Buffer.from(text)) }]] : []
      }),
    )
  return {
    tree: treeBelow(folder),
    text: async (path) => texts.get(`${folder}${path}`),
    root: { folder, tree: treeBelow(""), text: async (path) => texts.get(path) },
    commit,
    committed: 0,
    stated: { versions: new Map(), distributed: undefined, version: undefined, npm: false, wheel: undefined, ...stated },
    architecture: "x64",
  }
}

/** The only procedure that there is. */
export async function planned(
  generator: Generator,
  files: Readonly<Record<string, string>>,
  stated: Partial<Stated> = {},
): Promise<Procedure> {
  const [one, ...more] = await generator.plan(factsOf(files, stated))
  if (one === undefined || "why" in one || more.length > 0) throw new Error(`not one procedure: ${JSON.stringify(one)}`)
  return one
}

/** Why nothing can be run. */
export async function refused(generator: Generator, files: Readonly<Record<string, string>>): Promise<NotReplayed> {
  const [one] = await generator.plan(factsOf(files))
  if (one === undefined || !("why" in one)) throw new Error("it was not refused")
  return one
}

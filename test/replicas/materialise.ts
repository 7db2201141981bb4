import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { gitOidOf } from "../../src/core/digest.ts"
import type { GitFixture } from "../../src/io/git-fixture.ts"
import { type Made, repositoryOf } from "./history.ts"
import { type Packed, pack } from "./pack.ts"
import type { Replica, Sample } from "./replica.ts"
import { textsOf, truthOf } from "./truth.ts"

/** A sample with its repository on this machine, and its artifacts in memory. */
export interface Materialised extends Made {
  /** The commit that the release says it is made of, and its files. */
  readonly commit: string
  readonly tree: ReadonlyMap<string, Buffer>
  readonly artifact: Packed
  readonly previous: Packed | undefined
  readonly others: ReadonlyMap<string, Packed>
  /** Removes the repository. */
  [Symbol.dispose](): void
}

export function materialise(sample: Sample, folder?: string): Materialised {
  const { repository, commits } = repositoryOf(sample, folder)
  const commit = commits[sample.history.findIndex(({ tags = [] }) => tags.some((tag) => `refs/tags/${tag}` === sample.ref))]
  if (commit === undefined) throw new Error(`no commit has the tag ${sample.ref}`)
  return {
    repository,
    commits,
    commit,
    tree: treeOf(sample, repository, commit),
    artifact: pack(sample.artifact, commit),
    previous: sample.previous === undefined ? undefined : pack(sample.previous, commit),
    others: new Map(Object.entries(sample.others ?? {}).map(([name, one]) => [name, pack(one, commit)])),
    [Symbol.dispose]: () => rmSync(repository.folder, { recursive: true, force: true }),
  }
}

/** The commit's files: git says which, by their ids. */
function treeOf({ history }: Sample, repository: GitFixture, commit: string): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>()
  for (const { files = {} } of history)
    for (const content of Object.values(files)) blobs.set(gitOidOf("blob", Buffer.from(content)), Buffer.from(content))
  const listed = repository.git(["ls-tree", "-r", "--format=%(objectname) %(path)", commit]).split("\n")
  return new Map(
    listed.map((line) => {
      const [id = "", ...path] = line.split(" ")
      const content = blobs.get(id)
      if (content === undefined) throw new Error(`git has other bytes at ${path.join(" ")}`)
      return [path.join(" "), content]
    }),
  )
}

/** Paths below the root of the artifact at which the commit has nothing, or other bytes; without what every package of its format has. */
export function apart({ artifact, tree }: Pick<Materialised, "artifact" | "tree">): readonly string[] {
  return [...artifact.entries]
    .filter(([path]) => !artifact.made.includes(path))
    .map(([path, content]) => [path.slice(artifact.root.length), content] as const)
    .filter(([path, content]) => tree.get(path)?.equals(content) !== true)
    .map(([path]) => path)
    .sort()
}

/** Writes a replica for a person to look at: `attack/` and `twin/` with repository and artifacts, and the truth beside them. */
export function writeReplica(replica: Replica, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, sample] of [["attack", replica.attack] as const, ["twin", replica.twin] as const]) {
    const made = materialise(sample, join(folder, name, "source.git"))
    const all = [["artifact", made.artifact] as const, ["previous", made.previous] as const, ...made.others]
    for (const [at, packed] of all) if (packed !== undefined) writePacked(packed, join(folder, name, at))
    if (sample.facts !== undefined) writeJson(join(folder, name, "facts.json"), { ...sample.facts, refsBefore: refsBefore(sample, made) })
    if (name === "attack") {
      const texts = textsOf(made.artifact, made.others, made.tree)
      writeJson(join(folder, "truth.json"), truthOf(replica, texts, made.artifact.root))
    }
  }
}

/** Refs as they were, by the ids that commits have. */
export const refsBefore = ({ facts }: Sample, { commits }: Materialised): Readonly<Record<string, string | undefined>> | undefined =>
  facts?.refsBefore && Object.fromEntries(Object.entries(facts.refsBefore).map(([ref, index]) => [ref, commits[index]]))

/** As an archive, or (a folder of recipes) as its files; none may be executed. */
export function writePacked({ file, bytes, entries }: Packed, folder: string): string {
  const path = join(folder, file)
  const all = bytes === undefined ? [...entries].map(([name, content]) => [join(path, name), content] as const) : [[path, bytes] as const]
  for (const [at, content] of all) {
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, content, { mode: 0o644 })
  }
  return path
}

const writeJson = (path: string, value: unknown): void => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

import { latin1 } from "../core/bytes.ts"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { orThrow } from "../core/fault.ts"
import type { Repository } from "./git.ts"
import { runGit } from "./git-process.ts"

/** The parents of a commit, read on its own; undefined when it cannot be. */
export type ParentsOf = (oid: GitOid) => Promise<readonly GitOid[] | undefined>

/** Commits that are read at once. */
const aheadMax = 256

/** Every commit that can be reached and read on its own and is not known. Last those whose first parent cannot: git ends at them. */
export async function commitsFound(
  tips: readonly GitOid[],
  known: ReadonlyMap<GitOid, readonly GitOid[]>,
  parentsOf: ParentsOf,
): Promise<readonly GitOid[]> {
  const found = new Map<GitOid, readonly GitOid[]>()
  const reached = new Set(tips)
  const queue = [...reached]
  for (let start = 0; start < queue.length; ) {
    const asked = queue.slice(start, start + aheadMax)
    start += asked.length
    const answers = await Promise.all(asked.map(async (oid) => ({ oid, parents: known.get(oid) ?? (await parentsOf(oid)) })))
    for (const { oid, parents } of answers) {
      if (parents === undefined) continue
      found.set(oid, parents)
      const more = parents.filter((parent) => !reached.has(parent))
      for (const parent of more) {
        reached.add(parent)
        queue.push(parent)
      }
    }
  }
  const left = [...found].filter(([oid]) => !known.has(oid))
  const isSound = ([first]: readonly GitOid[]): boolean => first === undefined || found.has(first)
  return [...left.filter(([, parents]) => isSound(parents)), ...left.filter(([, parents]) => !isSound(parents))].map(([oid]) => oid)
}

/** Reads commits from `repository`, so many at most. */
export function parentsReader(repository: Pick<Repository, "object">, commitsMax: number): ParentsOf {
  let read = 0
  return async (oid) => {
    read += 1
    const object = read > commitsMax ? undefined : await repository.object(oid)
    return object?.type === "commit" ? parentsIn(object.bytes) : undefined
  }
}

/** The lines that a commit begins with: `tree SP oid LF`, then `parent SP oid LF` for each parent. */
function parentsIn(bytes: Uint8Array): readonly GitOid[] | undefined {
  const object = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = object.indexOf("\n\n")
  const lines = latin1(object.subarray(0, end < 0 ? undefined : end)).split("\n")
  if (!/^tree [0-9a-f]{40,64}$/.test(lines[0] ?? "")) return undefined
  const parents: GitOid[] = []
  for (const line of lines.slice(1)) {
    const parent = line.slice("parent ".length)
    if (!line.startsWith("parent ") || !isGitOid(parent)) break
    parents.push(parent)
  }
  return parents
}

/** Ids that one git is asked for, and how often it is started: at a corrupt object it ends, and is started again behind that. */
const askedMax = 8192
const runsMax = 1000

/** An object as git-cat-file(1), "Batch output", tells it. */
export interface NamedObject {
  readonly oid: GitOid
  readonly type: string
  readonly size: number
}

/** What each name (gitrevisions(7)) means. What is absent or damaged is not in the answer. */
export async function objectsNamed(
  repository: Pick<Repository, "place">,
  names: readonly string[],
): Promise<ReadonlyMap<string, NamedObject>> {
  const objects = new Map<string, NamedObject>()
  const all = [...new Set(names)]
  for (let start = 0, run = 0; start < all.length && run < runsMax; run += 1) {
    const asked = all.slice(start, start + askedMax)
    const stdin = asked.map((name) => `${name}\n`).join("")
    const answer = orThrow(await runGit(repository.place, { args: ["cat-file", "--batch-check"], stdin }))
    const lines = latin1(answer.stdout).split("\n").slice(0, -1)
    for (const [index, name] of asked.entries()) {
      const [oid = "", type = "", size = ""] = lines[index]?.split(" ") ?? []
      if (isGitOid(oid) && /^\d+$/.test(size)) objects.set(name, { oid, type, size: Number(size) })
    }
    start += Math.min(lines.length + 1, asked.length)
  }
  return objects
}

/** The name of the commit that an id means, through tags of tags too. */
export const commitOf = (oid: GitOid): string => `${oid}^{commit}`

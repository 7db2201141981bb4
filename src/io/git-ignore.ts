import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { GitOid } from "../core/digest.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { isAskable } from "./git-blame.ts"
import { type GitPlace, runGit } from "./git-process.ts"

/** The last pattern of an ignore file that matches a path, or a folder that it is in. */
export interface IgnorePattern {
  /** From 1. */
  readonly line: number
  readonly pattern: string
}

export interface IgnoreFile {
  readonly oid: GitOid
  /** Below the folder of the file. */
  readonly paths: readonly string[]
}

/** By path. */
export type Ignored = ReadonlyMap<string, IgnorePattern>

/**
 * What git-check-ignore(1) says of paths that need not be there, of each ignore file by itself: gitignore(5) by git's own rules. Its content is lent to git under a name of
 * ours, as `core.excludesFile`, with an empty folder for the work tree, below which git finds nothing; nothing is written under a name of the repository's. Undefined: the file
 * could not be read, or git told nothing in time.
 */
export async function ignoredBy(
  repository: Pick<Repository, "place" | "object">,
  files: readonly IgnoreFile[],
  { limits }: Pick<Context, "limits">,
): Promise<readonly (Ignored | undefined)[]> {
  const end = Date.now() + limits.ignoreSecondsMax * 1000
  const answers: (Ignored | undefined)[] = []
  for (const { oid, paths } of files) {
    const object = await repository.object(oid)
    const secondsMax = (end - Date.now()) / 1000
    const isAsked = object !== undefined && secondsMax > 0
    answers.push(isAsked ? await ask(repository.place, { content: object.bytes, paths, secondsMax }) : undefined)
  }
  return answers
}

interface Asked {
  readonly content: Uint8Array
  readonly paths: readonly string[]
  readonly secondsMax: number
}

async function ask(place: GitPlace, { content, paths, secondsMax }: Asked): Promise<Ignored | undefined> {
  const [file, workTree] = [join(place.folder, "ignore"), join(place.folder, "empty")]
  await mkdir(workTree, { recursive: true })
  await writeFile(file, content)
  const answer = await runGit(place, {
    args: ["-c", `core.excludesFile=${file}`, "check-ignore", "--no-index", "--verbose", "-z", "--stdin"],
    environment: { GIT_WORK_TREE: workTree },
    // A path that begins with a colon would be read as a magic word (gitglossary(7), "pathspec").
    stdin: paths
      .filter(isAskable)
      .map((path) => `./${path}\0`)
      .join(""),
    outputMax: 2 ** 28,
    secondsMax,
  })
  if (!answer.ok || answer.value.code > 1 || answer.value.code < 0) return undefined
  const parts = answer.value.stdout.toString("utf8").split("\0")
  const found = new Map<string, IgnorePattern>()
  for (let at = 0; at + 3 < parts.length; at += 4) {
    const [, line = "", pattern = "", path = ""] = parts.slice(at, at + 4)
    found.set(path.replace("./", ""), { line: Number(line), pattern })
  }
  return found
}

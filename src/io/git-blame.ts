import { type GitOid, isGitOid } from "../core/digest.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type GraphedPlace, ownCommitGraph } from "./git-commit-graph.ts"
import { runGit } from "./git-process.ts"

/** How many lines of a file each commit introduced. */
export interface BlamedFile {
  readonly lines: ReadonlyMap<GitOid, number>
  /** Of `lines`, those that stood there before `since`, by the commit that git came to; without `since` none. */
  readonly older: ReadonlySet<GitOid>
}

/** Why a file was not blamed. */
export type Unblamed = "name" | "git" | "seconds" | "seconds-of-all"

export interface BlameRequest {
  readonly commit: GitOid
  /** Only what is newer is told apart. */
  readonly since: GitOid | undefined
  readonly files: readonly { readonly path: string; readonly lines: number }[]
}

/** Started at once: one process reads a whole history for one file. */
const together = 2
/** A commit-graph costs as much as blaming a few files. */
const graphFilesMin = 16

/** git-blame(1) of each file, in the order asked. Configuration, attributes and lists of revisions to ignore are not the repository's (`runGit`). */
export async function blameFiles(
  repository: Repository,
  { commit, since, files }: BlameRequest,
  ctx: Context,
): Promise<readonly (BlamedFile | Unblamed)[]> {
  const answers = new Array<BlamedFile | Unblamed>(files.length).fill("seconds-of-all")
  const end = Date.now() + ctx.limits.blameSecondsRunMax * 1000
  const revision = since === undefined ? commit : `${since}..${commit}`
  const graph = files.length < graphFilesMin ? undefined : await ownCommitGraph(repository, commit, ctx)
  const graphed = graph ?? { place: repository.place, settings: [] }
  let next = 0
  let done = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < files.length; index = next++) {
      const left = (end - Date.now()) / 1000
      const file = files[index]
      if (left <= 0 || file === undefined) return
      answers[index] = await blameFile(graphed, { ...file, revision, secondsMax: Math.min(left, ctx.limits.blameSecondsMax) })
      done += 1
      ctx.progress("blaming lines", done, files.length)
    }
  }
  await Promise.all(Array.from({ length: together }, worker))
  return answers
}

interface OneFile {
  readonly path: string
  readonly lines: number
  readonly revision: string
  readonly secondsMax: number
}

/** A process is given its words as UTF-8, so a name that is not cannot be asked for, nor one that git would read as that of another file. */
const isAskable = (path: string): boolean => path.split("/").every((part) => part !== "" && part !== "." && part !== "..")

async function blameFile(
  { place, settings }: GraphedPlace,
  { path, lines, revision, secondsMax }: OneFile,
): Promise<BlamedFile | Unblamed> {
  if (!isAskable(path)) return "name"
  if (secondsMax <= 0) return "seconds" // git may be done before a timer of no time
  const args = [...settings, "blame", "--incremental", "--root", "--no-textconv", revision, "--", path]
  const end = Date.now() + secondsMax * 1000
  const answer = await runGit(place, { args, secondsMax, outputMax: 2 ** 28 })
  if (!answer.ok) return Date.now() >= end ? "seconds" : "git"
  if (answer.value.code !== 0) return path.includes("\\x") ? "name" : "git"
  const blamed = parseIncremental(answer.value.stdout)
  const told = [...blamed.lines.values()].reduce((sum, count) => sum + count, 0)
  return told === lines ? blamed : "git"
}

/**
 * What `git blame --incremental` writes (git-blame(1), "INCREMENTAL OUTPUT"): of each run of lines
 *
 *     oid SP line before SP line now SP lines LF      then `keyword SP value LF`, of which `filename` is the last
 *
 * No line of the file itself is in it, and no value can begin a line, so nothing of the repository is read as an answer.
 */
export function parseIncremental(output: Buffer): BlamedFile {
  const lines = new Map<GitOid, number>()
  const older = new Set<GitOid>()
  let current: GitOid | undefined
  for (let start = 0, end = output.indexOf(0x0a); end >= 0; start = end + 1, end = output.indexOf(0x0a, start)) {
    const line = output.toString("latin1", start, Math.min(end, start + headerLength))
    const [, oid = "", count = ""] = /^([0-9a-f]{40,64}) \d+ \d+ (\d+)$/.exec(line) ?? []
    if (isGitOid(oid)) {
      current = oid
      lines.set(oid, (lines.get(oid) ?? 0) + Number(count))
    } else if (line === "boundary" && current !== undefined) older.add(current)
  }
  return { lines, older }
}

/** An id and three numbers of a file that fits into memory. */
const headerLength = 64 + 3 * 12

import { type GitOid, isGitOid } from "../core/digest.ts"
import { order } from "../core/order.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type GraphedPlace, ownCommitGraph } from "./git-commit-graph.ts"
import { runGit } from "./git-process.ts"

/** Lines one behind another that one commit introduced; the first of a file is line 1. */
export interface BlamedRun {
  readonly commit: GitOid
  readonly first: number
  readonly lines: number
}

/** Which commit introduced each line of a file. */
export interface BlamedFile {
  /** In the order of lines; neighbours are of two commits. */
  readonly runs: readonly BlamedRun[]
  /** Commits whose runs stood there before `since`: where git came to; without `since` none. */
  readonly older: ReadonlySet<GitOid>
}

/** Why a file was not blamed. */
export type Unblamed = "name" | "git" | "seconds" | "seconds-of-all"

export interface BlameRequest<Told> {
  readonly commit: GitOid
  /** Only what is newer is told apart. */
  readonly since: GitOid | undefined
  readonly files: readonly { readonly path: string; readonly lines: number }[]
  /** What is kept of the file of an index; its runs are let go. */
  readonly tell: (index: number, blamed: BlamedFile) => Promise<Told | Unblamed>
}

/** Started at once: one process reads a whole history for one file. */
const together = 2
/** A commit-graph costs as much as blaming a few files. */
const graphFilesMin = 16

/** git-blame(1) of each file, in the order asked. Configuration, attributes and lists of revisions to ignore are not the repository's (`runGit`). */
export async function blameFiles<Told extends object>(
  repository: Repository,
  { commit, since, files, tell }: BlameRequest<Told>,
  ctx: Context,
): Promise<readonly (Told | Unblamed)[]> {
  const answers = new Array<Told | Unblamed>(files.length).fill("seconds-of-all")
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
      const { path, lines } = file
      const blamed = await blameFile(graphed, { path, lines, revision, secondsMax: Math.min(left, ctx.limits.blameSecondsMax) })
      answers[index] = typeof blamed === "string" ? blamed : await tell(index, blamed)
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
export const isAskable = (path: string): boolean => path.split("/").every((part) => part !== "" && part !== "." && part !== "..")

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
  return blamed !== undefined && linesOf(blamed) === lines ? blamed : "git"
}

const linesOf = ({ runs }: BlamedFile): number => runs.reduce((sum, run) => sum + run.lines, 0)

/**
 * What `git blame --incremental` writes (git-blame(1), "INCREMENTAL OUTPUT"): of each run of lines
 *
 *     oid SP line before SP line now SP lines LF      then `keyword SP value LF`, of which `filename` is the last
 *
 * No line of the file itself is in it, and no value can begin a line, so nothing of the repository is read as an answer. Undefined where the runs do not tile the file.
 */
export function parseIncremental(output: Buffer): BlamedFile | undefined {
  const told: BlamedRun[] = []
  const older = new Set<GitOid>()
  for (let start = 0, end = output.indexOf(0x0a); end >= 0; start = end + 1, end = output.indexOf(0x0a, start)) {
    const line = output.toString("latin1", start, Math.min(end, start + headerLength))
    const [, commit = "", first = "", lines = ""] = /^([0-9a-f]{40,64}) \d+ (\d+) (\d+)$/.exec(line) ?? []
    const current = told.at(-1)
    if (isGitOid(commit)) told.push({ commit, first: Number(first), lines: Number(lines) })
    else if (line === "boundary" && current !== undefined) older.add(current.commit)
  }
  const runs = joined(told.sort((a, b) => order(a.first, b.first)))
  return runs === undefined ? undefined : { runs, older }
}

function joined(sorted: readonly BlamedRun[]): readonly BlamedRun[] | undefined {
  const runs: BlamedRun[] = []
  let next = 1
  for (const run of sorted) {
    if (run.first !== next) return undefined
    next += run.lines
    const last = runs.at(-1)
    if (last?.commit === run.commit) runs[runs.length - 1] = { ...last, lines: last.lines + run.lines }
    else runs.push(run)
  }
  return runs
}

/** An id and three numbers of a file that fits into memory. */
const headerLength = 64 + 3 * 12

import { Transform } from "node:stream"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { failed, ok, type Result } from "../core/fault.ts"
import { type LogChange, LogParser, type LogRecord } from "./git-log-parser.ts"
import { type GitPlace, gitMissing, runGit, startGit, tellingVersion } from "./git-process.ts"
import { commitsFound, type ParentsOf } from "./git-walk.ts"

/** Takes the log as it comes: each commit, then its changes, children before parents. */
export interface LogReader {
  /** `fields` are what the form asks for beside it, a character a byte. False stops the log. */
  commit(oid: GitOid, parents: readonly GitOid[], fields: readonly string[]): boolean
  change(change: LogChange): void
}

/** What is asked of git log: options before the command, those of it, and fields of a commit as git-log(1), "Pretty formats", has them. */
export interface LogForm {
  readonly settings: readonly string[]
  /** How commits follow each other; none: git's own, for which it need not walk all of them before the first. */
  readonly order: readonly string[]
  readonly args: readonly string[]
  readonly fields: readonly string[]
  /** Commits that are left out with all that they reach; a few of these come all the same, where commits state times before their parents'. */
  readonly beyond?: readonly GitOid[]
}

/** Commits, and what each changed against its first parent. */
export const changesForm: LogForm = { settings: [], order: ["--topo-order"], args: ["--diff-merges=first-parent"], fields: [] }

/** git(1), "Environment Variables": into a pipe, git writes each commit by itself otherwise, which takes a tenth of its time and of ours. */
const unflushed = { GIT_FLUSH: "0" }

const logArgs = ["--stdin", "--ignore-missing", "--raw", "-z", "--no-abbrev", "--no-renames"]

/** git stops at the first object that is not there; so often it is started again behind it. */
const restartsMax = 32

export interface LogEnd {
  readonly complete: boolean
  /** Commits whose changes git could not tell. */
  readonly holes: readonly GitOid[]
  /** Paths and fields that are longer than `tokenBytesMax`. */
  readonly cut: number
}

/** So many chunks of a log (64 KiB at most) are parsed while nobody reads them yet; then git waits. */
const aheadMax = 128

/** A run of git log, before or while it is read. It ends with the repository at the latest. */
export interface StartedLog {
  readonly tips: readonly GitOid[]
  readonly records: AsyncIterable<readonly LogRecord[]>
  /** Its exit code; null: by a signal. */
  readonly ended: Promise<Result<number | null>>
  /** Once all records are read: none was broken off, and how many tokens were too long. */
  readonly parser: { readonly whole: boolean; readonly cut: number }
  stop(): void
}

/** Starts the log of `tips`, without what a form is `beyond`: git walks the history, and we parse it, while others work. */
export function startLog(
  place: GitPlace,
  tips: readonly GitOid[],
  { settings, order, args, fields, beyond = [] }: LogForm = changesForm,
): StartedLog {
  const format = `--format=${[">%H %P", ...fields].join("%x00")}`
  const child = startGit(place, [...settings, "log", ...order, ...logArgs, ...args, format], { ...unflushed, ...tellingVersion(place) })
  const parser = new LogParser(fields.length)
  const records = new Transform({
    readableObjectMode: true,
    readableHighWaterMark: aheadMax,
    transform: (chunk: Buffer, _, done) => done(null, parser.push(chunk)),
  })
  child.stdout.pipe(records)
  child.stderr.resume()
  const ended = new Promise<Result<number | null>>((resolve) => {
    child.on("error", (error) => {
      records.end()
      resolve(failed(gitMissing(error)))
    })
    child.on("close", (code) => resolve(ok(code)))
  })
  child.stdin.end([...tips, ...beyond.map((oid) => `^${oid}`), ""].join("\n"))
  return { tips, records, ended, parser, stop: () => void child.kill("SIGKILL") }
}

interface LogOptions {
  readonly started?: StartedLog | undefined
  readonly form?: LogForm
  /** Given: where `git rev-list` too ends at damage, commits are found one by one. They are then in no order. */
  readonly parentsOf?: ParentsOf
}

/**
 * Streams the history of `tips`, from `started` if that is a log of the same. The value says whether all of it was read: where a tree or commit is absent, git ends, and the log
 * is started again behind that commit with what `git rev-list` names.
 */
export async function streamLog(
  place: GitPlace,
  tips: readonly GitOid[],
  reader: LogReader,
  { started, form = changesForm, parentsOf }: LogOptions = {},
): Promise<Result<LogEnd>> {
  const known = new Map<GitOid, readonly GitOid[]>()
  const order = { enough: false }
  const noting: LogReader = {
    commit: (oid, parents, fields) => {
      known.set(oid, parents)
      order.enough = !reader.commit(oid, parents, fields)
      return !order.enough
    },
    change: (change) => reader.change(change),
  }
  const isSame = started !== undefined && started.tips.join() === tips.join()
  if (!isSame) started?.stop()
  const first = await readLog(isSame ? started : startLog(place, tips, form), noting)
  if (!first.ok) return first
  let cut = first.value.cut
  if (first.value.whole) return ok({ complete: true, holes: [], cut })
  const holes: GitOid[] = []
  let left = order.enough ? [] : await commitsLeft(place, { tips, order: form.order, known, parentsOf, holes })
  for (let restart = 0; restart < restartsMax && left.length > 0; restart += 1) {
    const again = await readLog(startLog(place, left, { ...form, order: ["--no-walk=unsorted"] }), noting)
    if (!again.ok) return again
    cut += again.value.cut
    if (again.value.whole || order.enough) break
    const unread = left.filter((oid) => !known.has(oid))
    left = behindHole(unread, holes)
  }
  return ok({ complete: false, holes, cut })
}

/** git prints a commit together with its changes: the one it ended at is the first that is missing. */
function behindHole([stuck, ...rest]: readonly GitOid[], holes: GitOid[]): readonly GitOid[] {
  if (stuck !== undefined) holes.push(stuck)
  return rest
}

interface Left {
  readonly tips: readonly GitOid[]
  readonly order: readonly string[]
  /** What was read, with its parents. */
  readonly known: ReadonlyMap<GitOid, readonly GitOid[]>
  readonly parentsOf: ParentsOf | undefined
  readonly holes: GitOid[]
}

async function commitsLeft(place: GitPlace, { tips, order, known, parentsOf, holes }: Left): Promise<readonly GitOid[]> {
  const listed = await runGit(place, {
    args: ["rev-list", "--stdin", "--ignore-missing", ...order],
    stdin: tips.join("\n"),
    outputMax: 2 ** 28,
  })
  if (parentsOf !== undefined && (!listed.ok || listed.value.code !== 0)) return await commitsFound(tips, known, parentsOf)
  if (!listed.ok) return []
  const left = listed.value.stdout
    .toString("latin1")
    .split("\n")
    .filter(isGitOid)
    .filter((oid) => !known.has(oid))
  return behindHole(left, holes)
}

/** Whether the log came to its own end, and how many of its tokens were too long. */
export async function readLog(
  { records, ended, parser, stop }: StartedLog,
  reader: LogReader,
): Promise<Result<{ readonly whole: boolean; readonly cut: number }>> {
  let wanted = true
  try {
    for await (const batch of records) {
      wanted = batch.every((record) =>
        record.kind === "commit" ? reader.commit(record.oid, record.parents, record.fields) : tell(record, reader),
      )
      if (!wanted) break
    }
  } catch (error) {
    stop()
    throw error
  }
  if (!wanted) stop()
  const code = await ended
  return code.ok ? ok({ whole: code.value === 0 && parser.whole, cut: parser.cut }) : code
}

function tell(record: LogChange, reader: LogReader): true {
  reader.change(record)
  return true
}

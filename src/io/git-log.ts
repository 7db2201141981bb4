import { Transform } from "node:stream"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { failed, ok, type Result } from "../core/fault.ts"
import { decodeName } from "../core/name.ts"
import { HeldToken, tokenBytesMax } from "./git-log-token.ts"
import { type GitPlace, gitMissing, runGit, startGit } from "./git-process.ts"
import { commitsFound, type ParentsOf } from "./git-walk.ts"

/** What changed at one path against the first parent. */
export interface LogChange {
  readonly path: string
  /** Undefined: the path was not there, or is a submodule. */
  readonly before: GitOid | undefined
  readonly after: GitOid | undefined
}

/** Takes the log as it comes: each commit, then its changes, children before parents. */
export interface LogReader {
  /** `fields` are what the form asks for beside it, a character a byte. False stops the log. */
  commit(oid: GitOid, parents: readonly GitOid[], fields: readonly string[]): boolean
  change(change: LogChange): void
}

export type LogRecord =
  | { readonly kind: "commit"; readonly oid: GitOid; readonly parents: readonly GitOid[]; readonly fields: readonly string[] }
  | ({ readonly kind: "change" } & LogChange)

/** What is asked of git log: options before the command, those of it, and fields of a commit as git-log(1), "Pretty formats", has them. */
export interface LogForm {
  readonly settings: readonly string[]
  /** How commits follow each other; none: git's own, for which it need not walk all of them before the first. */
  readonly order: readonly string[]
  readonly args: readonly string[]
  readonly fields: readonly string[]
}

/** Commits, and what each changed against its first parent. */
export const changesForm: LogForm = { settings: [], order: ["--topo-order"], args: ["--diff-merges=first-parent"], fields: [] }

/**
 * Parses, from any cuts, what `git log --raw -z --format='>%H %P%x00FIELD%x00...'` writes (git-diff-tree(1), "Raw output format"):
 *
 *     > oid SP parents NUL field NUL ...  [LF] : mode SP mode SP oid SP oid SP letter NUL path NUL ...  > oid ...
 */
export class LogParser {
  readonly #fields: number
  /** A commit whose fields are being read. */
  #commit: { readonly oid: GitOid; readonly parents: readonly GitOid[]; readonly fields: string[] } | undefined
  #held = new HeldToken()
  /** Tokens that are longer than `tokenBytesMax`. */
  cut = 0
  #meta: { readonly before: GitOid | undefined; readonly after: GitOid | undefined } | undefined
  /** The bytes are not a log: nothing more is read. */
  #stopped = false
  /** A history names the same paths again and again: each is decoded once. */
  readonly #paths = new Map<string, string>()

  constructor(fields = 0) {
    this.#fields = fields
  }

  /** The records that end in this chunk. */
  push(chunk: Uint8Array): readonly LogRecord[] {
    if (this.#stopped) return []
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const records: LogRecord[] = []
    let start = 0
    for (let end = bytes.indexOf(0); end >= 0 && !this.#stopped; end = bytes.indexOf(0, start)) {
      const isHere = this.#held.size === 0 && end - start <= tokenBytesMax
      const record = isHere ? this.#token(bytes, start, end) : this.#resumed(bytes.subarray(start, end))
      if (record !== undefined) records.push(record)
      start = end + 1
    }
    this.#held.add(bytes.subarray(start))
    return records
  }

  /** True when the log ends between two records. */
  get whole(): boolean {
    return this.#held.size === 0 && this.#meta === undefined && this.#commit === undefined && !this.#stopped
  }

  /** A token that began in an earlier chunk, or is too long. */
  #resumed(end: Buffer): LogRecord | undefined {
    const held = this.#held
    this.#held = new HeldToken()
    held.add(end)
    if (held.size > tokenBytesMax) this.cut += 1
    const token = held.bytes()
    return this.#token(token, 0, token.byteLength)
  }

  #token(bytes: Buffer, start: number, end: number): LogRecord | undefined {
    if (this.#commit !== undefined) {
      this.#commit.fields.push(bytes.toString("latin1", start, end))
      return this.#told()
    }
    if (this.#meta !== undefined) {
      const { before, after } = this.#meta
      this.#meta = undefined
      return { kind: "change", path: this.#path(bytes.toString("latin1", start, end)), before, after }
    }
    const text = bytes.toString("latin1", bytes[start] === 0x0a ? start + 1 : start, end)
    if (text === "") return undefined
    this.#commit = text.startsWith(">") ? commitOf(text) : undefined
    if (this.#commit !== undefined) return this.#told()
    this.#meta = metaOf(text)
    this.#stopped = this.#meta === undefined
    return undefined
  }

  /** The commit, once all its fields are there. */
  #told(): LogRecord | undefined {
    const commit = this.#commit
    if (commit === undefined || commit.fields.length < this.#fields) return undefined
    this.#commit = undefined
    return { kind: "commit", ...commit }
  }

  #path(bytes: string): string {
    const known = this.#paths.get(bytes)
    if (known !== undefined) return known
    const path = decodeName(Buffer.from(bytes, "latin1"))
    if (bytes.length > pathKeptLength) return path
    if (this.#paths.size === pathsKeptMax) this.#paths.clear()
    this.#paths.set(bytes, path)
    return path
  }
}

/** So many paths are kept, and none longer than this: a hostile history has others each time. */
const pathsKeptMax = 65_536
const pathKeptLength = 256

function commitOf(text: string): { oid: GitOid; parents: readonly GitOid[]; fields: string[] } | undefined {
  const [oid = "", ...parents] = text.slice(1).split(" ")
  return isGitOid(oid) ? { oid, parents: parents.filter(isGitOid), fields: [] } : undefined
}

function metaOf(text: string): { before: GitOid | undefined; after: GitOid | undefined } | undefined {
  const [modeBefore = "", modeAfter = "", before = "", after = ""] = text.split(" ", 4)
  if (!modeBefore.startsWith(":") || !isGitOid(before) || !isGitOid(after)) return undefined
  const isBlob = (mode: string): boolean => mode.startsWith("10") || mode.startsWith("12")
  return { before: isBlob(modeBefore.slice(1)) ? before : undefined, after: isBlob(modeAfter) ? after : undefined }
}

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

/** Starts the log of `tips`: git walks the history, and we parse it, while others work. */
export function startLog(place: GitPlace, tips: readonly GitOid[], { settings, order, args, fields }: LogForm = changesForm): StartedLog {
  const format = `--format=${[">%H %P", ...fields].join("%x00")}`
  const child = startGit(place, [...settings, "log", ...order, ...logArgs, ...args, format])
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
  child.stdin.end(`${tips.join("\n")}\n`)
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
async function readLog(
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

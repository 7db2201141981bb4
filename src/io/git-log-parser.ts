import { type GitOid, isGitOid } from "../core/digest.ts"
import { decodeName } from "../core/name.ts"
import { HeldToken, tokenBytesMax } from "./git-log-token.ts"

/** What changed at one path against the first parent. */
export interface LogChange {
  readonly path: string
  /** Undefined: the path was not there, or is a submodule. */
  readonly before: GitOid | undefined
  readonly after: GitOid | undefined
}

export type LogRecord =
  | { readonly kind: "commit"; readonly oid: GitOid; readonly parents: readonly GitOid[]; readonly fields: readonly string[] }
  | ({ readonly kind: "change" } & LogChange)

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

import type { ChildProcessWithoutNullStreams } from "node:child_process"
import type { Anomaly } from "../core/anomaly.ts"
import { latin1 } from "../core/bytes.ts"
import { Cursor } from "../core/cursor.ts"
import { type GitOid, gitOidOf, type ObjectFormat } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { type GitPlace, gitMissing, startGit } from "./git-process.ts"

export type ObjectType = "blob" | "tree" | "commit" | "tag"

export interface GitObject {
  readonly type: ObjectType
  readonly bytes: Uint8Array
}

interface Request {
  readonly oid: GitOid
  readonly resolve: (object: GitObject | undefined) => void
  readonly reject: (error: Error) => void
}

const restartsMax = 100
const objectTypes: ReadonlyMap<string, ObjectType> = new Map([
  ["blob", "blob"],
  ["tree", "tree"],
  ["commit", "commit"],
  ["tag", "tag"],
])

/**
 * One `git cat-file --batch` for as long as a repository is open; answers come in the order of the requests.
 * Every object is hashed again: git does not check an object's bytes against its id when it reads them.
 */
export class ObjectReader {
  readonly anomalies: Anomaly[] = []
  readonly #place: GitPlace
  readonly #format: ObjectFormat
  readonly #limits: Limits
  #waiting: Request[] = []
  #child: ChildProcessWithoutNullStreams | undefined
  #restarts = 0
  #closed = false

  constructor(place: GitPlace, format: ObjectFormat, limits: Limits) {
    this.#place = place
    this.#format = format
    this.#limits = limits
  }

  /** The object, or undefined when the repository lacks it or its bytes are not what the id says (then with an anomaly). */
  read(oid: GitOid): Promise<GitObject | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#closed || this.#restarts > restartsMax) return resolve(undefined)
      this.#waiting.push({ oid, resolve, reject })
      const child = this.#child ?? this.#start()
      child.stdin.write(`${oid}\n`)
    })
  }

  close(): Promise<void> {
    this.#closed = true
    const child = this.#child
    if (child === undefined) return Promise.resolve()
    return new Promise((resolve) => {
      child.once("close", () => resolve())
      child.stdin.end()
      child.kill("SIGKILL")
    })
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = startGit(this.#place, ["cat-file", "--batch"])
    this.#child = child
    child.stderr.resume()
    child.on("error", (error) => this.#fail(new FaultError(gitMissing(error))))
    void this.#answer(child)
    return child
  }

  async #answer(child: ChildProcessWithoutNullStreams): Promise<void> {
    const cursor = new Cursor(child.stdout)
    try {
      while (true) {
        const header = await this.#header(cursor)
        const request = this.#waiting[0]
        if (header === "" || request === undefined) break
        const object = await this.#object(cursor, header, request.oid)
        if (object === "cut") break
        this.#waiting.shift()
        request.resolve(object)
      }
    } catch {
      // The stream was cut; what was being read is told below.
    }
    if (this.#child === child) this.#child = undefined
    child.kill("SIGKILL")
    if (!this.#closed) this.#restart()
    else this.#fail(undefined)
  }

  /** `<oid> SP <type> SP <size> LF`, or `<oid> SP missing LF` (git-cat-file(1), "Batch output"). */
  async #header(cursor: Cursor): Promise<string> {
    // The shortest header is that of an empty tag: read so much at once, the rest byte by byte, and nothing of what follows.
    let header = latin1(await cursor.take((this.#format === "sha1" ? 40 : 64) + " tag 0\n".length))
    while (header !== "" && !header.endsWith("\n") && header.length < 200) {
      const next = latin1(await cursor.take(1))
      if (next === "") return ""
      header += next
    }
    return header
  }

  async #object(cursor: Cursor, header: string, oid: GitOid): Promise<GitObject | undefined | "cut"> {
    const [, word = "", digits = ""] = header.trim().split(" ")
    const type = objectTypes.get(word)
    if (type === undefined || !/^\d+$/.test(digits)) return undefined
    const size = Number(digits)
    if (size > this.#limits.objectBytesMax) return await this.#skip(cursor, oid, size)
    const bytes = await cursor.take(size)
    if (bytes.byteLength < size || (await cursor.take(1)).byteLength < 1) return "cut"
    if (gitOidOf(type, bytes, this.#format) === oid) return { type, bytes }
    this.#tell("object-mismatch", `the bytes stored as ${type} ${oid} have another id; treated as unreadable`)
    return undefined
  }

  async #skip(cursor: Cursor, oid: GitOid, size: number): Promise<undefined | "cut"> {
    let left = size + 1
    while (left > 0) {
      const part = await cursor.some(left)
      if (part === undefined) return "cut"
      left -= part.byteLength
    }
    this.#tell("object-too-large", `object ${oid} has ${size} bytes, over objectBytesMax; not read`)
    return undefined
  }

  /** git ends itself at a corrupt object. The one it was at is unreadable; the others are asked again. */
  #restart(): void {
    const [first, ...others] = this.#waiting
    if (first === undefined) return
    this.#waiting = []
    this.#restarts += 1
    this.#tell("object-unreadable", `git cannot read object ${first.oid}`)
    // Told whatever else was: from here on nothing is read.
    if (this.#restarts === restartsMax + 1)
      this.anomalies.push(review("objects-given-up", `git ended at more than ${restartsMax} objects; no further object was read`))
    first.resolve(undefined)
    for (const request of others) void this.read(request.oid).then(request.resolve, request.reject)
  }

  #fail(error: Error | undefined): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const request of waiting) error === undefined ? request.resolve(undefined) : request.reject(error)
  }

  #tell(kind: string, message: string): void {
    if (this.anomalies.length < this.#limits.anomaliesMax) this.anomalies.push(review(kind, message))
  }
}

const review = (kind: string, message: string): Anomaly => ({ kind, severity: "review", message, layer: "repository" })

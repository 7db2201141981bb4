import { Transform } from "node:stream"
import { pipeline } from "node:stream/promises"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { gitMissing, startGit } from "./git-process.ts"

/** Ids of patches as git-patch-id(1) has them: equal for equal changes, wherever in the file they are. */
export type PatchIds = ReadonlyMap<GitOid, string>

/** No attributes, drivers, filters or renames: the diff is of the bytes alone. Ids of blobs are whole, as they stand for what is no text. */
const diffTree = [
  "diff-tree",
  "--stdin",
  "-p",
  "-r",
  "--root",
  "--full-index",
  "--no-renames",
  "--no-textconv",
  "--no-ext-diff",
  "--no-color",
]
/** `--stable` would take two patches for one that differ in white space alone. It came with git 2.39: an older one tells no ids. */
const patchId = ["patch-id", "--verbatim"]
const restartsMax = 100

/**
 * The patch ids of commits that are no merges. What could not be told is absent: an empty change, absent or unreadable objects, and what comes after
 * `patchBytesMax` bytes of diffs or `patchSecondsMax`. Throws a FaultError without git.
 */
export async function patchIdsOf(repository: Pick<Repository, "place">, commits: readonly GitOid[], ctx: Context): Promise<PatchIds> {
  const ids = new Map<GitOid, string>()
  const signal = AbortSignal.timeout(ctx.limits.patchSecondsMax * 1000)
  const budget = new Budget(ctx.limits.patchBytesMax)
  let rest = commits
  for (let starts = 0; rest.length > 0 && starts <= restartsMax && !budget.isSpent && !signal.aborted; starts += 1) {
    const { told, isWhole } = await run(repository, rest, { signal, budget })
    for (const [oid, id] of told) ids.set(oid, id)
    if (isWhole) break
    // git ended within a commit: the one whose id is left out, being of a part, or the first that it was asked for.
    const last = told.at(-1)?.[0]
    if (last !== undefined) ids.delete(last)
    rest = rest.slice((last === undefined ? 0 : rest.indexOf(last)) + 1)
  }
  return ids
}

interface Run {
  readonly told: readonly (readonly [GitOid, string])[]
  /** git read all that it was asked for; else the last id may be that of a part. */
  readonly isWhole: boolean
}

async function run(
  { place }: Pick<Repository, "place">,
  commits: readonly GitOid[],
  { signal, budget }: { readonly signal: AbortSignal; readonly budget: Budget },
): Promise<Run> {
  const [diff, patch] = [startGit(place, diffTree), startGit(place, patchId)]
  const stop = (): void => {
    diff.kill("SIGKILL")
    patch.kill("SIGKILL")
  }
  signal.addEventListener("abort", stop)
  try {
    const ends = Promise.all([ended(diff), ended(patch)])
    ends.catch(() => undefined) // told below, once the flow has stopped
    const lines: Buffer[] = []
    patch.stdout.on("data", (chunk: Buffer) => void lines.push(chunk))
    diff.stdin.end(commits.map((oid) => `${oid}\n`).join(""))
    const hasFlowed = await pipeline(diff.stdout, budget.meter(), patch.stdin).then(
      () => true,
      () => false,
    )
    if (!hasFlowed) diff.kill("SIGKILL") // patch-id tells what it was given so far
    const codes = await ends
    return { told: idsIn(Buffer.concat(lines).toString("latin1")), isWhole: hasFlowed && codes.every((code) => code === 0) }
  } finally {
    signal.removeEventListener("abort", stop)
    stop()
  }
}

function ended(child: ReturnType<typeof startGit>): Promise<number | null> {
  child.stderr.resume()
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new FaultError(gitMissing(error))))
    child.on("close", resolve)
  })
}

/** `patch-id SP commit LF`. */
const idsIn = (text: string): Run["told"] =>
  text.split("\n").flatMap((line) => {
    const [id = "", oid = ""] = line.split(" ")
    return isGitOid(oid) && isGitOid(id) ? [[oid, id] as const] : []
  })

/** Bytes of diffs that may still be read, in all runs together. */
class Budget {
  #left: number
  constructor(bytes: number) {
    this.#left = bytes
  }

  get isSpent(): boolean {
    return this.#left <= 0
  }

  /** Ends the flow where the budget is spent. */
  meter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        this.#left -= chunk.byteLength
        if (this.isSpent) done(new Error("patchBytesMax"))
        else done(null, withoutNul(chunk))
      },
    })
  }
}

/** git patch-id reads a line to its first NUL, so that what stands behind would make no difference: NUL becomes 1 1, and 1 becomes 1 2. */
function withoutNul(chunk: Buffer): Buffer {
  if (!chunk.includes(0) && !chunk.includes(1)) return chunk
  return Buffer.from(
    chunk.toString("latin1").replace(/[\0\x01]/g, (byte) => (byte === "\0" ? "\x01\x01" : "\x01\x02")),
    "latin1",
  )
}

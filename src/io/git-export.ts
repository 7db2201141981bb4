import { createWriteStream } from "node:fs"
import { chmod, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { bounded } from "../core/bytes.ts"
import type { GitOid } from "../core/digest.ts"
import { FaultError, faultsOf, ok, orThrow, type Result } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { diskFaults } from "./disk-fault.ts"
import type { Repository } from "./git.ts"
import { makeTemporaryBare, tellBare } from "./git-bare.ts"
import { type GitPlace, gitEnvironment, runGit, startGit } from "./git-process.ts"

export interface TreeExport {
  readonly commit: GitOid
  /** "" or a directory with its slash: only what lies in it. */
  readonly subdirectory: string
  /** What each path gets in front: "" or a directory with its slash. */
  readonly prefix: string
  readonly file: string
  /** Paths below the subdirectory that are left out: the repository lacks what they hold. */
  readonly without?: readonly string[]
}

/** The objects that a commit's tree names and the repository does not have. */
export async function absentFrom(repository: Repository, commit: GitOid): Promise<ReadonlySet<string>> {
  const args = ["rev-list", "--objects", "--missing=print", `${commit}^{tree}`]
  const answer = orThrow(await runGit(repository.place, { args, outputMax: repository.limits.metadataBytesMax }))
  if (answer.code !== 0) throw new FaultError(notExported(repository.location, answer.stderr))
  const lines = answer.stdout.toString("latin1").split("\n")
  return new Set(lines.flatMap((line) => (line.startsWith("?") ? [line.slice(1)] : [])))
}

/** A pattern of gitattributes(5) that means this one path: wildcards escaped, then quoted as in C. */
const attributePattern = (path: string): string => `"/${path.replaceAll(/[*?[\]\\!#]/g, "\\$&").replaceAll(/[\\"]/g, "\\$&")}"`

/** A commit's files as a tar archive, what `.gitattributes` says of exports left aside: as a checkout would have them. */
export function exportTree(
  repository: Repository,
  { commit, subdirectory, prefix, file, without = [] }: TreeExport,
  ctx: Context,
): Promise<Result<void>> {
  return inOwnBare(repository, ctx, async (place) => {
    // gitattributes(5): what stands here wins over the tree's own files.
    await mkdir(join(place.folder, "info"), { recursive: true })
    await writeFile(
      join(place.folder, "info", "attributes"),
      ["* -export-ignore -export-subst", ...without.map((path) => `${attributePattern(path)} export-ignore`), ""].join("\n"),
    )
    const tree = subdirectory === "" ? commit : `${commit}:${subdirectory.replace(/\/$/, "")}`
    const child = startGit(place, ["archive", "--format=tar", ...(prefix === "" ? [] : [`--prefix=${prefix}`]), tree])
    child.stdin.end()
    let said = ""
    child.stderr.on("data", (chunk: Buffer) => {
      if (said.length < 1000) said += chunk.toString("latin1")
    })
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve).on("error", () => resolve(null)))
    try {
      const chunks = bounded(child.stdout, {
        layer: `${repository.location} at ${commit}`,
        limit: "layerBytesMax",
        max: ctx.limits.layerBytesMax,
      })
      orThrow(await diskFaults(file, () => pipeline(chunks, createWriteStream(file, { flags: "wx" }))))
    } finally {
      if (child.exitCode === null && child.stdout.destroyed) child.kill("SIGKILL")
    }
    if ((await ended) !== 0) throw new FaultError(notExported(repository.location, said))
    await openToAll(file)
  })
}

/** A commit's whole history, and the tags on the way to it, as a bundle. */
export function exportHistory(repository: Repository, commit: GitOid, file: string, ctx: Context): Promise<Result<void>> {
  return inOwnBare(repository, ctx, async (place) => {
    const git = async (args: readonly string[], stdin = ""): Promise<string> => {
      const answer = orThrow(await runGit(place, { args, stdin, secondsMax: 1800 }))
      if (answer.code !== 0) throw new FaultError(notExported(repository.location, answer.stderr))
      return answer.stdout.toString("utf8")
    }
    await git(["update-ref", "refs/heads/replayed", commit])
    const tags = await git(["for-each-ref", `--merged=${commit}`, "--format=%(refname)", "refs/tags/"])
    await git(["bundle", "create", "--quiet", file, "--stdin"], `refs/heads/replayed\n${tags}`)
    await openToAll(file)
  })
}

/** `ID REF` of each tag that the history of a commit holds. */
export async function mergedTags(repository: Repository, commit: GitOid, ctx: Context): Promise<Result<readonly string[]>> {
  let tags: readonly string[] = []
  const read = await inOwnBare(repository, ctx, async (place) => {
    const args = ["for-each-ref", `--merged=${commit}`, "--format=%(objectname) %(refname)", "refs/tags/"]
    const answer = orThrow(await runGit(place, { args, secondsMax: 1800 }))
    if (answer.code !== 0) throw new FaultError(notExported(repository.location, answer.stderr))
    tags = answer.stdout.toString("utf8").split("\n").slice(0, -1)
  })
  return read.ok ? ok(tags) : read
}

/** The sandbox reads it as another user, whatever the umask of this one is. */
const openToAll = (file: string): Promise<void> => chmod(file, 0o644)

const notExported = (source: string, said: string) =>
  ({
    kind: "unavailable",
    source,
    why: `git cannot write the commit out (${said.split("\n")[0]?.slice(0, 300) ?? ""})`,
    remedy: "give a complete clone of it (`git clone --mirror`)",
  }) as const

/** A bare repository of ours for this one purpose: what is written into it changes nothing of what others read. */
async function inOwnBare(repository: Repository, ctx: Context, work: (place: GitPlace) => Promise<void>): Promise<Result<void>> {
  const bare = await makeTemporaryBare(repository.objectFormat, ctx)
  try {
    await tellBare(bare.folder, [], repository.refs)
    const objects = repository.place.environment["GIT_OBJECT_DIRECTORY"] ?? join(repository.place.folder, "objects")
    return await faultsOf(() => work(gitEnvironment(bare.folder, objects, ctx)))
  } finally {
    await bare.remove()
  }
}

import { join } from "node:path"
import type { GitOid } from "../core/digest.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type GitPlace, runGit } from "./git-process.ts"

/** Where git has a commit-graph of ours beside the objects, and the settings that let it be used. */
export interface GraphedPlace {
  readonly place: GitPlace
  readonly settings: readonly string[]
}

const allowed = ["-c", "core.commitGraph=true"]
const nobody = "author <> 0 +0000\ncommitter <> 0 +0000\n\n"

/**
 * A commit-graph with filters of changed paths (git-commit-graph(1)) of all that a commit reaches, made by git from the objects alone: what walks a history for one path
 * looks into a sixth of it then. Undefined: none could be made, or git uses none, as in a shallow clone.
 *
 * One that lies among the repository's objects may say anything. git takes the first that it finds, and finds ours first: while it makes the real one, a graph of a
 * commit of our own stands in its place.
 */
export async function ownCommitGraph(repository: Repository, commit: GitOid, ctx: Context): Promise<GraphedPlace | undefined> {
  if (repository.shallow) return undefined
  const { GIT_OBJECT_DIRECTORY: borrowed, ...environment } = repository.place.environment
  const alone = { ...repository.place, environment }
  if (!(await writeGraph(alone, await standIn(alone), ctx))) return undefined
  const place =
    borrowed === undefined
      ? alone
      : {
          ...alone,
          environment: {
            ...environment,
            GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(borrowed),
            GIT_OBJECT_DIRECTORY: join(alone.folder, "objects"),
          },
        }
  return (await writeGraph(place, commit, ctx)) ? { place, settings: allowed } : undefined
}

/** Paths in a list are parted by colons, and quoted as in C where they begin with a quote (git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES). */
const quoted = (path: string): string => `"${path.replace(/["\\]/g, "\\$&")}"`

/** A commit of an empty tree, which need not be there. */
async function standIn(place: GitPlace): Promise<string> {
  const tree = await printed(place, ["hash-object", "-t", "tree", "--stdin"])
  return await printed(place, ["hash-object", "-t", "commit", "-w", "--stdin"], `tree ${tree}\n${nobody}`)
}

async function printed(place: GitPlace, args: readonly string[], stdin = ""): Promise<string> {
  const answer = await runGit(place, { args, stdin })
  return answer.ok ? answer.value.stdout.toString("latin1").trim() : ""
}

async function writeGraph(place: GitPlace, tip: string, ctx: Context): Promise<boolean> {
  const args = [...allowed, "commit-graph", "write", "--changed-paths", "--no-progress", "--stdin-commits"]
  const answer = await runGit(place, { args, stdin: `${tip}\n`, secondsMax: ctx.limits.blameSecondsMax })
  return tip !== "" && answer.ok && answer.value.code === 0
}

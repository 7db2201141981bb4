import { type GitOid, sha256Of } from "../../core/digest.ts"
import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import type { Repository } from "../../io/git.ts"
import { type CommitGraph, readGraph } from "../../io/git-graph.ts"
import { type LogReader, streamLog } from "../../io/git-log.ts"
import type { LogChange } from "../../io/git-log-parser.ts"
import { TreeReader } from "../../io/git-trees.ts"
import { type Catalogue, dayOf } from "../../io/origin-catalogue.ts"
import { firstReleases, type TaggedRelease, versionOfTag } from "./releases.ts"
import { learnableLines } from "./text-lines.ts"

export interface RepositoryOrigin {
  readonly origin: string
  /** Which paths are learned. */
  readonly wants: (path: string) => boolean
  /** Which branches and tags are read, by their full name; left out, all. */
  readonly refs?: RegExp | undefined
  /** Which tags name releases, by their short name; left out, all that state a version. */
  readonly tags?: RegExp | undefined
}

export interface LearnedRepository {
  readonly releases: readonly TaggedRelease[]
  /** What could not be read, in words. */
  readonly gaps: readonly string[]
  /** The newest commit that was read, as the id of what was read. */
  readonly newest: GitOid | undefined
}

/** Requests that wait for git at a time: the answers are held in memory. */
const batch = 64

interface Seen {
  readonly commit: GitOid
  readonly seconds: number
}

/** Learns every version of every wanted path in the branches and tags of a repository. */
export async function learnRepository(
  repository: Repository,
  from: RepositoryOrigin,
  catalogue: Catalogue,
  ctx: Context,
): Promise<LearnedRepository> {
  const refs = repository.refs.filter(({ name }) => from.refs?.test(name) !== false)
  const tips = [...new Set(refs.map(({ oid }) => oid))]
  const graph = await readGraph(repository, tips)
  const releases = await releasesOf(repository, graph, from.tags)
  const collector = new Collector(from.wants, (oid) => graph.get(oid)?.seconds ?? 0, ctx)
  const end = orThrow(await streamLog(repository.place, tips, collector))
  if (collector.over) throw over(repository.location, ctx)
  const first = firstReleases(graph, releases)
  const gone = await learnBlobs(repository, { collector, first, origin: from.origin }, catalogue, ctx)
  const gaps = [
    ...(end.complete ? [] : ["part of the history could not be read"]),
    ...(repository.shallow ? ["a shallow clone: its history is cut"] : []),
    ...(gone === 0 ? [] : [`${gone} versions of files could not be read`]),
  ]
  return { releases, gaps, newest: newestOf(graph) }
}

const over = (layer: string, { limits }: Context): FaultError =>
  new FaultError({ kind: "over-limit", layer, limit: "originFilesMax", max: limits.originFilesMax })

function newestOf(graph: CommitGraph): GitOid | undefined {
  let newest: Seen | undefined
  for (const [commit, { seconds }] of graph)
    if (newest === undefined || seconds > newest.seconds || (seconds === newest.seconds && commit < newest.commit))
      newest = { commit, seconds }
  return newest?.commit
}

async function releasesOf(repository: Repository, graph: CommitGraph, tags: RegExp | undefined): Promise<readonly TaggedRelease[]> {
  const trees = new TreeReader(repository)
  const found: TaggedRelease[] = []
  for (const { name, oid } of repository.refs) {
    if (!name.startsWith("refs/tags/")) continue
    const short = name.slice("refs/tags/".length)
    const version = tags === undefined || tags.test(short) ? versionOfTag(short) : undefined
    const commit = version === undefined ? undefined : await trees.commit(oid)
    const seconds = commit === undefined ? undefined : graph.get(commit.oid)?.seconds
    if (version !== undefined && commit !== undefined && seconds !== undefined) found.push({ version, commit: commit.oid, seconds })
  }
  return found
}

/** Keeps for each blob and path the earliest commit that had it. */
class Collector implements LogReader {
  readonly found = new Map<GitOid, Map<string, Seen>>()
  over = false
  readonly #wants: (path: string) => boolean
  readonly #secondsOf: (oid: GitOid) => number
  readonly #max: number
  #count = 0
  #commit: Seen | undefined

  constructor(wants: (path: string) => boolean, secondsOf: (oid: GitOid) => number, { limits }: Context) {
    this.#wants = wants
    this.#secondsOf = secondsOf
    this.#max = limits.originFilesMax
  }

  commit(oid: GitOid): boolean {
    this.#commit = { commit: oid, seconds: this.#secondsOf(oid) }
    return !this.over
  }

  change({ path, after }: LogChange): void {
    const commit = this.#commit
    if (after === undefined || commit === undefined || this.over || !this.#wants(path)) return
    const paths = this.found.get(after) ?? new Map<string, Seen>()
    const before = paths.get(path)
    if (before === undefined) {
      this.#count += 1
      this.over = this.#count > this.#max
    }
    this.found.set(after, paths)
    const earlier =
      before === undefined || commit.seconds < before.seconds || (commit.seconds === before.seconds && commit.commit < before.commit)
    if (earlier) paths.set(path, commit)
  }
}

interface Learning {
  readonly collector: Collector
  readonly first: ReadonlyMap<GitOid, string>
  readonly origin: string
}

/** Gives back how many versions the repository lacks. */
async function learnBlobs(
  repository: Repository,
  { collector, first, origin }: Learning,
  catalogue: Catalogue,
  ctx: Context,
): Promise<number> {
  const found = [...collector.found].sort(([a], [b]) => (a < b ? -1 : 1))
  let gone = 0
  for (let at = 0; at < found.length; at += batch) {
    ctx.progress(`learning ${repository.location}`, at, found.length)
    const read = found.slice(at, at + batch).map(async ([oid, paths]) => ({ paths, object: await repository.object(oid) }))
    for (const { paths, object } of await Promise.all(read)) {
      if (object?.type !== "blob") {
        gone += 1
        continue
      }
      const sha256 = sha256Of(object.bytes)
      const lines = catalogue.contents.has(sha256) ? undefined : learnableLines(object.bytes, ctx.limits)
      for (const [path, { commit, seconds }] of paths) {
        const version = first.get(commit) ?? `commit ${commit.slice(0, 12)}`
        catalogue.add(sha256, { origin, path, version, day: dayOf(seconds) }, lines)
      }
    }
  }
  return gone
}

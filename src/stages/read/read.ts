import { join } from "node:path"
import type { Anomaly } from "../../core/anomaly.ts"
import { finishGitOid, type GitOid, gitHash, isGitOid } from "../../core/digest.ts"
import { withoutLogin } from "../../core/escape.ts"
import { FaultError, faultsOf, ok, orThrow, type Result } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { openRepository, type Repository } from "../../io/git.ts"
import { readAttributes } from "../../io/git-attributes.ts"
import { absentFrom, exportHistory, exportTree, mergedTags } from "../../io/git-export.ts"
import { expandFormat } from "../../io/git-format.ts"
import { type StartedLog, startLog, streamLog } from "../../io/git-log.ts"
import { TreeReader } from "../../io/git-trees.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Attributes, Snapshot } from "../../model/repository.ts"
import { type Candidate, Candidates } from "./candidates.ts"
import { type Choice, choose, type Source } from "./choose.ts"
import { HistoryCollector } from "./history.ts"
import { nearestNames } from "./refs-for-version.ts"
import { type ReadSubmodules, readSubmodules } from "./submodules.ts"
import { wantedOf } from "./wanted.ts"

export interface ReadOptions {
  readonly repository: string
  /** A tag, branch, ref or commit id; left out, it is inferred. */
  readonly ref?: string
  readonly subdirectory?: string
  /** Path to repository. */
  readonly submodules: ReadonlyMap<string, string>
}

/** An open repository whose history git tells already. */
export interface Begun {
  readonly repository: Repository
  readonly log: StartedLog
}

/** The part of reading that needs no artifact; so it can run while one is opened. Close the repository unless `read` was given it. */
export async function begin(location: string, ctx: Context): Promise<Result<Begun>> {
  const opened = await openRepository(location, ctx)
  return opened.ok ? ok({ repository: opened.value, log: startLog(opened.value.place, tipsOf(opened.value)) }) : opened
}

/** Reads the one commit of a repository that an artifact is to be compared with, of what was `begun` if that was. Close the snapshot. */
export async function read(
  artifact: Artifact,
  options: ReadOptions,
  ctx: Context,
  begun: Promise<Result<Begun>> = begin(options.repository, ctx),
): Promise<Result<Snapshot>> {
  const opened = await begun
  if (!opened.ok) return opened
  const snapshot = await faultsOf(() => readOpened(artifact, { ...opened.value, options }, ctx))
  if (!snapshot.ok) await opened.value.repository.close()
  return snapshot
}

interface Reading extends Begun {
  readonly options: ReadOptions
}

async function readOpened(artifact: Artifact, reading: Reading, ctx: Context): Promise<Snapshot> {
  const { repository, log, options } = reading
  if (repository.refs.length === 0 && !isGitOid(repository.head ?? "") && options.ref === undefined)
    throw new FaultError(noCommits(repository.location))
  const demanded = options.subdirectory === undefined ? undefined : folderName(options.subdirectory)
  const wanted = wantedOf(await oidsOf(artifact.entries, repository), artifact.root)
  const history = new HistoryCollector(wanted, { commitsMax: ctx.limits.historyCommitsMax, demanded })
  const candidates = new Candidates(repository, new TreeReader(repository), { wanted, demanded })
  // The log runs while trees are read: on a large repository it takes longest.
  const [streamed, sources] = await Promise.all([
    streamLog(repository.place, tipsOf(repository, artifact), history, { started: log }),
    candidates.peel().then(() => sourcesOf(candidates, artifact, options)),
  ])
  const end = orThrow(streamed)
  history.complete = end.complete && !repository.shallow
  const named = sources.flatMap(({ evidence }) => evidence.map(({ commit }) => commit))
  const all = [...sources, await candidates.byContent(history, named, end.holes)]
  const choice = choose(all)
  const candidate = choice === undefined ? undefined : await candidates.weigh(choice.chosen.commit)
  if (choice === undefined || candidate === undefined) throw new FaultError(noMatch(repository, artifact))
  const subdirectory = demanded ?? candidate.coverage.prefix
  return await snapshotOf({ ...reading, all, choice, candidate, subdirectory, history, anomalies: candidates.anomalies }, ctx)
}

const noCommits = (source: string) =>
  ({
    kind: "unavailable",
    source,
    why: "it has no branches or tags",
    remedy: "give a repository with commits, or one commit as REPOSITORY@COMMIT",
  }) as const
const noMatch = ({ location, refs }: Repository, { name, version }: Artifact) => {
  const near = version === undefined ? [] : nearestNames(version, refs)
  return {
    kind: "unavailable",
    source: location,
    why: `no commit matches ${name}${version === undefined ? "" : ` ${version}`} by name or by content`,
    remedy: `name the commit: REPOSITORY@REF${near.length === 0 ? "" : ` (the nearest names are ${near.join(", ")})`}`,
  } as const
}

const folderName = (text: string): string => {
  const bare = text.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "")
  return bare === "" || bare === "." ? "" : `${bare}/`
}

/** The artifact's blob ids in the repository's object format; for SHA-256 its content is hashed again. */
async function oidsOf(entries: readonly Entry[], repository: Repository): Promise<readonly { path: string; oid: GitOid }[]> {
  const found: { path: string; oid: GitOid }[] = []
  for (const entry of entries) {
    if (entry.type === "special") continue
    found.push({ path: entry.path, oid: repository.objectFormat === "sha1" ? entry.gitOid : await sha256Oid(entry) })
  }
  return found
}

async function sha256Oid(entry: Entry): Promise<GitOid> {
  const hash = gitHash("sha256", "blob", entry.content.size)
  for await (const chunk of entry.content.stream()) hash.update(chunk)
  return finishGitOid(hash)
}

function tipsOf(repository: Repository, artifact?: Artifact): readonly GitOid[] {
  const stated = [repository.head, artifact?.embeddedCommit, artifact?.provenance.commit].filter((text) => text !== undefined)
  return [...new Set([...repository.refs.map(({ oid }) => oid), ...stated.filter(isGitOid)])]
}

async function sourcesOf(candidates: Candidates, artifact: Artifact, options: ReadOptions): Promise<readonly Source[]> {
  const given = options.ref === undefined ? [] : [await candidates.given(options.ref)]
  return [
    ...given,
    await candidates.byName(artifact),
    await candidates.stated("embedded", artifact.embeddedCommit),
    await candidates.stated("by-name", artifact.provenance.commit),
  ]
}

interface Parts extends Reading {
  readonly all: readonly Source[]
  readonly choice: Choice
  readonly candidate: Candidate
  readonly subdirectory: string
  readonly history: HistoryCollector
  readonly anomalies: readonly Anomaly[]
}

async function snapshotOf(parts: Parts, ctx: Context): Promise<Snapshot> {
  const { repository, choice, candidate, subdirectory } = parts
  const whole = candidate.flat.tree
  const tree = inside(whole, subdirectory, (entry, path) => ({ ...entry, path }))
  const unreadable = unreadableInside(candidate.flat.unreadable, subdirectory)
  if (tree.size === 0 && subdirectory !== "" && !unreadable.includes("")) throw new FaultError(noFolder(repository.location, subdirectory))
  const [attributes, submodules] = await Promise.all([
    readAttributes(repository, whole),
    readSubmodules(repository, { tree: whole, subdirectory, given: parts.options.submodules }, ctx),
  ])
  const anomalies = [...parts.anomalies, ...candidate.flat.anomalies, ...attributes.anomalies]
  return {
    location: withoutLogin(parts.options.repository),
    objectFormat: repository.objectFormat,
    commit: candidate.commit.oid,
    ref: choice.chosen.ref,
    how: choice.chosen.how,
    agrees: choice.agrees,
    candidates: parts.all.flatMap(({ evidence }) => evidence),
    subdirectory,
    tree,
    whole,
    unreadable: [...unreadable, ...submodules.unreadable],
    attributes: inside<Attributes>(attributes.attributes, subdirectory, (found) => found),
    submodules: submodules.submodules,
    seenRefs: repository.seenRefs,
    history: parts.history.history(),
    // Reading blobs later may show more.
    get anomalies() {
      return [...repository.anomalies(), ...anomalies, ...submodules.anomalies()]
    },
    blob: (oid) => blobOf(repository, oid),
    expandFormat: (format) => expandFormat(repository, { commit: candidate.commit.oid, tree: whole }, format),
    exportTo: (folder, wants) => exportAll(parts, submodules.opened, { folder, ...wants }, ctx),
    mergedTags: () => mergedTags(repository, candidate.commit.oid, ctx),
    close: async () => {
      await submodules.close()
      await repository.close()
    },
  }
}

function exportAll(
  { repository, candidate, subdirectory: root }: Parts,
  opened: ReadSubmodules["opened"],
  { folder, history, whole }: { readonly folder: string; readonly history: boolean; readonly whole: boolean },
  ctx: Context,
): Promise<Result<readonly string[]>> {
  const commit = candidate.commit.oid
  const subdirectory = whole ? "" : root
  const above = whole ? root : ""
  return faultsOf(async () => {
    const absent = await absentFrom(repository, commit)
    const all =
      absent.size === 0 ? [] : [...candidate.flat.tree.values()].filter(({ oid, path }) => absent.has(oid) && path.startsWith(subdirectory))
    if (all.length > leftOutMax) throw new FaultError(incomplete(repository.location, all.length))
    const without = all.map(({ path }) => path.slice(subdirectory.length))
    orThrow(await exportTree(repository, { commit, subdirectory, prefix: "", file: join(folder, "source.tar"), without }, ctx))
    for (const [index, one] of opened.entries()) {
      const file = join(folder, `submodule-${index}.tar`)
      orThrow(await exportTree(one.repository, { commit: one.commit, subdirectory: "", prefix: `${above}${one.path}/`, file }, ctx))
    }
    if (history) orThrow(await exportHistory(repository, commit, join(folder, "history.bundle"), ctx))
    return without
  })
}

/** A mirror may lack single large files; one that lacks more is no ground for a build. */
const leftOutMax = 100

const incomplete = (source: string, count: number) =>
  ({
    kind: "unavailable",
    source,
    why: `it lacks the contents of ${count} files of the commit`,
    remedy: "give a complete clone of it (`git clone --mirror`)",
  }) as const

const noFolder = (location: string, subdirectory: string) =>
  ({
    kind: "unavailable",
    source: location,
    why: `its commit has no folder ${subdirectory}`,
    remedy: "give another --subdirectory, or none",
  }) as const

/** What lies in the subdirectory, keyed from there and in the order of its paths. */
function inside<T>(map: ReadonlyMap<string, T>, subdirectory: string, moved: (value: T, path: string) => T): ReadonlyMap<string, T> {
  const found = [...map].flatMap(([path, value]) => {
    if (!path.startsWith(subdirectory)) return []
    const rest = path.slice(subdirectory.length)
    return [[rest, moved(value, rest)] as const]
  })
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The unreadable folders as the subdirectory sees them; "" when it lies in one itself. */
const unreadableInside = (folders: readonly string[], subdirectory: string): readonly string[] =>
  folders.flatMap((folder) => {
    if (folder.startsWith(subdirectory)) return [folder.slice(subdirectory.length)]
    return subdirectory.startsWith(folder) ? [""] : []
  })

async function blobOf(repository: Repository, oid: GitOid): Promise<Uint8Array | undefined> {
  const object = await repository.object(oid)
  return object?.type === "blob" ? object.bytes : undefined
}

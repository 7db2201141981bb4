import type { Anomaly } from "../../core/anomaly.ts"
import { type GitOid, isGitOid } from "../../core/digest.ts"
import { FaultError } from "../../core/fault.ts"
import { expandOid, type Repository } from "../../io/git.ts"
import type { Ref } from "../../io/git-refs.ts"
import type { Commit, FlatTree, TreeReader } from "../../io/git-trees.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { How } from "../../model/repository.ts"
import type { Evidence, Source } from "./choose.ts"
import type { HistoryCollector } from "./history.ts"
import { nearestNames, packageNameOf, refsForVersion } from "./refs-for-version.ts"
import { type Coverage, coverageOf, type Wanted } from "./wanted.ts"

/** Tags of one name that are compared by content; a project has one or two. */
const namedMax = 8
/** Branches and tags whose trees are read one by one, where the history has holes. */
const scoredMax = 2000
const peeledMax = 50_000

/** A commit with its whole tree, and how much of the artifact it covers. */
export interface Candidate {
  readonly commit: Commit
  readonly flat: FlatTree
  readonly coverage: Coverage
}

/** Finds commits and weighs each against the artifact once. */
export class Candidates {
  readonly anomalies: Anomaly[] = []
  readonly #repository: Repository
  readonly #trees: TreeReader
  readonly #wanted: Wanted
  readonly #demanded: string | undefined
  readonly #weighed = new Map<GitOid, Promise<Candidate | undefined>>()
  readonly #names = new Map<GitOid, string>()

  constructor(repository: Repository, trees: TreeReader, at: { readonly wanted: Wanted; readonly demanded: string | undefined }) {
    this.#repository = repository
    this.#trees = trees
    this.#wanted = at.wanted
    this.#demanded = at.demanded
  }

  /** Undefined when the commit is absent. */
  weigh(oid: GitOid): Promise<Candidate | undefined> {
    const known = this.#weighed.get(oid)
    if (known !== undefined) return known
    const weighed = this.#weigh(oid)
    this.#weighed.set(oid, weighed)
    return weighed
  }

  async #weigh(oid: GitOid): Promise<Candidate | undefined> {
    const commit = await this.#trees.commit(oid)
    if (commit === undefined) return undefined
    const flat = await this.#trees.flatten(commit.tree)
    return { commit, flat, coverage: coverageOf(flat.tree, this.#wanted, this.#demanded) }
  }

  /** What the user named: a tag, a branch, a full ref, HEAD or a commit id. Throws a fault with the nearest names. */
  async given(name: string): Promise<Source> {
    const ref = this.#refNamed(name)
    const oid = ref?.oid ?? (isGitOid(name.toLowerCase()) ? oidOf(name) : await expandOid(this.#repository, name.toLowerCase()))
    const source = oid === undefined ? undefined : await this.#source("given", [{ oid, ref: ref?.name }])
    if (source !== undefined && !source.absent) return source
    const near = nearestNames(name, this.#repository.refs)
    const remedy = near.length === 0 ? "the repository has no branches or tags" : `the nearest names are ${near.join(", ")}`
    throw new FaultError({ kind: "unavailable", source: this.#repository.location, why: `it has no commit, tag or branch ${name}`, remedy })
  }

  #refNamed(name: string): { readonly oid: GitOid; readonly name: string } | undefined {
    const wanted = name === "HEAD" ? (this.#repository.head ?? name) : name
    if (name === "HEAD" && isGitOid(wanted)) return { oid: wanted, name: "HEAD" }
    const spelled = [wanted, `refs/tags/${wanted}`, `refs/heads/${wanted}`, `refs/remotes/${wanted}`]
    return spelled.map((full) => this.#repository.refs.find((ref) => ref.name === full)).find((ref) => ref !== undefined)
  }

  /** The tags that the version names, and the one that is stated: behind them, as a POM often keeps the tag of an earlier release. */
  async byName(artifact: Artifact): Promise<Source> {
    const { tag } = artifact.provenance
    const stated = tag === undefined ? [] : this.#repository.refs.filter(({ name }) => name === `refs/tags/${tag}`)
    const named =
      artifact.version === undefined
        ? []
        : refsForVersion(packageNameOf(artifact), artifact.version, this.#repository.refs).slice(0, namedMax)
    const refs = [...new Set([...named, ...stated])]
    const source = await this.#source(
      "by-name",
      refs.map(({ oid, name }) => ({ oid, ref: name })),
    )
    return { evidence: source.evidence, absent: refs.length > 0 && source.absent }
  }

  /** A commit that the artifact or its registry states. */
  async stated(how: How, id: string | undefined): Promise<Source> {
    const oid = id === undefined || !isGitOid(id.toLowerCase()) ? undefined : oidOf(id)
    if (oid === undefined) return { evidence: [], absent: false }
    const source = await this.#source(how, [{ oid, ref: undefined }])
    if (source.absent) {
      const who = how === "embedded" ? "the artifact" : "the registry"
      this.anomalies.push({
        kind: "absent-commit",
        severity: "review",
        message: `${who} names commit ${oid}, which the repository does not have`,
        layer: "repository",
      })
    }
    return source
  }

  async #source(how: How, named: readonly { readonly oid: GitOid; readonly ref: string | undefined }[]): Promise<Source> {
    const evidence: Evidence[] = []
    for (const { oid, ref } of named) {
      const candidate = await this.weigh(oid)
      if (candidate !== undefined)
        evidence.push({
          how,
          ref: ref ?? this.nameOf(candidate.commit.oid),
          commit: candidate.commit.oid,
          covered: candidate.coverage.covered,
        })
    }
    return { evidence, absent: named.length > 0 && evidence.length === 0 }
  }

  /** Peels the tags, so that a commit can be told by its name. */
  async peel(): Promise<void> {
    const named = [...this.#repository.refs].sort((a, b) => kindRank(a) - kindRank(b)).slice(0, peeledMax)
    const commits = await Promise.all(
      named.map(async (ref) => (ref.name.startsWith("refs/tags/") ? (await this.#trees.commit(ref.oid))?.oid : ref.oid)),
    )
    for (const [index, commit] of commits.entries()) {
      const name = named[index]?.name
      if (commit !== undefined && name !== undefined && !this.#names.has(commit)) this.#names.set(commit, name)
    }
  }

  nameOf(commit: GitOid): string | undefined {
    return this.#names.get(commit)
  }

  /** The commit whose tree covers most, out of the whole history; `preferred` win ties, then tagged ones. */
  async byContent(history: HistoryCollector, preferred: readonly GitOid[], holes: readonly GitOid[]): Promise<Source> {
    const anchors = history.complete ? new Map() : await this.#anchors(holes)
    const counted = history.best(new Set(preferred), anchors)
    const anchored = this.#bestAnchor(anchors)
    const best = counted === undefined || (anchored !== undefined && anchored.covered > counted.covered) ? anchored : counted
    const tagged =
      best === undefined || best !== counted || preferred.includes(best.commit) ? best : history.best(new Set(this.#names.keys()), anchors)
    if (tagged === undefined) return { evidence: [], absent: false }
    const source = await this.#source("by-content", [{ oid: tagged.commit, ref: undefined }])
    return { evidence: source.evidence.filter(({ covered }) => covered > 0), absent: false }
  }

  #bestAnchor(
    anchors: ReadonlyMap<string, ReadonlyMap<GitOid, number>>,
  ): { readonly commit: GitOid; readonly covered: number } | undefined {
    const all = [...anchors.values()].flatMap((counts) => [...counts].map(([commit, covered]) => ({ commit, covered })))
    return all.reduce<{ commit: GitOid; covered: number } | undefined>(
      (most, one) => (most === undefined || one.covered > most.covered ? one : most),
      undefined,
    )
  }

  /** Where the history has holes: what the trees of branches, tags and the commits at the holes cover, by prefix. */
  async #anchors(holes: readonly GitOid[]): Promise<ReadonlyMap<string, ReadonlyMap<GitOid, number>>> {
    const anchors = new Map<string, Map<GitOid, number>>()
    const refs = [...this.#repository.refs].sort((a, b) => kindRank(a) - kindRank(b))
    if (refs.length > scoredMax)
      this.anomalies.push({
        kind: "refs-unscored",
        severity: "note",
        message: `of ${refs.length} branches and tags, ${scoredMax} were compared by content`,
        layer: "repository",
      })
    for (const oid of [...holes, ...refs.slice(0, scoredMax).map((ref) => ref.oid)]) {
      const commit = await this.#trees.commit(oid)
      if (commit === undefined) continue
      const { prefix, covered } = coverageOf((await this.#trees.flatten(commit.tree)).tree, this.#wanted, this.#demanded)
      const counts = anchors.get(prefix) ?? new Map<GitOid, number>()
      anchors.set(prefix, counts.set(commit.oid, covered))
    }
    return anchors
  }
}

const kindRank = (ref: Ref): number => (ref.name.startsWith("refs/tags/") ? 0 : ref.name.startsWith("refs/heads/") ? 1 : 2)
const oidOf = (text: string): GitOid | undefined => {
  const lower = text.toLowerCase()
  return isGitOid(lower) ? lower : undefined
}

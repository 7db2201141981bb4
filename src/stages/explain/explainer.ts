import type { Anomaly } from "../../core/anomaly.ts"
import { collect } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { belowRoot } from "../../core/path.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Base, Explanation, LedgerEntry } from "../../model/ledger.ts"
import type { Snapshot, Submodule, Tree, TreeEntry } from "../../model/repository.ts"
import type { Computed, Recipes } from "../../recipes/index.ts"
import { Comparer } from "./comparer.ts"
import { dangerOf } from "./danger.ts"
import { effectsOf, isLfsPointer, sameBytes } from "./effects.ts"
import { otherMode } from "./mode.ts"
import type { Exact, KnownOrigins } from "./origins.ts"
import { isSame, type Previous } from "./previous.ts"
import type { KnownReplays } from "./replays.ts"
import { oidIn, typeOf } from "./tree.ts"

export interface Given {
  readonly artifact: Artifact
  readonly snapshot: Snapshot | undefined
  readonly previous: Previous | undefined
  readonly origins: KnownOrigins | undefined
  readonly replays: KnownReplays | undefined
  readonly recipes: Recipes | undefined
  readonly limits: Limits
  readonly without: string
}

/** A tree to explain from, with the way to its blobs: the commit's own or a submodule's. */
interface Ground {
  readonly tree: Tree
  readonly blob: Snapshot["blob"]
  readonly submodule: Submodule | undefined
}

/** Explains entries one by one, in the contract's order of precedence. */
export class Explainer {
  readonly anomalies: Anomaly[] = []
  readonly #given: Given
  readonly #comparer: Comparer

  constructor(given: Given) {
    this.#given = given
    this.#comparer = new Comparer(given)
  }

  async explain(entry: Entry): Promise<LedgerEntry> {
    const { snapshot, previous, artifact, without } = this.#given
    const path = belowRoot(entry.path, artifact.root)
    const before = previous?.entries.get(path)
    const compared =
      previous === undefined
        ? {}
        : { previous: before === undefined ? ("new" as const) : isSame(entry, before) ? ("same" as const) : ("changed" as const) }
    const done = (explanation: Explanation, rest: Partial<LedgerEntry> = {}): LedgerEntry => ({
      entry,
      explanation,
      toRead: 0,
      danger: dangerOf({ path: entry.path, mode: entry.mode, type: entry.type, opaque: entry.encoding === undefined }),
      ...compared,
      ...rest,
    })
    if (entry.unread !== undefined) return done({ kind: "undetermined", why: entry.unread })
    const source = snapshot === undefined ? undefined : await this.#fromTree(entry, path, snapshot)
    const computed = source?.kind === "source" || source?.kind === "undetermined" ? [] : ((await this.#given.recipes?.compute(entry)) ?? [])
    // In the order of precedence (contract, `explanation.kind`): the first explains, the others are listed beside it.
    const exact = this.#given.origins?.exact(entry)
    const [first, ...also] = [
      ...(source?.kind === "source" ? [source] : []),
      ...originOf(exact, source),
      ...(await this.#derivedFrom(entry, path, source)),
      ...computedBy(computed, entry, source),
      ...baselineOf(entry, path, previous, source),
    ]
    if (first !== undefined) return done(first, also.length === 0 ? {} : { also })
    if (snapshot === undefined) {
      const near = await this.#comparer.compareWithOrigins({ entry, exact }, without)
      return done(near.explanation, near)
    }
    if (source !== undefined && source.kind !== "unexplained") return done(source)
    const rest = await this.#comparer.compare({ entry, path, source, exact, computed }, snapshot)
    return done(rest.explanation, rest)
  }

  /**
   * What a generator made again explains, unless the commit has this path with another mode. Where the commit has a link and the generator left a file, as `pnpm pack` does
   * with what a link leads to, the file explains.
   */
  async #derivedFrom(entry: Entry, path: string, source: Explanation | undefined): Promise<readonly Explanation[]> {
    const { replays } = this.#given
    if (replays === undefined || source?.kind === "source" || source?.kind === "undetermined") return []
    if (source?.kind === "unexplained" && source.difference !== undefined && source.difference !== "type") return []
    const found = await replays.derived(entry, path)
    if (found === undefined) return []
    const replaces = source?.kind === "unexplained" ? source.base : undefined
    return [{ ...found, ...(replaces === undefined ? {} : { replaces }) }]
  }

  /** Source, undetermined (a submodule that was not given), or how the entry differs from what stands at its path. */
  async #fromTree(entry: Entry, path: string, snapshot: Snapshot): Promise<Explanation | undefined> {
    if (snapshot.unreadable.some((prefix) => path.startsWith(prefix)))
      return { kind: "undetermined", why: "the repository lacks the tree of this folder" }
    const submodule = snapshot.submodules.find((candidate) => path.startsWith(`${candidate.path}/`))
    if (submodule === undefined) return this.#inGround(entry, path, { tree: snapshot.tree, blob: snapshot.blob, submodule: undefined })
    if (submodule.tree === undefined) {
      const address = submodule.address === undefined ? "without an address in .gitmodules" : `of ${submodule.address}`
      return {
        kind: "undetermined",
        submodule: { path: submodule.path, commit: submodule.commit },
        why: `belongs to the submodule ${submodule.path} ${address} at ${submodule.commit}: ${submodule.why ?? "not given"}`,
      }
    }
    return this.#inGround(entry, path.slice(submodule.path.length + 1), { tree: submodule.tree, blob: submodule.blob, submodule })
  }

  async #inGround(entry: Entry, path: string, ground: Ground): Promise<Explanation | undefined> {
    const inTree = ground.tree.get(path)
    if (inTree === undefined) return undefined
    const expected = typeOf(inTree.mode)
    const base: Base = { from: "repository", path, gitOid: inTree.oid }
    if (expected !== (entry.type === "hardlink" ? "file" : entry.type))
      return { kind: "unexplained", base, difference: "type", why: `the commit has a ${expected} here` }
    const matched = await this.#matches(entry, inTree, ground)
    const mode =
      expected === "file" && otherMode(entry, inTree.mode === "100755")
        ? `mode ${entry.mode.toString(8)} where the commit has ${inTree.mode}`
        : undefined
    if (mode !== undefined) return { kind: "unexplained", base, difference: matched === undefined ? "content-and-mode" : "mode", why: mode }
    if (matched === undefined) return { kind: "unexplained", base, why: "differs from the commit's blob" }
    const { submodule } = ground
    return {
      kind: "source",
      path,
      ...matched,
      ...(submodule === undefined ? {} : { submodule: { path: submodule.path, commit: submodule.commit } }),
    }
  }

  async #matches(
    entry: Entry,
    inTree: TreeEntry,
    ground: Ground,
  ): Promise<{ confirmed: "bytes" | "id"; effects: readonly string[] } | undefined> {
    const blob = await ground.blob(inTree.oid)
    if ((await oidIn(entry, inTree.oid.length)) === inTree.oid) {
      if (blob === undefined) return { confirmed: "id", effects: [] }
      if (sameBytes(entry, blob)) return { confirmed: "bytes", effects: [] }
      this.anomalies.push({
        kind: "hash-collision",
        severity: "review",
        layer: entry.path,
        path: entry.path,
        message: `has the git id ${inTree.oid} of other bytes in the repository`,
      })
      return undefined
    }
    const { snapshot, limits } = this.#given
    const attributes = ground.submodule === undefined ? snapshot?.attributes.get(inTree.path) : undefined
    // An LFS pointer names the content by its sha256: no bytes are compared.
    if (blob !== undefined && attributes?.lfs === true && isLfsPointer(blob, entry)) return { confirmed: "id", effects: ["lfs"] }
    if (blob === undefined || snapshot === undefined || entry.type === "link" || entry.size > limits.textBytesMax) return undefined
    const content = await collect(entry.content.stream())
    const effects = await effectsOf({ content, blob, inTree }, attributes, (format) => this.#expand(format, snapshot))
    return effects === undefined ? undefined : { confirmed: "bytes", effects }
  }

  readonly #expanded = new Map<string, ReturnType<Snapshot["expandFormat"]>>()

  /** Each format once, and not without end: each costs a few runs of git. */
  #expand(format: string, snapshot: Snapshot): ReturnType<Snapshot["expandFormat"]> {
    const known = this.#expanded.get(format)
    if (known !== undefined) return known
    const answer = this.#expanded.size < this.#given.limits.formatsMax ? snapshot.expandFormat(format) : Promise.resolve(undefined)
    this.#expanded.set(format, answer)
    return answer
  }
}

/** The text of a recipe that is this very entry. */
export const exactOf = (computed: readonly Computed[], entry: Entry): Computed | undefined =>
  computed.find(({ sha256, executable }) => sha256 === entry.sha256 && !otherMode(entry, executable))

/** What a recipe computes explains where every byte is equal, with the mode that its packer gives, whatever the commit has at this path: that is what packers change. */
function computedBy(computed: readonly Computed[], entry: Entry, source: Explanation | undefined): readonly Explanation[] {
  const found = exactOf(computed, entry)
  if (found === undefined) return []
  const replaces = source?.kind === "unexplained" ? source.base : undefined
  const { recipe, from, dropped } = found
  return [{ kind: "recipe", recipe, from, dropped, ...(replaces === undefined ? {} : { replaces }) }]
}

/** An origin's bytes explain, unless the commit has this path with another mode or as something else: that is to be read. */
function originOf(exact: Exact | undefined, source: Explanation | undefined): readonly Explanation[] {
  if (exact?.explains === undefined) return []
  if (source?.kind !== "unexplained") return [exact.explains]
  return source.difference === undefined ? [{ ...exact.explains, ...(source.base === undefined ? {} : { replaces: source.base }) }] : []
}

/**
 * Where the commit has this path as something else, only bytes that somebody was shown and signed for are accepted: those that were the commit's own in the earlier
 * release may be there again because a correction was taken back.
 */
function baselineOf(entry: Entry, path: string, previous: Previous | undefined, source: Explanation | undefined): readonly Explanation[] {
  const before = previous?.accepted.get(path)
  if (previous === undefined || before === undefined || !isSame(entry, before)) return []
  if (source !== undefined && source.kind !== "source" && !previous.read.has(entry.sha256)) return []
  return [{ kind: "baseline", artifact: previous.target, path: before.path }]
}

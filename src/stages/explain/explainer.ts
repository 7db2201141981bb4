import type { Anomaly } from "../../core/anomaly.ts"
import { collect } from "../../core/bytes.ts"
import type { StepBudget } from "../../core/diff.ts"
import { finishGitOid, type GitOid, gitHash } from "../../core/digest.ts"
import type { Limits } from "../../core/limits.ts"
import { baseName, belowRoot } from "../../core/path.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Base, Explanation, LedgerEntry } from "../../model/ledger.ts"
import type { Snapshot, Submodule, Tree, TreeEntry } from "../../model/repository.ts"
import { type Cover, coverWith, uncovered } from "./cover.ts"
import { dangerOf } from "./danger.ts"
import { effectsOf, isLfsPointer, sameBytes } from "./effects.ts"
import { isSame, type Previous } from "./previous.ts"

export interface Given {
  readonly artifact: Artifact
  readonly snapshot: Snapshot | undefined
  readonly previous: Previous | undefined
  readonly limits: Limits
  readonly without: string
}

/** A tree to explain from, with the way to its blobs: the commit's own or a submodule's. */
interface Ground {
  readonly tree: Tree
  readonly blob: Snapshot["blob"]
  readonly submodule: Submodule | undefined
}

type Compared = Pick<LedgerEntry, "explanation" | "toRead" | "lines" | "unexplained" | "shown">
type Unexplained = Extract<Explanation, { kind: "unexplained" }>

/** Explains entries one by one, in the contract's order of precedence. */
export class Explainer {
  readonly anomalies: Anomaly[] = []
  readonly #given: Given
  readonly #budget: StepBudget
  readonly #byOid = new Map<GitOid, TreeEntry>()
  readonly #byName = new Map<string, TreeEntry[]>()

  constructor(given: Given) {
    this.#given = given
    this.#budget = { left: given.limits.diffStepsRunMax }
    for (const entry of given.snapshot?.tree.values() ?? []) {
      if (!this.#byOid.has(entry.oid)) this.#byOid.set(entry.oid, entry)
      const name = baseName(entry.path)
      const same = this.#byName.get(name)
      if (same === undefined) this.#byName.set(name, [entry])
      else same.push(entry)
    }
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
    const source = snapshot === undefined ? undefined : await this.#fromTree(entry, path, snapshot)
    // In the order of precedence (contract, `explanation.kind`): the first explains, the others are listed beside it.
    const [first, ...also] = [...(source?.kind === "source" ? [source] : []), ...baselineOf(entry, before, previous)]
    if (first !== undefined) return done(first, also.length === 0 ? {} : { also })
    if (snapshot === undefined) return done({ kind: "undetermined", why: without })
    if (source !== undefined && source.kind !== "unexplained") return done(source)
    const { explanation, ...rest } = await this.#compare(entry, path, source, snapshot)
    return done(explanation, rest)
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
      expected === "file" && otherMode(entry, inTree) ? `mode ${entry.mode.toString(8)} where the commit has ${inTree.mode}` : undefined
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

  /** What remains to read of an entry that nothing explains whole, after an ordered diff with one base. */
  async #compare(entry: Entry, path: string, source: Unexplained | undefined, snapshot: Snapshot): Promise<Compared> {
    if (source?.difference === "mode") return { explanation: source, toRead: 1 }
    const content = await this.#compareContent(entry, path, source, snapshot)
    if (source?.difference === undefined || content.explanation.kind !== "unexplained") return content
    // A mode that changed besides the bytes is one more thing to look at; either difference keeps its name.
    const why = `${source.why}; ${content.explanation.why}`
    const toRead = source.difference === "content-and-mode" ? content.toRead + 1 : Math.max(1, content.toRead)
    return { ...content, explanation: { ...source, why }, toRead }
  }

  async #compareContent(entry: Entry, path: string, source: Unexplained | undefined, snapshot: Snapshot): Promise<Compared> {
    const elsewhere = await this.#elsewhere(entry, source, snapshot)
    if (elsewhere !== undefined) return { explanation: elsewhere, toRead: 1 }
    const { limits } = this.#given
    if (entry.type === "link" || (entry.type === "special" && entry.size === 0))
      return { explanation: source ?? { kind: "unexplained", why: `a ${entry.type} that the commit does not have` }, toRead: 1 }
    if (entry.size === 0)
      return { explanation: source ?? { kind: "unexplained", why: "an empty file that the commit does not have" }, toRead: 1 }
    if (entry.encoding === undefined || entry.size > limits.textBytesMax) {
      const why =
        entry.encoding === undefined ? "opaque" : `too long to compare by lines (--limit textBytesMax=NUMBER is ${limits.textBytesMax} now)`
      return {
        explanation: source ?? { kind: "unexplained", why: `${why}, and nothing has these bytes` },
        toRead: 1 + Math.ceil(entry.size / 4096),
      }
    }
    const content = await collect(entry.content.stream())
    const whole = uncovered(content)
    const best = await this.#bestCover(content, await this.#bases(entry, path, source, snapshot))
    const cover = best !== undefined && best.cover.toRead < whole.toRead ? best : undefined
    return { explanation: this.#remaining(cover?.base, source), ...asRest(cover?.cover ?? whole) }
  }

  #remaining(base: Base | undefined, source: Unexplained | undefined): Unexplained {
    if (base === undefined)
      return { kind: "unexplained", why: source === undefined ? "the commit has no such file and nothing like it" : source.why }
    return { kind: "unexplained", base, why: `compared with ${base.path} of the ${base.from}` }
  }

  async #bestCover(
    content: Uint8Array,
    bases: readonly { base: Base; bytes: Uint8Array }[],
  ): Promise<{ base: Base; cover: Cover } | undefined> {
    let best: { base: Base; cover: Cover } | undefined
    for (const { base, bytes } of bases) {
      const cover = coverWith(bytes, content, { stepsMax: this.#given.limits.diffStepsMax, budget: this.#budget })
      if (cover !== undefined && (best === undefined || cover.toRead < best.cover.toRead)) best = { base, cover }
    }
    return best
  }

  /** The texts it may be compared with, one at a time, never a union: what stands at its path, an earlier version of it, one of the same name, the accepted release's. */
  async #bases(
    entry: Entry,
    path: string,
    source: Unexplained | undefined,
    snapshot: Snapshot,
  ): Promise<readonly { base: Base; bytes: Uint8Array }[]> {
    const found: { base: Base; bytes: Uint8Array }[] = []
    const add = async (base: Base & { gitOid: GitOid }): Promise<void> => {
      const bytes = await this.#blobOf(base.gitOid, path, snapshot)
      if (bytes !== undefined && bytes.byteLength <= this.#given.limits.textBytesMax) found.push({ base, bytes })
    }
    const { previous } = this.#given
    const before = previous?.accepted === true ? previous.entries.get(path) : undefined
    if (before !== undefined && before.size <= this.#given.limits.textBytesMax)
      found.push({ base: { from: "previous", path: before.path, gitOid: before.gitOid }, bytes: await collect(before.content.stream()) })
    if (source?.base?.gitOid !== undefined) await add({ ...source.base, gitOid: source.base.gitOid })
    const [older] = snapshot.history.versionsOf(`${snapshot.subdirectory}${path}`)
    if (source === undefined && older !== undefined) await add({ from: "history", path, gitOid: older })
    const named = source === undefined ? (this.#byName.get(baseName(entry.path)) ?? []) : []
    for (const candidate of named.slice(0, 4))
      if (typeOf(candidate.mode) === "file") await add({ from: "repository", path: candidate.path, gitOid: candidate.oid })
    return found
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

  #blobOf(oid: GitOid, path: string, snapshot: Snapshot): Promise<Uint8Array | undefined> {
    const submodule = snapshot.submodules.find((candidate) => path.startsWith(`${candidate.path}/`))
    return submodule?.tree === undefined ? snapshot.blob(oid) : submodule.blob(oid)
  }

  /** The same bytes at another path of the commit, or in another commit. Where `source` stands at its path, only the latter. */
  async #elsewhere(entry: Entry, source: Unexplained | undefined, snapshot: Snapshot): Promise<Unexplained | undefined> {
    if (entry.size === 0) return undefined
    const oid = await oidIn(entry, snapshot.commit.length)
    const moved = source === undefined ? this.#byOid.get(oid) : undefined
    if (moved !== undefined) {
      const base: Base = { from: "repository", path: moved.path, gitOid: moved.oid }
      return { kind: "unexplained", difference: "moved", base, why: `the commit has these bytes as ${moved.path}` }
    }
    const [place] = snapshot.history.placesOf(oid)
    if (place === undefined) return undefined
    const base: Base = { from: "history", path: place.path, gitOid: oid, commit: place.commit }
    const why = `stood as ${place.path} in ${place.commit}, an earlier commit or one of another branch`
    return { kind: "unexplained", difference: "older", base, why }
  }
}

const baselineOf = (entry: Entry, before: Entry | undefined, previous: Previous | undefined): readonly Explanation[] =>
  before !== undefined && previous?.accepted === true && isSame(entry, before)
    ? [{ kind: "baseline", artifact: previous.target, path: before.path }]
    : []

const asRest = (cover: Cover): Pick<LedgerEntry, "toRead" | "lines" | "unexplained" | "shown"> => ({
  toRead: cover.toRead,
  lines: cover.lines,
  unexplained: cover.runs,
  shown: cover.shown,
})

/** Whether the entry is executable where the commit's file is not, or the reverse, or sets user, group or sticky bits, which git never does. */
const otherMode = (entry: Entry, inTree: TreeEntry): boolean =>
  ((entry.mode & 0o111) !== 0) !== (inTree.mode === "100755") || (entry.mode & 0o7000) !== 0

const typeOf = (mode: string): "file" | "link" | "submodule" => (mode === "120000" ? "link" : mode === "160000" ? "submodule" : "file")

/** The entry's id in the repository's object format: artifacts are measured with SHA-1, the few SHA-256 repositories cost a second pass. */
async function oidIn(entry: Entry, oidLength: number): Promise<GitOid> {
  if (oidLength === entry.gitOid.length) return entry.gitOid
  const hash = gitHash("sha256", "blob", entry.size)
  for await (const chunk of entry.content.stream()) hash.update(chunk)
  return finishGitOid(hash)
}

import { collect } from "../../core/bytes.ts"
import { plural } from "../../core/count.ts"
import type { StepBudget } from "../../core/diff.ts"
import type { GitOid } from "../../core/digest.ts"
import type { Limits } from "../../core/limits.ts"
import { baseName } from "../../core/path.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Base, Explanation, LedgerEntry } from "../../model/ledger.ts"
import type { Edition } from "../../model/origin.ts"
import type { Snapshot, TreeEntry } from "../../model/repository.ts"
import { type Computed, recipeBase } from "../../recipes/index.ts"
import { claimsOf } from "./claims.ts"
import { ComparedText } from "./compared-text.ts"
import { concatenationOf, isConcatenation } from "./concatenation.ts"
import { type Cover, coveredLines, coverWith, type Steps, uncovered } from "./cover.ts"
import { baseOf, type Exact, type KnownOrigins } from "./origins.ts"
import type { Previous } from "./previous.ts"
import type { KnownReplays } from "./replays.ts"
import { blobFor, oidIn, typeOf } from "./tree.ts"

export type Compared = Pick<LedgerEntry, "explanation" | "toRead" | "lines" | "unexplained" | "shown" | "claimed" | "claimedParts">
export type Unexplained = Extract<Explanation, { kind: "unexplained" }>

export interface Comparison {
  readonly entry: Entry
  /** Below the artifact's root. */
  readonly path: string
  /** How it differs from what the commit has at its path. */
  readonly source: Unexplained | undefined
  readonly exact: Exact | undefined
  /** What recipes compute for its path. */
  readonly computed?: readonly Computed[]
}

export interface ComparerGiven {
  readonly snapshot: Snapshot | undefined
  readonly previous: Previous | undefined
  readonly origins: KnownOrigins | undefined
  readonly replays: KnownReplays | undefined
  readonly limits: Limits
}

/** A text that an entry may be compared with, in the numbers of the entry's lines. */
interface Candidate {
  readonly base: Base
  readonly lines: Int32Array
  /** An origin's, of another base name. */
  readonly renamed?: boolean
}

interface Best {
  readonly candidate?: Candidate
  readonly cover: Cover
  /** What else is to be said: who was known and does not count, what was not compared. */
  readonly notes: readonly string[]
}

/** Editions of origins that one text is compared with. */
const editionsMax = 4
/** Files of its name in the commit that one text is compared with. */
const namesakesMax = 4

/** What remains of entries that nothing explains whole, after an ordered diff with one base each. */
export class Comparer {
  readonly #given: ComparerGiven
  readonly #steps: Steps
  readonly #byOid = new Map<GitOid, TreeEntry>()
  readonly #byName = new Map<string, TreeEntry[]>()

  constructor(given: ComparerGiven) {
    this.#given = given
    const budget: StepBudget = { left: given.limits.diffStepsRunMax }
    this.#steps = { stepsMax: given.limits.diffStepsMax, budget }
    for (const entry of given.snapshot?.tree.values() ?? []) {
      if (!this.#byOid.has(entry.oid)) this.#byOid.set(entry.oid, entry)
      const name = baseName(entry.path)
      const same = this.#byName.get(name)
      if (same === undefined) this.#byName.set(name, [entry])
      else same.push(entry)
    }
  }

  async compare(comparison: Comparison, snapshot: Snapshot): Promise<Compared> {
    const { source } = comparison
    if (source?.difference === "mode") return { explanation: source, toRead: 1 }
    const content = await this.#compareContent(comparison, snapshot)
    if (source?.difference === undefined || content.explanation.kind !== "unexplained") return content
    // A mode that changed besides the bytes is one more thing to look at; either difference keeps its name.
    const why = `${source.why}; ${content.explanation.why}`
    const toRead = source.difference === "content-and-mode" ? content.toRead + 1 : Math.max(1, content.toRead)
    const base = content.explanation.base ?? source.base
    return { ...content, explanation: { ...source, ...(base === undefined ? {} : { base }), why }, toRead }
  }

  /** Without a repository only what an origin has was looked at: the same bytes under another name, or a text that is near one of its own name. */
  async compareWithOrigins({ entry, exact }: Pick<Comparison, "entry" | "exact">, without: string): Promise<Compared> {
    const moved = movedFrom(entry, exact)
    if (moved !== undefined) return { explanation: moved, toRead: 1 }
    const undetermined = (notes: readonly string[]): Compared => {
      const named = [...(exact?.named ?? []), ...notes]
      return { explanation: { kind: "undetermined", why: without, ...(named.length === 0 ? {} : { known: named }) }, toRead: 0 }
    }
    const textual = (entry.type === "file" || entry.type === "hardlink") && entry.size > 0 && this.#untextual(entry) === undefined
    const { origins } = this.#given
    const name = baseName(entry.path)
    if (origins === undefined || !textual || !(origins.hasName(name) || isConcatenation(name))) return undetermined([])
    const text = new ComparedText(await collect(entry.content.stream()))
    const best = this.#best(text, [], this.#fromOrigins(entry, text, "named"))
    return best.candidate === undefined ? undetermined(best.notes) : compared({ entry, text, source: undefined }, best)
  }

  async #compareContent(comparison: Comparison, snapshot: Snapshot): Promise<Compared> {
    const { entry, source, exact } = comparison
    const elsewhere =
      (await this.#elsewhere(entry, source, snapshot)) ??
      movedFrom(entry, exact) ??
      (source?.difference === undefined ? writtenOtherwise(comparison) : undefined) ??
      (source?.difference === undefined ? await this.#given.replays?.otherMode(entry, comparison.path) : undefined)
    if (elsewhere !== undefined) return { explanation: elsewhere, toRead: 1 }
    if (entry.type === "link" || (entry.type === "special" && entry.size === 0))
      return { explanation: source ?? { kind: "unexplained", why: `a ${entry.type} that the commit does not have` }, toRead: 1 }
    if (entry.size === 0)
      return { explanation: source ?? { kind: "unexplained", why: "an empty file that the commit does not have" }, toRead: 1 }
    const untextual = this.#untextual(entry)
    const awaited = source === undefined ? this.#given.replays?.awaited(comparison.path) : undefined
    if (untextual !== undefined) {
      // Of what is no text, message catalogues alone: opaque bytes are not let off for lying where manuals do.
      if (awaited !== undefined && isCatalogue.test(entry.path)) return { explanation: { kind: "undetermined", why: awaited }, toRead: 0 }
      const why = [`${untextual}, and nothing has these bytes`, ...(exact?.named ?? [])].join("; ")
      return { explanation: source ?? { kind: "unexplained", why }, toRead: 1 + Math.ceil(entry.size / 4096) }
    }
    const text = new ComparedText(await collect(entry.content.stream()))
    const replayed = (await this.#given.replays?.candidates(comparison.path, text)) ?? []
    const recipes = (comparison.computed ?? []).map((one) => ({ base: recipeBase(one, comparison.path), lines: text.numbersOf(one.bytes) }))
    const own = [...replayed, ...recipes, ...(await this.#fromRepository(comparison, text, snapshot))]
    const best = this.#best(text, own, this.#fromOrigins(entry, text, "renamed"))
    // What an origin published or another generator made is compared all the same; an older version in the repository says nothing of what would be made of this.
    const from = best.candidate?.base.from
    const counts = from === "origin" || from === "concatenation" || from === "replay" || from === "recipe"
    if (awaited !== undefined && !counts) return { explanation: { kind: "undetermined", why: awaited }, toRead: 0 }
    return compared({ entry, text, source }, { ...best, notes: [...(exact?.named ?? []), ...best.notes] })
  }

  #untextual({ encoding, size }: Entry): string | undefined {
    const max = this.#given.limits.textBytesMax
    if (encoding === undefined) return "opaque"
    return size > max ? `too long to compare by lines (--limit textBytesMax=NUMBER is ${max} now)` : undefined
  }

  /** The base that leaves the least to read; of equals the first, so the repository before the origins. */
  #best(
    text: ComparedText,
    own: readonly Candidate[],
    { candidates, notes }: { readonly candidates: readonly Candidate[]; readonly notes: readonly string[] },
  ): Best {
    let best: Best = { cover: uncovered(text), notes: [] }
    let dropped = 0
    for (const candidate of [...own, ...candidates]) {
      // No diff covers more lines than both have: most candidates need none.
      const most = text.sharedWith(candidate.lines)
      if (text.lines.length - most > best.cover.toRead || !sharesEnough(candidate, text, most)) continue
      const cover = coverWith(candidate.lines, text, this.#steps)
      if (cover === undefined) dropped += 1
      else if (cover.toRead < best.cover.toRead && sharesEnough(candidate, text, coveredLines(cover)))
        best = { candidate, cover, notes: [] }
    }
    const limits = `--limit diffStepsMax=NUMBER is ${this.#steps.stepsMax} now, diffStepsRunMax ${this.#given.limits.diffStepsRunMax}`
    const left = dropped === 0 ? [] : [`${plural(dropped, "text")} that it was not compared with, as that takes too many steps (${limits})`]
    return { ...best, notes: [...notes, ...left] }
  }

  #fromOrigins(
    entry: Entry,
    text: ComparedText,
    among: "named" | "renamed",
  ): { readonly candidates: readonly Candidate[]; readonly notes: readonly string[] } {
    const { origins } = this.#given
    if (origins === undefined) return { candidates: [], notes: [] }
    const name = baseName(entry.path)
    const { editions, refused } = origins.near({ name, lines: text.lines, among }, editionsMax)
    const ofItsName = editions.toSorted(
      (a, b) => Number(baseName(b.publication.path) === name) - Number(baseName(a.publication.path) === name),
    )
    const candidates = ofItsName.flatMap((edition) => candidateOf(name, edition, text))
    const plain =
      refused === undefined || refused.edition.publication.sha256 === entry.sha256 ? [] : candidateOf(name, refused.edition, text)
    const isNear = plain.some((candidate) => sharesEnough(candidate, text, text.sharedWith(candidate.lines)))
    const parts = isConcatenation(name)
      ? concatenationOf(text, (lines) => origins.near({ name, lines, among: "parts" }, partEditionsMax).editions, this.#steps)
      : undefined
    return { candidates: [...candidates, ...(parts === undefined ? [] : [parts])], notes: isNear ? (refused?.notes ?? []) : [] }
  }

  /** The repository's texts, one at a time, never a union: what stands at its path, an earlier version of it, one of the same name, the accepted release's. */
  async #fromRepository({ entry, path, source }: Comparison, text: ComparedText, snapshot: Snapshot): Promise<readonly Candidate[]> {
    const found: Candidate[] = []
    const max = this.#given.limits.textBytesMax
    const add = async (base: Base & { gitOid: GitOid }): Promise<void> => {
      const bytes = await blobFor(base.gitOid, path, snapshot)
      if (bytes !== undefined && bytes.byteLength <= max) found.push({ base, lines: text.numbersOf(bytes) })
    }
    const { previous } = this.#given
    const before = previous?.accepted.get(path)
    // What the commit has at its path is the base there: an earlier release's may lack a correction.
    if (before !== undefined && source === undefined && before.size <= max) {
      const lines = text.numbersOf(await collect(before.content.stream()))
      found.push({ base: { from: "previous", path: before.path, gitOid: before.gitOid }, lines })
    }
    if (source?.base?.from === "repository" && source.base.gitOid !== undefined) await add({ ...source.base, gitOid: source.base.gitOid })
    if (source !== undefined) return found
    const [older] = snapshot.history.versionsOf(`${snapshot.subdirectory}${path}`)
    if (older !== undefined) await add({ from: "history", path, gitOid: older })
    for (const candidate of (this.#byName.get(baseName(entry.path)) ?? []).slice(0, namesakesMax))
      if (typeOf(candidate.mode) === "file") await add({ from: "repository", path: candidate.path, gitOid: candidate.oid })
    return found
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

/** The bytes that a recipe computes, with a mode that its packer does not give: equal lines must not hide that. */
function writtenOtherwise({ entry, path, computed = [] }: Comparison): Unexplained | undefined {
  const same = computed.find(({ sha256 }) => sha256 === entry.sha256)
  if (same === undefined) return undefined
  const why = `mode ${entry.mode.toString(8)} where ${same.recipe} is written with another`
  return { kind: "unexplained", base: recipeBase(same, path), difference: "mode", why }
}

const isCatalogue = /\.g?mo$/

/** Editions of each round in which a part of a concatenation is looked for. */
const partEditionsMax = 16

/** The bytes that an origin published under other names only, or that stand here with a mode that nobody publishes. */
function movedFrom(entry: Entry, exact: Exact | undefined): Unexplained | undefined {
  const base = exact?.explains === undefined ? exact?.moved : undefined
  if (base === undefined) return undefined
  const why = `${base.origin} ${base.version} has these bytes as ${base.path}`
  return baseName(base.path) === baseName(entry.path)
    ? { kind: "unexplained", difference: "mode", base, why: `mode ${entry.mode.toString(8)}; ${why}` }
    : { kind: "unexplained", difference: "moved", base, why }
}

function candidateOf(name: string, edition: Edition, text: ComparedText): readonly Candidate[] {
  const lines = text.translate(edition)
  return lines === undefined ? [] : [{ base: baseOf(edition.publication), lines, renamed: !isItsName(name, edition.publication.path) }]
}

/** `x.m4` is a base of `x.m4`; `x.m4` of `x.m4.in` and the reverse: a template is renamed when it is filled. */
const isItsName = (name: string, path: string): boolean => baseName(path).replace(/\.in$/, "") === name.replace(/\.in$/, "")

/**
 * A published text of the same name is only a base when it is half of the text: a first edition of thirty lines is no base of a Makefile.in of nine thousand
 * (measured on findutils 4.9.0), and two files that merely share a licence are two texts. One of another name must be three quarters of the text, and the
 * text of it: then it is the file, renamed. What the repository itself has of a file is its base as soon as it covers anything.
 */
function sharesEnough({ base, lines, renamed }: Candidate, text: ComparedText, covered: number): boolean {
  if (base.from !== "origin") return true
  return renamed === true ? 4 * covered >= 3 * Math.max(text.lines.length, lines.length) : 2 * covered >= text.lines.length
}

function compared(
  { entry, text, source }: { readonly entry: Entry; readonly text: ComparedText; readonly source: Unexplained | undefined },
  { candidate, cover, notes }: Best,
): Compared {
  const why = [...(candidate === undefined ? [withoutBase(source)] : [`compared with ${nameOf(candidate.base)}`]), ...notes].join("; ")
  const base = candidate?.base ?? source?.base // what it replaces, though no line of it is left
  return {
    explanation: { kind: "unexplained", ...(base === undefined ? {} : { base }), why },
    toRead: cover.toRead,
    lines: cover.lines,
    unexplained: cover.runs,
    shown: cover.shown,
    ...claimsOf(entry.path, text.lines, cover.runs),
  }
}

const withoutBase = (source: Unexplained | undefined): string => source?.why ?? "the commit has no such file and nothing like it"

function nameOf(base: Base): string {
  if (base.from === "origin") return `${base.path} of ${base.origin} ${base.version}`
  if (base.from === "replay") return `${base.path} as ${base.generator} made it again`
  if (base.from === "recipe") return `${base.path} as ${base.recipe} computes it`
  if (base.from === "concatenation") return `${plural(base.parts.length, "part")} that it is put together from: ${base.path}`
  return `${base.path} of the ${base.from}`
}

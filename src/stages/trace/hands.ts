import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import type { Context } from "../../io/context.ts"
import type { Repository } from "../../io/git.ts"
import { type BlamedFile, blameFiles, type Unblamed } from "../../io/git-blame.ts"
import { TreeReader } from "../../io/git-trees.ts"
import type { Tree, TreeEntry } from "../../model/repository.ts"
import type { Hand, Hands } from "../../model/trace.ts"
import { type Ancestry, ancestryOf } from "./ancestry.ts"
import { isBuildPath } from "./build-paths.ts"
import { Contents } from "./contents.ts"
import { type Handed, type HandOf, handTeller } from "./hand.ts"
import { noLevels, TotalsOfHands } from "./hand-totals.ts"
import { type LookedAt, listed, sourcesOf } from "./handled-files.ts"
import { filesOf, type TreeOfHistory } from "./opaque.ts"

export interface HandsRequest extends TreeOfHistory, Handed {
  /** The commit of an earlier release. */
  readonly since?: GitOid
}

interface Sized extends LookedAt {
  readonly entry: TreeEntry
  /** Of a text. */
  readonly count: number
  readonly size: number
}

/** Who last changed each line of a tree, and brought each file, and whether anybody stands behind them. What builds is blamed first. */
export async function handsOf(repository: Repository, of: HandsRequest, ctx: Context): Promise<Hands> {
  const before = of.since === undefined ? undefined : await treeAt(repository, of.since)
  const all = filesOf(of.tree).filter(({ path }) => of.paths?.has(path) !== false)
  const isOlder = ({ path, oid }: TreeEntry): boolean => before?.get(path)?.oid === oid
  const entries = all.filter((entry) => !isOlder(entry))
  const contents = new Contents(repository)
  const looked = await contents.look(entries.map(({ oid }) => oid))
  const sources = sourcesOf(ancestryOf(of.history, of.commit), all)
  const texts: Sized[] = []
  const opaque: Sized[] = []
  for (const [index, entry] of entries.entries()) {
    const content = looked[index]
    if (content === undefined) continue
    const file = { path: entry.path, entry, count: content.lines, size: content.size, ...sources.get(entry.path) }
    if (content.encoding === undefined) opaque.push({ ...file, opaqueBytes: content.size })
    else texts.push(file)
  }
  const tally = new Tally(of)
  for (const limit of contents.limits) tally.say(limit)
  const older = all.filter(isOlder).map(({ path }): LookedAt => ({ path, isOlder: true, ...sources.get(path) }))
  const files = [...(await blame(repository, { of, texts, tally }, ctx)), ...opaque, ...older]
  attribute(of, opaque, tally)
  return tally.hands(of, listed(files, tally.handOf, ctx))
}

/** An absent commit is a mistake of the caller's, or a shallow clone: then all counts as newer, and is said by what is cut. */
async function treeAt(repository: Repository, oid: GitOid): Promise<Tree | undefined> {
  const trees = new TreeReader(repository)
  const commit = await trees.commit(oid)
  return commit === undefined ? undefined : (await trees.flatten(commit.tree)).tree
}

interface Texts {
  readonly of: HandsRequest
  readonly texts: readonly Sized[]
  readonly tally: Tally
}

/** All texts, those that were blamed with their lines. */
async function blame(repository: Repository, { of, texts, tally }: Texts, ctx: Context): Promise<readonly LookedAt[]> {
  const { blameFilesMax, blameLinesMax } = ctx.limits
  const full = texts.filter(({ count }) => count > 0)
  const short = full.filter(({ count }) => count <= blameLinesMax)
  const sorted = [...short.filter(({ path }) => isBuildPath(path)), ...short.filter(({ path }) => !isBuildPath(path))]
  const asked = sorted.slice(0, blameFilesMax)
  tally.leave(
    full.filter(({ count }) => count > blameLinesMax),
    `of more than ${number(blameLinesMax)} lines each (blameLinesMax)`,
  )
  tally.leave(sorted.slice(blameFilesMax), `beyond ${number(blameFilesMax)} files (blameFilesMax)`)
  const tell = async (index: number, blamed: BlamedFile): Promise<LookedAt | Unblamed> => {
    const text = asked[index]
    const object = text === undefined ? undefined : await repository.object(text.entry.oid)
    return text === undefined || object === undefined ? "git" : tally.blamed(text, blamed, object.bytes)
  }
  const files = asked.map(({ path, count }) => ({ path, lines: count }))
  const answers = await blameFiles(repository, { commit: of.commit, since: of.since, files, tell }, ctx)
  const done = new Map<string, LookedAt>()
  const left = new Map<Unblamed, Sized[]>()
  for (const [index, text] of asked.entries()) {
    const answer = answers[index] ?? "git"
    if (typeof answer !== "string") done.set(text.path, answer)
    else left.set(answer, [...(left.get(answer) ?? []), text])
  }
  const why: Readonly<Record<Unblamed, string>> = {
    name: "whose names git cannot be asked for",
    git: "of which git could not tell the lines",
    seconds: `that took more than ${number(ctx.limits.blameSecondsMax)} seconds each (blameSecondsMax)`,
    "seconds-of-all": `left after ${number(ctx.limits.blameSecondsRunMax)} seconds of all (blameSecondsRunMax)`,
  }
  for (const [reason, sized] of left) tally.leave(sized, why[reason])
  return texts.map((text) => done.get(text.path) ?? text)
}

/** An opaque file has no lines: all of it came with the commit that gave it its content. */
function attribute(of: HandsRequest, opaque: readonly Sized[], tally: Tally): void {
  const older: Ancestry = of.since === undefined ? new Map() : ancestryOf(of.history, of.since)
  for (const file of opaque) if (file.origin === undefined || !older.has(file.origin.commit.oid)) tally.opaque(file)
}

/** Sums what is attributed, and says what could not be. */
class Tally {
  readonly #of: HandsRequest
  readonly #cut: ReadonlySet<GitOid>
  readonly handOf: HandOf
  readonly #read: ReadonlySet<GitOid>
  readonly #all = new TotalsOfHands()
  readonly #build = new TotalsOfHands()
  readonly #said: string[] = []
  readonly #unattributed = { cut: 0, merge: 0, unread: 0, opaque: 0 }

  constructor(of: HandsRequest) {
    this.#of = of
    this.#cut = of.cut
    this.#read = new Set(of.history.commits.map(({ oid }) => oid))
    this.handOf = handTeller(of)
  }

  say(sentence: string): void {
    this.#said.push(sentence)
  }

  leave(files: readonly Sized[], why: string): void {
    const lines = files.reduce((sum, file) => sum + file.count, 0)
    if (files.length > 0) this.say(`${plural(files.length, "file")} ${why} were not blamed: ${plural(lines, "line")}`)
  }

  blamed(file: Sized, { runs, older }: BlamedFile, content: Uint8Array): LookedAt {
    const levels = noLevels()
    const newer = runs.filter(({ commit }) => !older.has(commit))
    const bytesOf = bytesIn(content)
    for (const run of runs) {
      const bytes = bytesOf(run.lines)
      if (older.has(run.commit)) continue
      const hand = this.handOf(run.commit)
      if (hand !== undefined) levels[hand.level] += run.lines
      if (hand !== undefined) this.#add(file.path, hand, { lines: run.lines, bytes, opaqueBytes: 0 })
      else if (this.#cut.has(run.commit)) this.#unattributed.cut += run.lines
      else this.#unattributed[this.#read.has(run.commit) ? "merge" : "unread"] += run.lines
    }
    return { ...file, lines: levels, ...(this.#of.since === undefined ? {} : { newer }) }
  }

  opaque({ path, origin, size }: Sized): void {
    const hand = origin === undefined ? undefined : this.handOf(origin.commit.oid)
    if (hand === undefined) this.#unattributed.opaque += size
    else this.#add(path, hand, { lines: 0, bytes: 0, opaqueBytes: size })
  }

  hands({ commit, since }: HandsRequest, { files, said }: ReturnType<typeof listed>): Hands {
    const { cut, merge, unread, opaque } = this.#unattributed
    if (cut > 0) this.say(`lines at which the history was cut, so that who changed them last is not known: ${number(cut)}`)
    if (merge > 0) this.say(`lines that a merge itself brought, which have no level: ${number(merge)}`)
    if (unread > 0) this.say(`lines of commits that were not read: ${number(unread)}`)
    if (opaque > 0) this.say(`opaque bytes that no commit but a merge brought, or none that was read: ${number(opaque)}`)
    return {
      commit,
      ...(since === undefined ? {} : { since }),
      all: this.#all.totals,
      build: this.#build.totals,
      files,
      notAssessed: [...this.#said, ...said],
    }
  }

  #add(path: string, hand: Hand, brought: Parameters<TotalsOfHands["add"]>[1]): void {
    this.#all.add(hand, brought)
    if (isBuildPath(path)) this.#build.add(hand, brought)
  }
}

/** How many bytes the next lines have, with their ends; a last one may lack its own. */
function bytesIn(content: Uint8Array): (lines: number) => number {
  let at = 0
  return (lines) => {
    const start = at
    for (let left = lines; left > 0 && at < content.byteLength; left -= 1) {
      const end = content.indexOf(0x0a, at)
      at = end < 0 ? content.byteLength : end + 1
    }
    return at - start
  }
}

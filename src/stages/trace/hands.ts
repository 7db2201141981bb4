import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { Context } from "../../io/context.ts"
import type { Repository } from "../../io/git.ts"
import { type BlamedFile, blameFiles, type Unblamed } from "../../io/git-blame.ts"
import { TreeReader } from "../../io/git-trees.ts"
import type { Commit } from "../../model/history.ts"
import type { Tree, TreeEntry } from "../../model/repository.ts"
import type { Hands, Level, PersonId } from "../../model/trace.ts"
import { type Ancestry, ancestryOf } from "./ancestry.ts"
import { isBuildPath } from "./build-paths.ts"
import { Contents } from "./contents.ts"
import { withoutCuts } from "./cut-commits.ts"
import { filesOf, type TreeOfHistory } from "./opaque.ts"
import { originOf, versionsOf } from "./path-versions.ts"

export interface HandsRequest extends TreeOfHistory {
  /** The commit of an earlier release. */
  readonly since?: GitOid
}

interface Sized {
  readonly entry: TreeEntry
  readonly lines: number
  readonly bytes: number
}

/** Who last changed each line of a tree, and brought each opaque file, and whether anybody stands behind them. What builds is blamed first. */
export async function handsOf(repository: Repository, asked: HandsRequest, ctx: Context): Promise<Hands> {
  const { history, cut } = await withoutCuts(repository, asked.history)
  const of = { ...asked, history }
  const before = of.since === undefined ? undefined : await treeAt(repository, of.since)
  const entries = filesOf(of.tree).filter(({ path, oid }) => of.paths?.has(path) !== false && before?.get(path)?.oid !== oid)
  const contents = new Contents(repository)
  const looked = await contents.look(entries.map(({ oid }) => oid))
  const texts: Sized[] = []
  const opaque: Sized[] = []
  for (const [index, entry] of entries.entries()) {
    const content = looked[index]
    if (content !== undefined) (content.encoding === undefined ? opaque : texts).push({ entry, lines: content.lines, bytes: content.size })
  }
  const tally = new Tally(of, cut)
  for (const limit of contents.limits) tally.say(limit)
  await blame(repository, { of, texts, tally }, ctx)
  attribute(of, opaque, tally)
  return tally.hands(of)
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

async function blame(repository: Repository, { of, texts, tally }: Texts, ctx: Context): Promise<void> {
  const { blameFilesMax, blameLinesMax } = ctx.limits
  const full = texts.filter(({ lines }) => lines > 0)
  const short = full.filter(({ lines }) => lines <= blameLinesMax)
  const sorted = [...short.filter(({ entry }) => isBuildPath(entry.path)), ...short.filter(({ entry }) => !isBuildPath(entry.path))]
  const asked = sorted.slice(0, blameFilesMax)
  tally.leave(
    full.filter(({ lines }) => lines > blameLinesMax),
    `of more than ${number(blameLinesMax)} lines each (blameLinesMax)`,
  )
  tally.leave(sorted.slice(blameFilesMax), `beyond ${number(blameFilesMax)} files (blameFilesMax)`)
  const files = asked.map(({ entry, lines }) => ({ path: entry.path, lines }))
  const answers = await blameFiles(repository, { commit: of.commit, since: of.since, files }, ctx)
  const left = new Map<Unblamed, Sized[]>()
  for (const [index, text] of asked.entries()) {
    const answer = answers[index] ?? "git"
    if (typeof answer !== "string") tally.blamed(text.entry.path, answer)
    else left.set(answer, [...(left.get(answer) ?? []), text])
  }
  const why: Readonly<Record<Unblamed, string>> = {
    name: "whose names git cannot be asked for",
    git: "of which git could not tell the lines",
    seconds: `that took more than ${number(ctx.limits.blameSecondsMax)} seconds each (blameSecondsMax)`,
    "seconds-of-all": `left after ${number(ctx.limits.blameSecondsRunMax)} seconds of all (blameSecondsRunMax)`,
  }
  for (const [reason, sized] of left) tally.leave(sized, why[reason])
}

/** An opaque file has no lines: all of it came with the commit that gave it its content. */
function attribute(of: HandsRequest, opaque: readonly Sized[], tally: Tally): void {
  const versions = versionsOf(
    ancestryOf(of.history, of.commit),
    opaque.map(({ entry }) => entry.path),
  )
  const older: Ancestry = of.since === undefined ? new Map() : ancestryOf(of.history, of.since)
  for (const { entry, bytes } of opaque) {
    const origin = originOf(versions.get(entry.path) ?? [], entry.oid)
    if (origin === undefined || !older.has(origin.commit.oid)) tally.opaque(origin?.commit, bytes)
  }
}

const noneYet = (): Record<Level, number> => ({ 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 })

/** Sums what is attributed, and says what could not be. */
class Tally {
  readonly #of: HandsRequest
  readonly #cut: ReadonlySet<GitOid>
  readonly #commitOf: ReadonlyMap<GitOid, Commit>
  readonly #lines = noneYet()
  readonly #buildLines = noneYet()
  readonly #opaqueBytes = noneYet()
  readonly #alone = new Map<PersonId, number>()
  readonly #said: string[] = []
  readonly #unattributed = { cut: 0, merge: 0, unread: 0 }
  #opaqueLeft = 0

  constructor(of: HandsRequest, cut: ReadonlySet<GitOid>) {
    this.#of = of
    this.#cut = cut
    this.#commitOf = new Map(of.history.commits.map((commit) => [commit.oid, commit]))
  }

  say(sentence: string): void {
    this.#said.push(sentence)
  }

  leave(files: readonly Sized[], why: string): void {
    const lines = files.reduce((sum, file) => sum + file.lines, 0)
    if (files.length > 0) this.say(`${plural(files.length, "file")} ${why} were not blamed: ${plural(lines, "line")}`)
  }

  blamed(path: string, { lines, older }: BlamedFile): void {
    const isBuild = isBuildPath(path)
    for (const [oid, count] of lines) {
      if (older.has(oid)) continue
      const commit = this.#commitOf.get(oid)
      const level = commit === undefined ? undefined : this.#of.levelOf(oid)
      if (this.#cut.has(oid)) this.#unattributed.cut += count
      else if (commit === undefined) this.#unattributed.unread += count
      else if (commit.parents.length > 1 || level === undefined) this.#unattributed.merge += count
      else {
        this.#lines[level] += count
        if (isBuild) this.#buildLines[level] += count
        const author = this.#of.personOf[commit.author] ?? -1
        if (level < 2) this.#alone.set(author, (this.#alone.get(author) ?? 0) + count)
      }
    }
  }

  opaque(commit: Commit | undefined, bytes: number): void {
    const level = commit === undefined || this.#cut.has(commit.oid) ? undefined : this.#of.levelOf(commit.oid)
    if (level === undefined) this.#opaqueLeft += bytes
    else this.#opaqueBytes[level] += bytes
  }

  hands({ commit, since }: HandsRequest): Hands {
    const { cut, merge, unread } = this.#unattributed
    if (cut > 0) this.say(`lines at which the history was cut, so that who changed them last is not known: ${number(cut)}`)
    if (merge > 0) this.say(`lines that a merge itself brought, which have no level: ${number(merge)}`)
    if (unread > 0) this.say(`lines of commits that were not read: ${number(unread)}`)
    if (this.#opaqueLeft > 0)
      this.say(`opaque bytes that no commit but a merge brought, or none that was read: ${number(this.#opaqueLeft)}`)
    return {
      commit,
      ...(since === undefined ? {} : { since }),
      lines: this.#lines,
      opaqueBytes: this.#opaqueBytes,
      singleHanded: [...this.#alone]
        .map(([person, lines]) => ({ person, lines }))
        .sort((a, b) => order(b.lines, a.lines) || order(a.person, b.person)),
      build: { lines: this.#buildLines },
      notAssessed: this.#said,
    }
  }
}

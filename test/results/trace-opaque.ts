import { pageAnswers } from "../trace-page.ts"
import { type Blobs, isControlled } from "./trace-blobs.ts"
import type { Evidence } from "./trace-evidence.ts"
import { type Change, type Commit, type Comparison, dayOf, daySeconds, type Facts, git, linesIn, sampleOf } from "./trace-facts.ts"
import type { Traced } from "./traced.ts"

/** A content that a commit gave to a path. */
interface Version {
  readonly commit: Commit
  readonly place: number
  readonly path: string
  readonly oid: string
}

/** What a commit reaches and what stands in its tree. */
export class Tip {
  readonly files: readonly { readonly path: string; readonly oid: string; readonly size: number }[]
  readonly #changesAt = new Map<string, { readonly commit: Commit; readonly place: number; readonly change: Change }[]>()

  readonly #commitOf: Facts["commitOf"]

  constructor({ folder, commitOf }: Facts, oid: string) {
    this.#commitOf = commitOf
    this.files = linesIn(git(folder, ["ls-tree", "-r", "-l", oid])).flatMap((line) => {
      const [, id = "", size = "", path = ""] = /^100\d+ blob ([0-9a-f]+) +(\d+)\t(.*)$/.exec(line) ?? []
      return path === "" ? [] : [{ path, oid: id, size: Number(size) }]
    })
    const log = linesIn(git(folder, ["rev-list", "--topo-order", "--reverse", "--no-merges", oid]))
    for (const [place, id] of log.entries()) {
      const commit = commitOf.get(id)
      for (const change of commit?.changes ?? [])
        if (commit !== undefined) {
          const at = this.#changesAt.get(change.path)
          if (at === undefined) this.#changesAt.set(change.path, [{ commit, place, change }])
          else at.push({ commit, place, change })
        }
    }
  }

  changesOf(oid: string): readonly Change[] {
    return this.#commitOf.get(oid)?.changes ?? []
  }

  /** `git log --full-history --no-merges --raw --no-renames TIP -- PATH` without changes of mode alone, and the same of an earlier path, up to the commit that moved it. */
  versionsOf(path: string, before = Number.POSITIVE_INFINITY, moves = 16): readonly Version[] {
    const own = (this.#changesAt.get(path) ?? []).flatMap(({ commit, place, change }) =>
      place < before && change.after !== undefined && change.after !== change.before
        ? [{ commit, place, path, oid: change.after, change }]
        : [],
    )
    const earlier = own.flatMap(({ commit, place, oid, change }) => {
      if (change.before !== undefined || moves === 0) return []
      const gone = commit.changes.filter((one) => one.after === undefined && one.before === oid).map((one) => one.path)
      const from = gone.find((one) => baseOf(one) === baseOf(path)) ?? gone[0]
      return from === undefined ? [] : this.versionsOf(from, place, moves - 1)
    })
    const all = new Map([...own, ...earlier].map((version) => [`${version.place} ${version.path}`, version]))
    return [...all.values()].sort((a, b) => a.place - b.place)
  }

  /** Whose content it is: a move, or the same content again, gave it nothing. */
  originOf(path: string, oid: string): Commit | undefined {
    const versions = this.versionsOf(path)
    return versions[versions.findLastIndex((one) => one.oid !== oid) + 1]?.commit
  }
}

const rounded = (bits: number): number => Math.round(bits * 1000) / 1000
const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** Files whose commands of the page are run as they stand; they read a history and a tree for each. */
const filesSampled = 4
const textsSampled = 4
const tagsSampled = 12
const versionsSampled = 12

interface Asked {
  readonly facts: Facts
  readonly evidence: Evidence
  readonly blobs: Blobs
  readonly comparison: Comparison
}

type Opaque = NonNullable<Traced["opaque"]>[number]

/** docs/trace.md, "Opaque files": all of HEAD's, with all of their versions. */
export function compareOpaque({ facts, evidence, blobs, comparison }: Asked): void {
  const tip = new Tip(facts, "HEAD")
  const ours = facts.trace.opaque ?? []
  blobs.look(tip.files.map(({ oid }) => oid))
  const theirs = tip.files.filter(({ oid }) => blobs.isOpaque(oid))
  comparison.lists(
    "opaque files, sizes, entropy",
    ours.map(({ path, oid, size, entropy }) => `${path} ${oid} ${size} ${rounded(entropy)}`),
    theirs.map(({ path, oid, size }) => `${path} ${oid} ${size} ${rounded(blobs.entropyOf(oid))}`),
  )
  const versions = theirs.flatMap(({ path }) => tip.versionsOf(path).map((version) => ({ now: path, ...version })))
  blobs.look(versions.flatMap(({ commit }) => commit.changes.flatMap(({ before, after }) => after ?? before ?? [])))
  comparison.lists(
    "versions: commit, path, day, author, committer, level, beside, opaque beside",
    ours.flatMap(({ path, versions }) =>
      versions.map((one) =>
        [path, one.commit, one.path ?? path, one.day, one.author, one.committer, one.level, one.beside, one.besideOpaque].join(" "),
      ),
    ),
    versions.map(({ now, commit, path, oid }) => {
      const opaque = commit.changes.filter(({ before, after }) => blobs.isOpaque(after ?? before ?? ""))
      const level = evidence.standingOf.get(commit.oid)?.level ?? 0
      const beside = [commit.changes.length - 1, opaque.length - (blobs.isOpaque(oid) ? 1 : 0)]
      return [now, commit.oid, path, dayOf(commit.committed), commit.author, commit.committer, level, ...beside].join(" ")
    }),
  )
  comparison.same("opaque files whose newest version comes last", ours.filter((one) => isInOrder(tip, one)).length, ours.length)
  compareSiblings(ours, comparison)
  compareTags(facts, ours, comparison)
  comparePage({ facts, evidence, blobs, comparison }, tip)
}

/** Of several with no order between them any may come first; what the tree has is the last. */
const isInOrder = (tip: Tip, { path, oid, versions }: Opaque): boolean =>
  tip.versionsOf(path).find(({ commit }) => commit.oid === versions.at(-1)?.commit)?.oid === oid

/** Of the same folder and ending; without an ending a format decides, and these are left out. */
function compareSiblings(files: readonly Opaque[], comparison: Comparison): void {
  const keyOf = ({ path }: Opaque): string =>
    `${path.slice(0, -baseOf(path).length)} ${/[^.](\.[^.]*)$/.exec(baseOf(path))?.[1] ?? ""}`.toLowerCase()
  const groups = Map.groupBy(
    files.filter(({ path }) => /[^/.].*\./.test(baseOf(path))),
    keyOf,
  )
  for (const group of groups.values())
    for (const { path, size, entropy, siblings } of group) {
      const placeOf = (own: number, all: readonly number[]): readonly number[] => [
        all.filter((one) => one > own).length + 1,
        all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) / 2)] ?? 0,
      ]
      const bySize = placeOf(
        size,
        group.map((one) => one.size),
      )
      const byEntropy = placeOf(
        entropy,
        group.map((one) => one.entropy),
      )
      const told =
        siblings === undefined
          ? ""
          : [siblings.count, siblings.sizeRank, siblings.sizeMedian, siblings.entropyRank, siblings.entropyMedian].join(" ")
      comparison.same(`siblings of ${path}`, told, group.length < 2 ? "" : [group.length, ...bySize, ...byEntropy].join(" "))
    }
}

function compareTags({ folder, commitOf, tags }: Facts, files: readonly Opaque[], comparison: Comparison): void {
  const versions = new Map(files.flatMap((file) => file.versions.map((version) => [version.commit, version])))
  for (const { commit: oid, daysToTag } of sampleOf([...versions.values()], tagsSampled, ({ commit }) => commit)) {
    const names = new Set(linesIn(git(folder, ["tag", "--contains", oid])))
    const committed = commitOf.get(oid)?.committed ?? 0
    const times = tags.filter(({ name }) => names.has(name)).map(({ at, commit }) => Math.max(at, commitOf.get(commit)?.committed ?? 0))
    const days = times.length === 0 ? undefined : Math.floor((Math.min(...times) - committed) / daySeconds)
    comparison.same(`days from ${oid} to a tag`, daysToTag, days)
  }
}

/** The page's own commands, on some files. Words of a shell alone are asked for. */
function comparePage({ facts, blobs, comparison }: Asked, tip: Tip): void {
  const plain = ({ path }: { readonly path: string }): boolean => /^[\w./+-]+$/.test(path) && !path.startsWith("-")
  const ours = new Map((facts.trace.opaque ?? []).map((file) => [file.path, file]))
  const texts = tip.files.filter((file) => plain(file) && !ours.has(file.path))
  for (const { path } of sampleOf(texts, textsSampled, ({ path }) => path)) {
    const say = pageAnswers(facts.folder, { file: path, labels: ["control characters"] })
    comparison.same(`control characters of ${path}`, 0, Number(say("control characters")[0]))
  }
  for (const file of sampleOf([...ours.values()].filter(plain), filesSampled, ({ path }) => path)) {
    const say = pageAnswers(facts.folder, {
      file: file.path,
      labels: ["control", "versions", "beside", "size", "entropy", "texts that name it"],
    })
    const controls = Number(say("control characters")[0])
    comparison.same(`${file.path} has control characters`, true, controls > 0)
    const own = file.versions.filter(({ path }) => path === undefined)
    comparison.same(`versions of ${file.path}`, own.length, say("versions").filter((line) => /^:\d+ \d+ \w+ \w+ [AM]/.test(line)).length)
    comparison.same(`beside ${file.path}`, file.versions.at(-1)?.beside, Number(say("beside")[0]))
    comparison.same(`size of ${file.path}`, file.size, Number(say("size")[0]))
    // awk prints six digits.
    comparison.same(`entropy of ${file.path}`, true, Math.abs(file.entropy - Number(say("entropy")[0])) < 0.001)
    compareNamers(file, say("texts that name it"), { tip, blobs, comparison })
  }
}

const namersMax = 20

interface Searched {
  readonly tip: Tip
  readonly blobs: Blobs
  readonly comparison: Comparison
}

/** git grep finds the name within words too; a base name of three characters is in no list, a list has twenty at most. */
function compareNamers({ path, ...file }: Opaque, grepped: readonly string[], { tip, blobs, comparison }: Searched): void {
  const names = wordOf(path)
  const oidOf = new Map(tip.files.map((one) => [one.path, one.oid]))
  const named = grepped
    .map((line) => line.slice(line.indexOf(":") + 1))
    .filter((one) => one !== path && names(blobs.bytes(oidOf.get(one) ?? "")))
  compareLists(`who names ${path}`, file.namedBy, named, comparison)
  for (const { commit, path: then = path, namedBeside } of sampleOf(file.versions, versionsSampled, (one) => one.commit)) {
    const isNamer = wordOf(then)
    const changes = tip
      .changesOf(commit)
      .flatMap(({ path: other, after }) => (other === then || after === undefined ? [] : [{ other, after }]))
    const contents = blobs.read(changes.map(({ after }) => after))
    const beside = changes.filter(({ after }) => isNamer(contents.get(after)))
    compareLists(
      `who names ${path} in ${commit}`,
      namedBeside,
      beside.map(({ other }) => other),
      comparison,
    )
  }
}

function compareLists(what: string, ours: readonly { readonly path: string }[], theirs: readonly string[], comparison: Comparison): void {
  const paths = ours.map((namer) => namer.path)
  if (theirs.length <= namersMax) comparison.lists(what, paths, theirs)
  else comparison.same(what, paths.filter((one) => theirs.includes(one)).length, namersMax)
}

/** Whether a text has a base name as a word. */
function wordOf(path: string): (bytes: Buffer | undefined) => boolean {
  const base = baseOf(path)
  const ends = "[\\s\"'`/\\\\<>()[\\]{},;:=$|&*?!]"
  const word = new RegExp(`(?:^|${ends})[.-]*${base.replaceAll(/[.+]/g, "\\$&")}[.-]*(?:$|${ends})`)
  return (bytes) => base.length >= 4 && bytes !== undefined && !isControlled(bytes) && word.test(bytes.toString("utf8"))
}

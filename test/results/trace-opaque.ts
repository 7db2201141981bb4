import { pageAnswers } from "../trace-page.ts"
import { type Blobs, isControlled } from "./trace-blobs.ts"
import type { Evidence } from "./trace-evidence.ts"
import {
  type Change,
  type Commit,
  type Comparison,
  dayOf,
  daySeconds,
  type Facts,
  git,
  linesIn,
  sampleOf,
  type Traced,
} from "./trace-facts.ts"

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

  constructor({ folder, commitOf }: Facts, oid: string) {
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
  compareTags(facts, ours, comparison)
  comparePage({ facts, evidence, blobs, comparison }, tip)
}

/** Of several with no order between them any may come first; what the tree has is the last. */
const isInOrder = (tip: Tip, { path, oid, versions }: Opaque): boolean =>
  tip.versionsOf(path).find(({ commit }) => commit.oid === versions.at(-1)?.commit)?.oid === oid

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
  const base = baseOf(path)
  const namedBy = file.namedBy.map((namer) => namer.path)
  const ends = "[\\s\"'`/\\\\<>()[\\]{},;:=$|&*?!]"
  const word = new RegExp(`(?:^|${ends})[.-]*${base.replaceAll(/[.+]/g, "\\$&")}[.-]*(?:$|${ends})`)
  const oidOf = new Map(tip.files.map((file) => [file.path, file.oid]))
  const named = grepped
    .map((line) => line.slice(line.indexOf(":") + 1))
    .filter((one) => {
      const bytes = one === path ? undefined : blobs.bytes(oidOf.get(one) ?? "")
      return base.length >= 4 && bytes !== undefined && !isControlled(bytes) && word.test(bytes.toString("utf8"))
    })
  if (named.length <= namersMax) comparison.lists(`who names ${path}`, namedBy, named)
  else comparison.same(`who names ${path}`, namedBy.filter((one) => named.includes(one)).length, namersMax)
}

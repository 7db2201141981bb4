import { type Commit, type Comparison, type Facts, git, isPerson, linesIn } from "./trace-facts.ts"

/** What a commit is worth as evidence, and who stands behind it. */
export interface Standing {
  readonly level: number
  readonly seconds: readonly number[]
}

/** Whom a verified signature can mean, by key: of a commit, and of the merge that brought it. */
export type OwnersOf = (oid: string) => readonly (readonly number[])[]

export interface Evidence {
  readonly standingOf: ReadonlyMap<string, Standing>
  readonly twins: number
  readonly again: number
}

const vouching =
  /^(?:reviewed|acked|acknowledged|approved|tested|verified|checked|signed-off|co-authored|co-developed|pair-programmed|committed|merged)-by$/i

const isChange = ({ parents }: Commit): boolean => parents.length < 2

/** docs/trace.md, "Who else looked", from git's lists and patch ids. */
export function evidenceOf(facts: Facts, ownersOf: OwnersOf = () => []): Evidence {
  const changes = facts.commits.filter(isChange)
  const brought = broughtBy(facts)
  const standingOf = new Map(changes.map((commit) => [commit.oid, alone(facts, commit, { ownersOf, brought })]))
  const { groups, again } = twinsOf(facts, changes)
  for (const group of groups) {
    const firsts = group.filter(({ committed }) => committed === group[0]?.committed).flatMap(({ oid }) => standingOf.get(oid) ?? [])
    const level = Math.min(...firsts.map((one) => one.level))
    const seconds = level < 2 ? [] : [...new Set(firsts.flatMap((one) => one.seconds))]
    for (const { oid } of group) standingOf.set(oid, { level, seconds })
  }
  return { standingOf, twins: groups.reduce((sum, { length }) => sum + length - 1, 0), again }
}

interface Signed {
  readonly ownersOf: OwnersOf
  readonly brought: ReadonlyMap<string, string>
}

function alone(facts: Facts, { oid, author, committer, trailers }: Commit, { ownersOf, brought }: Signed): Standing {
  const [keys, merge] = [ownersOf(oid), ownersOf(brought.get(oid) ?? "")]
  const isSecond = committer !== author && isPerson(facts, committer)
  if (keys.some((one) => merge.some((other) => one.every((person) => !other.includes(person))))) {
    const all = [...(isSecond ? [committer] : []), ...keys.flat(), ...merge.flat()]
    return { level: 4, seconds: [...new Set(all.filter((person) => person !== author))] }
  }
  if (isSecond) return { level: keys.some((owners) => !owners.includes(author)) ? 3 : 2, seconds: [committer] }
  return { level: trailers.some((line) => namesAnother(facts, line, author)) ? 1 : 0, seconds: [] }
}

function namesAnother(facts: Facts, line: string, author: number): boolean {
  const [, token = "", value = ""] = /^([^:]+):(.*)$/.exec(line) ?? []
  if (!vouching.test(token.trim())) return false
  const people = facts.peopleAt(/<([^<>]*)>/.exec(value)?.[1] ?? "")
  if (people.size > 0) return !people.has(author) && [...people].every((person) => isPerson(facts, person))
  const name = value.replace(/<.*/, "").trim().toLowerCase()
  return name !== "" && !facts.namesOf(author).has(name)
}

/** Of the commits that keep what a pick keeps, those with one patch id, but for whoever has its like in its past. */
function twinsOf(facts: Facts, changes: readonly Commit[]): { readonly groups: readonly (readonly Commit[])[]; readonly again: number } {
  const candidates = Object.values(Object.groupBy(changes, ({ kept }) => kept)).flatMap((group = []) => (group.length > 1 ? group : []))
  const diff = ["-p", "-r", "--root", "--full-index", "--no-renames", "--no-textconv", "--no-ext-diff"]
  const patches = git(facts.folder, ["diff-tree", "--stdin", ...diff], candidates.map(({ oid }) => `${oid}\n`).join(""))
  const ids = new Map(
    linesIn(git(facts.folder, ["patch-id", "--verbatim"], patches)).map((line) => [line.slice(line.indexOf(" ") + 1), line]),
  )
  const alike = Object.values(
    Object.groupBy(
      candidates.filter(({ oid }) => ids.has(oid)),
      ({ oid, kept }) => `${ids.get(oid)?.split(" ")[0]} ${kept}`,
    ),
  )
  let again = 0
  const groups: (readonly Commit[])[] = []
  const place = new Map(linesIn(git(facts.folder, ["rev-list", "--topo-order", ...refs])).map((oid, index) => [oid, index]))
  for (const group of alike) {
    if (group === undefined || group.length < 2) continue
    const reaching = group.filter((one) => reaches(facts, place, one, group))
    again += reaching.length
    if (group.length - reaching.length > 1) groups.push(group.filter((one) => !reaching.includes(one)))
  }
  return { groups, again }
}

const refs = ["--branches", "--tags", "--remotes"]

/** Whether it has another of the group in its past. In topological order, children first, nothing behind the last of the group leads to one. */
function reaches(facts: Facts, place: ReadonlyMap<string, number>, { oid, parents }: Commit, group: readonly Commit[]): boolean {
  const others = new Set(group.flatMap((one) => (one.oid === oid ? [] : [one.oid])))
  const last = Math.max(...group.map((one) => place.get(one.oid) ?? 0))
  const seen = new Set<string>()
  const open = [...parents]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at) || (place.get(at) ?? 0) > last) continue
    if (others.has(at)) return true
    seen.add(at)
    open.push(...(facts.commitOf.get(at)?.parents ?? []))
  }
  return false
}

/** The oldest merge on a first-parent line whose `git rev-list MERGE^1..MERGE` has it. */
function broughtBy(facts: Facts): ReadonlyMap<string, string> {
  const brought = new Map<string, string>()
  const merges = linesIn(git(facts.folder, ["rev-list", "--topo-order", "--reverse", "--merges", ...refs])).filter((oid) =>
    facts.mainline.has(oid),
  )
  for (const merge of merges)
    for (const open = [...(facts.commitOf.get(merge)?.parents.slice(1) ?? [])]; open.length > 0; ) {
      const oid = open.pop() ?? ""
      const commit = facts.commitOf.get(oid)
      if (commit === undefined || facts.mainline.has(oid) || brought.has(oid)) continue
      brought.set(oid, merge)
      open.push(...commit.parents)
    }
  return brought
}

export function compareEvidence(facts: Facts, { standingOf, twins, again }: Evidence, comparison: Comparison): void {
  const { evidence } = facts.trace
  const standings = [...standingOf.values()]
  for (const level of [0, 1, 2, 3, 4])
    comparison.same(`commits of level ${level}`, evidence.levels[level], standings.filter((one) => one.level === level).length)
  comparison.same("twins", evidence.twins, twins)
  comparison.same("made again", numberIn(evidence.notAssessed, /make a change again .*: ([\d,]+)$/), again)
  const byAuthor = Map.groupBy(facts.commits.filter(isChange), ({ author }) => author)
  comparison.lists(
    "authors: commits, seconded, by whom",
    evidence.authors.map(({ person, commits, seconded, seconds }) =>
      [person, commits, seconded, ...seconds.map((one) => `${one.person}:${one.commits}`).sort()].join(" "),
    ),
    [...byAuthor].map(([author, commits]) => {
      const own = commits.flatMap(({ oid }) => standingOf.get(oid) ?? [])
      const counts = new Map<number, number>()
      for (const second of own.flatMap(({ seconds }) => seconds)) counts.set(second, (counts.get(second) ?? 0) + 1)
      const seconds = [...counts].map(([second, count]) => `${second}:${count}`).sort()
      return [author, own.length, own.filter(({ level }) => level >= 2).length, ...seconds].join(" ")
    }),
  )
}

/** What a sentence counts; 0 where it is not said. */
export function numberIn(sentences: readonly string[], pattern: RegExp): number {
  const [found] = sentences.flatMap((one) => pattern.exec(one)?.[1] ?? [])
  return Number((found ?? "0").replaceAll(",", ""))
}

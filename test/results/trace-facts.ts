import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import type { Traced } from "./traced.ts"

/** Plain git in a repository whose own configuration plays no part but where it is. */
export function git(folder: string, args: readonly string[], input: string | Buffer = "", environment: NodeJS.ProcessEnv = {}): Buffer {
  const run = spawnSync(
    "git",
    ["-c", "core.quotePath=false", "-c", "log.showSignature=false", "-c", "core.attributesFile=/dev/null", ...args],
    {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", ...environment },
      input,
      maxBuffer: 2 ** 31 - 1,
    },
  )
  if (run.status !== 0) throw new Error(`git ${args.join(" ").slice(0, 200)}: ${run.status} ${run.stderr.toString("utf8").slice(0, 300)}`)
  return run.stdout
}

export const allRefs = ["--branches", "--tags", "--remotes"] as const

export const linesIn = (output: Buffer): readonly string[] =>
  output
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")

export interface Change {
  readonly path: string
  /** Undefined: it was not, or is no more. */
  readonly before: string | undefined
  readonly after: string | undefined
}

export interface Commit {
  readonly oid: string
  readonly parents: readonly string[]
  readonly authored: number
  readonly committed: number
  /** Indexes into the trace's people. */
  readonly author: number
  readonly committer: number
  /** What a pick keeps. */
  readonly kept: string
  readonly trailers: readonly string[]
  /** None of a merge. */
  readonly changes: readonly Change[]
}

export interface Tag {
  readonly name: string
  readonly commit: string
  /** Of a light one, what its commit says. */
  readonly at: number
  readonly by: number
  readonly annotated: string | undefined
}

/** A history as git log and git for-each-ref tell it; who a signature is, is what the trace says of its people. */
export interface Facts {
  readonly folder: string
  readonly trace: Traced
  /** By committer date, author date, id. */
  readonly commits: readonly Commit[]
  readonly commitOf: ReadonlyMap<string, Commit>
  readonly mainline: ReadonlySet<string>
  /** By date, name. */
  readonly tags: readonly Tag[]
  /** The person a trailer or key means by an address; by name where there is no address. */
  readonly peopleAt: (address: string) => ReadonlySet<number>
  readonly namesOf: (person: number) => ReadonlySet<string>
}

const fields = ["%H", "%P", "%at", "%ct", "%an", "%ae", "%cn", "%ce", "%s", "%(trailers:only,unfold)"]

export function factsOf(folder: string, trace: Traced): Facts {
  const who = new Who(trace.people)
  const log = git(folder, [
    "log",
    ...allRefs,
    "--raw",
    "--no-renames",
    "--no-abbrev",
    "--diff-merges=off",
    `--format=%x01${fields.join("%x00")}%x02`,
  ])
  const commits = log
    .toString("utf8")
    .split(/^\x01/m)
    .slice(1)
    .map((text): Commit => {
      const [header = "", raw = ""] = text.split("\x02")
      const [oid = "", parents = "", at = "", ct = "", an = "", ae = "", cn = "", ce = "", subject = "", trailers = ""] = header.split("\0")
      return {
        oid,
        parents: parents.split(" ").filter((one) => one !== ""),
        authored: Number(at),
        committed: Number(ct),
        author: who.of(an, ae),
        committer: who.of(cn, ce),
        kept: `${an} <${ae}> ${at} ${subject}`,
        trailers: trailers.split("\n").filter((line) => line !== ""),
        changes: raw.split("\n").flatMap(changeOf),
      }
    })
    .sort((a, b) => a.committed - b.committed || a.authored - b.authored || order(a.oid, b.oid))
  const commitOf = new Map(commits.map((commit) => [commit.oid, commit]))
  const mainline = new Set(linesIn(git(folder, ["log", "--first-parent", ...allRefs, "--format=%H"])))
  return { folder, trace, commits, commitOf, mainline, tags: tagsOf(folder, who, commitOf), peopleAt: who.at, namesOf: who.names }
}

export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function changeOf(line: string): readonly Change[] {
  const [, before = "", after = "", path] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) \w\d*\t(.*)$/.exec(line) ?? []
  const there = (oid: string): string | undefined => (/^0+$/.test(oid) ? undefined : oid)
  return path === undefined ? [] : [{ path, before: there(before), after: there(after) }]
}

function tagsOf(folder: string, who: Who, commitOf: ReadonlyMap<string, Commit>): readonly Tag[] {
  const format = [
    "%(refname:lstrip=2)",
    "%(objecttype)",
    "%(objectname)",
    "%(*objectname)",
    "%(taggerdate:unix)",
    "%(taggername)",
    "%(taggeremail:trim)",
  ]
  return linesIn(git(folder, ["for-each-ref", `--format=${format.join("%09")}`, "refs/tags"]))
    .flatMap((line): readonly Tag[] => {
      const [name = "", type = "", oid = "", peeled = "", date = "", tagger = "", address = ""] = line.split("\t")
      const commit = commitOf.get(peeled === "" ? oid : peeled)
      if (commit === undefined) return []
      return type === "tag" && date !== ""
        ? [{ name, commit: commit.oid, at: Number(date), by: who.of(tagger, address), annotated: oid }]
        : [{ name, commit: commit.oid, at: commit.committed, by: commit.committer, annotated: undefined }]
    })
    .sort((a, b) => a.at - b.at || order(a.name, b.name))
}

/** As the page's `same` has it. */
export const plainAddress = (address: string): string =>
  address
    .trim()
    .toLowerCase()
    .replace(/^\d+[+-](?=[^@ ]+@users\.noreply\.)/, "")

class Who {
  readonly #byWhole = new Map<string, number>()
  readonly #byAddress = new Map<string, Set<number>>()
  readonly #names: readonly ReadonlySet<string>[]

  constructor(people: Traced["people"]) {
    for (const [id, person] of people.entries())
      for (const { name, address } of [person, ...person.unions]) {
        this.#byWhole.set(`${name}\0${address}`, id)
        const at = plainAddress(address)
        this.#byAddress.set(at, (this.#byAddress.get(at) ?? new Set()).add(id))
      }
    this.#names = people.map((person) => new Set([person, ...person.unions].map(({ name }) => name.trim().toLowerCase())))
  }

  /** Every signature that is typed stands in one person's unions, or is what they are called. A name that is no UTF-8 is told by its address. */
  of(name: string, address: string): number {
    const [only, ...more] = this.at(address)
    const found = this.#byWhole.get(`${name}\0${address}`) ?? (more.length === 0 ? only : undefined)
    if (found === undefined) throw new Error(`nobody in the trace is ${name} <${address}>`)
    return found
  }

  readonly at = (address: string): ReadonlySet<number> => this.#byAddress.get(plainAddress(address)) ?? new Set()
  readonly names = (person: number): ReadonlySet<string> => this.#names[person] ?? new Set()
}

export const isPerson = ({ trace }: Facts, person: number): boolean => trace.people[person]?.kind === "person"

export const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10)
export const daySeconds = 86_400

/** The same items of a list each time, whatever comes out: those with the smallest digest. */
export const sampleOf = <T>(items: readonly T[], size: number, keyOf: (item: T) => string): readonly T[] =>
  items
    .map((item) => ({ item, digest: createHash("sha256").update(keyOf(item)).digest("hex") }))
    .sort((a, b) => order(a.digest, b.digest))
    .slice(0, size)
    .map(({ item }) => item)

/** Figures beside git's. */
export class Comparison {
  readonly problems: string[] = []
  compared = 0

  same(what: string, ours: unknown, theirs: unknown): void {
    this.compared += 1
    if (ours !== theirs) this.problems.push(`${what}: ${ours}, git says ${theirs}`)
  }

  /** Each line of both lists is a figure. */
  lists(what: string, ours: readonly string[], theirs: readonly string[]): void {
    const [own, their] = [new Set(ours), new Set(theirs)]
    this.compared += new Set([...own, ...their]).size
    const [more, less] = [ours.filter((one) => !their.has(one)), theirs.filter((one) => !own.has(one))]
    if (more.length + less.length > 0)
      this.problems.push(
        `${what}: ${more.length} only ours (${more.slice(0, 3).join("; ")}), ${less.length} only git's (${less.slice(0, 3).join("; ")})`,
      )
  }
}

import { spawnSync } from "node:child_process"
import { z } from "zod"
import { orThrow } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { openRepository, type Repository } from "../../src/io/git.ts"
import { recordHistory } from "../../src/io/git-history.ts"
import { runGit } from "../../src/io/git-process.ts"
import { identify } from "../../src/stages/trace/identities.ts"
import { rangeOf } from "../../src/stages/trace/range.ts"
import { windowsOf } from "../../src/stages/trace/windows.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { type Line, lineOf } from "./lines.ts"
import { findRepository } from "./repositories.ts"
import { commandLine } from "./run-explain.ts"

const repositories = [
  "tukaani-project/xz",
  "libarchive/libarchive",
  "curl/curl",
  "jqlang/jq",
  "openssh/openssh-portable",
  "PCRE2Project/pcre2",
] as const

/** As far as it is compared. */
export const Traced = z.object({
  repository: z.object({ commits: z.number(), merges: z.number(), tags: z.number() }),
  people: z.array(
    z.object({ name: z.string(), address: z.string(), kind: z.string(), unions: z.array(z.object({ address: z.string() })) }),
  ),
  windows: z.array(z.object({ end: z.string(), commits: z.number() })),
  events: z.array(z.object({ kind: z.string(), day: z.string(), person: z.number().optional(), tag: z.string().optional() })),
})
type Traced = z.infer<typeof Traced>

/** Each figure of a trace beside what plain git says of the same repository (docs/trace.md has the commands), and the dates of xz. */
export async function runTraces(isChosen: (name: string) => boolean): Promise<{ readonly lines: readonly Line[]; readonly text: string }> {
  const lines: Line[] = []
  const rows: (readonly string[])[] = []
  for (const name of repositories) {
    const what = `trace: ${name}: every figure is what git says`
    if (!isChosen(what)) continue
    const found = findRepository(name)
    if (!found.ok) {
      lines.push({ what, outcome: "not run", figure: found.why })
      continue
    }
    const trace = traceOf(found.path)
    if (typeof trace === "string") {
      lines.push({ what, outcome: "NOT HELD", figure: trace })
      continue
    }
    const ctx = createContext({ offline: true })
    const repository = orThrow(await openRepository(found.path, ctx))
    try {
      const { problems, compared } = await differences(trace, repository)
      lines.push(lineOf(what, problems, `${compared} figures`))
      if (name === "tukaani-project/xz") lines.push(...(await linesOfXz(trace, repository, ctx)))
    } finally {
      await repository.close()
    }
    rows.push(rowOf(name, trace))
    process.stderr.write(`${lines.at(-1)?.outcome}: ${what}\n`)
  }
  const head = ["repository", "commits", "merges", "tags", "people", "bots", "first pushes", "release signers", "changes of the holder"]
  return { lines, text: markdownTable(head, rows) }
}

function rowOf(name: string, { repository, people, events }: Traced): readonly string[] {
  const count = (kind: string): number => events.filter((event) => event.kind === kind).length
  const { commits, merges, tags } = repository
  const bots = people.filter(({ kind }) => kind !== "person").length
  return [name, commits, merges, tags, people.length - bots, bots, count("first-push"), count("first-tag"), count("holder-changed")].map(
    String,
  )
}

function traceOf(path: string): Traced | string {
  const run = spawnSync(commandLine[0], ["trace", path, "--format", "json"], { encoding: "utf8", maxBuffer: 2 ** 30, timeout: 3_600_000 })
  if (run.status !== 0) return `exit ${run.status ?? run.signal}: ${run.stderr.trim().slice(0, 300)}`
  return Traced.parse(JSON.parse(run.stdout))
}

async function git(repository: Repository, ...args: readonly string[]): Promise<readonly string[]> {
  const answer = orThrow(
    await runGit(repository.place, { args, stdin: repository.refs.map(({ oid }) => `${oid}\n`).join(""), outputMax: 2 ** 29 }),
  )
  return answer.stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
}

const daySeconds = 86_400
const windowsCompared = 24

export async function differences(
  trace: Traced,
  repository: Repository,
): Promise<{ readonly problems: readonly string[]; readonly compared: number }> {
  const problems: string[] = []
  let compared = 0
  const same = (what: string, ours: number | string, theirs: number | string): void => {
    compared += 1
    if (ours !== theirs) problems.push(`${what}: ${ours}, git says ${theirs}`)
  }
  same("commits", trace.repository.commits, Number((await git(repository, "rev-list", "--count", "--stdin"))[0]))
  same("merges", trace.repository.merges, Number((await git(repository, "rev-list", "--count", "--merges", "--stdin"))[0]))
  const tags = await git(repository, "for-each-ref", "--format=%(objecttype) %(*objecttype)", "refs/tags")
  same("tags", trace.repository.tags, tags.filter((line) => /\bcommit\b/.test(line)).length)
  const commits = (await git(repository, "log", "--no-merges", "--format=%ct %at %ae %an", "--stdin")).map((line) => {
    const [committed = "", authored = "", address = "", ...name] = line.split(" ")
    return { committed: Number(committed), authored: Number(authored), address, name: name.join(" ") }
  })
  const others = new Set(
    trace.people.flatMap(({ kind, address, unions }) => (kind === "person" ? [] : [address, ...unions.map((one) => one.address)])),
  )
  for (const { end, commits: ours } of trace.windows.slice(-windowsCompared)) {
    const to = Date.parse(`${end}T00:00:00Z`) / 1000
    const within = commits.filter(({ committed, address }) => committed >= to - 365 * daySeconds && committed < to && !others.has(address))
    same(`commits of the 365 days before ${end}`, ours, within.length)
  }
  for (const { person, day } of trace.events.filter(({ kind }) => kind === "first-patch").slice(0, 100)) {
    const one = person === undefined ? undefined : trace.people[person]
    const addresses = new Set([one?.address, ...(one?.unions ?? []).map(({ address }) => address)])
    // Where an address stands for several people, the name tells them apart.
    const shared = trace.people.filter(({ address, unions }) =>
      [address, ...unions.map((two) => two.address)].some((two) => addresses.has(two)),
    ).length
    if (shared > 1) continue
    const first = commits.reduce((least, { address, authored }) => (addresses.has(address) ? Math.min(least, authored) : least), 2 ** 40)
    same(`first patch of person ${person}`, day, new Date(first * 1000).toISOString().slice(0, 10))
  }
  return { problems, compared }
}

/** sustain-and-respond.md, 2.2: commits, absence factors at 50 and 80 %, share of the largest contributor in per cent; whose it is changes at the last one. */
const holders = [
  ["2015-06-19", 117, 1, 1, 86],
  ["2019-03-01", 16, 1, 1, 94],
  ["2021-03-01", 49, 1, 1, 90],
  ["2022-03-10", 32, 1, 1, 81],
  ["2023-03-10", 440, 1, 2, 70],
  ["2024-03-10", 559, 1, 2, 57],
] as const

const dates: readonly (readonly [kind: string, day: string])[] = [
  ["first-patch", "2022-01-28"],
  ["first-push", "2022-12-16"],
  ["new-release-signer", "2023-03-18"],
]

async function linesOfXz(trace: Traced, repository: Repository, ctx: Parameters<typeof recordHistory>[1]): Promise<readonly Line[]> {
  const history = await recordHistory(repository, ctx)
  const range = rangeOf(history, "v5.6.1", undefined)
  const release = { ...history, commits: history.commits.filter(({ oid }) => range.has(oid)) }
  const windows = windowsOf(
    release,
    identify(history),
    holders.map(([end]) => end),
  )
  const told = windows.map(({ end, commits, absence50, absence80, holders: [largest] }) => [
    end,
    commits,
    absence50,
    absence80,
    Math.round((100 * (largest?.commits ?? 0)) / commits),
  ])
  const wrong = told.filter((row, index) => row.join() !== holders[index]?.join()).map((row) => row.join(" "))
  const people = windows.map(({ holders: [largest] }) => largest?.person)
  const isOnce = new Set(people.slice(0, -1)).size === 1 && people.at(-1) !== people[0]
  const newcomer = people.at(-1)
  const found = dates.map(([kind]) => trace.events.find((event) => event.kind === kind && event.person === newcomer)?.day)
  const missed = dates.flatMap(([kind, day], index) => (found[index] === day ? [] : [`${kind} ${found[index]}, not ${day}`]))
  return [
    lineOf(
      "trace: xz: the holders table",
      [...wrong, ...(isOnce ? [] : ["the holder does not change once, at the last window"])],
      told.map((row) => row.join(" ")).join("; "),
    ),
    lineOf("trace: xz: first patch, first push and new release signer, with their dates", missed, found.join(", ")),
  ]
}

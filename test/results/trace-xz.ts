import { spawnSync } from "node:child_process"
import { orThrow } from "../../src/core/fault.ts"
import { inRows } from "../../src/io/commit-rows.ts"
import { createContext } from "../../src/io/create-context.ts"
import { openRepository } from "../../src/io/git.ts"
import { recordRows } from "../../src/io/git-history.ts"
import { identify } from "../../src/stages/trace/identities.ts"
import { ownCommitsOf } from "../../src/stages/trace/own-commits.ts"
import { rangeOf } from "../../src/stages/trace/range.ts"
import { windowsOf } from "../../src/stages/trace/windows.ts"
import { type Line, lineOf } from "./lines.ts"
import { commandLine } from "./run-explain.ts"
import { git, linesIn } from "./trace-facts.ts"
import type { Traced } from "./traced.ts"

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

export async function linesOfXz(trace: Traced, folder: string): Promise<readonly Line[]> {
  const ctx = createContext({ offline: true })
  const repository = orThrow(await openRepository(folder, ctx))
  const all = await recordRows(repository, ctx)
  const [history, identities] = [await all.whole(), identify(all.history)]
  await repository.close()
  const range = rangeOf(history, "v5.6.1", undefined)
  const release = { ...history, commits: history.commits.filter(({ oid }) => range.has(oid)) }
  const windows = windowsOf(
    inRows(release),
    identities,
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
  const text = textOf(folder, [])
  const missed = dates.flatMap(([kind, day], index) => (found[index] === day ? [] : [`${kind} ${found[index]}, not ${day}`]))
  const push = trace.events.find(({ kind, person }) => kind === "first-push" && person === newcomer)?.commit ?? ""
  const isOn = (branch: string): boolean => linesIn(git(folder, ["log", "--first-parent", "--format=%H", branch])).includes(push)
  const name = trace.people[newcomer ?? -1]?.name ?? ""
  const unsaid = dates
    .map(([kind, day]) => ({ words: kind.replaceAll("-", " "), day }))
    .filter(({ words, day }) => !text.split("\n").some((line) => line.startsWith(`  ${day}  ${words} `) && line.includes(name)))
    .map(({ words, day }) => `the text does not say ${day} ${words}`)
  const own = ownCommitsOf(release, identities, windows).slice(-2)
  const shares = own.map((one) => Math.round((100 * one.own) / one.commits))
  const ofRelease = textOf(folder, ["--range", "v5.6.1"]).replaceAll(/\s+/g, " ")
  const isSaid = /author = committer, of the commits of the 365 days before [^:]*2024-03-10 91 %: [^:]*separates nothing/.test(ofRelease)
  const zones = `${text}${JSON.stringify(trace)}`.match(/time.?zone|\bUTC ?[+-]\d|[ "T:\d][+-](?:0\d|1[0-4]):?[034][05](?![\w.-])/gi) ?? []
  return [
    lineOf(
      "trace: xz: the holders table",
      [...wrong, ...(isOnce ? [] : ["the holder does not change once, at the last window"])],
      told.map((row) => row.join(" ")).join("; "),
    ),
    lineOf(
      "trace: xz: first patch, first push and new release signer, with their dates, also in the text",
      [...missed, ...unsaid],
      found.join(", "),
    ),
    lineOf(
      "trace: xz: the first push is on branch v5.4 itself, and not on the main one",
      isOn("v5.4") && !isOn("HEAD") ? [] : [`${push} is elsewhere`],
      push.slice(0, 12),
    ),
    lineOf(
      "trace: xz: author = committer is said to separate nothing: 91 % before the new release signer and after",
      [...(shares.every((share) => share === 91) ? [] : [shares.join(" and ")]), ...(isSaid ? [] : ["the text does not say it"])],
      own.map((one) => `${one.own} of ${one.commits} before ${one.end}`).join(", "),
    ),
    lineOf("trace: xz: no time zone is in the report, so nobody is named on one", zones, "none"),
  ]
}

/** As a user reads it, not cut. */
function textOf(folder: string, options: readonly string[]): string {
  const args = ["trace", folder, "--list", "100000", ...options]
  return spawnSync(commandLine[0], args, { encoding: "utf8", maxBuffer: 2 ** 29, timeout: 3_600_000 }).stdout
}

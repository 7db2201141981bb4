import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { markdownTable } from "../../tools/marked-text.ts"
import { findRepository } from "../results/repositories.ts"
import { commandLine } from "../results/run-explain.ts"
import { bundled } from "./bundled.ts"
import { alternate, type Command, NotRun, type Spread, spreadOf } from "./measure.ts"

/** git's own pass over the same history, run as safely: no configuration but these, and no file that says other parents than the commits do. */
const log =
  "git --no-pager -c core.commitGraph=false -c core.multiPackIndex=false -c core.hooksPath=/dev/null log --branches --remotes --tags --raw -z --no-renames"

const alone = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" }
const newCommits = 10

/** What no run again can be without: a start of Node that does nothing, the refs, and the new commits. */
const least = `cd "$0" && "$@" -e 0 && git for-each-ref >/dev/null && git --no-pager log --raw -z --no-renames -n ${newCommits} >/dev/null`

/** A trace of curl's whole history beside `git log --raw` of it, and one of the same with ten commits more than were traced before. */
export function benchTrace(work: string, runs: number): string {
  const found = findRepository("curl/curl")
  if (!found.ok) throw new NotRun(found.why)
  const rawPass = bundled("trace-only", work)
  const traced = (repository: string): readonly string[] => [
    ...commandLine,
    "trace",
    repository,
    "--format",
    "json",
    "-o",
    join(work, "trace.json"),
  ]
  const [first, kept] = [join(work, "first"), join(work, "kept")]
  const grown = grownBy(found.path, work, (repository) => {
    run(rawPass[0] ?? "", [...rawPass.slice(1), repository, kept])
  })
  const samples = alternate(
    [
      anew("raw pass", first, [...rawPass, grown, first]),
      { name: "raw pass again", argv: [...rawPass, grown, kept], good: [0] },
      { name: "start of Node", argv: [...rawPass.slice(0, -1), "-e", "0"], good: [0] },
      { name: "least", argv: ["sh", "-c", least, grown, ...rawPass.slice(0, -1)], environment: alone, good: [0] },
      anew("trace", first, [...traced(grown), "--cache", first]),
      { name: "trace again", argv: [...traced(grown), "--cache", kept], good: [0] },
      { name: "git log", argv: ["sh", "-c", `cd "$0" && ${log} >/dev/null`, grown], environment: alone, good: [0] },
    ],
    runs,
  )
  const [failure] = [...samples.failed].map(([name, why]) => `${name}: ${why}`)
  if (failure !== undefined) throw new NotRun(failure)
  const of = (name: string) => samples.byName.get(name) ?? []
  const seconds = (name: string) => spreadOf(of(name).map((sample) => sample.seconds))
  const shown = ({ median, min, max }: Spread): string => `${median.toFixed(3)} s (${min.toFixed(3)} to ${max.toFixed(3)})`
  const row = (name: string, beside: string, barOf: (ratio: number, bytes: number) => string): readonly string[] => {
    const ratio = seconds(name).median / seconds(beside).median
    const resident = Math.max(...of(name).map(({ residentMax }) => residentMax ?? Number.NaN))
    return [
      name,
      shown(seconds(name)),
      `${beside}, ${shown(seconds(beside))}`,
      ratio.toFixed(3),
      `${Math.round(resident / 1e6)} MB`,
      barOf(ratio, resident),
    ]
  }
  const held = (is: boolean): string => (is ? "held" : "NOT HELD")
  const rows = [
    row("raw pass", "git log", (ratio, bytes) => held(ratio <= 1.5 && bytes <= 500e6)),
    row("raw pass again", "raw pass", (ratio) => held(ratio <= 1 / 20)),
    row("trace", "git log", () => "no bar"),
    row("trace again", "trace", () => "no bar"),
  ]
  return [
    `curl's whole history beside \`${log}\`; medians of ${runs} alternating runs after an unmeasured one. The raw pass, a script bundled as the command line is, reads the history, keeps it and tells people, windows and events; a trace has the evidence with patch ids and the opaque files too, and writes JSON. "Again" is the same with ${newCommits} commits more than were traced before, fetched since. The bars are 1.5 times git log and 500 MB, and one twentieth of the raw pass:`,
    markdownTable(["what", "ours", "beside", "ratio", "memory", "bar"], rows),
    `Of the raw pass again, the start of Node takes ${shown(seconds("start of Node"))}; with \`git for-each-ref\` and \`git log\` of the new commits behind it, one after the other, ${shown(seconds("least"))}: no run can take less.`,
  ].join("\n\n")
}

/** With an empty cache each time. */
const anew = (name: string, cache: string, argv: readonly string[]): Command => ({
  name,
  argv: ["sh", "-c", 'rm -rf "$0" && exec "$@"', cache, ...argv],
  good: [0],
})

function run(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: "utf8", env: { ...process.env, ...alone }, stdio: ["ignore", "pipe", "pipe"] }).trim()
  } catch (error) {
    throw new NotRun(`${program} ${args.join(" ")}: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`)
  }
}

/** A clone whose main branch, after `before` saw it, got the ten commits that it had been set back by. */
function grownBy(source: string, work: string, before: (repository: string) => void): string {
  const [back, clone] = [join(work, "back.git"), join(work, "grown.git")]
  const git = (folder: string, ...args: readonly string[]): string => run("git", ["-C", folder, ...args])
  run("git", ["clone", "-q", "--bare", source, back])
  const [branch, tip] = [git(back, "symbolic-ref", "HEAD"), git(back, "rev-parse", "HEAD")]
  const line = git(back, "rev-list", "--first-parent", "--max-count", String(newCommits + 1), tip).split("\n")
  const old = line.find((commit) => Number(git(back, "rev-list", "--count", `${commit}..${tip}`)) === newCommits)
  if (old === undefined) throw new NotRun(`no commit of ${branch} is ${newCommits} commits before its tip`)
  const oldest = git(back, "rev-list", "--reverse", `${old}..${tip}`).split("\n")
  const reaching = oldest.flatMap((commit) => git(back, "for-each-ref", "--contains", commit, "--format=%(refname)").split("\n"))
  for (const ref of new Set(reaching)) if (ref !== "" && ref !== branch) git(back, "update-ref", "-d", ref)
  git(back, "update-ref", branch, old)
  // Not by links: the ten commits' objects are not to be there.
  run("git", ["clone", "-q", "--bare", "--no-local", back, clone])
  before(clone)
  git(clone, "fetch", "-q", source, `${tip}:${branch}`)
  return clone
}

import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { markdownTable } from "../../tools/marked-text.ts"
import { packages } from "./ecosystems.ts"
import { alone, besideRepository, drawn } from "./honest-releases.ts"
import { keepRun, keptRun, placeOf, type Session } from "./kept-runs.ts"
import type { Line } from "./lines.ts"
import { pairs } from "./release-pairs.ts"
import { releases as first } from "./releases.ts"
import { Report } from "./report-schema.ts"
import { findRepository } from "./repositories.ts"
import { cacheArgs, commandLine } from "./run-explain.ts"
import { series } from "./series-pairs.ts"

interface Honest {
  readonly target: string
  readonly args: readonly string[]
}

const reviewShareMax = 0.03

/** Honest releases that are measured together, each group in a table of its own: all of them take most of an hour. */
export const groups = new Map<string, () => Iterable<Honest | string>>([
  ["detect repository", besideTheirs],
  ["detect pairs", inARow],
  ["detect series", ofOneSeries],
  ["detect alone", () => alone.map((target) => ({ target, args: [] }))],
  ["detect drawn", () => drawn.map((target) => ({ target, args: [] }))],
])

/** Audits honest releases as a user would, with the release before where there is one, and counts what the rules find. */
export function runDetections(
  group: string,
  releases: Iterable<Honest | string>,
  session: Session,
): { readonly lines: readonly Line[]; readonly text: string } {
  const rows: (readonly string[])[] = []
  const missing: string[] = []
  const counts = { done: 0, alarms: 0, reviews: 0 }
  for (const honest of releases) {
    const report = typeof honest === "string" ? honest : audited(honest, session)
    if (typeof report === "string") {
      process.stderr.write(`${report}\n`)
      missing.push(report)
      continue
    }
    const found = report.report.findings
    const [alarms, reviews] = [found.filter(({ severity }) => severity === "alarm"), found.filter(({ severity }) => severity === "review")]
    counts.done += 1
    counts.alarms += alarms.length > 0 ? 1 : 0
    counts.reviews += alarms.length === 0 && reviews.length > 0 ? 1 : 0
    const told = [...alarms, ...reviews].slice(0, 3).map(({ rule, at: { path, lines } }) => `${rule} ${path}:${lines?.[0] ?? ""}`)
    rows.push([
      nameOf(report),
      String(alarms.length),
      String(reviews.length),
      String(found.length - alarms.length - reviews.length),
      told.join(", "),
      report.seconds.toFixed(1),
    ])
    process.stderr.write(`${report.target}: ${alarms.length} alarms, ${reviews.length} reviews, ${report.seconds.toFixed(1)} s\n`)
  }
  const not = missing.length === 0 ? "" : `; ${missing.length} not run`
  const share = counts.done === 0 ? 1 : counts.reviews / counts.done
  const lines: readonly Line[] = [
    {
      what: `${group}: no alarm by a rule on an honest release`,
      outcome: counts.alarms === 0 ? "held" : "NOT HELD",
      figure: `${counts.alarms} of ${counts.done}${not}`,
    },
    {
      what: `${group}: reviews by rules on at most 3 % of honest releases`,
      outcome: share <= reviewShareMax ? "held" : "NOT HELD",
      figure: `${counts.reviews} of ${counts.done}, ${(share * 100).toFixed(1)} %${not}`,
    },
  ]
  return { lines, text: markdownTable(["release", "alarms", "reviews", "notes", "what weighs", "seconds"], rows) }
}

function* besideTheirs(): Generator<Honest | string> {
  const others = besideRepository.map(([target, repository]) => ({ target, repository, ref: undefined }))
  const all = [...first, ...packages, ...others]
  for (const { target, repository, ref } of all.filter((one, index) => all.findIndex((other) => other.target === one.target) === index)) {
    if (repository === undefined) continue
    const found = findRepository(repository)
    yield found.ok
      ? { target, args: ["--repository", `${found.path}${ref === undefined ? "" : `@${ref}`}`, "--replay", "never"] }
      : `${target}: not run: ${found.why}`
  }
}

/** The newer of two releases in a row, against the older. */
function* inARow(): Generator<Honest> {
  for (const [type, name, before, after] of pairs)
    yield { target: targetOf(type, name, after), args: ["--previous", targetOf(type, name, before)] }
}

/** The same of source distributions, where there are any. */
function* ofOneSeries(): Generator<Honest> {
  for (const [type, name, before, after] of series)
    yield { target: `${type}:${name}@${after}`, args: ["--previous", `${type}:${name}@${before}`] }
}

/** What was asked for, and which file that was where no version was. */
const nameOf = ({ target, report: { artifact } }: { readonly target: string; readonly report: Report }): string =>
  target.includes("@", 5) ? target : `${target} (${artifact.name})`

const targetOf = (type: string, name: string, version: string): string =>
  type === "pypi"
    ? `pkg:pypi/${name}@${version}?file_name=${name.replaceAll("-", "_")}-${version}-${name === "six" ? "py2.py3" : "py3"}-none-any.whl`
    : `${type}:${name}@${version}`

function audited(
  { target, args }: Honest,
  session: Session,
): { readonly target: string; readonly report: Report; readonly seconds: number } | string {
  const words = ["audit", target, ...args]
  const place = placeOf({ target, repositories: args.filter((_, index) => args[index - 1] === "--repository"), words }, session)
  const before = place === undefined ? undefined : keptRun(place, session)
  if (before !== undefined) return { target, ...before }
  const folder = mkdtempSync(join(tmpdir(), "everybyte-detections-"))
  try {
    const output = join(folder, "report.json")
    const started = performance.now()
    const form = ["--format", "json", "-o", output, ...cacheArgs(session.cache)]
    const run = spawnSync(commandLine[0], [...commandLine.slice(1), ...words, ...form], { encoding: "utf8", timeout: 1_800_000 })
    if (run.status !== 0 && run.status !== 1) return `${target}: not run: ${run.stderr.trim().slice(0, 200)}`
    const [written, seconds] = [JSON.parse(readFileSync(output, "utf8")), (performance.now() - started) / 1000]
    if (place !== undefined) keepRun(place, written, seconds)
    return { target, report: Report.parse(written), seconds }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * `npm run results [-- --only TEXT] [--fresh] [--cache DIR] [--no-write]`: the real command line on real releases, and the lines that must hold. What was run before
 * with the same code and inputs is taken from the cache folder and named; `--fresh` runs it again. Toolchains that are missing are built.
 * Repositories come from the folder named in EVERYBYTE_REPOSITORIES; what cannot be reached is `not run`, never a pass.
 */
import { join } from "node:path"
import { parseArgs } from "node:util"
import { markdownTable, writeMarked } from "../../tools/marked-text.ts"
import { runAudits } from "./audits.ts"
import { runCorpora } from "./corpora.ts"
import { groups, runDetections } from "./detections.ts"
import { runEcosystems } from "./ecosystems.ts"
import { runEdits } from "./edits-table.ts"
import type { Session } from "./kept-runs.ts"
import { type Line, lineOf } from "./lines.ts"
import { runNames } from "./names.ts"
import { runOracles } from "./oracles.ts"
import { outcomeOf, type Release, releases } from "./releases.ts"
import type { Report } from "./report-schema.ts"
import { findRepository } from "./repositories.ts"
import { checkout, type Ran, runExplain } from "./run-explain.ts"
import { tamper } from "./tamper.ts"
import { runTraces } from "./traces.ts"
import { twins } from "./twins.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    fresh: { type: "boolean", default: false },
    cache: { type: "string" },
    "no-write": { type: "boolean", default: false },
  },
})
const session: Session = { cache: values.cache, kept: values.fresh ? "renew" : "use" }
const isChosen = (name: string): boolean => values.only === undefined || name.includes(values.only)

const nameOf = ({ target, ref = "", submodules, replay }: Release): string =>
  [
    target,
    ...(/^[0-9a-f]{40}$/.test(ref) ? [`at ${ref.slice(0, 7)}`] : []),
    ...Object.keys(submodules ?? {}).map((path) => `--submodule ${path}`),
    ...(replay === undefined ? [] : [`--replay ${replay}`]),
  ].join(" ")

function run(release: Release): Ran {
  const replay = release.replay ?? "never"
  if (release.repository === undefined) return runExplain({ target: release.target, session })
  const repository = findRepository(release.repository)
  if (!repository.ok) return { kind: "not-run", why: repository.why }
  const submodules: string[] = []
  for (const [path, name] of Object.entries(release.submodules ?? {})) {
    const submodule = findRepository(name)
    if (!submodule.ok) return { kind: "not-run", why: submodule.why }
    submodules.push(`${path}=${submodule.path}`)
  }
  const at = release.ref === undefined ? "" : `@${release.ref}`
  return runExplain({ target: release.target, repository: repository.path + at, submodules, replay, session })
}

function rowOf(name: string, ran: Ran): readonly string[] {
  if (ran.kind !== "report") return [name, `${ran.kind === "not-run" ? "not run" : "FAILED"}: ${ran.why}`, "", "", "", "", ""]
  const { verdict, ledger, anomalies } = ran.report
  const kinds = Object.entries(ledger.totals.byKind).map(([kind, { entries }]) => `${kind} ${entries}`)
  const seconds = `${ran.seconds.toFixed(1)}${ran.kept ? " (kept)" : ""}`
  return [name, verdict, String(ledger.totals.toRead), kinds.join(", "), String(ledger.absent.length), String(anomalies.length), seconds]
}

function linesOf(release: Release, name: string, ran: Ran): readonly Line[] {
  const demands = release.demands.map(({ line }) => `${name}: ${line}`)
  const whats = release.tampered === undefined ? demands : [...demands, `${name}: six edits, each named exactly`]
  if (ran.kind !== "report")
    return whats.map((what) => ({ what, outcome: ran.kind === "not-run" ? "not run" : "NOT HELD", figure: ran.why }))
  const held = release.demands.map(({ line, check }): Line => {
    const found = check(ran.report)
    return { what: `${name}: ${line}`, outcome: outcomeOf(found), figure: found.figure }
  })
  const edits = release.tampered === undefined ? [] : tamper(release, ran.report, session)
  return [...held, ...edits.map((edit) => lineOf(`${name}: ${edit.name}`, edit.problems, edit.seen))]
}

/** The issue asks it of the list as a whole. */
function builtPackages(reports: ReadonlyMap<string, Report>, asked: number): Line {
  const whole = [...reports].filter(
    ([
      ,
      {
        ledger: { totals },
      },
    ]) => {
      return totals.toRead === 0 && Object.keys(totals.byKind).every((kind) => kind === "source" || kind === "derived")
    },
  )
  const figure = `${whole.length} of ${asked}${whole.length === 0 ? "" : `: ${whole.map(([name]) => name).join(", ")}`}`
  const outcome = whole.length >= 4 ? "held" : reports.size < asked ? "not run" : "NOT HELD"
  return { what: "of the npm packages whose published files are built at least four fully `derived` or `source`", outcome, figure }
}

const rows: (readonly string[])[] = []
const lines: Line[] = []
let kept = 0
const built = releases.filter(({ target, replay }) => target.startsWith("npm:") && replay !== undefined)
const builtReports = new Map<string, Report>()
for (const release of releases.filter((one) => isChosen(nameOf(one)))) {
  const name = nameOf(release)
  const ran = run(release)
  const said =
    ran.kind === "report"
      ? `${ran.report.verdict}, ${ran.seconds.toFixed(1)} s${ran.kept ? ", kept from before" : ""}`
      : `${ran.kind}: ${ran.why}`
  process.stderr.write(`${name}: ${said}\n`)
  if (ran.kind === "report" && ran.kept) kept += 1
  if (ran.kind === "report" && built.includes(release)) builtReports.set(release.target, ran.report)
  rows.push(rowOf(name, ran))
  const found = linesOf(release, name, ran)
  for (const { what, outcome, figure } of found) process.stderr.write(`  ${outcome}: ${what}: ${figure}\n`)
  lines.push(...found)
}
if (values.only === undefined) lines.push(builtPackages(builtReports, built.length))
lines.push(...(await twins(isChosen, session)))
const audits = runAudits(isChosen, session)
lines.push(...audits)
// A table of their own, as they are all asked for by one word.
if (!values["no-write"] && (values.only === undefined || values.only === "audit ")) {
  const audited = audits.map(({ what, outcome, figure }) => [what, outcome, figure])
  writeMarked(join(checkout, "docs/results.md"), "audits", markdownTable(["line", "outcome", "figure"], audited))
}
const corpora = isChosen("corpora") ? await runCorpora(session) : { lines: [], text: "" }
lines.push(...corpora.lines)
if (!values["no-write"] && corpora.text !== "" && (values.only === undefined || values.only === "corpora"))
  writeMarked(join(checkout, "docs/results.md"), "corpora", corpora.text)
const oracles = isChosen("oracles") ? await runOracles() : { lines: [], text: "" }
lines.push(...oracles.lines)
if (!values["no-write"] && oracles.text !== "" && (values.only === undefined || values.only === "oracles"))
  writeMarked(join(checkout, "docs/results.md"), "oracles", oracles.text)
const ecosystems = runEcosystems(isChosen, session)
lines.push(...ecosystems.lines)
if (!values["no-write"] && (values.only === undefined || values.only === "ecosystems"))
  writeMarked(join(checkout, "docs/results.md"), "ecosystems", ecosystems.text)
const names = isChosen("names") ? await runNames() : { lines: [], text: "" }
lines.push(...names.lines)
if (!values["no-write"] && names.text !== "") writeMarked(join(checkout, "docs/results.md"), "names", names.text)
for (const [group, releasesOf] of groups) {
  if (!isChosen(group)) continue
  const detections = runDetections(group, releasesOf(), session)
  lines.push(...detections.lines)
  if (!values["no-write"]) writeMarked(join(checkout, "docs/results.md"), group, detections.text)
}
const traces = await runTraces(isChosen)
lines.push(...traces.lines)
if (!values["no-write"] && (values.only === undefined || values.only === "trace"))
  writeMarked(join(checkout, "docs/results.md"), "traces", traces.text)
const edited = isChosen("edits") ? runEdits(session) : { lines: [], text: "" }
lines.push(...edited.lines)

const count = (outcome: string): number => lines.filter((line) => line.outcome === outcome).length
const summary = [
  `${count("held")} held, ${count("NOT HELD")} not held, ${count("not run")} not run.`,
  ...(kept === 0 ? [] : [`${kept} of ${rows.length} releases were measured by an earlier run with the same code and inputs (kept).`]),
].join(" ")
const text = [
  markdownTable(["release", "verdict", "toRead", "entries by kind", "absent", "anomalies", "seconds"], rows),
  "",
  "Lines that must hold:",
  "",
  markdownTable(
    ["line", "outcome", "figure"],
    lines.map(({ what, outcome, figure }) => [what, outcome, figure]),
  ),
  ...(edited.text === "" ? [] : ["", edited.text]),
  "",
  summary,
].join("\n")
process.stdout.write(`${text}\n`)
// A part of the table would pass for the whole of it.
if (!values["no-write"] && values.only === undefined) writeMarked(join(checkout, "docs/results.md"), "results", text)
process.exitCode = count("NOT HELD") > 0 || rows.some((row) => row[1]?.startsWith("FAILED")) ? 1 : 0

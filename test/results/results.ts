/**
 * `npm run results [-- --only TEXT] [--cache DIR] [--no-write]`: the real command line on real releases, and the lines that must hold.
 * Repositories come from the folder named in EVERYBYTE_REPOSITORIES; what cannot be reached is `not run`, never a pass.
 */
import { join } from "node:path"
import { parseArgs } from "node:util"
import { markdownTable, writeMarked } from "../../tools/marked-text.ts"
import { runEdits } from "./edits-table.ts"
import { type Release, releases } from "./releases.ts"
import type { Report } from "./report-schema.ts"
import { findRepository } from "./repositories.ts"
import { checkout, type Ran, runExplain } from "./run-explain.ts"
import { tamper } from "./tamper.ts"

const { values } = parseArgs({
  options: { only: { type: "string" }, cache: { type: "string" }, "no-write": { type: "boolean", default: false } },
})

const nameOf = ({ target, ref = "", submodules }: Release): string =>
  [
    target,
    ...(/^[0-9a-f]{40}$/.test(ref) ? [`at ${ref.slice(0, 7)}`] : []),
    ...Object.keys(submodules ?? {}).map((path) => `--submodule ${path}`),
  ].join(" ")

function run(release: Release): Ran {
  if (release.repository === undefined) return runExplain({ target: release.target, cache: values.cache })
  const repository = findRepository(release.repository)
  if (!repository.ok) return { kind: "not-run", why: repository.why }
  const submodules: string[] = []
  for (const [path, name] of Object.entries(release.submodules ?? {})) {
    const submodule = findRepository(name)
    if (!submodule.ok) return { kind: "not-run", why: submodule.why }
    submodules.push(`${path}=${submodule.path}`)
  }
  const at = release.ref === undefined ? "" : `@${release.ref}`
  return runExplain({
    target: release.target,
    repository: repository.path + at,
    submodules,
    cache: values.cache,
    ...(release.replay === undefined ? {} : { replay: release.replay }),
  })
}

function rowOf({ verdict, ledger, anomalies }: Report, seconds: number): readonly string[] {
  const kinds = Object.entries(ledger.totals.byKind).map(([kind, { entries }]) => `${kind} ${entries}`)
  return [
    verdict,
    String(ledger.totals.toRead),
    kinds.join(", "),
    String(ledger.absent.length),
    String(anomalies.length),
    seconds.toFixed(1),
  ]
}

const chosen = releases.filter((release) => values.only === undefined || nameOf(release).includes(values.only))
const rows: (readonly string[])[] = []
const lines: { readonly what: string; readonly outcome: "held" | "NOT HELD" | "not run"; readonly figure: string }[] = []
for (const release of chosen) {
  const ran = run(release)
  const name = nameOf(release)
  process.stderr.write(
    `${name}: ${ran.kind === "report" ? `${ran.report.verdict}, ${ran.seconds.toFixed(1)} s` : `${ran.kind}: ${ran.why}`}\n`,
  )
  if (ran.kind === "report") rows.push([name, ...rowOf(ran.report, ran.seconds)])
  else rows.push([name, `${ran.kind === "not-run" ? "not run" : "FAILED"}: ${ran.why}`, "", "", "", "", ""])
  for (const demand of release.demands) {
    const what = `${name}: ${demand.line}`
    if (ran.kind !== "report") lines.push({ what, outcome: ran.kind === "not-run" ? "not run" : "NOT HELD", figure: ran.why })
    else {
      const { held, figure } = demand.check(ran.report)
      lines.push({ what, outcome: held ? "held" : "NOT HELD", figure })
    }
  }
  if (release.tampered === undefined) continue
  if (ran.kind !== "report") {
    const outcome = ran.kind === "not-run" ? "not run" : "NOT HELD"
    lines.push({ what: `${name}: six edits, each named exactly`, outcome, figure: ran.why })
    continue
  }
  for (const edit of tamper(release, ran.report, values.cache)) {
    process.stderr.write(`  ${edit.name}: ${edit.problems.join("; ") || "named exactly"}\n`)
    lines.push({
      what: `${name}: ${edit.name}`,
      outcome: edit.problems.length === 0 ? "held" : "NOT HELD",
      figure: edit.problems.join("; ") || edit.seen,
    })
  }
}

const edited = values.only === undefined || values.only === "edits" ? runEdits(values.cache) : { lines: [], text: "" }
lines.push(...edited.lines)

const count = (outcome: string): number => lines.filter((line) => line.outcome === outcome).length
const summary = `${count("held")} held, ${count("NOT HELD")} not held, ${count("not run")} not run.`
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

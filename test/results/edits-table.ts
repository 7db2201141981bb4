import { markdownTable } from "../../tools/marked-text.ts"
import { type EditOutcome, editedReleases, editRelease } from "./edits.ts"
import type { Session } from "./kept-runs.ts"
import { type Line, lineOf } from "./lines.ts"

export interface EditedTable {
  readonly lines: readonly Line[]
  readonly text: string
}

/** Another seed gives other edits; this one is published. */
const seed = 20240329

/** All edits of all releases, counted by kind, and each that does not hold. */
export function runEdits(session: Session): EditedTable {
  const all: EditOutcome[] = []
  const lines: Line[] = []
  for (const [index, release] of editedReleases.entries()) {
    const outcomes = editRelease(release, seed + index, session)
    const what = `${release.target}: ${release.edits} generated edits, each reported exactly`
    process.stderr.write(`${what}\n`)
    if (typeof outcomes === "string") {
      lines.push({ what, outcome: outcomes.startsWith("only") ? "NOT HELD" : "not run", figure: outcomes })
      continue
    }
    all.push(...outcomes)
    const wrong = outcomes.filter(({ problems }) => problems.length > 0)
    for (const { kind, path, problems } of wrong) process.stderr.write(`  ${kind} in ${path}: ${problems.join("; ")}\n`)
    const said = wrong.map(({ kind, path, problems }) => `${kind} in ${path}: ${problems.join(", ")}`)
    lines.push(lineOf(what, said, `${outcomes.length} of ${outcomes.length}`))
  }
  return { lines, text: all.length === 0 ? "" : tableOf(all) }
}

function tableOf(all: readonly EditOutcome[]): string {
  const kinds = [...new Set(all.map(({ kind }) => kind))].sort()
  const rows = kinds.map((kind) => {
    const of = all.filter((one) => one.kind === kind)
    const more = of.map((one) => one.more)
    const exact = of.filter(({ problems }) => problems.length === 0)
    return [
      kind,
      String(of.length),
      String(exact.length),
      String(of.filter(({ sameBase }) => !sameBase).length),
      `${Math.min(...more)} to ${Math.max(...more)}`,
    ]
  })
  return [
    "Generated edits in vendored build files; `another base` counts those that are nearer to another published edition than to the one they were made from:",
    "",
    markdownTable(["edit", "made", "reported exactly", "another base", "toRead more"], rows),
  ].join("\n")
}

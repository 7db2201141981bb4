import { join } from "node:path"
import { markdownTable } from "../../tools/marked-text.ts"
import { findRepository } from "../results/repositories.ts"
import { commandLine } from "../results/run-explain.ts"
import { bundled } from "./bundled.ts"
import { alternate, NotRun, type Spread, spreadOf } from "./measure.ts"

/** git's own pass over the same history, run as safely: no configuration but these, and no file that says other parents than the commits do. */
const log =
  "git --no-pager -c core.commitGraph=false -c core.multiPackIndex=false -c core.hooksPath=/dev/null log --branches --remotes --tags --raw -z --no-renames"

/** A trace of curl's whole history beside `git log --raw` of it. */
export function benchTrace(work: string, runs: number): string {
  const found = findRepository("curl/curl")
  if (!found.ok) throw new NotRun(found.why)
  const samples = alternate(
    [
      { name: "raw pass", argv: [...bundled("trace-only", work), found.path], good: [0] },
      { name: "trace", argv: [...commandLine, "trace", found.path, "--format", "json", "-o", join(work, "trace.json")], good: [0] },
      {
        name: "git log",
        argv: ["sh", "-c", `cd "$0" && ${log} >/dev/null`, found.path],
        environment: { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
        good: [0],
      },
    ],
    runs,
  )
  const [failure] = [...samples.failed].map(([name, why]) => `${name}: ${why}`)
  if (failure !== undefined) throw new NotRun(failure)
  const of = (name: string) => samples.byName.get(name) ?? []
  const seconds = (name: string) => spreadOf(of(name).map((sample) => sample.seconds))
  const theirs = seconds("git log")
  const shown = ({ median, min, max }: Spread): string => `${median.toFixed(2)} s (${min.toFixed(2)} to ${max.toFixed(2)})`
  const rows = ["raw pass", "trace"].map((name) => {
    const ours = seconds(name)
    const ratio = ours.median / theirs.median
    const resident = Math.max(...of(name).map(({ residentMax }) => residentMax ?? Number.NaN))
    const bar = name === "trace" ? "no bar" : ratio <= 1.5 && resident <= 500e6 ? "held" : "NOT HELD"
    return [name, shown(ours), shown(theirs), ratio.toFixed(2), `${Math.round(resident / 1e6)} MB`, bar]
  })
  return [
    `curl's whole history beside \`${log}\`; medians of ${runs} alternating runs after an unmeasured one. The raw pass, a script bundled as the command line is, reads the history and tells people, windows and events; a trace has the evidence with patch ids and the opaque files too, and writes JSON. The bar is 1.5 times git log and 500 MB:`,
    markdownTable(["what", "ours", "git log", "ratio", "memory", "bar"], rows),
  ].join("\n\n")
}

import { join } from "node:path"
import { markdownTable } from "../../tools/marked-text.ts"
import { findRepository } from "../results/repositories.ts"
import { commandLine } from "../results/run-explain.ts"
import { alternate, NotRun, spreadOf } from "./measure.ts"

/** git's own pass over the same history, run as safely: no configuration but these, and no file that says other parents than the commits do. */
const log =
  "git --no-pager -c core.commitGraph=false -c core.multiPackIndex=false -c core.hooksPath=/dev/null log --branches --remotes --tags --raw -z --no-renames"

/** A trace of curl's whole history beside `git log --raw` of it. */
export function benchTrace(work: string, runs: number): string {
  const found = findRepository("curl/curl")
  if (!found.ok) throw new NotRun(found.why)
  const samples = alternate(
    [
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
  const [ours, theirs] = [seconds("trace"), seconds("git log")]
  const resident = Math.max(...of("trace").map(({ residentMax }) => residentMax ?? Number.NaN))
  const ratio = ours.median / theirs.median
  const rows = [
    [
      "wall time",
      `${ours.median.toFixed(2)} s (${ours.min.toFixed(2)} to ${ours.max.toFixed(2)})`,
      `${theirs.median.toFixed(2)} s (${theirs.min.toFixed(2)} to ${theirs.max.toFixed(2)})`,
      ratio.toFixed(2),
      "1.5",
      ratio <= 1.5 ? "held" : "NOT HELD",
    ],
    ["memory", `${Math.round(resident / 1e6)} MB`, "", "", "500 MB", resident <= 500e6 ? "held" : "NOT HELD"],
  ]
  return [
    `\`everybyte trace\` of curl's whole history (people, windows, events; JSON), beside \`${log.replaceAll("|", "\\|")}\`; medians of ${runs} alternating runs after an unmeasured one:`,
    markdownTable(["what", "trace", "git log", "ratio", "bar", "outcome"], rows),
  ].join("\n\n")
}

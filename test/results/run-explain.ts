import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { keepRun, keptRun, placeOf, type Session } from "./kept-runs.ts"
import { Report } from "./report-schema.ts"

export const checkout = fileURLToPath(new URL("../..", import.meta.url))
/** As a user calls it from a checkout: the launcher's own work is part of the time. */
export const commandLine = [join(checkout, "everybyte")] as const

export interface Asked {
  readonly target: string
  readonly repository?: string
  readonly submodules?: readonly string[]
  /** `--replay`; left out, as a user gets it. */
  readonly replay?: "never" | "always"
  readonly session: Session
}

export type Ran =
  | { readonly kind: "report"; readonly report: Report; readonly seconds: number; readonly kept: boolean }
  /** The world was in the way: nothing is known of the release. */
  | { readonly kind: "not-run"; readonly why: string }
  /** The tool gave up or broke; never a pass. */
  | { readonly kind: "failed"; readonly why: string }

export const cacheArgs = (cache: string | undefined): readonly string[] => (cache === undefined ? [] : ["--cache", cache])

/** Building a toolchain and replaying a large release take their time. */
const millisecondsMax = 7_200_000

/** The command line as a user would call it, in a process of its own; or what that gave before (`Session`). */
export function runExplain(asked: Asked): Ran {
  const { target, repository, submodules = [], session } = asked
  const words = wordsOf(asked)
  const repositories = [...(repository === undefined ? [] : [repository]), ...submodules.map((one) => one.slice(one.indexOf("=") + 1))]
  const place = placeOf({ target, repositories, words }, session)
  const before = place === undefined ? undefined : keptRun(place, session)
  return before === undefined ? measured([target, ...words], place, session) : { kind: "report", ...before, kept: true }
}

/** The words of the command line behind the target. */
export const wordsOf = ({ repository, submodules, replay }: Asked): readonly string[] => [
  ...(repository === undefined ? [] : ["--repository", repository]),
  ...(submodules ?? []).flatMap((submodule) => ["--submodule", submodule]),
  ...(replay === undefined ? [] : ["--replay", replay]),
  // Results are measured on machines that do other work as well: curl's release takes ten minutes on a loaded one.
  ...(replay === "always" ? ["--limit", "sandboxSecondsMax=7200"] : []),
]

/** The paths that the report for a terminal lists as left to read, in its order; a sentence when there is no report. */
export function readFirst(asked: Asked): readonly string[] | string {
  const args = ["explain", asked.target, ...wordsOf(asked), "--format", "text", ...cacheArgs(asked.session.cache)]
  const run = spawnSync(commandLine[0], [...commandLine.slice(1), ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    timeout: millisecondsMax,
  })
  if (run.status !== 0 && run.status !== 1) return `exit ${run.status ?? run.signal}: ${run.stderr.trim().slice(0, 300)}`
  const [, list = ""] = run.stdout.split("\nto read, what runs first:\n")
  return [...list.matchAll(/^ +[\d,]+ {2}(\S+) {2}/gm)].map(([, path = ""]) => path)
}

function measured(words: readonly string[], place: string | undefined, session: Session): Ran {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-results-"))
  const output = join(folder, "report.json")
  try {
    const args = ["explain", ...words, "--format", "json", "-o", output, ...cacheArgs(session.cache)]
    const started = performance.now()
    const run = spawnSync(commandLine[0], [...commandLine.slice(1), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: millisecondsMax,
    })
    const seconds = (performance.now() - started) / 1000
    // 1 is a verdict at --fail-on: the report is there.
    if ((run.status === 0 || run.status === 1) && existsSync(output)) {
      const written: unknown = JSON.parse(readFileSync(output, "utf8"))
      const parsed = Report.safeParse(written)
      // What the network kept from being made again may be made the next time.
      const cut = parsed.data?.replays?.some(({ why }) => why !== undefined && isUnreachable(why))
      if (parsed.success && place !== undefined && cut !== true) keepRun(place, written, seconds)
      return parsed.success
        ? { kind: "report", report: parsed.data, seconds, kept: false }
        : { kind: "failed", why: `not the report we know: ${parsed.error.message}` }
    }
    const said = (run.error?.message ?? run.stderr.trim().split("\n").slice(0, 4).join(" ")).replace(/^everybyte: /, "")
    return run.status === 3 && isUnreachable(said)
      ? { kind: "not-run", why: said }
      : { kind: "failed", why: `exit ${run.status ?? run.signal}: ${said}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Only what the network's own faults say (src/io/http-request.ts). Any other sentence of exit 3 is a failure of ours until shown otherwise. */
export const isUnreachable = (said: string): boolean =>
  /check the network and run again|run without --offline|the server answers (?:403|407|429|5\d\d) /.test(said)

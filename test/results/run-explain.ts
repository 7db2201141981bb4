import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Report } from "./report-schema.ts"

export const checkout = fileURLToPath(new URL("../..", import.meta.url))
/** As a user calls it from a checkout: the launcher's own work is part of the time. */
export const commandLine = [join(checkout, "everybyte")] as const

export interface Asked {
  readonly target: string
  readonly repository?: string
  readonly submodules?: readonly string[]
  readonly cache: string | undefined
  /** Fetches what it takes to make the release again, and does. */
  readonly replay?: true
}

export type Ran =
  | { readonly kind: "report"; readonly report: Report; readonly seconds: number }
  /** The world was in the way: nothing is known of the release. */
  | { readonly kind: "not-run"; readonly why: string }
  /** The tool gave up or broke; never a pass. */
  | { readonly kind: "failed"; readonly why: string }

export const cacheArgs = (cache: string | undefined): readonly string[] => (cache === undefined ? [] : ["--cache", cache])

/** The command line as a user would call it, in a process of its own. */
export function runExplain({ target, repository, submodules = [], cache, replay }: Asked): Ran {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-results-"))
  const output = join(folder, "report.json")
  try {
    const args = [
      "explain",
      target,
      ...(repository === undefined ? [] : ["--repository", repository]),
      ...submodules.flatMap((submodule) => ["--submodule", submodule]),
      ...(replay === undefined ? [] : ["--replay", "always"]),
      ...["--format", "json", "-o", output],
      ...cacheArgs(cache),
    ]
    const started = performance.now()
    const run = spawnSync(commandLine[0], [...commandLine.slice(1), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 900_000,
    })
    const seconds = (performance.now() - started) / 1000
    // 1 is a verdict at --fail-on: the report is there.
    if ((run.status === 0 || run.status === 1) && existsSync(output)) {
      const parsed = Report.safeParse(JSON.parse(readFileSync(output, "utf8")))
      return parsed.success
        ? { kind: "report", report: parsed.data, seconds }
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
const isUnreachable = (said: string): boolean =>
  /check the network and run again|run without --offline|the server answers (?:403|407|429|5\d\d) /.test(said)

import { gzipSync } from "node:zlib"
import { canonicalJson } from "../core/canonical-json.ts"
import { problemsOf } from "./problem.ts"
import type { Reporter } from "./reporter.ts"
import { logOf } from "./sarif/log.ts"

/** What code-scanning views take of one run. */
const resultsMax = 25_000
const gzippedBytesMax = 10_000_000

/**
 * SARIF 2.1.0 (OASIS Standard), for code-scanning views: one result for each thing that still asks for attention, the worst first. What is too much for such a view is left
 * out at the end, and the run says so.
 */
export const sarif = {
  format: "sarif",
  render(report) {
    const problems = problemsOf(report)
    let shown = problems.slice(0, resultsMax)
    for (;;) {
      const written = canonicalJson(logOf(report, shown, problems.length - shown.length))
      const size = gzipSync(written).length
      if (size <= gzippedBytesMax || shown.length === 0) return written
      shown = shown.slice(0, Math.floor((shown.length * 0.9 * gzippedBytesMax) / size))
    }
  },
} satisfies Reporter

import { canonicalJson } from "../core/canonical-json.ts"
import type { Reporter } from "./reporter.ts"

/** The contract's own form: sorted keys, so that equal reports are equal bytes. */
export const json = { format: "json", render: (report) => canonicalJson(report) } satisfies Reporter

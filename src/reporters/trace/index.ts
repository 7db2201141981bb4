import { canonicalJson } from "../../core/canonical-json.ts"
import type { Trace } from "../../model/trace.ts"
import type { Look } from "../reporter.ts"

const json = (trace: Trace, _look: Look): string => canonicalJson(trace)

/** The forms of a trace, by the name that --format takes. */
export const traceForms = { text: json, json, html: json } as const

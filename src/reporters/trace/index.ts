import { canonicalJson } from "../../core/canonical-json.ts"
import type { Trace } from "../../model/trace.ts"
import { html } from "./html.ts"
import { text } from "./text.ts"

/** The forms of a trace, by the name that --format takes. */
export const traceForms = { text, json: (trace: Trace): string => canonicalJson(trace), html } as const

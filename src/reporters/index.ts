import { cyclonedx } from "./cyclonedx.ts"
import { html } from "./html.ts"
import { json } from "./json.ts"
import { markdown } from "./markdown.ts"
import type { Reporter } from "./reporter.ts"
import { sarif } from "./sarif.ts"
import { text } from "./text.ts"

export { readingOrder } from "./words.ts"

/** The forms of a report, by the name that --format takes. */
export const reporters = { text, json, markdown, html, sarif, cyclonedx } as const satisfies Record<string, Reporter>
export type Format = keyof typeof reporters

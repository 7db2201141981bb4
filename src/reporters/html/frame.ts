import { sha256Of } from "../../core/digest.ts"
import { style } from "./client-generated.ts"
import { element, lineBreak, type Markup, verbatim } from "./markup.ts"

export interface Framed {
  readonly title: string
  readonly body: readonly Markup[]
  /** The text of the one script that may run; without it none may. */
  readonly script?: string
}

/**
 * One file that asks nobody for anything: a browser that honours its Content-Security-Policy loads nothing, runs only the script and applies only
 * the style that are named by hash, and lets no text become markup (CSP level 3; Trusted Types).
 */
export function framed({ title, body, script }: Framed): string {
  const head = element(
    "head",
    {},
    element("meta", { charset: "utf-8" }),
    element("meta", { "http-equiv": "Content-Security-Policy", content: policy(script) }),
    element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    element("meta", { name: "color-scheme", content: "light dark" }),
    element("meta", { name: "referrer", content: "no-referrer" }),
    element("title", {}, title),
    element("style", {}, verbatim(style)),
  )
  return `<!doctype html>\n${element("html", { lang: "en" }, head, lineBreak, element("body", {}, ...body)).markup}\n`
}

const hashOf = (text: string): string => `'sha256-${Buffer.from(sha256Of(text), "hex").toString("base64")}'`

const policy = (script: string | undefined): string =>
  [
    "default-src 'none'",
    `script-src ${script === undefined ? "'none'" : hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ")

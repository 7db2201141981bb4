import { sha256Of } from "../core/digest.ts"
import { client, style } from "./html/client-generated.ts"
import { dataIn, element, lineBreak, type Markup, verbatim } from "./html/markup.ts"
import { pageOf } from "./html/page.ts"
import { body } from "./html/sections.ts"
import type { Reporter } from "./reporter.ts"

/**
 * One file that asks nobody for anything: a browser that honours its Content-Security-Policy loads nothing, runs only the script and applies only
 * the style that are named by hash, and lets no text become markup (CSP level 3; Trusted Types).
 */
export const html = {
  format: "html",
  wantsExhibits: true,
  render(report, look, exhibits = { shown: [], omitted: [] }) {
    const head = element(
      "head",
      {},
      element("meta", { charset: "utf-8" }),
      element("meta", { "http-equiv": "Content-Security-Policy", content: policy() }),
      element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      element("meta", { name: "color-scheme", content: "light dark" }),
      element("meta", { name: "referrer", content: "no-referrer" }),
      element("title", {}, `${report.verdict}: ${report.artifact.purl ?? report.artifact.name}`),
      element("style", {}, verbatim(style)),
    )
    const scripts: readonly Markup[] = [
      element("script", { type: "application/json", id: "page" }, dataIn(pageOf(report, exhibits))),
      element("script", {}, verbatim(client)),
    ]
    return `<!doctype html>\n${element("html", { lang: "en" }, head, lineBreak, element("body", {}, ...body(report, look), ...scripts)).markup}\n`
  },
} satisfies Reporter

const hashOf = (text: string): string => `'sha256-${Buffer.from(sha256Of(text), "hex").toString("base64")}'`

const policy = (): string =>
  [
    "default-src 'none'",
    `script-src ${hashOf(client)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ")

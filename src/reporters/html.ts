import { client } from "./html/client-generated.ts"
import { framed } from "./html/frame.ts"
import { dataIn, element, type Markup, verbatim } from "./html/markup.ts"
import { pageOf } from "./html/page.ts"
import { body } from "./html/sections.ts"
import type { Reporter } from "./reporter.ts"

/** One file for a browser: what is said of the release as a whole, and by its script the map, the files and their texts. */
export const html = {
  format: "html",
  wantsExhibits: true,
  render(report, look, exhibits = { shown: [], omitted: [] }) {
    const scripts: readonly Markup[] = [
      element("script", { type: "application/json", id: "page" }, dataIn(pageOf(report, exhibits))),
      element("script", {}, verbatim(client)),
    ]
    const title = `${report.verdict}: ${report.artifact.purl ?? report.artifact.name}`
    return framed({ title, body: [...body(report, look), ...scripts], script: client })
  },
} satisfies Reporter

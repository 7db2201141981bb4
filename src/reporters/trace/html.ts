import { plural } from "../../core/count.ts"
import type { Trace } from "../../model/trace.ts"
import { framed } from "../html/frame.ts"
import { element, lineBreak } from "../html/markup.ts"
import type { Look } from "../reporter.ts"
import { sectionOf } from "./markup.ts"
import { sections } from "./sections.ts"
import { summary, toldOf } from "./words.ts"

/** One page that is read without any script. */
export function html(trace: Trace, look: Look): string {
  const told = toldOf(trace)
  const parts = sections(told, look)
  const { commits, location } = trace.repository
  const header = element(
    "header",
    {},
    element("h1", {}, element("strong", {}, plural(commits, "commit")), " ", element("span", { class: "target" }, location)),
    element("ul", { class: "reasons" }, ...summary(told).map((line) => element("li", {}, line))),
    element("nav", { "aria-label": "Sections" }, ...parts.map(({ id, title }) => element("a", { href: `#${id}` }, title))),
  )
  return framed({
    title: `trace: ${location}, ${plural(commits, "commit")}`,
    body: [header, lineBreak, element("main", {}, ...parts.map(sectionOf))],
  })
}

import type { Exhibit, Page, PageEntry } from "../src/model/exhibit.ts"
import { byId, inSteps, make, number, plural } from "./dom.ts"
import { type Line, partsOf, type Row, rowsOf } from "./lines.ts"
import { swatch } from "./swatch.ts"

/** One file: how it is explained, then its lines with what nothing covers marked, and its base beside it. */
export function showFile(position: number, page: Page, back: string): void {
  const entry = page.entries[position]
  if (entry === undefined) return
  const text = page.texts.find((one) => one.entry === position)
  const title = make("h2", { tabindex: "-1", id: "file-title" }, entry.path)
  const said = make(
    "p",
    { class: "said" },
    swatch(entry.kind),
    ` ${entry.kind}`,
    ...(entry.toRead === 0 ? [] : [make("strong", {}, `  ${number(entry.toRead)} to read`)]),
  )
  const facts = entry.facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])
  byId("file").replaceChildren(
    make("a", { href: back, class: "back" }, "Back to the overview"),
    title,
    said,
    make("dl", {}, ...facts),
    ...(entry.left === undefined ? [] : [make("p", { class: "note" }, entry.left)]),
    ...(text === undefined ? withoutText(entry) : [tableOf(text, entry)]),
  )
  title.focus()
}

function whyWithout({ opaque, toRead, kind }: PageEntry): string {
  if (kind === "undetermined") return "It could not be looked at, so there is nothing to show beside it."
  if (toRead === 0) return `Explained as ${kind}: its text is not in this page.`
  return opaque ? "Opaque bytes: there are no lines to show." : "There are no lines to show."
}

/** The few lines that the report itself holds; of an explained or opaque entry none. */
function withoutText(entry: PageEntry): readonly HTMLElement[] {
  const { shown = [] } = entry
  if (shown.length === 0) return [make("p", { class: "note" }, whyWithout(entry))]
  const rows = shown.map((one) => rowElement({ kind: "new", line: { number: one.line, text: one.text } }, false))
  return [
    make("p", { class: "note" }, "The first of the uncovered lines:"),
    make("div", { class: "text" }, make("table", { class: "lines" }, headOf(false), make("tbody", {}, ...rows))),
  ]
}

function headOf(hasBase: boolean): HTMLElement {
  const names = hasBase ? ["Mark", "Line", "This release", "Line", "Base"] : ["Mark", "Line", "This release"]
  return make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))))
}

function tableOf(text: Exhibit, entry: PageEntry): HTMLElement {
  const rows = rowsOf(text, entry.unexplained ?? [])
  const hasBase = rows.some((row) => row.kind !== "count" && row.base !== undefined)
  const body = make("tbody")
  const nodes = partsOf(rows).flatMap((part) =>
    part.hidden ? [() => fold(part.rows, hasBase)] : part.rows.map((row) => () => rowElement(row, hasBase)),
  )
  inSteps(
    body,
    { count: nodes.length, at: (index) => nodes[index]?.() ?? make("tr") },
    { step: 1500, what: "rows", wrap: (more) => wide(more, hasBase, "fold") },
  )
  return make(
    "div",
    { class: "text" },
    make("table", { class: hasBase ? "lines beside" : "lines", "aria-labelledby": "file-title" }, headOf(hasBase), body),
  )
}

const wide = (content: HTMLElement | string, hasBase: boolean, name: string): HTMLElement =>
  make("tr", { class: name }, make("td", { colspan: hasBase ? "5" : "3" }, content))

/** Covered rows that are out of sight until asked for. */
function fold(rows: readonly Row[], hasBase: boolean): HTMLElement {
  const button = make("button", { type: "button", class: "more" }, `${plural(rows.length, "line")} covered`)
  const row = wide(button, hasBase, "fold")
  button.addEventListener("click", () => {
    const opened = rows.map((one) => rowElement(one, hasBase))
    opened[0]?.setAttribute("tabindex", "-1")
    row.replaceWith(...opened)
    opened[0]?.focus()
  })
  return row
}

const marks = { same: "", new: "+", gone: "−" } as const

function rowElement(row: Row, hasBase: boolean): HTMLElement {
  if (row.kind === "count") return wide(`− ${plural(row.removed, "line")} of the base stood here`, hasBase, "gone count")
  const line = row.kind === "gone" ? undefined : row.line
  const mark = make("td", { class: "mark" }, row.kind === "new" && row.base !== undefined ? "±" : marks[row.kind])
  return make("tr", { class: row.kind }, mark, ...side(line, "here"), ...(hasBase ? side(row.base, "base") : []))
}

/** Characters of one line that are shown before it is asked for. */
const lineMax = 4000

function side(line: Line | undefined, name: string): readonly HTMLElement[] {
  const numbered = make("td", { class: `at ${name}` }, line === undefined ? "" : String(line.number))
  const text = make("td", { class: `code ${name}` }, (line?.text ?? "").slice(0, lineMax))
  if (line === undefined || line.text.length <= lineMax) return [numbered, text]
  const more = make("button", { type: "button", class: "more" }, `${number(line.text.length - lineMax)} more characters`)
  more.addEventListener("click", () => text.replaceChildren(line.text))
  text.append(more)
  return [numbered, text]
}

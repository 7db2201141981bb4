import type { Page, PageEntry } from "../src/model/exhibit.ts"
import { announce, byId, inputById, inSteps, make, number, plural } from "./dom.ts"
import { swatch } from "./swatch.ts"

/** What the form asks for. */
export interface Wanted {
  /** Lower case. */
  readonly words: string
  readonly kinds: ReadonlySet<string>
  readonly onlyLeft: boolean
}

/** Positions of the entries that are wanted, what to read first at the front. */
export const filtered = (page: Page, wanted: Wanted): readonly number[] =>
  page.order.filter((position) => {
    const entry = page.entries[position]
    return (
      entry !== undefined &&
      (!wanted.onlyLeft || entry.toRead > 0) &&
      wanted.kinds.has(entry.kind) &&
      entry.path.toLowerCase().includes(wanted.words)
    )
  })

/** The list of files and the form that filters it. */
export function startList(page: Page): void {
  const form = byId("filter")
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=kind]")]
  const wanted = (): Wanted => ({
    words: inputById("words").value.toLowerCase(),
    kinds: new Set(boxes.filter((box) => box.checked).map((box) => box.value)),
    onlyLeft: inputById("left").checked,
  })
  let frame = 0
  form.addEventListener("submit", (event) => event.preventDefault())
  form.addEventListener("input", () => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => show(page, filtered(page, wanted()), true))
  })
  show(page, filtered(page, wanted()), false)
}

function show(page: Page, positions: readonly number[], asked: boolean): void {
  const said = `${number(positions.length)} of ${plural(page.entries.length, "file")}`
  if (asked) announce(said)
  const body = make("tbody")
  const rows = positions.flatMap((position, index) => {
    const entry = page.entries[position]
    const before = page.entries[positions[index - 1] ?? -1]
    if (entry === undefined) return []
    const group = groupOf(entry)
    return before !== undefined && groupOf(before) === group
      ? [() => row(position, entry)]
      : [() => groupRow(group), () => row(position, entry)]
  })
  inSteps(
    body,
    { count: rows.length, at: (index) => rows[index]?.() ?? make("tr") },
    {
      step: 300,
      what: "rows",
      wrap: (more) => make("tr", {}, make("td", { colspan: "5" }, more)),
    },
  )
  const names = ["To read", "Path", "Explained as", "Bytes", "What remains"]
  const head = make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))))
  byId("list").replaceChildren(make("table", {}, make("caption", {}, said), head, body))
}

const groupOf = (entry: PageEntry): string =>
  entry.toRead === 0 ? "nothing left to read" : entry.previous === "same" ? "the same as in the earlier release" : entry.danger

const groupRow = (name: string): HTMLElement => make("tr", { class: "group" }, make("th", { colspan: "5", scope: "colgroup" }, name))

function row(position: number, entry: PageEntry): HTMLElement {
  const marks = entry.previous === undefined || entry.toRead === 0 ? [] : [" ", make("span", { class: "count" }, entry.previous)]
  return make(
    "tr",
    { class: entry.toRead > 0 ? "left" : "done" },
    make("td", { class: "figure" }, entry.toRead === 0 ? "" : number(entry.toRead)),
    make("th", { scope: "row" }, make("a", { href: `#file-${position}` }, entry.path), ...marks),
    make("td", { class: "kind" }, swatch(entry.kind), ` ${entry.kind}`),
    make("td", { class: "figure" }, number(entry.size)),
    make("td", { class: "remains" }, entry.toRead === 0 ? "" : entry.remains),
  )
}

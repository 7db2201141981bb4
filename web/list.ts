import type { Page, PageEntry } from "../src/model/exhibit.ts"
import { announce, byId, inputById, inSteps, make, number, plural } from "./dom.ts"
import { swatch } from "./swatch.ts"

/** Whether an entry is wanted, by the words and the kinds asked for; the map and the list follow. */
export type Wanted = (entry: PageEntry) => boolean

/** Positions of the entries that are wanted, what to read first at the front. */
export const filtered = (page: Page, wanted: Wanted): readonly number[] =>
  page.order.filter((position) => {
    const entry = page.entries[position]
    return entry !== undefined && wanted(entry)
  })

/** The list of files and the boxes that filter it; `changed` hears what is wanted on the map too. */
export function startList(page: Page, changed: (wanted: Wanted) => void): void {
  const boxes = [...document.querySelectorAll<HTMLInputElement>("input[name=kind]")]
  const asked = (): Wanted => {
    const words = inputById("words").value.toLowerCase()
    const kinds = new Set<string>(boxes.filter((box) => box.checked).map((box) => box.value))
    return (entry) => kinds.has(entry.kind) && entry.path.toLowerCase().includes(words)
  }
  const list = (said: boolean): void => {
    const [wanted, onlyLeft] = [asked(), inputById("left").checked]
    const left: Wanted = (entry) => wanted(entry) && (!onlyLeft || entry.toRead > 0)
    show(page, filtered(page, left), said)
    if (said) changed(wanted)
  }
  let frame = 0
  for (const input of [...boxes, inputById("words"), inputById("left")])
    input.addEventListener("input", () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => list(true))
    })
  list(false)
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

/** "Could not look" is never shown as explained. */
function groupOf(entry: PageEntry): string {
  if (entry.toRead > 0) return entry.previous === "same" ? "the same as in the earlier release" : entry.danger
  return entry.kind === "undetermined" ? "could not be looked at" : "nothing left to read"
}

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
    make("td", { class: "remains" }, entry.toRead > 0 || entry.kind === "undetermined" ? entry.remains : ""),
  )
}

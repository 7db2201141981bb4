import type { Page } from "../src/model/exhibit.ts"
import { byId, inSteps, make, number, plural } from "./dom.ts"
import { type Folder, wayTo } from "./folders.ts"
import { swatch } from "./swatch.ts"

type Mark = (what: { readonly folder?: Folder; readonly entry?: number } | undefined) => void

/** The folder that the map shows as a table, with the way back to the root: the same for keyboards and screen readers. */
export function showFolder(folder: Folder, page: Page, mark: Mark): void {
  const steps = wayTo(folder).map((one) =>
    make(
      "li",
      {},
      make(
        "a",
        { href: hrefOf(one), ...(one === folder ? { "aria-current": "location" } : {}) },
        one.parent === undefined ? "all" : one.name,
      ),
    ),
  )
  byId("way").replaceChildren(make("ol", {}, ...steps))
  const title = make("h3", { tabindex: "-1", id: "folder-title" }, sayOf(folder))
  const rows = make("tbody")
  const items = [
    ...folder.folders.map((inner) => ({ bytes: inner.bytes, row: () => folderRow(inner, mark) })),
    ...folder.files.map((position) => ({ bytes: page.entries[position]?.size ?? 0, row: () => entryRow(position, page, mark) })),
  ].sort((a, b) => b.bytes - a.bytes)
  inSteps(
    rows,
    { count: items.length, at: (index) => items[index]?.row() ?? make("tr") },
    {
      step: 200,
      what: "items",
      wrap: (more) => make("tr", {}, make("td", { colspan: "3" }, more)),
    },
  )
  const head = make("thead", {}, make("tr", {}, ...["Name", "Bytes", "To read"].map((name) => make("th", { scope: "col" }, name))))
  byId("folder").replaceChildren(title, make("table", { "aria-labelledby": "folder-title" }, head, rows))
}

export const hrefOf = (folder: Folder): string => `#folder-${folder.id}`

export const sayOf = (folder: Folder): string =>
  `${folder.parent === undefined ? "The whole release" : folder.path}: ${plural(folder.entries, "entry", "entries")}, ${plural(folder.bytes, "byte")}, ${number(folder.toRead)} to read`

const cells = (bytes: number, toRead: number): readonly HTMLElement[] => [
  make("td", { class: "figure" }, number(bytes)),
  make("td", { class: "figure" }, toRead === 0 ? "" : number(toRead)),
]

function folderRow(folder: Folder, mark: Mark): HTMLElement {
  const name = make("a", { href: hrefOf(folder) }, `${folder.name}/`)
  return marking(make("tr", {}, make("th", { scope: "row" }, name), ...cells(folder.bytes, folder.toRead)), () => mark({ folder }), mark)
}

function entryRow(position: number, page: Page, mark: Mark): HTMLElement {
  const entry = page.entries[position]
  if (entry === undefined) return make("tr")
  const name = make("a", { href: `#file-${position}` }, entry.path.slice(entry.path.lastIndexOf("/") + 1))
  const head = make("th", { scope: "row" }, swatch(entry.kind), "\u00a0", name, make("span", { class: "unseen" }, ` ${entry.kind}`))
  return marking(make("tr", {}, head, ...cells(entry.size, entry.toRead)), () => mark({ entry: position }), mark)
}

function marking(row: HTMLElement, on: () => void, mark: Mark): HTMLElement {
  for (const event of ["pointerenter", "focusin"]) row.addEventListener(event, on)
  for (const event of ["pointerleave", "focusout"]) row.addEventListener(event, () => mark(undefined))
  return row
}

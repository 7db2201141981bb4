import type { Page } from "../src/model/exhibit.ts"
import type { Kind } from "../src/model/ledger.ts"
import { announce, byId } from "./dom.ts"
import { showFile } from "./file.ts"
import { hrefOf, sayOf, showFolder } from "./folder-table.ts"
import { type Folder, foldersOf } from "./folders.ts"
import { startList } from "./list.ts"
import { ByteMap } from "./map.ts"
import { repaintSwatches, swatch } from "./swatch.ts"

const page: Page = JSON.parse(byId("page").textContent ?? "")
const folders = foldersOf(page.entries)
const root = folders[0]
if (root !== undefined) start(root)

function start(top: Folder): void {
  const map = new ByteMap(page, top, ({ folder, entry }) => {
    if (folder !== undefined) location.hash = hrefOf(folder)
    else if (entry !== undefined) location.hash = `#file-${entry}`
  })
  let folder = top
  let scrolled = 0
  let opened: number | undefined

  const showOverview = (): void => {
    const from = opened
    opened = undefined
    byId("overview").hidden = false
    byId("file").hidden = true
    if (from === undefined) return
    window.scrollTo(0, scrolled)
    document.querySelector<HTMLElement>(`#list a[href="#file-${from}"], #folder a[href="#file-${from}"]`)?.focus({ preventScroll: true })
  }
  const open = (position: number): void => {
    if (opened === undefined) scrolled = window.scrollY
    opened = position
    byId("overview").hidden = true
    byId("file").hidden = false
    showFile(position, page, hrefOf(folder))
    window.scrollTo(0, 0)
    announce(`${page.entries[position]?.path ?? ""} is shown`)
  }
  const enter = (next: Folder): void => {
    folder = next
    showFolder(folder, page, (mark) => map.mark(mark))
    map.zoomTo(folder)
  }
  /** The address says what is shown: a file, a folder, or a section of the overview. */
  const follow = (): void => {
    const [, what, digits] = /^#(file|folder)-(\d{1,9})$/.exec(location.hash) ?? []
    if (what === "file" && page.entries[Number(digits)] !== undefined) {
      open(Number(digits))
      return
    }
    const wasOpen = opened !== undefined
    showOverview()
    const next = what === "folder" ? folders[Number(digits)] : location.hash === "" ? top : undefined
    if (next !== undefined && next !== folder) {
      enter(next)
      announce(sayOf(folder))
      if (!wasOpen) byId("folder-title").focus({ preventScroll: true })
    } else if (what === undefined && location.hash !== "") document.getElementById(location.hash.slice(1))?.scrollIntoView()
  }

  const kinds: Kind[] = []
  for (const box of document.querySelectorAll<HTMLInputElement>("input[name=kind]")) {
    const kind = page.entries.find((entry) => entry.kind === box.value)?.kind
    if (kind === undefined) continue
    kinds.push(kind)
    box.parentElement?.querySelector(".swatch")?.replaceWith(swatch(kind))
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => repaintSwatches(kinds))
  addEventListener("hashchange", follow)
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return
    if (opened !== undefined) location.hash = hrefOf(folder)
    else if (folder.parent !== undefined && !(event.target instanceof HTMLInputElement)) location.hash = hrefOf(folder.parent)
  })
  startList(page, (wanted) => map.stress(wanted))
  enter(top)
  follow()
}

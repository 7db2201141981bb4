import type { PageEntry } from "../src/model/exhibit.ts"

/** A folder of the release with what is below it added up. */
export interface Folder {
  /** Its place in the list of all folders; the root is 0. */
  id: number
  /** From its parent: several names where nothing else stands between. */
  name: string
  path: string
  parent: Folder | undefined
  folders: Folder[]
  /** Positions of the entries that stand in it directly. */
  files: number[]
  bytes: number
  entries: number
  toRead: number
}

/** Deeper names stay one name: a hostile path has thousands of slashes. */
const depthMax = 48

/** The folders of all entries, each before what is in it. */
export function foldersOf(entries: readonly PageEntry[]): readonly Folder[] {
  const root = make("", undefined)
  const known = new Map<Folder, Map<string, Folder>>()
  for (const [position, entry] of entries.entries()) {
    let folder = root
    for (const name of namesOf(entry.path)) {
      const within = known.get(folder) ?? new Map<string, Folder>()
      known.set(folder, within)
      const next = within.get(name) ?? make(name, folder)
      if (!within.has(name)) folder.folders.push(next)
      within.set(name, next)
      folder = next
    }
    folder.files.push(position)
  }
  const all: Folder[] = []
  finish(root, entries, all)
  return all
}

const make = (name: string, parent: Folder | undefined): Folder => ({
  id: 0,
  name,
  path: "",
  parent,
  folders: [],
  files: [],
  bytes: 0,
  entries: 0,
  toRead: 0,
})

function namesOf(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1)
  return names.length <= depthMax ? names : [...names.slice(0, depthMax - 1), names.slice(depthMax - 1).join("/")]
}

function finish(folder: Folder, entries: readonly PageEntry[], all: Folder[]): void {
  if (folder.parent !== undefined) shorten(folder)
  folder.id = all.push(folder) - 1
  folder.path = folder.parent === undefined ? "" : `${folder.parent.path}${folder.name}/`
  for (const position of folder.files)
    add(folder, { bytes: entries[position]?.size ?? 0, entries: 1, toRead: entries[position]?.toRead ?? 0 })
  for (const inner of folder.folders) {
    finish(inner, entries, all)
    add(folder, inner)
  }
}

/** A folder that holds one folder and nothing else is shown as one with it. */
function shorten(folder: Folder): void {
  for (
    let [only] = folder.folders;
    only !== undefined && folder.folders.length === 1 && folder.files.length === 0;
    [only] = folder.folders
  ) {
    folder.name = `${folder.name}/${only.name}`
    folder.files = only.files
    folder.folders = only.folders
    for (const inner of folder.folders) inner.parent = folder
  }
}

function add(folder: Folder, more: Pick<Folder, "bytes" | "entries" | "toRead">): void {
  folder.bytes += more.bytes
  folder.entries += more.entries
  folder.toRead += more.toRead
}

/** The way from the root to a folder, both included. */
export function wayTo(folder: Folder): readonly Folder[] {
  const way = [folder]
  for (let up = folder.parent; up !== undefined; up = up.parent) way.unshift(up)
  return way
}

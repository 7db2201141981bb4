import { type HierarchyRectangularNode, hierarchy, treemap } from "d3-hierarchy"
import type { PageEntry } from "../src/model/exhibit.ts"
import type { Folder } from "./folders.ts"

export interface Box {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** A folder or an entry on the map, in CSS pixels. */
export interface Place extends Box {
  readonly folder: Folder | undefined
  readonly entry: number | undefined
  /** Room for the folder's name above what is in it. */
  readonly titled: boolean
}

interface Item {
  readonly folder?: Folder
  readonly entry?: number
  readonly size: number
}

/** Height of a folder's title, and the size from which it has one. */
const title = { height: 17, widthMin: 56, heightMin: 44 }

/** Where a folder and all below it stand on a map of this size; what contains comes before what is inside. */
export function layOut(
  top: Folder,
  entries: readonly PageEntry[],
  size: { readonly width: number; readonly height: number },
): readonly Place[] {
  const sized = hierarchy<Item>({ folder: top, size: 0 }, (item) => (item.folder === undefined ? [] : inside(item.folder, entries)))
    .sum((item) => item.size)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  // Asked while a place is being divided and kept, as rounding moves its edges afterwards.
  const titled = new Set<HierarchyRectangularNode<Item>>()
  const edge = (node: HierarchyRectangularNode<Item>): number => (isTitled(node) ? 2 : 0)
  const laid = treemap<Item>()
    .size([size.width, size.height])
    .round(true)
    .paddingInner((node) => (areaOfEach(node) > 60 ? 1 : 0))
    .paddingLeft(edge)
    .paddingRight(edge)
    .paddingBottom(edge)
    .paddingTop((node) => {
      if (!isTitled(node)) return 0
      titled.add(node)
      return title.height
    })(sized)
  const places: Place[] = []
  laid.each((node) => {
    const { x0, y0, x1, y1, data } = node
    if (x1 > x0 && y1 > y0) places.push({ x0, y0, x1, y1, folder: data.folder, entry: data.entry, titled: titled.has(node) })
  })
  return places
}

const inside = (folder: Folder, entries: readonly PageEntry[]): readonly Item[] => [
  ...folder.folders.map((inner) => ({ folder: inner, size: 0 })),
  ...folder.files.map((entry) => ({ entry, size: entries[entry]?.size ?? 0 })),
]

const isTitled = ({ x0, x1, y0, y1, depth, data }: HierarchyRectangularNode<Item>): boolean =>
  depth > 0 && data.folder !== undefined && x1 - x0 >= title.widthMin && y1 - y0 >= title.heightMin

const areaOfEach = ({ x0, x1, y0, y1, children }: HierarchyRectangularNode<Item>): number =>
  ((x1 - x0) * (y1 - y0)) / (children?.length ?? 1)

/** The innermost place at a point: the last one, as what contains comes first. */
export const placeAt = (places: readonly Place[], x: number, y: number): Place | undefined =>
  places.findLast((place) => x >= place.x0 && x < place.x1 && y >= place.y0 && y < place.y1)

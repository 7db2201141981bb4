import fc from "fast-check"
import { expect, test } from "vitest"
import type { PageEntry } from "../src/model/exhibit.ts"
import { foldersOf } from "./folders.ts"
import { type Box, layOut, type Place, placeAt } from "./layout.ts"

const entry = (path: string, size: number): PageEntry => ({
  path,
  kind: "source",
  size,
  opaque: false,
  toRead: 0,
  danger: "others",
  remains: "",
  facts: [],
})

function laidOut(entries: readonly PageEntry[], width = 800, height = 500): readonly Place[] {
  const [root] = foldersOf(entries)
  return root === undefined ? [] : layOut(root, entries, { width, height })
}

const files = fc.array(
  fc.tuple(fc.stringMatching(/^([ab]\/){0,4}[a-z]{1,3}$/), fc.nat(1_000_000)).map(([path, size]) => entry(path, size)),
  { minLength: 1, maxLength: 80 },
)

test("property: places lie inside the map, and those of entries do not overlap, titles included", () => {
  fc.assert(
    fc.property(files, (entries) => {
      const places = laidOut(entries)
      for (const { x0, y0, x1, y1 } of places) expect([x0 >= 0, y0 >= 0, x1 <= 800, y1 <= 500]).toEqual([true, true, true, true])
      const solid = places.flatMap((place) => (place.entry !== undefined ? [place] : place.titled ? [{ ...place, y1: place.y0 + 16 }] : []))
      const overlap = (a: Box, b: Box): boolean => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
      expect(solid.filter((a, index) => solid.slice(index + 1).some((b) => overlap(a, b)))).toEqual([])
    }),
  )
})

test("an area is as large as its bytes are many, and a point finds the innermost", () => {
  const places = laidOut([entry("big", 3_000_000), entry("small", 1_000_000), entry("empty", 0)])
  const area = ({ x0, y0, x1, y1 }: Place): number => (x1 - x0) * (y1 - y0)
  const [big, small] = [0, 1].map((position) => places.find((place) => place.entry === position))
  expect(big !== undefined && small !== undefined && area(big) / area(small)).toBeCloseTo(3, 0)
  expect(places.some((place) => place.entry === 2)).toBe(false)
  expect(placeAt(places, 10, 10)?.entry).toBe(0)
  expect(placeAt(places, 900, 10)).toBeUndefined()
})

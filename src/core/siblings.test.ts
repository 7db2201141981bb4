import fc from "fast-check"
import { expect, test } from "vitest"
import { siblingsOf } from "./siblings.ts"

const file = (path: string, size: number, entropy = size / 100) => ({ path, size, entropy })

test("files of one folder whose names end alike are ranked, the largest first; equal ones share a rank", () => {
  const files = [file("t/a.xz", 10), file("t/b.XZ", 30), file("t/c.xz", 30), file("t/d.xz", 20), file("t/sub/e.xz", 5), file("t/a.lz", 7)]
  expect(siblingsOf(files).map((one) => one?.sizeRank)).toEqual([4, 1, 1, 3, undefined, undefined])
  expect(siblingsOf(files)[0]).toEqual({ of: ".xz", count: 4, sizeRank: 4, sizeMedian: 20, entropyRank: 4, entropyMedian: 0.2 })
})

test("without an ending the format tells, a leading dot and a dot in a folder's name are no ending", () => {
  const files = [
    { ...file("a.b/one", 1), format: "gzip" },
    { ...file("a.b/two", 2), format: "gzip" },
    { ...file("a.b/three", 3), format: "tar" },
    file("a.b/.four", 4),
    file("a.b/five", 5),
  ]
  expect(siblingsOf(files).map((one) => [one?.of, one?.count])).toEqual([
    ["gzip", 2],
    ["gzip", 2],
    [undefined, undefined],
    ["no ending", 2],
    ["no ending", 2],
  ])
})

test("a rank is one more than there are larger siblings, whatever the order of the files", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 30 }), (sizes) => {
      const told = siblingsOf(sizes.map((size, index) => file(`f/${index}.bin`, size)))
      expect(told.map((one) => one?.sizeRank)).toEqual(sizes.map((size) => 1 + sizes.filter((other) => other > size).length))
      const median = told[0]?.sizeMedian ?? -1
      expect(2 * sizes.filter((size) => size <= median).length).toBeGreaterThanOrEqual(sizes.length)
      expect(2 * sizes.filter((size) => size >= median).length).toBeGreaterThanOrEqual(sizes.length)
    }),
  )
})

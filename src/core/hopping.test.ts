import fc from "fast-check"
import { expect, test } from "vitest"
import { type ByteSource, emptyBytes, memorySource } from "./bytes.ts"
import { Cursor } from "./cursor.ts"
import { hoppingCursor } from "./hopping.ts"

const bytes = Uint8Array.from({ length: 5000 }, (_, at) => (at * 7 + (at >> 8)) & 255)
const steps = fc.array(fc.tuple(fc.constantFrom("take", "peek", "some", "skip"), fc.integer({ min: 1, max: 900 })), { maxLength: 40 })

const plain = (told: Uint8Array | number): readonly number[] => (typeof told === "number" ? [told] : [...told])

/** A source that can only be asked for later. */
const later = ({ size, read, stream }: ByteSource): ByteSource => ({ size, read, stream })

test("property: a cursor that hops tells what one that reads everything tells", async () => {
  const source = memorySource(bytes)
  await fc.assert(
    fc.asyncProperty(steps, async (asked) => {
      const [hopping, whole] = [hoppingCursor(source), new Cursor(source.stream())]
      const slow = hoppingCursor(later(source))
      for (const [step, size] of asked) {
        if (step === "some") {
          const some = await hopping.some(size)
          for (const other of [whole, slow]) expect(plain(await other.take(some?.byteLength ?? size))).toEqual(plain(some ?? emptyBytes))
        } else {
          const expected = plain(await whole[step](size))
          for (const other of [hopping, slow]) expect(plain(await other[step](size))).toEqual(expected)
        }
        expect([hopping.position, slow.position]).toEqual([whole.position, whole.position])
      }
    }),
  )
})

test("what is skipped is not read", async () => {
  const read: [number, number][] = []
  const source = memorySource(new Uint8Array(1 << 20))
  const cursor = hoppingCursor({
    ...source,
    readNow: (start, end) => {
      read.push([start, end])
      return source.readNow?.(start, end)
    },
  })
  await cursor.take(3)
  expect(await cursor.skip(1 << 19)).toBe(1 << 19)
  await cursor.take(3)
  expect(await cursor.skip(1 << 20)).toBe((1 << 20) - (1 << 19) - 6)
  expect(read).toEqual([
    [0, 32],
    [(1 << 19) + 3, (1 << 19) + 35],
  ])
})

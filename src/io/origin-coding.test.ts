import fc from "fast-check"
import { expect, it } from "vitest"
import { FaultError } from "../core/fault.ts"
import { decodeSequences, encodeSequences, VarintReader, VarintWriter } from "./origin-coding.ts"

const numbers = 50
const sequence = fc.array(fc.nat(numbers - 1), { maxLength: 60 }).map((list) => Int32Array.from(list))

function decoded(bytes: Uint8Array, max = numbers): Int32Array[] {
  const found: Int32Array[] = []
  decodeSequences(bytes, { numbers: max }, (one) => found.push(one))
  return found
}

it("gives back every list of sequences", () => {
  fc.assert(
    fc.property(fc.array(sequence, { maxLength: 40 }), (list) => {
      expect(decoded(encodeSequences(list))).toEqual(list)
    }),
  )
})

it("gives back the short ones alone, whatever they are coded against", () => {
  fc.assert(
    fc.property(fc.array(sequence, { maxLength: 40 }), fc.nat(60), (list, sizeMax) => {
      const found: [Int32Array, number][] = []
      decodeSequences(encodeSequences(list), { numbers, sizeMax }, (one, index) => found.push([one, index]))
      expect(found).toEqual([...list.entries()].flatMap(([index, one]) => (one.length <= sizeMax ? [[one, index]] : [])))
    }),
  )
})

it("codes an edited text in a few bytes more", () => {
  const base = Int32Array.from({ length: 5000 }, (_, index) => index)
  const edited = Int32Array.from([...base.subarray(0, 2000), 5001, ...base.subarray(2001)])
  const one = encodeSequences([base]).byteLength
  expect(encodeSequences([base, edited]).byteLength).toBeLessThan(one + 40)
})

it("gives back every number", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 })), (list) => {
      const writer = new VarintWriter()
      for (const value of list) writer.putSigned(value)
      const reader = new VarintReader(writer.finish(), "test")
      expect(list.map(() => reader.takeSigned(2 ** 41))).toEqual(list)
      expect(reader.done).toBe(true)
    }),
  )
})

it("meets damaged bytes with a fault, or with sequences whose numbers are in range", () => {
  const whole = encodeSequences([Int32Array.from([1, 2, 3, 4, 5, 6]), Int32Array.from([1, 2, 9, 4, 5, 6])])
  fc.assert(
    fc.property(fc.nat(whole.byteLength - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, flip, cut) => {
      const bytes = cut ? whole.slice(0, at) : whole.map((byte, index) => (index === at ? byte ^ flip : byte))
      try {
        for (const one of decoded(bytes)) for (const number of one) expect(number).toBeLessThan(numbers)
      } catch (error) {
        expect(error).toBeInstanceOf(FaultError)
      }
    }),
  )
})

it("refuses numbers that the index has no lines for", () => {
  expect(() => decoded(encodeSequences([Int32Array.from([30])]), 30)).toThrow(FaultError)
})

import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type PeriodicRun, periodicRuns, periodMax, repetitionsMin, runBytesMin } from "./periods.ts"

const runsOf = (bytes: Uint8Array): readonly PeriodicRun[] =>
  [...periodicRuns(bytes)].sort((a, b) => a.start - b.start || a.period - b.period)

/** By the definition: for each period, the longest stretches that it fits; those which a smaller one fits too are of that one. */
function runsByDefinition(bytes: Uint8Array, most: number): readonly PeriodicRun[] {
  const found: PeriodicRun[] = []
  for (let period = 1; period <= most; period += 1)
    for (let start = 0; start + period < bytes.length; start += 1) {
      let end = start + period
      while (end < bytes.length && bytes[end] === bytes[end - period]) end += 1
      const length = end - start
      const isSmallest = !found.some((run) => run.start <= start && run.end >= end)
      if (length >= repetitionsMin * period && length >= runBytesMin && isSmallest) found.push({ period, start, end })
      if (length > period) start = end - period
    }
  return found.sort((a, b) => a.start - b.start || a.period - b.period)
}

/** No shorter word is repeated in it. */
const isPrimitive = (word: Uint8Array): boolean => Buffer.concat([word, word]).indexOf(word, 1) === word.length

const word = (most: number) => fc.uint8Array({ minLength: 1, maxLength: most }).filter(isPrimitive)

describe("runs of a period", () => {
  test("one that is planted is found, with its period, its place and its end, wherever it stands", () => {
    fc.assert(
      fc.property(
        word(300),
        fc.integer({ min: 0, max: 5 }),
        fc.uint8Array({ maxLength: 700 }),
        fc.uint8Array({ maxLength: 700 }),
        (one, more, before, after) => {
          const times = Math.max(repetitionsMin, Math.ceil(runBytesMin / one.length)) + more
          const planted = Buffer.concat(Array.from({ length: times }, () => one))
          const bytes = Buffer.concat([before, planted, after])
          const found = runsOf(bytes).find(
            ({ period, start, end }) => period === one.length && start <= before.length && end >= before.length + planted.length,
          )
          expect(found).toBeDefined()
          // What stands around may go on with it, and does so by less than a word each time: never further than it is equal.
          for (let at = found?.start ?? 0; at + one.length < (found?.end ?? 0); at += 1) expect(bytes[at]).toBe(bytes[at + one.length])
        },
      ),
      { numRuns: 300 },
    )
  })

  test("they are those of the definition, in bytes of few values", () => {
    const some = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 400 }),
      fc
        .array(fc.tuple(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 60 })), {
          maxLength: 6,
        })
        .map((parts) => parts.flatMap(([part, times]) => Array.from({ length: times }, () => part).flat())),
    )
    fc.assert(
      fc.property(some, (values) => {
        const bytes = Uint8Array.from(values)
        expect(runsOf(bytes)).toEqual(runsByDefinition(bytes, 64))
      }),
      { numRuns: 500 },
    )
  })

  test("the longest period is found, one byte longer is not", () => {
    const noise = (size: number): Buffer =>
      Buffer.from(Array.from({ length: size }, (_, at) => (Math.imul(at + 7, 0x9e3779b1) >>> 13) & 0xff))
    const times = (size: number): Buffer => Buffer.concat(Array.from({ length: repetitionsMin }, () => noise(size)))
    expect(runsOf(times(periodMax))).toEqual([{ period: periodMax, start: 0, end: repetitionsMin * periodMax }])
    expect(runsOf(times(periodMax + 1))).toEqual([])
  })

  test("a stretch that is too short is none", () => {
    expect(runsOf(new Uint8Array(runBytesMin - 1))).toEqual([])
    expect(runsOf(new Uint8Array(runBytesMin))).toEqual([{ period: 1, start: 0, end: runBytesMin }])
    expect(runsOf(new Uint8Array(0))).toEqual([])
  })

  test("bytes by chance have none", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        let state = seed >>> 0 || 1
        const next = (): number => {
          state ^= state << 13
          state ^= state >>> 17
          state ^= state << 5
          return state & 0xff
        }
        expect(runsOf(Uint8Array.from({ length: 20_000 }, next))).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  test("words that repeat themselves everywhere (Fibonacci, one byte but for a few) are told as the definition says", () => {
    let [before, word] = ["b", "a"]
    while (word.length < 1_000_000) [before, word] = [word, word + before]
    const fibonacci = Buffer.from(word)
    const zeros = new Uint8Array(2 ** 20)
    for (let at = 1000; at < zeros.length; at += 4099) zeros[at] = 1
    // Nothing stands in a Fibonacci word four times in a row (Karhumäki, 1983).
    expect(runsOf(fibonacci)).toEqual([])
    expect(runsOf(zeros)).toHaveLength(257)
  })
})

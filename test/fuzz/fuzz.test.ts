import { expect, test } from "vitest"
import { parsers } from "../../src/parsers/index.ts"
import { fuzz } from "./fuzz.ts"
import { subjects } from "./subjects.ts"

/** The short form of `npm run fuzz`; docs/results.md has the long one. */
const inputs = 4000

test.each(subjects.map((subject) => [subject.name, subject] as const))(
  "%s: mutants end in a fault or in claims that tile",
  async (_, subject) => {
    const { answers, faults } = await fuzz(subject, { inputs, seed: 1 })
    expect(answers.length).toBeGreaterThan(5)
    expect(faults).toBeGreaterThan(0)
    expect(faults).toBeLessThan(inputs)
  },
)

test("each walker is fuzzed", () => {
  expect(subjects.map(({ parser }) => parser.format).sort()).toEqual(parsers.map(({ format }) => format).sort())
})

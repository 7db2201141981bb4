import { expect, test } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import type { YaraFound, YaraScan } from "../../model/yara.ts"
import { asked } from "../test-kit.ts"
import { yaraMatch } from "./match.ts"

const sha256 = sha256Of("")
const found: YaraFound = { rule: "r", file: "a.yar", tags: [], strings: [{ name: "$a", start: 3, end: 5 }], path: "p/x", sha256 }
const scanOf = (some: Partial<YaraScan>): YaraScan => ({
  engine: "YARA-X",
  files: [{ path: "a.yar", sha256 }],
  scanned: 1,
  found: [],
  unscanned: { count: 0, first: [] },
  ...some,
})
const answerTo = (some: Partial<YaraScan>) => yaraMatch.check({ ...asked(), yara: scanOf(some) })
const left = { count: 2, first: [{ path: "p/y", why: "it is large" }] }

test("no match is good news only where all was scanned", () => {
  expect(answerTo({}).outcome).toBe("absent")
  expect(answerTo({ scanned: 0 }).outcome).toBe("not-applicable")
  expect(answerTo({ unscanned: left })).toEqual({
    outcome: "not-assessed",
    why: "1 content scanned with 1 file of rules; 2 contents not scanned whole, such as p/y: it is large",
  })
})

test("what was not scanned is told beside a match too", () => {
  const answer = answerTo({ found: [found], unscanned: left })
  expect([answer.outcome, answer.why]).toEqual(["present", expect.stringContaining("p/y: it is large")])
})

test("one finding an entry and rule; offsets of decoded content are none of the entry's", () => {
  const answer = answerTo({
    found: [
      { ...found, inside: "decoded" },
      { ...found, inside: "decoded!m" },
      { ...found, path: "p/z" },
    ],
  })
  const at = answer.outcome === "present" ? answer.findings.map((one) => one.at) : []
  expect(at).toEqual([{ path: "p/x" }, { path: "p/z", bytes: [3, 5] }])
})

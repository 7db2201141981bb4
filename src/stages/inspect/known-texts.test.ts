import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { FilePaths } from "../../languages/index.ts"
import type { Script } from "../../model/code.ts"
import { KnownTexts } from "./known-texts.ts"

const names = ["a", "b", "c"]
const script = (path: string): Script => ({ path, language: "made", acts: [], blind: [] })

/** Asks for a file, and for the next only where it is not there; at the end for all. */
const asking =
  (asked: readonly string[], asksForAll: boolean) =>
  (files: FilePaths): Script =>
    script([asked.find((name) => files.has(name)), ...(asksForAll ? files : [])].join(" "))

describe("texts that another release has too", () => {
  it("are what they would be read as there", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.constantFrom("x", "y"), files: fc.subarray(names) }), { maxLength: 8 }),
        fc.record({ x: fc.shuffledSubarray(names), y: fc.shuffledSubarray(names) }),
        fc.boolean(),
        (readings, asked, asksForAll) => {
          const known = new KnownTexts()
          for (const { key, files } of readings) {
            const read = asking(key === "x" ? asked.x : asked.y, asksForAll)
            expect(known.script(key, new Set(files), read)).toEqual(read(new Set(files)))
          }
        },
      ),
    )
  })

  it("are read once", () => {
    const known = new KnownTexts()
    const first = known.script("x", new Set(["a"]), asking(["a"], false))
    expect(known.script("x", new Set(["a", "b"]), asking(["a"], false))).toBe(first)
  })
})

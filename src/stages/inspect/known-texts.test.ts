import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Script } from "../../model/code.ts"
import { KnownTexts } from "./known-texts.ts"
import type { Reading } from "./text-reader.ts"

const names = ["a", "b", "c"]
const script = (path: string): Script => ({ path, language: "made", acts: [], blind: [] })

/** Asks for a file, and for the next only where it is not there; at the end for all. */
const asking =
  (asked: readonly string[], asksForAll: boolean) =>
  (files: ReadonlySet<string>): Reading => {
    const at = asked.findIndex((name) => files.has(name))
    const answers = new Map(asked.slice(0, at === -1 ? asked.length : at + 1).map((name) => [name, files.has(name)]))
    return { script: script([asked[at], ...(asksForAll ? files : [])].join(" ")), oddities: [], asked: asksForAll ? undefined : answers }
  }

function readOnce(known: KnownTexts, key: string, files: ReadonlySet<string>, read: (files: ReadonlySet<string>) => Reading): Script {
  const reading = known.find(key, files) ?? read(files)
  known.keep(key, reading)
  return reading.script
}

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
            expect(readOnce(known, key, new Set(files), read)).toEqual(read(new Set(files)).script)
          }
        },
      ),
    )
  })

  it("are read once", () => {
    const known = new KnownTexts()
    const first = readOnce(known, "x", new Set(["a"]), asking(["a"], false))
    expect(readOnce(known, "x", new Set(["a", "b"]), asking(["a"], false))).toBe(first)
  })
})

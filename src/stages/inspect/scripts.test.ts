import { describe, expect, it } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import type { Analyser } from "../../languages/index.ts"
import { Scripts } from "./scripts.ts"

const scripts = (analysers: Readonly<Record<string, Analyser>>): Scripts => new Scripts(new Map(Object.entries(analysers)), limitsDefault)
const nothing = { acts: [], blind: [] }

describe("texts that are analysed", () => {
  it("a front end that fails is said with its place, and the rest is read", () => {
    const all = scripts({
      broken: () => {
        throw new RangeError("too deep")
      },
      outer: (source, { inner }) => ({ ...nothing, blind: [...inner("broken", source).blind, ...inner("unheard", source).blind] }),
    })
    expect(all.script({ path: "a", text: "1\n2\n", isWhole: true }, "outer", new Set()).blind).toEqual([
      { at: { path: "a", lines: [1, 2] }, why: "the reader of broken failed: too deep" },
      { at: { path: "a", lines: [1, 2] }, why: "nothing reads unheard" },
    ])
  })

  it("texts inside each other end", () => {
    const all = scripts({ outer: (source, { inner }) => inner("outer", source) })
    expect(all.script({ path: "a", text: "x", isWhole: true }, "outer", new Set()).blind).toEqual([
      { at: { path: "a", lines: [1, 1] }, why: `more than ${limitsDefault.innerDepthMax} texts inside each other` },
    ])
  })

  it("a text that is larger than what is analysed is said", () => {
    const [blind] = scripts({ outer: () => nothing }).script({ path: "a", text: "x", isWhole: false }, "outer", new Set()).blind
    expect(blind?.why).toBe(`more than ${limitsDefault.scriptBytesMax} bytes`)
  })
})

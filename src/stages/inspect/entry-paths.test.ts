import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { text, unknown, type Value } from "../../model/code.ts"
import { EntryPaths, normalised } from "./entry-paths.ts"
import { compilePattern } from "./posix-pattern.ts"

const paths = new EntryPaths(
  ["p-1.0/configure", "p-1.0/m4/a.m4", "p-1.0/tests/files/bad-1.xz", "p-1.0/tests/files/bad-2.xz", "p-1.0/src/run.sh"],
  "p-1.0/",
)
const meant = (value: Value, script = "p-1.0/configure"): readonly string[] => paths.meant(value, script, () => [])
const joined = (...parts: Value[]): Value => ({ kind: "joined", parts })

describe("the entries that a script's paths mean", () => {
  it.each<[string, Value, string, readonly string[]]>([
    ["from the root", text("./tests/files/../files/bad-1.xz"), "p-1.0/configure", ["p-1.0/tests/files/bad-1.xz"]],
    ["from the script's folder", text("run.sh"), "p-1.0/src/other.sh", ["p-1.0/src/run.sh"]],
    ["from a folder above", text("../configure"), "p-1.0/src/run.sh", ["p-1.0/configure"]],
    [
      "below a folder that is not known",
      joined(unknown("srcdir"), text("/tests/files/bad-2.xz")),
      "p-1.0/configure",
      ["p-1.0/tests/files/bad-2.xz"],
    ],
    [
      "by a name of which a part is not known",
      joined(text("tests/files/bad-"), unknown("n"), text(".xz")),
      "p-1.0/configure",
      ["p-1.0/tests/files/bad-1.xz", "p-1.0/tests/files/bad-2.xz"],
    ],
    ["one of two", { kind: "either", of: [text("configure"), text("m4/a.m4")] }, "p-1.0/configure", ["p-1.0/configure", "p-1.0/m4/a.m4"]],
    ["none of this machine", text("/usr/bin/configure"), "p-1.0/configure", []],
    ["none where nothing is known", unknown("x"), "p-1.0/configure", []],
    ["none where only a letter is", joined(unknown("x"), text("z")), "p-1.0/configure", []],
  ])("%s", (_, value, script, expected) => {
    expect(meant(value, script)).toEqual(expected)
  })

  it("are told of values that stand in one another as deep as branches put them", () => {
    let value: Value = text("configure")
    for (let depth = 0; depth < 200; depth += 1) value = { kind: "either", of: [text("m4/a.m4"), joined(text(""), value)] }
    expect(meant(value)).toEqual(["p-1.0/m4/a.m4", "p-1.0/configure"])
  })

  it("are those that a search finds", () => {
    const search = { by: "content", syntax: "basic", ignoresCase: false, pattern: text("x"), within: [] } as const
    const names: Value = { kind: "names", search, at: { path: "p-1.0/configure", lines: [1, 1] } }
    expect(paths.meant(names, "p-1.0/configure", (one) => (one === search ? ["p-1.0/tests/files/bad-1.xz"] : []))).toEqual([
      "p-1.0/tests/files/bad-1.xz",
    ])
  })
})

const piece = fc.string({ unit: fc.constantFrom("a", "b", ".", "-", "*", "?", "[", "]", "\\", "!", "é"), maxLength: 6 })

describe("a name of which a part is not known", () => {
  it("means what its glob matches, whatever is looked for first", () => {
    const names = fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", ".", "-", "[", "\\", "é"), minLength: 1, maxLength: 12 }))
    fc.assert(
      fc.property(names, fc.array(piece, { minLength: 2, maxLength: 4 }), (others, known) => {
        const files = [...new Set([...others, known.join(""), known.join("ab"), `x${known.join("ab")}`])].filter(
          (name) => normalised(name) === name,
        )
        const glob = known.join("*")
        const fits = compilePattern({ by: "name", syntax: "glob", ignoresCase: false }, glob)
        // Too little of it is known, but for an ending.
        fc.pre(known.join("").length >= 6 && fits !== undefined)
        const value = joined(...known.flatMap((one, index) => (index === 0 ? [text(one)] : [unknown("x"), text(one)])))
        expect(new EntryPaths(files, "").meant(value, "configure", () => [])).toEqual(files.filter((file) => fits?.(file)))
      }),
    )
  })
})

describe("a name put together of parts that may be one of several", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", ".", "/", " ", "\n", "[", "é"), maxLength: 8 })
  const parts = fc.array(fc.array(letters, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 })

  it("means what each of its spellings means, however it ends", () => {
    fc.assert(
      fc.property(parts, fc.array(letters, { maxLength: 4 }), (several, others) => {
        const spelled = several.reduce((before, ends) => before.flatMap((start) => ends.map((end) => start + end)), [""])
        const files = [...new Set([...others, ...spelled.slice(0, 3), `${spelled.at(-1)}.js`])].filter((path) => normalised(path) === path)
        const entries = new EntryPaths(files, "")
        const of = (value: Value): readonly string[] => entries.meant(value, "a/b/configure", () => [])
        const value = joined(...several.map((ends): Value => ({ kind: "either", of: ends.map(text) })))
        expect(of(value)).toEqual([...new Set(spelled.flatMap((spelling) => of(text(spelling))))])
      }),
    )
  })
})

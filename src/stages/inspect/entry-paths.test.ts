import { describe, expect, it } from "vitest"
import { text, unknown, type Value } from "../../model/code.ts"
import { EntryPaths } from "./entry-paths.ts"

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

  it("are those that a search finds", () => {
    const search = { by: "content", syntax: "basic", ignoresCase: false, pattern: text("x"), within: [] } as const
    const names: Value = { kind: "names", search, at: { path: "p-1.0/configure", lines: [1, 1] } }
    expect(paths.meant(names, "p-1.0/configure", (one) => (one === search ? ["p-1.0/tests/files/bad-1.xz"] : []))).toEqual([
      "p-1.0/tests/files/bad-1.xz",
    ])
  })
})

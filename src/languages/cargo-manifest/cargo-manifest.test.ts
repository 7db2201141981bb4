import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { text } from "../../model/code.ts"
import { cargoManifest } from "./index.ts"

const namedIn = async (of: string) =>
  (await analysed(cargoManifest, of, { path: "Cargo.toml" })).acts.map((act) => [act.kind === "runs" && act.what, act.at.lines])

describe("Cargo.toml", () => {
  it.each<[string, string, readonly unknown[]]>([
    ["a file", '[package]\nbuild = "src/b.rs"\n', [[text("src/b.rs"), [2, 2]]]],
    [
      "several",
      '[package]\nbuild = ["a.rs",\n"b.rs"]\n',
      [
        [text("a.rs"), [2, 2]],
        [text("b.rs"), [3, 3]],
      ],
    ],
    ["one of an old manifest", "project.build = 'b.rs'\n", [[text("b.rs"), [1, 1]]]],
    ["one that more words name", '# "b.rs"\n[package]\nbuild = "b.rs"\n', [[text("b.rs"), [1, 3]]]],
    ["one in other words", '[package]\nname = "a"\nbuild = "\\u0062.rs"\n', [[text("b.rs"), [1, 3]]]],
    ["none", '[package]\nbuild = false\nlinks = "z"\n[dependencies]\nbuild = "1"\n', []],
  ])("names %s as the build script", async (_, of, named) => {
    expect(await namedIn(of)).toEqual(named)
  })

  it.each(["[package", `a = ${"[".repeat(1000)}`, `# ${"a".repeat(2 ** 20)}`])("is given up with a word where it is none", async (of) => {
    expect((await analysed(cargoManifest, of)).blind).toHaveLength(1)
  })
})

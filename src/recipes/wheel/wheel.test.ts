import { describe, expect, test } from "vitest"
import { explained, kindOf, type Packed, saysNothingElse } from "../../../test/fixtures/packed.ts"
import { sha256Of } from "../../core/digest.ts"

const info = "made_kit-1.0.dist-info/"
const readme = "# Made\n\nA kit.\n"
const pyproject = `[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "made-kit"
version = "1.0"
description = "A kit"
readme = "README.md"
requires-python = ">=3.8, <4"
license = "MIT"
keywords = ["b", "a"]
authors = [{ name = "Ada L.", email = "ada@example.org" }, { name = "Bob" }]
classifiers = ["Typing :: Typed"]
dependencies = ["Some_Thing[b,a]>=1, <2; python_version < '3.9' or os_name == 'nt'", "other @ https://example.org/o.whl"]
[project.optional-dependencies]
Test_All = ["pytest"]
deep = ["one; os_name == 'nt' or python_version < '3.9'"]
[project.scripts]
made = "made:main"
[project.entry-points."other.plugins"]
one = "made.one:One"
[project.urls]
Home = "https://example.org"
`
const metadata = `Metadata-Version: 2.4
Name: made-kit
Version: 1.0
Summary: A kit
Author: Bob
Author-email: "Ada L." <ada@example.org>
License-Expression: MIT
Project-URL: Home, https://example.org
Keywords: b,a
Classifier: Typing :: Typed
Requires-Python: <4,>=3.8
Description-Content-Type: text/markdown
License-File: LICENSE
Requires-Dist: some-thing[a,b]<2,>=1; python_version < "3.9" or os_name == "nt"
Requires-Dist: other@ https://example.org/o.whl
Provides-Extra: test-all
Requires-Dist: pytest; extra == "test-all"
Provides-Extra: deep
Requires-Dist: one; (os_name == "nt" or python_version < "3.9") and extra == "deep"
Dynamic: license-file

# Made

A kit.
`
const wheelText = "Wheel-Version: 1.0\nGenerator: setuptools (78.1.0)\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n\n"
const points = "[console_scripts]\nmade = made:main\n\n[other.plugins]\none = made.one:One\n"
const sources = { "made/__init__.py": "one = 1\n", "solo.py": "two = 2\n" }

function recordOf(files: Readonly<Record<string, string>>): string {
  const line = ([path, text]: readonly [string, string]): string =>
    `${path},sha256=${Buffer.from(sha256Of(text), "hex").toString("base64url")},${Buffer.from(text).length}\n`
  return `${Object.entries(files).map(line).join("")}${info}RECORD,,\n`
}

function wheel(change: Partial<Packed> = {}): Packed {
  const files = {
    ...sources,
    'odd,"name".txt': "odd\n",
    [`${info}licenses/LICENSE`]: "free\n",
    [`${info}METADATA`]: metadata,
    [`${info}WHEEL`]: wheelText,
    [`${info}top_level.txt`]: "made\nsolo\n",
    [`${info}entry_points.txt`]: points,
  }
  const record = recordOf(files).replace('odd,"name".txt', '"odd,""name"".txt"')
  return {
    name: "made_kit-1.0-py2.py3-none-any.whl",
    format: "zip",
    root: "",
    version: "1.0",
    files: { ...files, [`${info}RECORD`]: record },
    tree: { ...sources, "pyproject.toml": pyproject, "README.md": readme, LICENSE: "free\n", 'odd,"name".txt': "odd\n" },
    ...change,
  }
}

const sorted = (text: string): readonly string[] => text.split("\n").sort()

describe("an honest wheel", () => {
  test.each(["RECORD", "METADATA", "WHEEL", "top_level.txt", "entry_points.txt", "licenses/LICENSE"])("%s follows", async (file) => {
    const item = await explained(wheel(), `${info}${file}`)
    expect([item.explanation.kind, item.toRead]).toEqual(["recipe", 0])
  })
  test("says what it was computed from, and what was taken as stated", async () => {
    expect((await explained(wheel(), `${info}RECORD`)).explanation).toEqual({
      kind: "recipe",
      recipe: "wheel/RECORD",
      from: { commit: [], release: ["*"] },
      dropped: ["the order of its lines"],
    })
    expect((await explained(wheel(), `${info}METADATA`)).explanation).toMatchObject({ from: { commit: ["pyproject.toml", "README.md"] } })
  })
})

describe("one change is never explained unless it says the same", () => {
  test("RECORD", () => saysNothingElse(wheel(), `${info}RECORD`, sorted))
  test("WHEEL", () =>
    saysNothingElse(wheel(), `${info}WHEEL`, (text) => text.replace(/(?<=^Generator: setuptools \()\d[\w.]{0,23}(?=\)$)/m, "V")))
  test("top_level.txt", () => saysNothingElse(wheel(), `${info}top_level.txt`, String))
  test("entry_points.txt", () =>
    saysNothingElse(wheel(), `${info}entry_points.txt`, (text) => {
      const groups = text.split(/^(?=\[)/m).map((group) =>
        group
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => line.replace(/^([^=]*?) ?= ?/, "$1=")),
      )
      return groups
        .map(([name = "", ...lines]) => [name, ...lines.sort()].join("\n"))
        .filter((group) => group !== "")
        .sort()
    }))
  test("METADATA", () =>
    saysNothingElse(wheel(), `${info}METADATA`, (text) => {
      const [head = "", ...body] = text.replace(/\n+$/, "").split(/\n{2,4}/)
      const field = (line: string): string =>
        line
          .replace(/^(Metadata-Version: )(?:1\.[0-2]|2\.[1-4])$/, "$1V")
          .replace(/^(Keywords: )(.*)$/, (_, name: string, list: string) => name + list.split(/, ?/).sort().join())
          .replace(/^(Author-email: )"(.*)"(?= <)/, "$1$2")
          .replace(/^Requires-.*|^Name.*|^Provides-Extra.*/, (one) =>
            one
              .toLowerCase()
              .replaceAll(/[\s()]/g, "")
              .replaceAll("'", '"')
              .replaceAll(/[-_.]+/g, "-")
              .replace(/\[.*\]/, (list) => [...list].sort().join("")),
          )
      return [
        head
          .split("\n")
          .filter((line) => !/^(?:Dynamic: license-file|License-File: LICENSE)$/.test(line))
          .map(field)
          .sort(),
        body,
      ]
    }))
})

describe("what does not follow stays to read", () => {
  const left = async (file: string, text: string, packed = wheel()) => explained(packed, `${info}${file}`, text)
  test.each([
    ["a dependency more", "\nRequires-Dist: evil", 1],
    ["one that an extra only has", "\nRequires-Dist: pytest", 1],
    ["a requirement that is stricter said", '\nRequires-Dist: one; os_name == "nt" or python_version < "3.9" and extra == "deep"', 1],
    ["a lower case name of a field", "\nrequires-dist: pytest", 1],
    ["a licence that is not there", "\nLicense-File: LICENSE2", 1],
    ["a second Name", "\nName: made-kit", 1],
    ["a continued line", "\nSummary: A kit\n  more", 2],
  ])("METADATA: %s", async (_, line, toRead) => {
    const item = await left("METADATA", metadata.replace("\nRequires-Python", `${line}\nRequires-Python`))
    expect(item).toMatchObject({ toRead, explanation: { kind: "unexplained", base: { from: "recipe", recipe: "wheel/METADATA" } } })
  })
  test("METADATA: a dependency that is taken away", async () => {
    expect(await left("METADATA", metadata.replace(/Requires-Dist: pytest.*\n/, ""))).toMatchObject({ toRead: 1 })
  })
  test("METADATA: a dependency on another address, without its condition", async () => {
    const stated = pyproject.replace("o.whl", "o.whl ; os_name == 'nt'")
    const packed = wheel({ tree: { ...wheel().tree, "pyproject.toml": stated } })
    const other = metadata.replace("o.whl", "o.whl;os_name=='nt'")
    expect(await left("METADATA", other, packed)).toMatchObject({ toRead: 2, explanation: { kind: "unexplained" } })
    expect(await left("METADATA", metadata.replace("o.whl", "o.whl ; os_name == 'nt'"), packed)).toMatchObject({ toRead: 0 })
  })
  test("METADATA: a word of the description", async () => {
    expect(await left("METADATA", metadata.replace("A kit.", "A trap."))).toMatchObject({ toRead: 1, explanation: { kind: "unexplained" } })
  })
  test("METADATA: what is dynamic, but for the version", async () => {
    const dynamic = pyproject.replace('description = "A kit"', 'dynamic = ["description", "version"]').replace('version = "1.0"\n', "")
    const packed = wheel({ tree: { ...wheel().tree, "pyproject.toml": dynamic } })
    expect(await explained(packed, `${info}METADATA`)).toMatchObject({ toRead: 1, shown: [{ text: "Summary: A kit" }] })
  })
  test("METADATA: a version that the project does not state", async () => {
    const packed = wheel({ tree: { ...wheel().tree, "pyproject.toml": pyproject.replace('version = "1.0"', 'version = "1.1"') } })
    expect(await explained(packed, `${info}METADATA`)).toMatchObject({ toRead: 1, shown: [{ text: "Version: 1.0" }] })
  })
  test("RECORD: a file that it does not name, one that is not there, a line twice", async () => {
    const record = String(wheel().files[`${info}RECORD`])
    const [line = ""] = record.split("\n")
    for (const text of [record.replace(`${line}\n`, ""), `${record}evil.py,sha256=x,1\n`, `${record}${line}\n`])
      expect(await left("RECORD", text)).toMatchObject({ toRead: 1, explanation: { kind: "unexplained" } })
  })
  test("WHEEL: another generator than the project's, other tags, a library of the platform", async () => {
    for (const text of [
      wheelText.replace("setuptools (78.1.0)", "hatchling 1.0"),
      wheelText.replace("py2-none-any", "cp313-cp313-linux_x86_64"),
      wheelText.replace("true", "false"),
    ])
      expect(await left("WHEEL", text)).toMatchObject({ toRead: 1, explanation: { kind: "unexplained" } })
  })
  test("entry_points.txt: a program more, one of another group, another function", async () => {
    for (const text of [
      `${points}evil = made:evil\n`,
      points.replace("made = made:main", "one = made.one:One"),
      points.replace(":main", ":evil"),
      points.replace("console", "gui"),
    ])
      expect((await left("entry_points.txt", text)).toRead).toBeGreaterThan(0)
  })
  test("entry_points.txt: a program that the commit hides behind a line end in the name of a group", async () => {
    const stated = pyproject.replace('"other.plugins"', '"other.plugins]\\n[console_scripts]\\nevil = made:evil\\n[x"')
    const text = points.replace("other.plugins", "other.plugins]\n[console_scripts]\nevil = made:evil\n[x")
    const item = await left("entry_points.txt", text, wheel({ tree: { ...wheel().tree, "pyproject.toml": stated } }))
    expect(item).toMatchObject({ explanation: { kind: "unexplained" } })
    expect(item.toRead).toBeGreaterThan(0)
  })
  test("a licence of other words", async () => expect(await kindOf(wheel(), `${info}licenses/LICENSE`, "not free\n")).toBe("unexplained"))
})

describe("another mode, another kind", () => {
  test("an executable METADATA is to read", async () => {
    const item = await explained(wheel(), `${info}METADATA`, { content: metadata, mode: 0o755 })
    expect(item).toMatchObject({ toRead: 1, explanation: { kind: "unexplained", difference: "mode" } })
  })
  test.each([
    ["a tar", { format: "gzip+tar" }],
    ["a zip of another name", { name: "made_kit-1.0.zip" }],
    ["another version in the name", { name: "made_kit-1.1-py2.py3-none-any.whl" }],
    ["two such folders", { files: { ...wheel().files, "other-1.0.dist-info/METADATA": "Name: other\n" } }],
    ["a release with a root", { root: "x/" }],
  ])("nothing in %s", async (_, change) => {
    for (const file of ["RECORD", "METADATA", "WHEEL"]) expect(await kindOf(wheel(change), `${info}${file}`)).not.toBe("recipe")
  })
})

describe("src layout", () => {
  const tree = { "src/made/a.py": "a\n", "src/made/run.py": { content: "b\n", mode: "100755" }, "pyproject.toml": pyproject }
  const files = { ...wheel().files, "made/a.py": "a\n", "made/run.py": { content: "b\n", mode: 0o755 } }
  test("a module comes from the one folder that has it", async () => {
    const packed = wheel({ tree, files })
    expect(await explained(packed, "made/a.py")).toMatchObject({
      explanation: { recipe: "wheel/modules", from: { commit: ["src/made/a.py"] } },
    })
    expect(await kindOf(packed, "made/run.py")).toBe("recipe")
    expect(await kindOf(packed, "made/a.py", { content: "a\n", mode: 0o755 })).toBe("unexplained")
    expect(await kindOf(packed, "made/a.py", "evil\n")).toBe("unexplained")
  })
  test("not where the project has one of that name beside it", async () => {
    const packed = wheel({ tree: { ...tree, "made/b.py": "b\n" }, files })
    expect(await kindOf(packed, "made/a.py")).toBe("unexplained")
  })
  test("the project's files are found above the folder that the release is explained from", async () => {
    const packed = wheel({ tree: { "src/made/a.py": "a\n", "pyproject.toml": pyproject, "README.md": readme }, folder: "src/", files })
    expect(await explained(packed, `${info}METADATA`)).toMatchObject({ explanation: { from: { commit: ["pyproject.toml", "README.md"] } } })
  })
})

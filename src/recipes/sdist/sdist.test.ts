import { describe, expect, test } from "vitest"
import { explained, kindOf, type Packed, saysNothingElse } from "../../../test/fixtures/packed.ts"

const readme = "Made\n====\n"
const info = `Metadata-Version: 2.1\nName: made\nVersion: 1.0\nSummary: A kit\nDescription-Content-Type: text/x-rst\n\n${readme}`
const files = {
  "made/__init__.py": "",
  "other/__init__.py": "",
  "setup.py": "setup()\n",
  "pyproject.toml": '[project]\nname = "made"\ndynamic = ["version"]\ndescription = "A kit"\nreadme = "README.rst"\n',
  "README.rst": readme,
}
const egg = "made.egg-info"

const sdist = (change: Partial<Packed> = {}): Packed => ({
  name: "made-1.0.tar.gz",
  format: "gzip+tar",
  root: "made-1.0/",
  version: "1.0",
  files: {
    ...files,
    "PKG-INFO": info,
    "setup.cfg": "[egg_info]\ntag_build = \ntag_date = 0\n\n",
    [`${egg}/PKG-INFO`]: info,
    [`${egg}/SOURCES.txt`]: [
      ...Object.keys(files),
      ...["PKG-INFO", "SOURCES.txt", "dependency_links.txt", "top_level.txt"].map((name) => `${egg}/${name}`),
    ].join("\n"),
    [`${egg}/dependency_links.txt`]: "\n",
    [`${egg}/top_level.txt`]: "made\n",
  },
  tree: files,
  ...change,
})

describe("an honest source distribution", () => {
  test.each(Object.keys(sdist().files).filter((path) => !(path in files)))("%s follows", async (path) => {
    const item = await explained(sdist(), path)
    expect([item.explanation.kind, item.toRead]).toEqual(["recipe", 0])
  })
})

const trimmed = (text: string): string => text.replace(/\n+$/, "")

describe("one change is never explained unless it says the same", () => {
  test("PKG-INFO", () =>
    saysNothingElse(sdist(), "PKG-INFO", (text) => {
      const [head = "", ...body] = trimmed(text).split(/\n{2,4}/)
      return [
        head
          .replace(/^(Metadata-Version: )(?:1\.[0-2]|2\.[1-4])$/m, "$1V")
          .split("\n")
          .sort(),
        body,
      ]
    }))
  test("its copy", () => saysNothingElse(sdist(), `${egg}/PKG-INFO`, String))
  test("SOURCES.txt", () => saysNothingElse(sdist(), `${egg}/SOURCES.txt`, (text) => trimmed(text).split("\n").sort()))
  test("top_level.txt", () => saysNothingElse(sdist(), `${egg}/top_level.txt`, String))
  test("setup.cfg", () => saysNothingElse(sdist(), "setup.cfg", String))
})

describe("what does not follow stays to read", () => {
  test("a copy that says something else than PKG-INFO", async () =>
    expect(await explained(sdist(), `${egg}/PKG-INFO`, `${info.replace("Summary", "Requires-Dist: evil\nSummary")}`)).toMatchObject({
      toRead: 1,
      explanation: { kind: "unexplained", base: { recipe: "sdist/egg-info" } },
    }))
  test("an egg-info folder of another name, and one of two that have this name", async () => {
    const marks = { "PKG-INFO": info, "zip-safe": "\n", "dependency_links.txt": "\n", "entry_points.txt": "[console_scripts]\n" }
    for (const folder of ["a/b/setuptools-99.egg-info", "pip.egg-info", "lib/made.egg-info", "made-1.0.egg-info"]) {
      const files = { ...sdist().files, ...Object.fromEntries(Object.entries(marks).map(([file, text]) => [`${folder}/${file}`, text])) }
      for (const file of Object.keys(marks)) expect(await kindOf(sdist({ files }), `${folder}/${file}`)).toBe("unexplained")
    }
    const other = { ...sdist().files, "lib/Made.egg-info/zip-safe": "\n" }
    expect(await kindOf(sdist({ files: other }), `${egg}/dependency_links.txt`)).toBe("unexplained")
  })
  test("lists of files in many folders are not each written from all files", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, at) => [at % 2 === 0 ? `${at}.egg-info/SOURCES.txt` : `${at}/made.egg-info/SOURCES.txt`, "x\n"]),
    )
    expect(await kindOf(sdist({ files: { ...files, "PKG-INFO": info, ...many } }), "1/made.egg-info/SOURCES.txt")).toBe("unexplained")
  })
  test("empty lines without end in the description are passed once", async () => {
    const empty = "\n".repeat(1_000_000)
    expect(await kindOf(sdist(), "PKG-INFO", `${info}${empty}x${empty}x`)).toBe("unexplained")
    const tree = { ...files, "README.rst": `${readme}${empty}x` }
    expect(await kindOf(sdist({ tree }), "PKG-INFO")).toBe("unexplained")
  })
  test("PKG-INFO with a dependency", async () =>
    expect(await explained(sdist(), "PKG-INFO", info.replace("Summary", "Requires-Dist: evil\nSummary"))).toMatchObject({ toRead: 1 }))
  test("a link to look for dependencies, a setting", async () => {
    expect(await kindOf(sdist(), `${egg}/dependency_links.txt`, "https://example.org/evil\n")).toBe("unexplained")
    expect(await kindOf(sdist(), "setup.cfg", "[egg_info]\ntag_build = \ntag_date = 0\n\n[easy_install]\nindex_url = x\n")).toBe(
      "unexplained",
    )
  })
  test("a setup.cfg that the commit has otherwise", async () => {
    const item = await explained(sdist({ tree: { ...files, "setup.cfg": "[x]\n" } }), "setup.cfg")
    expect(item).toMatchObject({ toRead: 4, explanation: { kind: "unexplained" } })
  })
  test("nothing in a tar that is none", async () => {
    for (const change of [{ name: "other-1.0.tar.gz" }, { root: "made-2.0/" }, { format: "zip" }])
      expect(await kindOf(sdist(change), "PKG-INFO")).toBe("unexplained")
  })
})

import { describe, expect, it } from "vitest"
import { analysed } from "../../../test/fixtures/languages.ts"
import { pyproject } from "./index.ts"

const namedIn = async (of: string) =>
  (await analysed(pyproject, of, { path: "pyproject.toml" })).acts.map((act) =>
    act.kind === "runs" && act.what.kind === "either" ? act.what.of.map((one) => one.kind === "text" && one.text) : act.kind,
  )

describe("pyproject.toml", () => {
  it("names the module of a backend that the project has itself, and the packages around it", async () => {
    expect(await namedIn('[build-system]\nbuild-backend = "a.b:c.d"\nbackend-path = ["_x/", "."]\n')).toEqual([
      ["_x/a/__init__.py", "_x/a.py"],
      ["_x/a/b/__init__.py", "_x/a/b.py"],
      ["./a/__init__.py", "./a.py"],
      ["./a/b/__init__.py", "./a/b.py"],
    ])
  })

  it.each([
    ["a @ https://a.example.org/a-1-py3-none-any.whl", { kind: "fetched", from: { text: "https://a.example.org/a-1-py3-none-any.whl" } }],
    [
      "a[b] @ git+https://a.example.org/a@main ; python_version > '3'",
      { kind: "fetched", from: { text: "git+https://a.example.org/a@main" } },
    ],
    [`a @ git+https://a.example.org/a@${"0".repeat(40)}`, { kind: "fetched", pin: "0".repeat(40) }],
    [`a @ https://a.example.org/a.whl#sha256=${"0".repeat(64)}`, { kind: "fetched", pin: "0".repeat(64) }],
  ])("takes what is required from an address for something that is fetched: %s", async (requirement, what) => {
    for (const of of [`[build-system]\nrequires = ["b", "${requirement}"]\n`, `[project]\ndependencies = ["${requirement}"]\n`]) {
      const { acts } = await analysed(pyproject, of, { path: "pyproject.toml" })
      expect(acts).toMatchObject([{ kind: "runs", as: "module", what, at: { lines: [2, 2] } }])
    }
  })

  it.each(["a >= 1", "a @ file:///b.whl", "a[b] ~= 2; python_version < '3'"])(
    "takes %s from an index or this machine",
    async (requirement) => {
      expect(await namedIn(`[build-system]\nrequires = ["${requirement}"]\n`)).toEqual([])
    },
  )

  it("says where, and when that runs", async () => {
    const { acts } = await analysed(pyproject, '[build-system]\nbackend-path = ["x"]\nbuild-backend = "a"\n')
    expect(acts).toMatchObject([{ hook: "install", language: "python", at: { lines: [3, 3] } }])
  })

  it.each([
    '[build-system]\nbuild-backend = "setuptools.build_meta"\n',
    '[build-system]\nbackend-path = ["."]\n',
    '[build-system]\nbackend-path = "."\nbuild-backend = 1\n',
    '[tool.a]\nbackend-path = ["."]\nbuild-backend = "a"\n',
    'build-system = ["a"]\n',
  ])("names none otherwise", async (of) => {
    expect(await namedIn(of)).toEqual([])
  })

  it("is given up with a word where it is none", async () => {
    expect((await analysed(pyproject, "[build-system")).blind).toHaveLength(1)
  })
})

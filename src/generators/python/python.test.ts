import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { toolSets } from "../../toolchains/debian-table.ts"
import { commit, factsOf, planned, refused } from "../test-kit.ts"
import { requirementName } from "./build-system.ts"
import { python } from "./index.ts"
import { packageFor } from "./packages.ts"

const pyproject = (requires: string): Record<string, string> => ({ "pyproject.toml": `[build-system]\nrequires = ${requires}\n` })

describe("a source distribution", () => {
  it("is made by the backend that pyproject.toml names, without network", async () => {
    const plan = await planned(python, pyproject('["flit_core >=3.2,<4"]'), { version: "1.0" })
    expect(plan.commands).toBe("python3 -m build --sdist --no-isolation --skip-dependency-check --outdir /build/packed")
    expect(plan.toolchain).toBe("trixie:python")
    expect(plan.tools).toEqual([{ tool: "flit-core", stated: undefined, package: "flit" }])
    expect(plan.history).toBe(false)
    expect(plan.script).not.toContain("PRETEND")
  })

  it("has setuptools for a setup.py alone, and for a pyproject.toml without a build system (PEP 517)", async () => {
    for (const files of [{ "setup.py": "" }, { "pyproject.toml": "[project]\nname = 'x'\n" }])
      expect((await planned(python, files)).tools.map(({ tool }) => tool)).toEqual(["setuptools"])
  })

  it("is given the history and the release's version where the backend asks git for them", async () => {
    const plan = await planned(python, pyproject('["hatchling", "hatch-vcs"]'), { version: "1.0" })
    expect(plan.history).toBe(true)
    expect(plan.script).toContain(`HEAD ${commit}`)
    expect(plan.script).toContain("export SETUPTOOLS_SCM_PRETEND_VERSION='1.0'")
    expect((await planned(python, pyproject('["setuptools_scm[toml]>=6"]'))).script).not.toContain("PRETEND")
  })

  it("is not told git's list of files by a plug-in that it did not ask for: an isolated build would not have it", async () => {
    const ignored = "SETUPTOOLS_SCM_IGNORE_VCS_ROOTS='/build/src'"
    expect((await planned(python, pyproject('["setuptools", "pbr"]'))).script).toContain(ignored)
    expect((await planned(python, pyproject('["setuptools", "setuptools-scm"]'))).script).not.toContain(ignored)
  })

  it("is made with the suite whose backends write the core metadata that the release has", async () => {
    for (const [metadata, backend, suite] of [
      ["1.2", "setuptools", "bookworm"],
      ["2.1", "poetry-core", "bookworm"],
      ["2.2", "setuptools", "trixie"],
      ["2.3", "poetry-core", "trixie"],
      ["2.4", "flit_core", "trixie"],
      ["2.4", "poetry-core", "forky"],
      ["2.5", "flit_core", "forky"],
    ] as const) {
      const { toolchain } = await planned(python, pyproject(`["${backend}"]`), { versions: new Map([["core metadata", metadata]]) })
      expect(toolchain).toBe(`${suite}:python`)
    }
  })

  it("is not tried with a build requirement that we have no package for, unless it is for some Pythons only", async () => {
    const { why, writes } = await refused(python, pyproject('["maturin>=1"]'))
    expect(why).toBe('it is built with "maturin", for which our table has no package of the distribution')
    expect(writes.test("PKG-INFO")).toBe(true)
    const plan = await planned(python, pyproject(`["setuptools", "importlib-metadata; python_version<'3.8'"]`))
    expect(plan.tools.map(({ tool }) => tool)).toEqual(["setuptools"])
  })

  it("is nothing where there is no project, or its file cannot be read", async () => {
    for (const files of [{ README: "" }, { "pyproject.toml": "[build-system" }, pyproject('"setuptools"'), pyproject("[1]")])
      expect(await python.plan(factsOf(files))).toEqual([])
  })

  it("writes what no commit has, and nothing that a package's own code is in", async () => {
    const { writes } = await planned(python, { "setup.py": "" })
    for (const path of ["PKG-INFO", "setup.cfg", "src/x.egg-info/SOURCES.txt", "x/_version.py"]) expect(writes.test(path)).toBe(true)
    for (const path of ["setup.py", "src/x/__init__.py", "x/PKG-INFO", "egg-info/x"]) expect(writes.test(path)).toBe(false)
  })
})

it("normalises names as PEP 503 has it", () => {
  expect([" Setuptools_SCM[toml]>=6", "flit.core", "", "?", "@evil"].map(requirementName)).toEqual([
    "setuptools-scm",
    "flit-core",
    "",
    "",
    "",
  ])
})

it("knows only packages that are in the toolchain", () => {
  const set = new Set(toolSets.get("python")?.flatMap((one) => one.split(" | ")))
  const known = ["setuptools", "wheel", "setuptools-scm", "hatchling", "hatch-vcs", "flit-core", "poetry-core", "pdm-backend", "cython"]
  expect(known.map((one) => set.has(packageFor(one) ?? ""))).toEqual(known.map(() => true))
})

it("takes no word of a hostile pyproject.toml into its script", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary-ascii", maxLength: 30 }), { maxLength: 5 }), async (requires) => {
      const [plan] = await python.plan(factsOf(pyproject(JSON.stringify([...requires, "setuptools; x"]))))
      const [honest] = await python.plan(factsOf(pyproject('["setuptools"]')))
      if (plan !== undefined && !("why" in plan) && honest !== undefined && !("why" in honest) && !plan.history)
        expect(plan.script).toBe(honest.script)
    }),
  )
})

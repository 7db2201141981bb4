import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { toolSets } from "../../toolchains/debian-table.ts"
import { anyApplies } from "../index.ts"
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

describe("a wheel", () => {
  const wheelOf = async (files: Record<string, string>, folder = "", stated = {}) => {
    const [one] = await python.plan(factsOf(files, { wheel: "demo", ...stated }, folder))
    if (one === undefined || "why" in one) throw new Error(`no procedure: ${JSON.stringify(one)}`)
    return one
  }
  const flit = '[build-system]\nrequires = ["flit_core"]\n'

  it("is made by way of the source distribution, and handed out as it was built", async () => {
    const plan = await wheelOf(pyproject('["flit_core >=3.2,<4"]'))
    expect(plan.commands).toBe("python3 -m build --no-isolation --skip-dependency-check --outdir /build/packed")
    expect(plan.script).toContain(`cd '/build/src/' && step '${plan.commands}' || exit 87`)
    expect(plan.script).toContain("cp /build/packed/*.whl /build/out/wheel")
    expect([plan.toolchain, plan.whole, plan.history]).toEqual(["trixie:python", true, false])
  })

  it("is made in the nearest folder with a project, as its modules stand in `src` in the commit and at the top in it", async () => {
    for (const [folder, place] of [
      ["src/", "/build/src/"],
      ["packages/one/src/", "/build/src/packages/one/"],
      ["packages/one/", "/build/src/packages/one/"],
      ["packages/two/", "/build/src/"],
    ] as const) {
      const plan = await wheelOf({ "pyproject.toml": flit, "packages/one/setup.py": "", "packages/two/x.py": "" }, folder)
      expect(plan.script).toContain(`cd '${place}' && step`)
    }
    expect(anyApplies(factsOf({ "pyproject.toml": flit }, {}, "src/"))).toBe(true)
    expect(await python.plan(factsOf({ "src/x.py": "" }, { wheel: "demo" }, "src/"))).toEqual([])
  })

  it("is nothing for a release that is none, in a folder below the project's", async () => {
    expect(await python.plan(factsOf({ "pyproject.toml": flit }, {}, "src/"))).toEqual([])
  })

  it("is given the history and the release's version where the backend asks git for them", async () => {
    const plan = await wheelOf(pyproject('["hatchling", "hatch-vcs"]'), "", { version: "1.0" })
    expect(plan.script).toContain(`HEAD ${commit}`)
    expect(plan.script).toContain("export SETUPTOOLS_SCM_PRETEND_VERSION='1.0'")
  })

  it.each([
    ["flit 3.12.0", '["flit_core"]', "flit-core", "3.12.0"],
    ["hatchling 1.27.0", '["hatchling", "hatch-vcs"]', "hatchling", "1.27.0"],
    ["setuptools (80.9.0)", '["setuptools>=61"]', "setuptools", "80.9.0"],
    ["bdist_wheel (0.43.0)", '["setuptools>=61"]', "wheel", "0.43.0"],
    ["poetry-core 2.1.3", '["poetry-core"]', "poetry-core", "2.1.3"],
    ["pdm-backend (2.4.5)", '["pdm-backend"]', "pdm-backend", "2.4.5"],
  ])("is made with the very backend that it names, where that can be had: %s", async (word, requires, name, version) => {
    const plan = await wheelOf(pyproject(requires), "", { versions: new Map([["wheel's backend", word]]) })
    expect(plan.packages).toEqual([{ type: "pypi", optional: true, name, version, integrity: undefined }])
    expect(plan.tools.find(({ tool }) => tool === name)).toMatchObject({ stated: version, package: packageFor(name) })
  })

  it.each(["flit 3.12.0", "bdist_wheel (0.43.0)", "evil 1.0", "hatchling", "hatchling 1.0; x", undefined])(
    "is not made with one that the commit does not ask for, or that is none: %s",
    async (word) => {
      const plan = await wheelOf(pyproject('["hatchling"]'), "", {
        versions: new Map(word === undefined ? [] : [["wheel's backend", word]]),
      })
      expect([plan.packages, plan.tools.map(({ stated }) => stated)]).toEqual([undefined, [undefined]])
    },
  )

  it("is made in the suite that is likely here where its backend is fetched, and with the nearest edition where none is", async () => {
    const suiteOf = async (...versions: readonly (readonly [string, string])[]) =>
      (await wheelOf(pyproject('["flit_core"]'), "", { versions: new Map([["core metadata", "2.5"], ...versions]) })).toolchain
    expect(await suiteOf()).toBe("forky:python")
    expect(await suiteOf(["wheel's backend", "flit 4.1.0"])).toBe("trixie:python")
  })

  it("is not made with itself: what it holds must not be an input of what it is held against", async () => {
    const stated = { wheel: "Flit_Core", versions: new Map([["wheel's backend", "flit 3.12.0"]]) }
    expect((await wheelOf(pyproject('["flit_core"]'), "", stated)).packages).toBeUndefined()
  })

  it("writes what is said of it beside its modules, and nothing that these are in", async () => {
    const { writes } = await wheelOf(pyproject('["setuptools"]'))
    for (const path of [
      "x-1.0.dist-info/RECORD",
      "x-1.0.dist-info/licenses/LICENSE",
      "x-1.0.data/scripts/x",
      "x/_version.py",
      "_version.py",
    ])
      expect(writes.test(path)).toBe(true)
    for (const path of ["x/__init__.py", "x.py", "x/x-1.0.dist-info/RECORD", "dist-info/x"]) expect(writes.test(path)).toBe(false)
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

import { describe, expect, it } from "vitest"
import { commit, factsOf, planned } from "../test-kit.ts"
import { cmake } from "./index.ts"

const files = { "CMakeLists.txt": "project(it)\n  Include( CPack )\n" }

describe("CPack's source package", () => {
  it("is made where the project includes CPack", async () => {
    const plan = await planned(cmake, files)
    expect(plan.commands).toBe("cmake -S . -B /build/cmake && cpack --config /build/cmake/CPackSourceConfig.cmake -G TGZ -B /build/packed")
    expect([plan.toolchain, plan.history]).toEqual(["trixie:cmake", false])
    expect((await planned(cmake, { "CMakeLists.txt": "", "cmake/pack.cmake": "include(CPack)" }, { distributed: "it" })).toolchain).toBe(
      "trixie+it",
    )
  })

  it("has the history where the project asks git", async () => {
    const plan = await planned(cmake, { ...files, "cmake/version.cmake": "find_package(Git)" })
    expect(plan.history).toBe(true)
    expect(plan.script).toContain(`HEAD ${commit}`)
  })

  it("is not made without, beside a configure.ac, nor where the word stands elsewhere", async () => {
    for (const tree of [
      { "CMakeLists.txt": "# include(CPack)" },
      { ...files, "configure.ac": "" },
      { "CMakeLists.txt": "", "x/y.cmake": "include(CPack)" },
    ])
      expect(await cmake.plan(factsOf(tree))).toEqual([])
  })

  it("writes texts about the release, and no code", async () => {
    const { writes } = await planned(cmake, files)
    for (const path of ["version.h", "VERSION", "ChangeLog", "man/it.1", "doc/it.html"]) expect(writes.test(path)).toBe(true)
    for (const path of ["main.c", "CMakeLists.txt", "tests/a.txt", "conversion.h"]) expect(writes.test(path)).toBe(false)
  })
})

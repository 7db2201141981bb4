import { describe, expect, it } from "vitest"
import { factsOf, planned } from "../test-kit.ts"
import { meson } from "./index.ts"

const files = { "meson.build": "project('it')", "po/meson.build": "meson.add_dist_script('x.sh')\n" }

describe("meson dist", () => {
  it("is run with the history where a script of the project adds to it", async () => {
    const plan = await planned(meson, files)
    expect(plan.commands).toBe("meson setup /build/meson && meson dist -C /build/meson --no-tests --formats xztar --allow-dirty")
    expect([plan.toolchain, plan.history]).toEqual(["trixie:meson", true])
    expect((await planned(meson, files, { distributed: "it" })).toolchain).toBe("trixie+it")
  })

  it("is not run where it would pack the commit alone, beside a configure.ac, or without a project", async () => {
    const one = files["po/meson.build"]
    for (const tree of [
      { "meson.build": "" },
      { ...files, "configure.ac": "" },
      { "sub/meson.build": one },
      { "meson.build": "", "x.meson.build.txt": one },
    ])
      expect(await meson.plan(factsOf(tree))).toEqual([])
  })

  it("sets up under a clock that is ahead of the kernel's, which stamps the files that Meson compares with it", async () => {
    expect((await planned(meson, files)).script).toMatch(/step 'FAKETIME=\+\$\(\(FAKETIME \+ 1000000000\)\) meson setup/)
  })

  it("looks through so many build files and no more", async () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`a/${at}/meson.build`, ""]))
    expect(await meson.plan(factsOf({ "meson.build": "", ...many, "z/z/z/meson.build": files["po/meson.build"] }))).toEqual([])
  })
})

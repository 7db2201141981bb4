import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { commit, factsOf, planned } from "../test-kit.ts"
import { cargo } from "./index.ts"

const manifest = (name: string): Record<string, string> => ({
  "Cargo.toml": `[package]\nname = ${JSON.stringify(name)}\nversion = "1.0.0"\n`,
})
const says = (...words: string[]) => ({ versions: new Map(words.map((word) => [word, "x"])) })

describe("a crate", () => {
  it("is packed without the registry, of which a folder of empty crates stands in", async () => {
    const plan = await planned(cargo, manifest("it"))
    expect(plan.commands).toBe("cargo package --offline --no-verify --allow-dirty -p it --target-dir /build/target")
    expect(plan.script).toContain("step 'stub-registry'")
    expect(plan.script).toContain(`HEAD ${commit}`)
    expect(plan.history).toBe(true)
  })

  it("is packed by the suite whose cargo writes manifests as the release has it", async () => {
    expect((await planned(cargo, manifest("it"))).toolchain).toBe("trixie:rust")
    const older = await planned(cargo, manifest("it"), says("cargo"))
    expect(older.toolchain).toBe("bookworm:rust")
    // It would write no .cargo_vcs_info.json.
    expect(older.commands).not.toContain("--allow-dirty")
    expect((await planned(cargo, manifest("it"), says("cargo", "cargo's targets"))).toolchain).toBe("trixie:rust")
    const [later] = await cargo.plan({ ...factsOf(manifest("it"), says("cargo", "cargo's targets")), committed: Date.UTC(2026, 2) / 1000 })
    expect(later).toMatchObject({ toolchain: "forky:rust" })
  })

  it("is nothing for a workspace without a package, and for a manifest that is none", async () => {
    for (const text of ["[workspace]\nmembers = []", "[package", "package = 1", "[package]\nname = 1"])
      expect(await cargo.plan(factsOf({ "Cargo.toml": text }))).toEqual([])
  })

  it("writes its manifests and nothing else", async () => {
    const { writes } = await planned(cargo, manifest("it"))
    for (const path of ["Cargo.toml", "Cargo.toml.orig", "Cargo.lock", ".cargo_vcs_info.json"]) expect(writes.test(path)).toBe(true)
    for (const path of ["src/lib.rs", "sub/Cargo.toml", "build.rs"]) expect(writes.test(path)).toBe(false)
  })

  it("takes no name that is more than a word of a command", async () => {
    for (const name of ["--config=x", "a b", "a;b", "$(id)", "", "é"]) expect(await cargo.plan(factsOf(manifest(name)))).toEqual([])
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary-ascii", maxLength: 80 }), async (name) => {
        for (const one of await cargo.plan(factsOf(manifest(name)))) expect(one.commands).toMatch(/ -p \w[\w-]{0,63} --target-dir/)
      }),
    )
  })
})

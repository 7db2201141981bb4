import { expect, it } from "vitest"
import { artifactOf, snapshotOf } from "../explain/test-kit.ts"
import { statedBy } from "./stated.ts"

/** The version that an archive of this name may hand to a build, where the commit has this ref. */
async function versionOf(root: string, ref: string | undefined): Promise<string | undefined> {
  const snapshot = { ...snapshotOf({ tree: {} }), ref, candidates: [] }
  return (await statedBy(artifactOf({ [`${root}/a`]: { content: "a" } }, `${root}/`), snapshot)).version
}

it.each([
  ["it-1.2.3", "refs/tags/v1.2.3", "1.2.3"],
  ["curl-7.88.1", "refs/tags/curl-7_88_1", "7.88.1"],
  ["it-1.0rc1", "refs/tags/it-1.0rc1", "1.0rc1"],
  ["lib2-1.0", "refs/tags/lib2-1.0", "1.0"],
])("a version reaches a build where a tag spells it: %s at %s", async (root, ref, version) => {
  expect(await versionOf(root, ref)).toBe(version)
})

it.each([
  ["it-6.6.6+x", "refs/tags/v1.0"],
  ["it-1.0+evil", "refs/tags/v1.0"],
  ["it-0", "refs/tags/v1.0"],
  ["it-1.0", "refs/tags/v1.0.1"],
  ["it-1.0", undefined],
])("what an archive calls itself came back from a build as derived: %s at %s", async (root, ref) => {
  expect(await versionOf(root, ref)).toBeUndefined()
})

it("a wheel is known by what says that it is one, at its top", async () => {
  const stated = async (path: string) =>
    (await statedBy(artifactOf({ [path]: { content: "Wheel-Version: 1.0\nGenerator: flit 3.12.0\n" } }), snapshotOf({ tree: {} }))).wheel
  expect(await stated("it_all-1.0.dist-info/WHEEL")).toBe("it_all")
  for (const path of ["WHEEL", "a/it-1.0.dist-info/WHEEL", "it-1.0.dist-info/RECORD"]) expect(await stated(path)).toBeUndefined()
})

import { describe, expect, test } from "vitest"
import { explained, kindOf, type Packed, saysNothingElse } from "../../../test/fixtures/packed.ts"
import { commit } from "../../stages/explain/test-kit.ts"

const manifest = {
  name: "made",
  version: "1.0.0",
  main: "a.js",
  exports: { ".": { types: "./a.d.ts", import: "./a.js" } },
  scripts: { test: "run", prepack: "build", prepublishOnly: "check" },
  dependencies: { other: "workspace:^", exact: "workspace:*", range: "workspace:>=1", plain: "^1.0.0" },
  publishConfig: { access: "public", main: "dist/a.js" },
  packageManager: "pnpm@11.0.0",
}
const print = (value: object): string => JSON.stringify(value, undefined, 2)
const { packageManager: _, ...rest } = manifest
const packed = {
  ...rest,
  main: "dist/a.js",
  scripts: { test: "run" },
  dependencies: { other: "^2.1.0", exact: "3.0.0", range: ">=1", plain: "^1.0.0" },
  publishConfig: { access: "public" },
}

const release = (text: string, change: Partial<Packed> = {}): Packed => ({
  name: "made-1.0.0.tgz",
  format: "gzip+tar",
  root: "package/",
  files: { "package.json": text, "a.js": "a\n" },
  tree: {
    "package.json": `${print(manifest)}\n`,
    "a.js": "a\n",
    "packages/other/package.json": '{"name":"other","version":"2.1.0"}',
    "packages/exact/package.json": '{"name":"exact","version":"3.0.0"}',
  },
  ...change,
})

/** As JSON says it: only the fields of the first level have no order. */
function saidBy(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return Object.entries(Object(value))
      .map(([key, one]) => `${key} ${JSON.stringify(one)}`)
      .sort()
  } catch {
    return text
  }
}

describe("package.json", () => {
  test("as it stands, with the commit and the id that a tool stamped on it", async () => {
    const text = print({ _id: "made@1.0.0", ...manifest, gitHead: commit })
    expect(await explained(release(text), "package.json")).toMatchObject({
      toRead: 0,
      explanation: { kind: "recipe", recipe: "npm/package.json", from: { commit: ["package.json"] } },
    })
  })
  test("as pnpm packs it", async () => {
    expect((await explained(release(print(packed)), "package.json")).explanation).toMatchObject({
      kind: "recipe",
      from: { commit: ["package.json", "packages/other/package.json", "packages/exact/package.json"] },
    })
  })
  test("one change is never explained unless it says the same", () => saysNothingElse(release(print(packed)), "package.json", saidBy))

  test.each([
    ["a script", { ...packed, scripts: { test: "run", postinstall: "evil" } }],
    ["another script", { ...packed, scripts: { test: "evil" } }],
    ["a dependency", { ...packed, dependencies: { ...packed.dependencies, evil: "1" } }],
    ["a version of the workspace that it has not", { ...packed, dependencies: { ...packed.dependencies, other: "^2.1.1" } }],
    ["a program", { ...packed, bin: { made: "evil.js" } }],
    ["another main", { ...packed, main: "evil.js" }],
    ["conditions in another order", { ...packed, exports: { ".": { import: "./a.js", types: "./a.d.ts" } } }],
    ["another commit", { ...packed, gitHead: "0".repeat(40) }],
    ["another id", { ...packed, _id: "made@1.0.1" }],
  ])("%s stays to read", async (_, value) => {
    const item = await explained(release(print(value)), "package.json")
    expect(item).toMatchObject({ explanation: { kind: "unexplained", base: { from: "recipe" } } })
    expect([item.toRead > 0, item.toRead < 5]).toEqual([true, true])
  })
  test("a version of the workspace that cannot be told: of two manifests of one name, a fixture's too, or of none", async () => {
    const { tree } = release("")
    const kind = async (change: Packed["tree"]): Promise<string> =>
      kindOf(release(print(packed), { tree: { ...tree, ...change } }), "package.json")
    expect(await kind({ "fixtures/a/package.json": '{"name":"exact","version":"3.0.0"}' })).toBe("recipe")
    expect(await kind({ "fixtures/a/package.json": '{"name":"exact","version":"0.0.1"}' })).toBe("unexplained")
    expect(await kind({ "z/package.json": '{"name":"exact","version":"0.0.1"}' })).toBe("unexplained")
    for (const exact of ["", "0.0.1"]) {
      const text = print({ ...packed, dependencies: { ...packed.dependencies, exact } })
      const change = { tree: { ...tree, "packages/exact/package.json": exact === "" ? "{}" : '{"name":"exact"}' } }
      expect(await kindOf(release(text, change), "package.json")).toBe("unexplained")
    }
  })
  test("a key that comes twice, a comment, bytes behind the end", async () => {
    const text = print(packed)
    for (const other of [text.replace('"main"', '"main": "evil.js",\n  "main"'), `${text}\n//x`, text.replace("{", "{ ")])
      expect(await kindOf(release(other), "package.json")).toBe("unexplained")
  })
  test("a tar of sources below package/ is no package of npm, unless npm's registry gave it", async () => {
    for (const name of ["made-1.0.0.tar.gz", "0a1b2c"]) {
      expect(await kindOf(release(print(packed), { name }), "package.json")).toBe("unexplained")
      expect(await kindOf(release(print(packed), { name, purl: "pkg:npm/made@1.0.0" }), "package.json")).toBe("recipe")
    }
  })
  test("nothing in a package.json of another kind of release", async () => {
    for (const change of [{ root: "made-1.0.0/" }, { format: "zip" }])
      expect(await kindOf(release(print(packed), change), "package.json")).toBe("unexplained")
  })
  test.each([
    "",
    "[]",
    "null",
    "[".repeat(100_000),
    `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    '{"__proto__":{"x":1},"dependencies":[1],"scripts":3}',
  ])("a hostile one is read without a throw (%#)", async (text) => {
    expect(await kindOf(release(text === "" ? "\n" : text), "package.json")).toBe("unexplained")
    const tree = { "package.json": text, "packages/other/package.json": text }
    expect(await kindOf(release(print(packed), { tree }), "package.json")).toBe("unexplained")
  })
})

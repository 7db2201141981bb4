import { expect, it } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { limitsDefault } from "../../core/limits.ts"
import type { Entry } from "../../model/artifact.ts"
import { itemOf } from "../../rules/test-kit.ts"
import { manifestOf, newDependencies, statedBy } from "./manifests.ts"

const entryOf = (path: string, text: string): Entry => {
  const content = memorySource(Buffer.from(text))
  return { ...itemOf(path, { kind: "unexplained", why: "" }).entry, size: content.size, content }
}
const stated = async (path: string, text: string, ...more: readonly Entry[]) => {
  const manifest = await manifestOf([...more, entryOf(`p/${path}`, text)], "p/", limitsDefault)
  return manifest === undefined
    ? []
    : statedBy(manifest, limitsDefault).map(({ name, requirement, lines: [line] }) => `${line} ${name} ${requirement}`)
}

it.each([
  [
    "package.json",
    '{\n"dependencies": {\n"a": "^1",\n"b": 7},\n"optionalDependencies": {"c": "*"},\n"devDependencies": {"d": "1"},\n"peerDependencies": {"e": "2", "f": "3"}, "peerDependenciesMeta": {"f": {"optional": true}}}',
    ["3 a ^1", "4 b undefined", "5 c *", "7 e 2"],
  ],
  [
    "PKG-INFO",
    'Name: x\nRequires-Dist: A.b (>=1,<2)\nRequires-Dist: c[d,e]~=1.0; python_version < "3"\nRequires-Dist: f\nRequires-Dist: g @ https://a.example.org/g.zip\nRequires-Dist: h>1; extra == "i"\nRequires-Dist: j; python_version > "3" or extra == "k"\nRequires-Dist: c>=2; python_version >= "3"\n\nRequires-Dist: no\n',
    ["2 a-b >=1,<2", "3 c ~=1.0", "4 f ", "5 g undefined", "7 j ", "8 c >=2"],
  ],
  [
    "Cargo.toml",
    '[package]\nname = "x"\n[dependencies]\na = "1"\n[dependencies.b]\nversion = "2"\npackage = "c"\n[build-dependencies]\nd = { path = "../d" }\n[dev-dependencies]\ne = "1"\n',
    ["9 d undefined", "4 a 1", "5 c 2"],
  ],
])("reads what %s requires, with its line", async (path, text, expected) => {
  expect(await stated(path, text)).toEqual(expected)
})

it("takes the metadata of a source distribution for its needs, also where pyproject.toml names the project (requests)", async () => {
  const project = entryOf("p/pyproject.toml", '[project]\nname = "x"\ndependencies = ["a"]\n')
  expect(await stated("PKG-INFO", "Name: x\nRequires-Dist: a\n", project)).toEqual(["2 a "])
})

it.each([
  ["pyproject.toml", '[project]\nname = "x"\n', "what pyproject.toml needs is not read"],
  ["PKG-INFO", "Metadata-Version: 2.1\nName: x\n\n", "its metadata leave open what it needs"],
  ["PKG-INFO", "Metadata-Version: 2.2\nName: x\nDynamic: Requires-Dist\nRequires-Dist: a\n\n", "its metadata leave open what it needs"],
  ["PKG-INFO", "Metadata-Version: 2.4\nName: x\n\n", undefined],
  ["package.json", "[", "package.json is no JSON object"],
  ["package.json", '\ufeff{"name": 7}', undefined],
  ["package.json", `{${" ".repeat(limitsDefault.manifestBytesMax)}}`, expect.stringContaining("manifestBytesMax")],
])("says of %s why its needs are not read: %s", async (path, text, unread) => {
  const type = path.startsWith("package") ? "npm" : "pypi"
  expect((await manifestOf([entryOf(`p/${path}`, text)], "p/", limitsDefault, type))?.unread).toEqual(unread)
})

it("reads the manifest of the ecosystem that the package is of", async () => {
  const both = [
    entryOf("p/package.json", '{"name": "a", "dependencies": {"b": "1"}}'),
    entryOf("p/PKG-INFO", "Name: c\nRequires-Dist: d\n"),
  ]
  const of = async (type?: string) => (await manifestOf(both, "p/", limitsDefault, type))?.needs.map(({ name }) => name)
  expect([await of(), await of("pypi"), await of("deb")]).toEqual([["b"], ["d"], ["b"]])
})

it("tells nothing new between manifests of two kinds, and what is taken from elsewhere now", async () => {
  const of = async (path: string, text: string) => {
    const manifest = await manifestOf([entryOf(`p/${path}`, text)], "p/", limitsDefault)
    if (manifest === undefined) throw new Error("no manifest")
    return manifest
  }
  const project = await of("pyproject.toml", '[project]\nname = "x"\n')
  expect(newDependencies(await of("PKG-INFO", "Name: x\nRequires-Dist: a\n"), project, limitsDefault)).toBeUndefined()
  const before = await of("package.json", '{"dependencies": {"a": "^1", "b": "npm:c@1"}}')
  const now = await of("package.json", '{"dependencies": {"a": "npm:evil@1", "b": "npm:c@1"}}')
  expect(newDependencies(now, before, limitsDefault)).toMatchObject([{ name: "a", requirement: "npm:evil@1", instead: "^1" }])
  const git = await of("package.json", '{"dependencies": {"a": "git+https://h.example.org/a#v1", "b": "npm:c@1"}}')
  const later = await of("package.json", '{"dependencies": {"a": "git+https://h.example.org/a#v2", "b": "npm:c@2"}}')
  expect(newDependencies(later, git, limitsDefault)?.map(({ name, instead }) => [name, instead])).toEqual([
    ["a", undefined],
    ["b", undefined],
  ])
})

it("tells what is new by name", async () => {
  const [now, before] = await Promise.all(
    ['{"dependencies": {"a": "2", "b": "1"}}', '{"dependencies": {"a": "1", "c": "1"}}'].map((text) =>
      manifestOf([entryOf("p/package.json", text)], "p/", limitsDefault),
    ),
  )
  expect(now !== undefined && before !== undefined && newDependencies(now, before, limitsDefault)).toMatchObject([
    { name: "b", requirement: "1" },
  ])
})

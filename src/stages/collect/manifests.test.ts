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
    '{\n"dependencies": {\n"a": "^1",\n"b": 7},\n"optionalDependencies": {"c": "*"},\n"devDependencies": {"d": "1"}}',
    ["3 a ^1", "4 b undefined", "5 c *"],
  ],
  [
    "PKG-INFO",
    'Name: x\nRequires-Dist: A.b (>=1,<2)\nRequires-Dist: c[d,e]~=1.0; python_version < "3"\nRequires-Dist: f\nRequires-Dist: g @ https://a.example.org/g.zip\nRequires-Dist: h>1; extra == "i"\n\nRequires-Dist: no\n',
    ["2 a-b >=1,<2", "3 c ~=1.0", "4 f ", "5 g undefined"],
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

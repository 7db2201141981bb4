import { expect, it } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { sha256Of } from "../../core/digest.ts"
import { limitsDefault } from "../../core/limits.ts"
import type { Entry } from "../../model/artifact.ts"
import { itemOf } from "../../rules/test-kit.ts"
import { newRedirections, redirectionsIn } from "./redirections.ts"

it.each([
  [
    "go.mod",
    'module h.example.org/a\nreplace h.example.org/b => h.example.org/c v1.2.3 // why\nreplace (\n\t"h.example.org/d" v1.0.0 => h.example.org/e v0.0.0-1\n\th.example.org/f => ../f\n\th.example.org/g => h.example.org/g v1.0.1\n)\n// replace h.example.org/x => h.example.org/y v1\nrequire h.example.org/z v1\n',
    ["2 h.example.org/b h.example.org/c", "4 h.example.org/d h.example.org/e"],
  ],
  [
    "Cargo.toml",
    '[dependencies]\nink = "1"\n[patch.crates-io]\nink = { git = "https://h.example.org/ink" }\nown = { path = "own" }\npen2 = { package = "pen", registry = "other" }\nnib.version = "2"\n[replace]\n"cap:0.1.0" = { git = "https://h.example.org/cap" }\n',
    ["4 ink https://h.example.org/ink", "6 pen2 other", "9 cap https://h.example.org/cap"],
  ],
  [
    "package.json",
    '{"dependencies": {"ink": "^1"},\n"overrides": {\n"ink": "npm:@x/ink@1",\n"pen": "^2", "nib@^1": "npm:nib@2",\n"cap": {".": "other/cap#v1", "lid": "$ink", "box": {"top": "https://h.example.org/t.tgz#a"}}},\n"resolutions": {\n"**/@y/case": "git+ssh://h.example.org/case.git#1",\n"own": "file:./own", "a/mend": "patch:mend@1#./m.patch"},\n"pnpm": {"overrides": {\n"b>rule@1": "npm:ruler"}}}',
    ["3 ink @x/ink", "5 cap other/cap", "5 top https://h.example.org/t.tgz", "7 @y/case git+ssh://h.example.org/case.git", "10 rule ruler"],
  ],
  [
    "pyproject.toml",
    '[project]\ndependencies = ["ink", "pen"]\n[tool.uv.sources]\nink = { git = "https://h.example.org/ink", rev = "a" }\npen = [{ workspace = true }, { url = "https://h.example.org/p.whl" }]\n',
    ["4 ink https://h.example.org/ink", "5 pen https://h.example.org/p.whl"],
  ],
  ["go.mod", "module a\nreplace (\n", []],
  ["Cargo.toml", "[patch", []],
  ["package.json", '{"overrides": [1, {"a": null}], "resolutions": "x"}', []],
  ["pyproject.toml", "[tool.uv]\nsources = 1\n", []],
  ["other.json", '{"overrides": {"a": "npm:b"}}', []],
])("of %s, what stands in the place of another: %#", (name, text, expected) => {
  expect(redirectionsIn(name, text).map(({ name: own, to, lines: [line] }) => `${line} ${own} ${to}`)).toEqual(expected)
})

const entryOf = (path: string, text: string): Entry => {
  const content = memorySource(Buffer.from(text))
  return { ...itemOf(path, { kind: "unexplained", why: "" }).entry, size: content.size, sha256: sha256Of(text), content }
}
const told = async (now: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>) => {
  const of = (root: string, files: Readonly<Record<string, string>>) => ({
    entries: Object.entries(files).map(([path, text]) => entryOf(`${root}${path}`, text)),
    root,
  })
  return (await newRedirections(of("p-2/", now), of("p-1/", before), limitsDefault))?.map(({ path, name, to }) => `${path} ${name} ${to}`)
}
const replacing = (to: string): string => `module a\nreplace h.example.org/b => ${to} v1\n`

it("tells what is new against the manifest at the same path", async () => {
  expect(
    await told({ "go.mod": replacing("c"), "x/go.mod": replacing("d") }, { "go.mod": "module a\n", "x/go.mod": replacing("d") }),
  ).toEqual(["p-2/go.mod h.example.org/b c"])
  expect(await told({ "go.mod": replacing("d") }, { "go.mod": replacing("c") })).toEqual(["p-2/go.mod h.example.org/b d"])
})

it("tells nothing of what was there, of manifests that are new or of tests, and says where there is none to compare", async () => {
  expect(await told({ "go.mod": `${replacing("c")}\n` }, { "go.mod": replacing("c") })).toEqual([])
  expect(await told({ "go.mod": replacing("c") }, { "Cargo.toml": "" })).toBeUndefined()
  expect(await told({ "testdata/go.mod": replacing("c") }, { "testdata/go.mod": "" })).toBeUndefined()
  const large = " ".repeat(limitsDefault.manifestBytesMax + 1)
  expect(await told({ "go.mod": large }, { "go.mod": "" })).toBeUndefined()
})

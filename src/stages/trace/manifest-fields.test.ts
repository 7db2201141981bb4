import fc from "fast-check"
import { expect, test } from "vitest"
import { fieldsIn, isManifest } from "./manifest-fields.ts"

const fields = (path: string, text: string) => Object.fromEntries(fieldsIn(path, Buffer.from(text)))

test("each ecosystem's own fields for a homepage, a repository and whom to tell", () => {
  expect(
    fields("a/package.json", '{"homepage": "h", "bugs": {"url": "b", "email": "m"}, "repository": "r", "description": {"homepage": "no"}}'),
  ).toEqual({ homepage: "h", bugs: "b, m", repository: "r" })
  expect(fields("package.json", '{"bugs": "b", "repository": {"type": "git", "url": "r"}}')).toEqual({ bugs: "b", repository: "r" })
  expect(fields("Cargo.toml", '[package]\nhomepage = "h"\nrepository = "r"\n[dependencies]\nhomepage = "1"\n')).toEqual({
    homepage: "h",
    repository: "r",
  })
  expect(fields("Cargo.toml", '[workspace.package]\nhomepage = "w"\n[package]\nhomepage.workspace = true\n')).toEqual({ homepage: "w" })
  expect(fields("pyproject.toml", '[project.urls]\nHomepage = "h"\nIssues = "i"\n[tool.poetry]\nrepository = "r"\n')).toEqual({
    "urls.Homepage": "h",
    "urls.Issues": "i",
    repository: "r",
  })
  expect(
    fields(
      "setup.cfg",
      "[options]\nurl = no\n[metadata]\nurl=h\n# c\nproject_urls =\n  Code = c\n  Docs: d\nname = x\n  Bug = no\n[x]\nurl: no\n",
    ),
  ).toEqual({ url: "h", "project-urls": "Code = c, Docs: d" })
  expect(fields("x.gemspec", 'Gem::Specification.new do |s|\n  s.homepage = \'h\'\n  s.metadata["source_code_uri"] = "r"\nend')).toEqual({
    homepage: "h",
    source_code_uri: "r",
  })
  expect(fields("p/x.spec.in", "Name: x\nUrl:   h\n%description\nSee URL: no\n")).toEqual({ url: "h" })
})

test("AC_INIT's third and fifth arguments, whatever quotes and macros stand in the others", () => {
  const text =
    "dnl AC_INIT([no], [no], [no])\n# AC_INIT(no, no, no)\nAC_INIT([X, (Y)], m4_esyscmd([a, b]),\n\t[x@x.org], [x], [h (1)])\nAC_CONFIG(1, 2)\n"
  expect(fields("configure.ac", text)).toEqual({ "bug-report": "x@x.org", url: "h (1)" })
  expect(fields("sub/configure.in", "AC_INIT(src/x.c)\n")).toEqual({})
  expect(fields("configure.ac", "AC_INIT([a],[b],[c")).toEqual({})
})

test("what says nothing has no field, and a hidden name is no other's", () => {
  expect(fields("package.json", "{")).toEqual({})
  expect(fields("package.json", '{"homepage": "", "bugs": 1, "repository": ["r"]}')).toEqual({})
  expect(fields("package.json", '{"__proto__": {"homepage": "no"}}')).toEqual({})
  expect(fields("package.json", `{"homepage": "h"}${" ".repeat(1 << 20)}`)).toEqual({}) // over manifestBytesMax
  expect(fields("package.json", '{"homepage": "h\u202e\u001b[31m"}')).toEqual({}) // a control character is no JSON text
  expect(fields("package.json", '{"homepage": "h\u00e9"}')).toEqual({ homepage: "h\u00e9" })
  expect(fields("package.json", `{"homepage": "${"x".repeat(5000)}"}`)["homepage"]).toHaveLength(1000)
})

const names = ["package.json", "Cargo.toml", "pyproject.toml", "setup.cfg", "x.gemspec", "x.spec", "configure.ac"]

test("any bytes are read as texts or as nothing", () => {
  const pieces = fc.constantFrom(
    "AC_INIT(",
    "[",
    "]",
    ",",
    ")",
    "[metadata]\n",
    "url",
    "=",
    ":",
    "\n",
    " ",
    '"homepage"',
    "{",
    "}",
    "[[",
    "[project.urls]\n",
    "a.homepage = '",
  )
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.array(pieces, { maxLength: 40 }).map((all) => Buffer.from(all.join(""))),
  )
  fc.assert(
    fc.property(fc.constantFrom(...names), bytes, (name, some) => {
      for (const [field, value] of fieldsIn(name, some)) {
        expect(field).not.toBe("")
        expect(value).not.toBe("")
      }
    }),
  )
})

test("a file of a million lines or brackets is read at once", () => {
  for (const name of names)
    for (const line of ["[", "(", "\n", "url\n", " url = x\n", "AC_INIT(\n", '{"a":', "[a]\n", "a.homepage = '\n"])
      expect(fieldsIn(name, Buffer.from(line.repeat(Math.floor((1 << 20) / line.length))))).toBeDefined()
})

test("manifests are known by the names that tools look for", () => {
  expect(names.every(isManifest)).toBe(true)
  expect(["x.spec.ts", "mypackage.json", "package.json.bak", "configure.ac.in", "spec", "docs/Cargo.toml.md"].some(isManifest)).toBe(false)
})

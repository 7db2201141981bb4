import fc from "fast-check"
import { expect, test } from "vitest"
import { fieldsOf } from "./metadata-fields.ts"
import { tableOf } from "./table.ts"

const expectedOf = (project: object): readonly string[] =>
  [...fieldsOf({ name: "made", version: "1.0", hasLicence: () => true }, tableOf(project), "setuptools").values()].flatMap(
    ({ expected }) => expected,
  )

test("a project's words are each a line of the head", () => {
  const project = { "optional-dependencies": { more: ["other"] }, urls: { Home: "https://example.org" } }
  expect(expectedOf(project)).toEqual(expect.arrayContaining(["Home, https://example.org", "more", 'other ; extra == "more"']))
})

test("no word of a project hides a field behind a line end", () => {
  const text = fc.constantFrom("a", "a\nRequires-Dist: evil", "a\rRequires-Dist: evil", "\u000bb", "text/plain\n", "a@b\n", "b.md")
  const texts = fc.array(text, { minLength: 1, maxLength: 3 })
  const people = fc.array(fc.record({ name: text, email: text }, { requiredKeys: [] }), { maxLength: 2 })
  const project = fc.record({
    name: text,
    description: text,
    license: fc.oneof(text, fc.record({ text })),
    readme: fc.oneof(text, fc.record({ file: text, "content-type": text })),
    "requires-python": text,
    keywords: texts,
    classifiers: texts,
    dependencies: texts,
    authors: people,
    maintainers: people,
    urls: fc.dictionary(text, text, { minKeys: 1, maxKeys: 2 }),
    "optional-dependencies": fc.dictionary(text, texts, { minKeys: 1, maxKeys: 2 }),
  })
  fc.assert(
    fc.property(project, (stated) => {
      expect(expectedOf(stated).filter((value) => /[\u0000-\u001f\u007f]/.test(value))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

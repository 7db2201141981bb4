import fc from "fast-check"
import { expect, test } from "vitest"
import { withoutComments } from "./code-text.ts"

test.each([
  ["c", 'a("// no"); /* b\nc */ d // e\nf', 'a("// no");     \n     d     \nf'],
  ["shell", "a # b\nc$d#e \"# no\" '#'\n#f", "a    \nc$d#e \"# no\" '#'\n  "],
  ["m4", "#include <a>\n# b\nc dnl d", "#include <a>\n   \nc      "],
  ["c", "/* open", "       "],
])("%s: comments become blanks, literals stay", (language, text, left) => {
  expect(withoutComments(text, language)).toBe(left)
})

test("property: lines and places stay as they are, whatever the text", () => {
  const texts = fc.string({ unit: fc.constantFrom("/", "*", "#", '"', "'", "\\", "\n", "a", " ", "`", "dnl ") })
  fc.assert(
    fc.property(texts, fc.constantFrom("c", "shell", "python", "javascript", "m4"), (text, language) => {
      const left = withoutComments(text, language)
      expect([left.length, left.split("\n").length]).toEqual([text.length, text.split("\n").length])
    }),
  )
})

import { expect, test } from "vitest"
import { isEdition, withOriginals } from "./edition.ts"

test.each<[string, string, boolean]>([
  ["2.71-3", "2.71", true],
  ["1:1.16.5-1.3", "1.16.5", true],
  ["2.4.7-7~deb12u1", "2.4.7 Debian-2.4.7-5", true],
  ["2.72-3.1", "2.71", false],
  ["2.4.7-7", "2.4.7-dirty", false],
  ["2.5.4-4", "2.5.4.1-baa1-dirty", false],
  ["2.69-3.1", "2.6", false],
])("the package %s and the stated %s are one edition: %s", (used, stated, is) => expect(isEdition(used, stated)).toBe(is))

test("whose edition it was is said only where it was upstream's", () => {
  expect([withOriginals([]), withOriginals(["autoconf", "libtool"])]).toEqual(["", " with upstream's autoconf and libtool"])
})

import { expect, it } from "vitest"
import { withoutLogin } from "./escape.ts"

it.each([
  ["https://me:secret@host/a?b=c", "https://host/a?b=c"],
  ["HTTPS://secret@host", "HTTPS://host"],
  ["https:\\\\me:sec@ret@host\\a", "https:\\\\host\\a"],
  ["https://host/a@b", "https://host/a@b"],
  ["https://host?a@b", "https://host?a@b"],
  ["ssh://git@host/a", "ssh://git@host/a"],
  ["ssh://me:secret@host/a", "ssh://host/a"],
  ["mirror+http://secret@host/a", "mirror+http://host/a"],
  ["//me:secret@host/a", "//host/a"],
  ["https://me:secret@no host:99999/", "https://no host:99999/"],
  ["npm:@a/it@1.0.0", "npm:@a/it@1.0.0"],
  ["../it@1", "../it@1"],
])("%s is shown as %s", (text, shown) => {
  expect(withoutLogin(text)).toBe(shown)
})

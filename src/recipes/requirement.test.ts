import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { conditionOf, normalRequirement, versionsOf } from "./requirement.ts"

describe("one dependency in several spellings", () => {
  test.each([
    ["Some_Thing[b,A]>=1, <2", "some-thing[a,b] (<2,>=1)"],
    ["x ; os_name == 'nt'", 'x;os_name=="nt"'],
    [
      "x; (python_version < '3' and os_name == 'nt') and extra == 'A_b'",
      'x; python_version < "3" and (os_name == "nt") and extra == "a-b"',
    ],
    ["x; ((a_b == '1' or c == '2'))", 'x; a_b == "1" or c == "2"'],
    ["x @ https://example.org/x.whl ; os_name not  in 'nt'", 'x@https://example.org/x.whl\t;os_name not in "nt"'],
  ])("%s is %s", (one, other) => {
    expect(normalRequirement(one)).toBeDefined()
    expect(normalRequirement(one)).toBe(normalRequirement(other))
  })
})

describe("two dependencies are not one", () => {
  test.each([
    ["x>=1", "x>1"],
    ["x>=1", "x>=1,<2"],
    ["x[a]", "x"],
    ["x", "y"],
    ["x; os_name == 'nt'", "x"],
    ["x; (a == '1' or b == '2') and c == '3'", "x; a == '1' or b == '2' and c == '3'"],
    ["x; os_name == 'nt'", "x; os_name == 'posix'"],
    ["x; os_name == 'NT'", "x; os_name == 'nt'"],
    ["x; os_name in 'nt'", "x; os_name not in 'nt'"],
    ["x @ https://example.org/a", "x @ https://example.org/b"],
    ["x==1.0", "x===1.0"],
    ["x @ https://example.org/a ; os_name == 'nt'", "x @ https://example.org/a;os_name=='nt'"],
    ["x @ https://example.org/a ; os_name == 'nt'", "x @ https://example.org/a;os_name == 'nt'"],
    ["x @ https://example.org/a;b ; os_name == 'nt'", "x @ https://example.org/a ; b ; os_name == 'nt'"],
    ["x @ https://example.org/\u00c3", "x @ https://example.org/\u00c3\u00a0"],
  ])("%s is not %s", (one, other) => expect(normalRequirement(one) ?? one).not.toBe(normalRequirement(other) ?? other))

  test("an address goes up to white space, with a semicolon that stands right behind it", () => {
    expect(conditionOf("x @ https://example.org/a;b ; c")).toEqual({ what: "x @ https://example.org/a;b", condition: " c" })
    expect(conditionOf("x @ https://example.org/a;b")).toEqual({ what: "x @ https://example.org/a;b", condition: undefined })
    expect(conditionOf("x>=1;a == '@ ;'")).toEqual({ what: "x>=1", condition: "a == '@ ;'" })
    expect(normalRequirement("x @ https://example.org/a;os_name=='nt'")).toBe(normalRequirement("x@https://example.org/a;os_name=='nt'"))
  })
})

test.each(["", "x y", "x>=1 y", "x>=", "x;", "-x", "x[a b]", "x; os_name ~ 'nt'", "x; os_name == 'nt", "x @ a b", "x[a"])(
  "%j is none, or itself",
  (text) => expect([undefined, normalRequirement("x")]).toContain(text === "x;" ? undefined : normalRequirement(text)),
)

test("versions in any order, none of another form", () => {
  expect(versionsOf(">=1, <2")).toBe(versionsOf("(<2,>=1)"))
  expect(versionsOf("latest")).toBeUndefined()
})

test("what is hostile ends, and throws nothing", () => {
  for (const text of [" ".repeat(1000), `x${" ".repeat(1000)}`, `x;${"(".repeat(1000)}`, `x${"[".repeat(1000)}`, "x".repeat(1_000_000)])
    normalRequirement(text)
  const word = fc.constantFrom("x", " ", "[", "]", "(", ")", ">=", "1", ",", ";", "@", "and", "or", "extra", "==", "'", '"', "not", "in")
  fc.assert(fc.property(fc.array(word, { maxLength: 40 }), (words) => void normalRequirement(words.join(""))))
})

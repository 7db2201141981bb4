import fc from "fast-check"
import { expect, it } from "vitest"
import { compareSemver, highestSemver, semverOf } from "./semver.ts"

const compared = (a: string, b: string): number => {
  const [one, other] = [semverOf(a), semverOf(b)]
  if (one === undefined || other === undefined) throw new Error(`${a} or ${b} is no version`)
  return Math.sign(compareSemver(one, other))
}

it("orders as section 11 of Semantic Versioning 2.0.0 says", () => {
  const ascending =
    "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 2.0.0 2.1.0 2.1.1 10.0.0".split(" ")
  for (const [index, older] of ascending.entries())
    for (const newer of ascending.slice(index + 1)) expect([compared(older, newer), compared(newer, older)]).toEqual([-1, 1])
  expect(compared("1.0.0+a", "v1.0.0+b")).toBe(0)
  expect(compared("99999999999999999999999.0.0", "99999999999999999999998.0.0")).toBe(1)
})

it.each(["1.0", "01.0.0", "1.0.0-", "1.0.0-a..b", "1.0.0+", "x1.0.0", "1.0.0 ", `1.0.${"9".repeat(300)}`])("%j is none", (text) =>
  expect(semverOf(text)).toBe(undefined),
)

it("the highest is the highest release, else the highest prerelease, whatever the order", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(["1.0.0", "1.10.0", "1.9.0", "2.0.0-rc.1", "junk"], { minLength: 0 }), (texts) => {
      const expected = ["1.10.0", "1.9.0", "1.0.0", "2.0.0-rc.1"].find((one) => texts.includes(one))
      expect(highestSemver(texts)).toBe(expected)
    }),
  )
})

import { expect, it } from "vitest"
import { popularNames } from "./popular-names.ts"

it.each([
  ["npm", "lodash"],
  ["pypi", "requests"],
  ["golang", "golang.org/x/sys"],
])("of %s, %s is among the most used, and each name is there once", async (type, name) => {
  const names = (await popularNames(type)) ?? []
  expect(names.slice(0, 1000)).toContain(name)
  expect(new Set(names).size).toBe(names.length)
})

it("of a registry without a list nothing is known", async () => {
  expect(await popularNames("cargo")).toBeUndefined()
  expect(await popularNames("__proto__")).toBeUndefined()
})

import { expect, it } from "vitest"
import { firstOf, followedBy, upTo } from "./published.ts"

const all = [
  { version: "2.0.0", published: "2024-03-01T00:00:00Z" },
  { version: "1.0.0", published: "2024-01-01T00:00:00Z" },
  { version: "1.1.0", published: "2024-02-01T00:00:00Z" },
  { version: "0.9.0", published: "no time" },
]

it("keeps what came before a release, so that a later one changes nothing", () => {
  expect(upTo("1.1.0", all).map(({ version }) => version)).toEqual(["1.0.0", "1.1.0"])
  expect(upTo("1.1.0", all.slice(1))).toEqual(upTo("1.1.0", all))
})

it("knows nothing of a version without a time, or that is not listed", () => {
  expect(upTo("0.9.0", all)).toEqual([])
  expect(upTo("3.0.0", all)).toEqual([])
  expect(upTo(undefined, all)).toEqual([])
})

it("counts the versions of a dependency until the release", () => {
  const times = all.map(({ published }) => published)
  expect(firstOf(times, "2024-02-15T00:00:00Z")).toEqual({ first: "2024-01-01T00:00:00Z", versions: 2 })
  expect(firstOf(times, undefined)).toEqual({ first: "2024-01-01T00:00:00Z", versions: 3 })
  expect(firstOf(["no time"], "2024-02-15T00:00:00Z")).toBeUndefined()
})

it.each([
  [["1.0.0", "1.1.0", "1.1.1"], "1.1.0"],
  [["1.0.0", "2.0.0", "1.0.1"], "1.0.0"],
  [["1.0.0", "2.0.0-rc.1", "2.0.0"], "1.0.0"],
  [["1.0.0", "2.0.0-rc.1", "2.0.0-rc.2"], "2.0.0-rc.1"],
  [["1.0", "1.0.post1", "1.1"], "1.0.post1"],
  [["1.0", "1.1rc1", "1.1.dev2", "1.1"], "1.0"],
  [["1!1.0", "1!1.1", "1!1.0.1"], "1!1.0"],
  [["2.0", "1!0.1"], "2.0"],
  [["1.2.3.5", "1.2.3.7", "1.2.3.6"], "1.2.3.5"],
  [["1.0.0-0", "1.0.0-1", "1.0.0"], undefined],
  [["0.9.0", "1.0.0-0", "1.0.0-1"], "1.0.0-0"],
  [["2024.1.1", "2024.1.2"], "2024.1.1"],
  [["1.0.0"], undefined],
  [["2.0.0", "1.0.0"], undefined],
  [[], undefined],
])("knows which version the last of %j follows: %s", (versions, expected) => {
  const known = versions.map((version, day) => ({ version, published: `2024-01-0${day + 1}T00:00:00Z` }))
  expect(followedBy(known, undefined)).toBe(expected)
  expect(followedBy(known, versions.at(-1))).toBe(expected)
})

it("knows a release by its name among those of one time", () => {
  const known = ["1.2.0", "1.0.1", "1.1.0"].map((version) => ({ version, published: "2024-01-01T00:00:00Z" }))
  expect(followedBy(known, "1.1.0")).toBe("1.0.1")
  expect(followedBy(known, "1.2.0")).toBe("1.1.0")
})

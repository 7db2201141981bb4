import { expect, test } from "vitest"
import { historyOf, type Row } from "./event-fixture.ts"
import { identify } from "./identities.ts"
import { ownCommitsOf } from "./own-commits.ts"
import { windowsOf } from "./windows.ts"

const rows: readonly Row[] = [
  { by: "one", at: "2021-05-01" },
  { by: "two", to: "one", at: "2021-06-01" },
  { by: "two", at: "2021-07-01" },
  { by: "one", at: "2023-02-01" },
  { by: "one", at: "2023-03-01", parents: [3, 2] },
  { by: "x[bot]", at: "2023-02-02" },
]

test("what its author committed, of each window: no merges, and nothing of a program", () => {
  const history = historyOf(rows)
  const identities = identify(history)
  const windows = windowsOf(history, identities, ["2021-05-01", "2022-01-01", "2023-03-02"])
  expect(ownCommitsOf(history, identities, windows)).toEqual([
    { end: "2021-05-01", commits: 0, own: 0 },
    { end: "2022-01-01", commits: 3, own: 2 },
    { end: "2023-03-02", commits: windows[2]?.commits, own: 1 },
  ])
})

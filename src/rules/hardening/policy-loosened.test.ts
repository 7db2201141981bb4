import { expect, test } from "vitest"
import type { Changes } from "../../model/inspection.ts"
import { asked } from "../test-kit.ts"
import { hardeningPolicyLoosened } from "./policy-loosened.ts"

const none: Changes = { texts: [], gone: [], blind: [], hasPrevious: true }
const changed = (removed: string, added: string): Changes => ({
  ...none,
  texts: [
    {
      path: "p/.github/workflows/a.yml",
      language: "workflow",
      against: "previous",
      lines: [{ first: 4, added: added.split("\n"), removed: removed.split("\n") }],
    },
  ],
})
const answer = (changes: Changes) => hardeningPolicyLoosened.check(asked({ changes }))
const pinned = `uses: some/action@${"0123456789".repeat(4)}`

test.each([
  ["review", "every right", "permissions: read-all", "permissions: write-all"],
  ["review", "a stranger", "  pull_request:", "  pull_request_target:"],
  ["review", "a stranger", "on: [push]", "on: [push, pull_request_target]"],
  ["review", "some/action is no longer pinned", `  - ${pinned}`, "  - uses: some/action@v4"],
  ["note", "may write", "  contents: read", "  contents: write"],
  ["note", "no longer narrowed", "permissions:\n  contents: read", "jobs:"],
  ["note", "credentials", "  persist-credentials: false", "  fetch-depth: 0"],
])("%s: %s", (severity, why, removed, added) => {
  expect(answer(changed(removed, added))).toMatchObject({
    outcome: "present",
    findings: [{ severity, message: expect.stringContaining(why) }],
  })
})

test("a policy that is gone is a note", () => {
  expect(answer({ ...none, gone: ["SECURITY.md", "src/a.c"] })).toMatchObject({
    findings: [{ severity: "note", at: { path: "SECURITY.md" } }],
  })
})

test.each([
  ["a newer pin", `  - ${pinned}`, `  - uses: some/action@${"a".repeat(40)}`],
  ["tags before and after", "  - uses: some/action@v3", "  - uses: some/action@v4"],
  ["narrower", "permissions: write-all", "permissions: read-all"],
])("silent: %s", (_, removed, added) => {
  expect(answer(changed(removed, added)).outcome).toBe("absent")
})

test("without anything to compare with nothing is known; a commit alone has no such files to differ", () => {
  expect(hardeningPolicyLoosened.check(asked()).outcome).toBe("not-assessed")
  expect(answer({ ...none, hasPrevious: false }).outcome).toBe("not-applicable")
  const blind = [{ at: { path: "p/a.yml", lines: [1, 1] as const }, why: "too large" }]
  expect(answer({ ...none, blind })).toEqual({ outcome: "not-assessed", why: "p/a.yml: too large" })
})

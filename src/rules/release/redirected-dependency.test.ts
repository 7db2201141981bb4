import { expect, test } from "vitest"
import { asked } from "../test-kit.ts"
import { releaseRedirectedDependency } from "./redirected-dependency.ts"

test("each dependency that is newly taken from elsewhere is to be looked at, with its line", () => {
  const redirections = [{ name: "plain-ink", to: "https://h.example.org/ink", path: "p/package.json", lines: [7, 7] as const }]
  expect(releaseRedirectedDependency.check(asked({ facts: { redirections } }))).toMatchObject({
    outcome: "present",
    findings: [{ severity: "review", at: { path: "p/package.json", lines: [7, 7] }, evidence: [{ where: "p/package.json:7" }] }],
  })
})

test("silent where none is new, and not assessed without two manifests", () => {
  expect(releaseRedirectedDependency.check(asked({ facts: { redirections: [] } })).outcome).toBe("absent")
  expect(releaseRedirectedDependency.check(asked({ facts: {} })).outcome).toBe("not-assessed")
  expect(releaseRedirectedDependency.check(asked()).outcome).toBe("not-assessed")
})

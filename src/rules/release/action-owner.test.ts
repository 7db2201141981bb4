import { expect, test } from "vitest"
import { text } from "../../model/code.ts"
import type { Inspected } from "../../model/inspection.ts"
import { actionOwners } from "../action-owners.ts"
import { asked, inspectionOf } from "../test-kit.ts"
import { releaseActionOwner } from "./action-owner.ts"

const ref = "0123456789".repeat(4)
const workflow = (words: readonly string[], path = "p/.github/workflows/a.yml"): Inspected => ({
  path,
  language: "workflow",
  acts: words.map((one, index) => ({
    kind: "runs",
    as: "module",
    what: text(one.includes("@") || one.startsWith(".") ? one : `${one}@${ref}`),
    language: "workflow",
    at: { path, lines: [index + 3, index + 3] },
  })),
  blind: [],
  runs: undefined,
  runsItself: false,
})
const answer = (now: readonly Inspected[], before?: readonly Inspected[]) =>
  releaseActionOwner.check(
    asked({
      inspection: inspectionOf({ scripts: now }),
      before: before === undefined ? undefined : { scripts: before, momentOf: () => undefined },
    }),
  )
const told = (now: readonly string[], before?: readonly string[]): readonly string[] => {
  const answered = answer([workflow(now)], before === undefined ? undefined : [workflow(before)])
  return answered.outcome === "present" ? answered.findings.map(({ severity, message }) => `${severity} ${message}`) : [answered.outcome]
}

test("an action of the same name and another account is to be looked at, and points at both", () => {
  expect(told(["quick-notes/publish-site"], ["quiet-notes/publish-site"])).toEqual([
    `review uses quick-notes/publish-site: the release before it used quiet-notes/publish-site@${ref}`,
  ])
  expect(told(["a/check/deep@v1", "b/check@v1"], ["a/check@v1", "a/check/deep@v1"])).toHaveLength(1)
  expect(answer([workflow(["b/check@v2"])], [workflow(["a/check@v2"])])).toMatchObject({
    findings: [{ at: { path: "p/.github/workflows/a.yml", lines: [3, 3] }, evidence: [{ what: "b/check@v2" }] }],
  })
})

test("one that went to an account that many know is a note", () => {
  expect(told(["ruby/setup-thing"], ["someone/setup-thing"])).toEqual([expect.stringMatching(/^note uses ruby\/setup-thing/)])
})

test.each([
  ["d0cker/login", "looks like docker"],
  ["hashic0rp/setup", "looks like hashicorp"],
  ["Softrops/release", "is one letter away from softprops"],
  ["aws-action/login", "is one letter away from aws-actions"],
])("%s is nearly known, with a release before it or without", (own, how) => {
  expect(told([own])).toEqual([expect.stringMatching(new RegExp(`^review .*${how}, whose`))])
  expect(told([own], ["docker/build"])).toHaveLength(1)
  expect(told([own], [own])).toEqual([expect.stringMatching(/^note /)])
})

test.each<[string, readonly string[], readonly string[] | undefined]>([
  ["accounts that many know", ["docker/login", "Docker/login", "actions/cache"], undefined],
  ["accounts of their own", ["quiet-notes/publish-site"], undefined],
  ["a newer commit", ["quiet-notes/publish-site@v2"], ["quiet-notes/publish-site@v1"]],
  ["one more action of the same name", ["quiet-notes/setup", "other/setup"], ["quiet-notes/setup"]],
  ["another action", ["other/upload"], ["quiet-notes/setup"]],
  ["one that went", ["other/setup"], ["quiet-notes/setup", "other/setup"]],
])("silent: %s", (_, now, before) => {
  expect(told(now, before)).toEqual(["absent"])
})

test("another workflow that uses the other is no exchange; without actions there is no question", () => {
  const [one, other] = [workflow(["a/setup"], "p/.github/workflows/x.yml"), workflow(["b/setup"])]
  expect(answer([one, other], [one]).outcome).toBe("absent")
  expect([told(["./own/action"]), told(["docker://image@sha256:0"])]).toEqual([["not-applicable"], ["not-applicable"]])
  expect(answer([]).outcome).toBe("not-applicable")
})

test("no two accounts that many know are taken for each other", () => {
  for (const owner of actionOwners) expect(told([`${owner}/x`])).toEqual(["absent"])
})

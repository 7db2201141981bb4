import { expect, test } from "vitest"
import { type Act, text } from "../../model/code.ts"
import type { Inspected, Moment } from "../../model/inspection.ts"
import { asked, inspectionOf } from "../test-kit.ts"
import { capabilityWrapsCompiler } from "./wraps-compiler.ts"

const at = { path: "p/Makefile", lines: [2, 2] } as const
const stands = (path: string): Act => ({ kind: "runs", as: "program", what: text(path), standsFor: "CC", at })
const script = (...acts: Act[]): Inspected => ({ path: at.path, language: "make", acts, blind: [], runs: "build", runsItself: true })

interface Some {
  readonly act?: Act
  readonly to?: string
  readonly runs?: Moment | undefined
  readonly had?: Act | undefined
}

function answer({ act = stands("$/through"), to = "p/tool/through", ...some }: Some) {
  const inspection = inspectionOf({ scripts: [script(act)], starts: [{ at, to }], momentOf: () => ("runs" in some ? some.runs : "build") })
  const before = "had" in some ? { scripts: some.had === undefined ? [] : [script(some.had)], momentOf: () => undefined } : undefined
  return capabilityWrapsCompiler.check(asked({ inspection, before }))
}

const told = (some: Some): string => {
  const answered = answer(some)
  return answered.outcome === "present" ? answered.findings.map(({ severity }) => severity).join() : answered.outcome
}

test("a file of the release where the compiler is called is to be looked at, with or without a release before", () => {
  expect(told({})).toBe("review")
  expect(told({ had: undefined })).toBe("review")
  expect(told({ had: stands("$/other") })).toBe("review")
  expect(answer({})).toMatchObject({ findings: [{ at, evidence: [{ what: "CC", where: "p/Makefile:2" }, { where: "p/tool/through" }] }] })
})

test("one that the release before had there too, or that only tests or whoever asks for it reach, is a note", () => {
  expect(told({ had: stands("./through") })).toBe("note")
  for (const runs of ["test", "request", undefined] as const) expect(told({ runs })).toBe("note")
})

test("silent where the file that is started is another, where an act stands for no compiler, and where there is nothing to read", () => {
  expect(told({ to: "p/tool/other" })).toBe("absent")
  expect(told({ act: { kind: "runs", as: "program", what: text("through"), at } })).toBe("absent")
  expect(capabilityWrapsCompiler.check(asked()).outcome).toBe("not-applicable")
})

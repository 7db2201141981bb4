import { expect, it } from "vitest"
import { type Act, text, type Value } from "../../model/code.ts"
import type { Inspected, Moment, Survey } from "../../model/inspection.ts"
import { asked, inspectionOf, itemOf } from "../test-kit.ts"
import { capabilityPersists } from "./persists.ts"

const at = { path: "p/a.js", lines: [1, 1] } as const
const home: Value = { kind: "environment", name: "HOME", at }
const below = (of: string): Value => ({ kind: "joined", parts: [home, text(of)] })

function survey(when: Moment | undefined, paths: readonly Value[]): Survey {
  const acts = paths.map((path): Act => ({ kind: "writes", path, what: text(""), at }))
  const script: Inspected = { path: "p/a.js", language: "javascript", acts, blind: [], runs: when, runsItself: true }
  return { scripts: [script], momentOf: () => when }
}

interface Asked {
  readonly path: Value
  readonly when: Moment | undefined
  readonly was?: readonly Value[]
  readonly version?: string
}

function told({ path, when, was, version = "1.2.4" }: Asked): string {
  const facts = { version, previous: { version: "1.2.3" }, named: { name: "p", type: "npm", path: "p/package.json" } }
  const entries = [itemOf("p/a.js", { kind: "undetermined", why: "no repository" })]
  const before = was === undefined ? undefined : survey(when, was)
  const answer = capabilityPersists.check(asked({ entries, inspection: inspectionOf(survey(when, [path])), before, facts }))
  return answer.outcome === "present" ? answer.findings.map(({ severity }) => severity).join() : answer.outcome
}

it.each<[string, Asked, string]>([
  ["a start file, when it is installed", { path: below("/.bashrc"), when: "install" }, "review"],
  ["a service of a user, when it is built", { path: below("/.config/systemd/user/a.service"), when: "build" }, "review"],
  ["a hook of the tree that it is built in", { path: text(".git/hooks/pre-commit"), when: "build" }, "note"],
  ["a workflow, when it is imported", { path: text(".github/workflows/a.yml"), when: "import" }, "note"],
  ["a workflow that is new in a series", { path: text(".github/workflows/a.yml"), when: "import", was: [] }, "review"],
  ["a workflow as before", { path: text("a/.github/workflows/a.yml"), when: "import", was: [text("a/.github/workflows/a.yml")] }, "note"],
  ["a workflow of a new major version", { path: text("./.github/workflows/a.yml"), when: "import", was: [], version: "2.0.0" }, "note"],
  ["what an assistant is told, new, where a user asks for it", { path: below("/x/CLAUDE.md"), when: "request", was: [] }, "note"],
  ["servers of an assistant, new", { path: below("/.cursor/mcp.json"), when: "import", was: [] }, "review"],
  ["a page", { path: below("/README.md"), when: "install", was: [] }, "absent"],
  ["a test", { path: below("/.bashrc"), when: "test" }, "absent"],
])("what is run again without it: %s", (_, how, expected) => {
  expect(told(how)).toBe(expected)
})

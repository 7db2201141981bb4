import { expect, it } from "vitest"
import type { Act, Value } from "../../model/code.ts"
import type { Inspected, Moment, Survey } from "../../model/inspection.ts"
import type { ReleaseFacts } from "../../model/release-facts.ts"
import { asked, inspectionOf, itemOf } from "../test-kit.ts"
import { capabilityAdded } from "./added.ts"

const at = (path: string) => ({ path, lines: [1, 1] }) as const
const runs = (path: string): Act => ({ kind: "runs", as: "program", what: { kind: "text", text: "x" }, at: at(path) })
const connects = (path: string): Act => ({ kind: "connects", to: { kind: "text", text: "a.example.org" }, at: at(path) })
const script = (path: string, acts: readonly Act[]): Inspected => ({
  path,
  language: "javascript",
  acts,
  blind: [],
  runs: undefined,
  runsItself: true,
})
const home: Value = { kind: "environment", name: "HOME", at: at("p/a.js") }
/** All that are in a folder. */
const found = (within: Value): Value => ({
  kind: "names",
  search: { by: "name", syntax: "glob", ignoresCase: false, pattern: { kind: "text", text: "*" }, within: [within] },
  at: at("p/a.js"),
})
const survey = (when: Moment | undefined, ...scripts: readonly Inspected[]): Survey => ({ scripts, momentOf: () => when })

interface Asked {
  readonly now: Survey
  readonly explained?: readonly string[]
  readonly version?: string
  readonly type?: string
}

const severities = ({ now, explained = [], version = "1.2.4", type = "npm" }: Asked): readonly string[] => {
  const facts: ReleaseFacts = { version, previous: { version: "1.2.3" }, named: { name: "p", type, path: "p/package.json" } }
  const entries = now.scripts.map(({ path }) =>
    itemOf(
      path,
      explained.includes(path) ? { kind: "source", path, confirmed: "id", effects: [] } : { kind: "undetermined", why: "no repository" },
    ),
  )
  const before = survey("import")
  const answer = capabilityAdded.check(asked({ entries, inspection: inspectionOf(now), before, facts }))
  return answer.outcome === "present" ? answer.findings.map(({ severity }) => severity) : [answer.outcome]
}

it.each<[string, Asked, readonly string[]]>([
  ["in a series, where it is imported", { now: survey("import", script("p/a.js", [connects("p/a.js")])) }, ["review"]],
  ["in a new major version", { now: survey("import", script("p/a.js", [connects("p/a.js")])), version: "2.0.0" }, ["note"]],
  ["of a version that is not told", { now: survey("import", script("p/a.js", [connects("p/a.js")])), version: "next" }, ["review"]],
  ["where npm builds it", { now: survey("build", script("p/a.js", [connects("p/a.js")])) }, ["note"]],
  ["where a crate is built", { now: survey("build", script("p/a.js", [connects("p/a.js")])), type: "cargo" }, ["review"]],
  ["where nothing runs it", { now: survey(undefined, script("p/a.js", [connects("p/a.js")])) }, ["note"]],
  [
    "files of whoever imports it",
    {
      now: survey(
        "import",
        script("p/a.js", [{ kind: "writes", path: { kind: "joined", parts: [home, found(home)] }, what: home, at: at("p/a.js") }]),
      ),
    },
    ["review"],
  ],
  [
    "files of its own",
    { now: survey("import", script("p/a.js", [{ kind: "deletes", path: found({ kind: "text", text: "build" }), at: at("p/a.js") }])) },
    ["note"],
  ],
  ["nothing new", { now: survey("import") }, ["absent"]],
  ["programs that a commit shows", { now: survey("install", script("p/a.js", [runs("p/a.js")])), explained: ["p/a.js"] }, ["note"]],
  [
    "the network, that a commit shows",
    { now: survey("install", script("p/a.js", [connects("p/a.js")])), explained: ["p/a.js"] },
    ["review"],
  ],
  [
    "programs of which a commit shows the first alone",
    { now: survey("install", script("p/a.js", [runs("p/a.js")]), script("p/b.js", [runs("p/b.js")])), explained: ["p/a.js"] },
    ["review"],
  ],
])("what a release newly does weighs by when and where: %s", (_, how, expected) => {
  expect(severities(how)).toEqual(expected)
})

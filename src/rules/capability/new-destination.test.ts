import { expect, it } from "vitest"
import { type Act, text, unknown, type Value } from "../../model/code.ts"
import type { Inspected, Moment, Survey } from "../../model/inspection.ts"
import { asked, inspectionOf, itemOf } from "../test-kit.ts"
import { capabilityNewDestination } from "./new-destination.ts"

const connects = (to: Value): Act => ({ kind: "connects", to, at: { path: "p/a.js", lines: [1, 1] } })

function survey(when: Moment | undefined, addresses: readonly (string | Value)[]): Survey {
  const acts = addresses.map((to) => connects(typeof to === "string" ? text(to) : to))
  const script: Inspected = { path: "p/a.js", language: "javascript", acts, blind: [], runs: when, runsItself: true }
  return { scripts: [script], momentOf: () => when }
}

interface Asked {
  readonly was?: readonly (string | Value)[]
  readonly now: readonly (string | Value)[]
  readonly when?: Moment | undefined
  readonly version?: string
}

function told({ was = ["https://api.a.example/1"], now, when = "import", version = "1.2.4" }: Asked): readonly string[] {
  const facts = { version, previous: { version: "1.2.3" }, named: { name: "p", type: "npm", path: "p/package.json" } }
  const entries = [itemOf("p/a.js", { kind: "undetermined", why: "no repository" })]
  const answer = capabilityNewDestination.check(
    asked({ entries, inspection: inspectionOf(survey(when, now)), before: survey("import", was), facts }),
  )
  return answer.outcome === "present"
    ? answer.findings.map(({ severity, message }) => `${severity} ${message.split(" ")[2]}`)
    : [answer.outcome]
}

it.each<[string, Asked, readonly string[]]>([
  ["another host", { now: ["https://b.example/x"] }, ["review b.example"]],
  ["another host of the same domain", { now: ["https://cdn.a.example/x"] }, ["absent"]],
  ["another domain of the same kind", { was: ["https://a.co.uk/"], now: ["https://b.co.uk/"] }, ["review b.co.uk"]],
  ["a number", { now: ["http://192.0.2.7:80/"] }, ["review 192.0.2.7"]],
  ["two places, one host", { now: ["https://b.example/x", "https://c.b.example/y"] }, ["review b.example"]],
  ["one of several", { now: [{ kind: "either", of: [text("https://b.example/x"), unknown("x")] }] }, ["review b.example"]],
  [
    "an address whose end is not known",
    { now: [{ kind: "joined", parts: [text("https://b.example/"), unknown("x")] }] },
    ["review b.example"],
  ],
  ["a host whose end is not known", { now: [{ kind: "joined", parts: [text("https://b.example"), unknown("x")] }] }, ["absent"]],
  [
    "a host that one of two gives",
    { now: [{ kind: "joined", parts: [text("https://"), { kind: "either", of: [unknown("x"), text("b.example")] }, text("/x")] }] },
    ["review b.example"],
  ],
  ["an address without slashes, and behind a blank", { now: [" https:b.example/x"] }, ["review b.example"]],
  ["an address in two lines with slashes of another kind", { now: ["ht\ntps:\\\\b.example/x"] }, ["review b.example"]],
  ["a place of git", { now: ["git@b.example:x/y"] }, ["review b.example"]],
  ["a number of six", { now: ["http://[2001:db8::7]/"] }, ["review [2001:db8::7]"]],
  ["a name that begins as this machine's number", { now: ["https://127.b.example/"] }, ["review 127.b.example"]],
  ["a release before it that was in no network", { was: [], now: ["https://b.example/x"] }, ["not-applicable"]],
  ["an address that is not known", { now: [unknown("x")] }, ["absent"]],
  ["this machine", { now: ["http://127.0.0.1:80/", "http://localhost/", "unix:/a.b"] }, ["absent"]],
  ["where a user asks for it", { now: ["https://b.example/x"], when: "request" }, ["note b.example"]],
  ["in a test", { now: ["https://b.example/x"], when: "test" }, ["absent"]],
  ["in a new major version", { now: ["https://b.example/x"], version: "2.0.0" }, ["note b.example"]],
])("a host that was not named before: %s", (_, how, expected) => {
  expect(told(how)).toEqual(expected)
})

import { expect, it } from "vitest"
import { type Act, text, unknown, type Value } from "../model/code.ts"
import { capabilityOf } from "./capabilities.ts"

const at = { path: "a.js", lines: [1, 1] } as const
const home: Value = { kind: "environment", name: "HOME", at }
const all = (within: readonly Value[], pattern: Value = text("*"), syntax: "glob" | "expansion" = "glob"): Value => ({
  kind: "names",
  search: { by: "name", syntax, ignoresCase: false, pattern, within },
  at,
})
const step = (of: Value): Value => ({ kind: "step", how: "edit", tool: "path", of, at })
const joined = (...parts: readonly Value[]): Value => ({ kind: "joined", parts })

it.each<[string, Value, string]>([
  ["all of a home", joined(all([home]), text("/a")), "changes files that it finds"],
  ["all of a folder in it, as a step gives it", step(all([step(joined(home, text("/a")))])), "changes files that it finds"],
  ["all of it, one of two", { kind: "either", of: [text("a"), all([unknown("what os.homedir gives")])] }, "changes files that it finds"],
  ["all in folders that it finds there", all([all([home])]), "changes files that it finds"],
  ["all above where it runs", all([text("../..")], text("**/*")), "changes files that it finds"],
  ["what a shell expands in a home", all([], joined(home, text("/*")), "expansion"), "changes files that it finds"],
  ["what a shell expands where it runs", all([], text("*.o"), "expansion"), "writes files"],
  ["some of a home", all([home], text("a-*")), "writes files"],
  ["all of what it is given", all([unknown("parameter folder")]), "writes files"],
  ["all of its own", all([text("build")]), "writes files"],
  ["a file", text("a"), "writes files"],
])("files that are deleted: %s", (_, path, expected) => {
  expect(capabilityOf({ kind: "deletes", path, at }, "javascript")).toBe(expected)
})

it.each<[string, string | undefined]>([
  ["/proc/1/environ", "reads secrets"],
  ["/proc/77/mem", "reads secrets"],
  ["/proc/self/environ", undefined],
  ["/proc/77/status", undefined],
])("what other processes hold: %s", (path, expected) => {
  const act: Act = { kind: "reads", path: text(path), at }
  expect(capabilityOf(act, "python")).toBe(expected)
})

it("a module of a name that is computed is no text that runs", () => {
  const act: Act = { kind: "runs", as: "module", what: unknown("x"), at }
  expect([capabilityOf(act, "javascript"), capabilityOf({ ...act, as: "text" }, "javascript")]).toEqual([
    "loads modules by computed names",
    "runs text as code",
  ])
})

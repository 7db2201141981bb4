import { describe, expect, it } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import { isKnownProgram } from "../../languages/shell/known.ts"
import { type Act, type Place, type Search, text, unknown, type Value } from "../../model/code.ts"
import type { Inspected } from "../../model/inspection.ts"
import { EntryPaths } from "./entry-paths.ts"
import { Exports } from "./exports.ts"
import { flowsOf } from "./flows.ts"
import { Programs } from "./programs.ts"
import { Writings } from "./writings.ts"

const at = (path: string, line: number): Place => ({ path, lines: [line, line] })
const script = (path: string, ...acts: Act[]): Inspected => ({ path, language: "shell", acts, blind: [], runs: "build", runsItself: true })
const file = (path: Value, where: Place): Value => ({ kind: "file", path, at: where })
const step = (how: "decompress" | "slice", of: Value, where: Place): Value => ({ kind: "step", how, tool: how, of, at: where })
const runsText = (what: Value, where: Place): Act => ({ kind: "runs", as: "text", what, at: where })

const entries = ["configure", "tests/a.bin", "tests/b.bin"]
const told = (scripts: readonly Inspected[], found: (search: Search) => readonly string[] = () => []): readonly string[] =>
  flowsOf({
    scripts,
    when: { of: () => "build" },
    paths: new EntryPaths(entries, ""),
    programs: new Programs(scripts, isKnownProgram),
    exports: new Exports(scripts, ""),
    writings: new Writings({ scripts }),
    found,
    limits: limitsDefault,
  }).map(({ from, steps, to }) => {
    const source = "path" in from ? `${from.kind} of ${from.path}` : from.kind
    return `${source}: ${steps.map(({ how, at: { path, lines } }) => `${how} ${path}:${lines[0]}`).join(", ")} > ${to.at.path}:${to.at.lines[0]}`
  })

describe("flows", () => {
  it("go from a file through steps to what runs it", () => {
    const value = step("decompress", step("slice", file(text("tests/a.bin"), at("configure", 1)), at("configure", 2)), at("configure", 3))
    expect(told([script("configure", runsText(value, at("configure", 4)))])).toEqual([
      "content of tests/a.bin: read configure:1, slice configure:2, decompress configure:3 > configure:4",
    ])
  })

  it("go through a file that one script writes and another runs", () => {
    const written: Act = {
      kind: "writes",
      path: text("stage.sh"),
      what: step("decompress", file(text("tests/b.bin"), at("configure", 1)), at("configure", 1)),
      at: at("configure", 2),
    }
    const second = script("Makefile", runsText(file(text("./stage.sh"), at("Makefile", 7)), at("Makefile", 7)))
    expect(told([script("configure", written), second])).toEqual([
      "content of tests/b.bin: read configure:1, decompress configure:1, written configure:2, read Makefile:7 > Makefile:7",
    ])
  })

  it("go through a temporary file whose name nobody knows, by the variable that holds it", () => {
    const temporary = unknown("mktemp")
    const other = unknown("mktemp")
    const written: Act = { kind: "writes", path: temporary, what: file(text("tests/a.bin"), at("configure", 1)), at: at("configure", 2) }
    expect(told([script("configure", written, runsText(file(temporary, at("configure", 3)), at("configure", 3)))])).toHaveLength(1)
    expect(told([script("configure", written, runsText(file(other, at("configure", 3)), at("configure", 3)))])).toEqual([])
  })

  it("go into a program that nobody knows, and not into one that a variable of the environment names (bzgrep)", () => {
    const input = step("decompress", file(text("tests/a.bin"), at("bzgrep", 1)), at("bzgrep", 1))
    const grep = (what: Value): Act => ({ kind: "runs", as: "program", what, input, at: at("bzgrep", 1) })
    const environment = (name: string): Value => ({ kind: "environment", name, at: at("bzgrep", 1) })
    const either: Value = { kind: "either", of: [environment("GREP"), text("grep")] }
    for (const [what, count] of [
      [either, 0],
      [text("grep"), 0],
      [unknown("a program"), 1],
      [environment("SHELL"), 1],
    ] as const)
      expect(told([script("bzgrep", grep(what))])).toHaveLength(count)
  })

  it("do not go into the program under test, whose folder alone is not known (lzip's check.sh)", () => {
    const input = step("decompress", file(text("tests/a.bin"), at("check.sh", 1)), at("check.sh", 1))
    const built: Value = { kind: "joined", parts: [unknown("a folder"), text("/lzip")] }
    expect(told([script("check.sh", { kind: "runs", as: "program", what: built, input, at: at("check.sh", 2) })])).toEqual([])
  })

  it("do not go from what lies here to a program that is looked for in PATH (zstd's lz4)", () => {
    const fetched: Value = { kind: "fetched", from: text("x"), at: at("Makefile", 1) }
    const into = (path: string): Act => ({ kind: "writes", path: text(path), what: fetched, at: at("Makefile", 1) })
    const run = (what: string): Act => ({ kind: "runs", as: "program", what: text(what), at: at("Makefile", 2) })
    expect(told([script("Makefile", into("tool"), run("tool"))])).toEqual([])
    expect(told([script("Makefile", into("tool"), run("./tool"))])).toHaveLength(1)
    expect(told([script("Makefile", into("/usr/local/bin/tool"), run("tool"))])).toHaveLength(1)
  })

  it("go from the file that a search finds, and from its mere name", () => {
    const search: Search = { by: "content", syntax: "basic", ignoresCase: false, pattern: text("x"), within: [] }
    const names: Value = { kind: "names", search, at: at("configure", 1) }
    const found = (one: Search): readonly string[] => (one === search ? ["tests/b.bin"] : [])
    expect(told([script("configure", runsText(file(names, at("configure", 2)), at("configure", 3)))], found)).toEqual([
      "content of tests/b.bin: found configure:1, read configure:2 > configure:3",
    ])
    const command: Act = { kind: "runs", as: "program", what: step("slice", names, at("configure", 2)), at: at("configure", 3) }
    expect(told([script("configure", command)], found)).toContain("name of tests/b.bin: named configure:1, slice configure:2 > configure:3")
  })

  it("end where scripts write each other's files in a circle", () => {
    const copy = (from: string, to: string, line: number): Act => ({
      kind: "writes",
      path: text(to),
      what: file(text(from), at("configure", line)),
      at: at("configure", line),
    })
    const scripts = [
      script("configure", copy("x", "y", 1), copy("y", "x", 2), runsText(file(text("x"), at("configure", 3)), at("configure", 3))),
    ]
    expect(told(scripts)).toEqual([])
  })
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { empty, hostileWith, oidOf, person, whole } from "../../../test/fixtures/trace.ts"
import type { RightsEvent, Trace } from "../../model/trace.ts"
import { traceForms } from "./index.ts"
import { labelsOf, yearlyOf } from "./words.ts"

const look = { columns: 100, colour: false, command: "everybyte" }
const widest = (text: string): number => Math.max(...text.split("\n").map(({ length }) => length))

test("no control, reversing or hidden character of a history gets to the terminal or the page, and none makes markup", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30 }), (some) => {
      const trace = hostileWith(`\u001b[31m\u202e</script><img src=x onerror=alert(1)>\u0085${some}`)
      for (const form of [traceForms.text, traceForms.html]) {
        expect(form(trace, look).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }
      expect(traceForms.html(trace, look)).not.toMatch(/<(?:img|script)/)
    }),
    { numRuns: 50 },
  )
})

test("figures of hands of a hundred million and more stood in one with their neighbours", () => {
  const many = 123_456_789
  const parts = { levels: { 0: many, 1: many, 2: many, 3: many, 4: many }, hands: { 1: many, 2: many, 3: many } }
  const all = {
    lines: parts,
    bytes: parts,
    opaqueBytes: parts,
    singleHanded: [{ person: 0, lines: many, bytes: many * 10, opaqueBytes: many * 100 }],
  }
  const text = traceForms.text({ ...whole, hands: { commit: oidOf(1), all, build: all, files: [], notAssessed: [] } }, look)
  expect(text).toMatch(/^ {2}lines +(?:123,456,789 +){7}123,456,789$/m)
  expect(text).toMatch(/^ +123,456,789 +1,234,567,890 +12,345,678,900 {2}\S/m)
})

test("colours come by the look alone, and change no word", () => {
  const coloured = traceForms.text(whole, { ...look, colour: true })
  expect(coloured).toContain("\u001b[1m")
  expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(traceForms.text(whole, look))
})

test("an empty history has a headline and nothing else", () => {
  expect(traceForms.text(empty, look)).toBe(
    "/made/empty\n  0 commits, 0 of them merges; 0 branches, 0 tags\n  written by 0 people, committed by 0\n",
  )
  expect(traceForms.html(empty, look)).not.toContain("<section")
  expect(JSON.parse(traceForms.json(empty))).toEqual(empty)
})

test("a history of one commit: nothing is divided by nothing, and one is not many", () => {
  const commit = oidOf(1)
  const trace: Trace = {
    ...empty,
    repository: { location: "/made/one", branches: 1, tags: 0, commits: 1, merges: 0, span: { first: "2024-02-29", last: "2024-02-29" } },
    people: [person("Only One", "only@made.example", { committed: 1, span: { first: "2024-02-29", last: "2024-02-29" } })],
    windows: [{ end: "2024-03-01", commits: 1, absence50: 1, absence80: 1, holders: [{ person: 0, commits: 1 }] }],
    events: [{ kind: "first-push", day: "2024-02-29", person: 0, commit, detail: "first commit put on a branch itself" }],
    baseRates: { "first-push": { events: 1, people: 1 } },
    evidence: { levels: { 0: 1, 1: 0, 2: 0, 3: 0, 4: 0 }, twins: 0, authors: [], notAssessed: [] },
  }
  const text = traceForms.text(trace, look)
  expect(text).toContain("1 commit from 2024-02-29 to 2024-02-29")
  expect(text).toContain("1 of 1 person here ever")
  expect(text + traceForms.html(trace, look)).not.toMatch(/NaN|undefined|Infinity|\b1 (?:commits|people|branches)\b/)
})

const many = Array.from(
  { length: 10_000 },
  (_, index): RightsEvent => ({
    kind: "first-push",
    day: new Date(index * 86_400_000).toISOString().slice(0, 10),
    person: index,
    commit: oidOf(index),
    detail: `event ${index}.`,
  }),
)
const crowd: Trace = {
  ...whole,
  events: many,
  people: many.map((_, index) => person(`P${index}`, `p${index}@made.example`, { unions: whole.people[0]?.unions ?? [] })),
  windows: many.map(({ day }, index) => ({ end: day, commits: 1, absence50: 1, absence80: 1, holders: [{ person: index, commits: 1 }] })),
  limits: many.map(({ detail }) => detail),
}

test("10,000 events, people and windows stay bounded, the last of them are shown, and --list shows more", () => {
  const text = traceForms.text(crowd, look)
  expect(text.length).toBeLessThan(20_000)
  expect(text).toContain("event 9999.;")
  expect(text).not.toContain("event 9974.;")
  expect(text).toContain("9,975 earlier (--list 10000 shows them, --format json has all)")
  expect(traceForms.text(crowd, { ...look, listMax: 10_000 })).toContain("event 0.;")
  expect(traceForms.html(crowd, look).length).toBeLessThan(2_000_000)
})

test("only those who are named above are listed, and with --list all", () => {
  const listed = (text: string): readonly string[] => [...text.matchAll(/^ {2}P\d+ <(p\d+)@/gm)].map(([, name = ""]) => name)
  const above = listed(traceForms.text(crowd, look))
  expect(above).toContain("p9999")
  expect(above).toContain("p9975")
  expect(above).not.toContain("p5000")
  expect(listed(traceForms.text(crowd, { ...look, listMax: 10_000 }))).toHaveLength(10_000)
})

test("no line is wider than 100 columns but for names, and a narrow terminal has narrower ones", () => {
  expect(widest(traceForms.text(whole, { ...look, columns: 300 }))).toBeLessThanOrEqual(110)
  const long: Trace = { ...whole, limits: ["word ".repeat(100), "x".repeat(1000)] }
  const lines = traceForms.text(long, { ...look, columns: 60 }).split("\n")
  expect(Math.max(...lines.slice(lines.indexOf("not looked at:")).map(({ length }) => length))).toBe(60)
})

test("a forged name never passes for the maintainer's: two people never have one label", () => {
  const names = fc.constantFrom(
    "Maker",
    "maker",
    "MAKER ",
    "\uff2daker",
    "Mak\u200ber",
    "Mak\\u{200b}er",
    "",
    "x".repeat(60),
    `${"x".repeat(60)}y`,
  )
  const addresses = fc.constantFrom("a@made.example", "b@made.example", "", "y".repeat(80), `${"y".repeat(80)}z`)
  fc.assert(
    fc.property(fc.array(fc.tuple(names, addresses)), (pairs) => {
      const labels = labelsOf(pairs.map(([name, address]) => person(name, address)))
      expect(new Set(labels.map((label) => label.normalize("NFKC").toLowerCase())).size).toBe(pairs.length)
    }),
  )
  expect(labelsOf([person("Maker", "a@made.example"), person("maker", "b@made.example"), person("Other", "c@made.example")])).toEqual([
    "Maker <a@made.example>",
    "maker <b@made.example>",
    "Other",
  ])
})

test("JSON names people in `people` alone: all else has their numbers", () => {
  const { people, ...others } = JSON.parse(traceForms.json(whole))
  expect(people).toHaveLength(whole.people.length)
  for (const { name, address, unions } of whole.people)
    for (const one of [name, address, ...unions.flatMap((union) => [union.name, union.address])])
      expect(JSON.stringify(others)).not.toContain(one)
})

test("the holders of other years are a year apart, the newest is there", () => {
  const ends = Array.from({ length: 60 }, (_, month) => new Date(Date.UTC(2020, month)).toISOString().slice(0, 10))
  const windows = ends.map((end) => ({ end, commits: 1, absence50: 1, absence80: 1, holders: [] }))
  expect(yearlyOf(windows, 3).map(({ end }) => end)).toEqual(["2022-12-01", "2023-12-01", "2024-12-01"])
  expect(yearlyOf([], 3)).toEqual([])
})

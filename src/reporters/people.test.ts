import { describe, expect, test } from "vitest"
import { entryOf, wholePeople, wholeReport } from "../../test/fixtures/whole-report.ts"
import type { PersonOfRelease, ReleasePeople, ReportPeople } from "../model/people.ts"
import type { Report } from "../model/report.ts"
import { eventKinds } from "../model/trace.ts"
import { html } from "./html.ts"
import { markdown } from "./markdown.ts"
import type { Look } from "./reporter.ts"
import { text } from "./text.ts"

const look: Look = { columns: 100, colour: false, command: "everybyte" }
const reportWith = (people: ReportPeople): Report => ({ ...wholeReport, people })

/** The part of a text report, its title line first. */
function section(people: ReportPeople, some: Partial<Look> = {}): readonly string[] {
  const lines = text.render(reportWith(people), { ...look, ...some }).split("\n")
  const start = lines.findIndex((line) => line.startsWith("people: "))
  return lines.slice(start, lines.indexOf("", start))
}

/** As many of everything as an old project has whose first release is audited. */
const [one, two] = wholePeople.people
if (one === undefined || two === undefined) throw new Error("the fixture has two people")
const many: ReleasePeople = {
  ...wholePeople,
  range: { ...wholePeople.range, levels: { 0: 1, 1: 2, 2: 3, 3: 4, 4: 5 } },
  people: Array.from({ length: 40 }, (_, index): PersonOfRelease => ({ ...two, address: `p${index}@example.org` })),
  events: eventKinds.flatMap((kind) => [1, 2, 3].map((person) => ({ kind, day: "2020-01-01", person, detail: "d".repeat(300) }))),
  opaque: wholePeople.opaque.flatMap((file) => [1, 2, 3].map((at) => ({ ...file, path: `${at}/${"x".repeat(200)}` }))),
  notAssessed: ["this", "that", "y".repeat(500)],
}

describe("the people in a text report", () => {
  test("are told in a few lines, with the command that tells more", () =>
    expect(section(wholePeople)).toEqual([
      "people: 2 commits and 1 merge since v0, the tag before",
      "  1 level 0 (nobody else), 1 level 2 (another committed it)",
      "  Maker <maker@example.org>: wrote 0, committed 1; first patch 2007-12-08; 1 union",
      "  Helper <helper@example.org>: wrote 2 (1 level 0, 1 level 2), committed 1; first patch 2022-01-28",
      "  tag v1 2023-03-18 signed (verified) by Helper <helper@example.org>: new release signer, 0 of 40 b…",
      "  2023-03-18 new release signer: Helper <helper@example.org> (1/68 people here, 39/67 elsewhere) v1",
      "  opaque tests/files/bad.bin 2023-03-17 by Helper <helper@example.org>, level 2, 1 day before a tag",
      "  not looked at: reviews on a forge: none of its data was given",
      "  everybyte trace /p --range v0..v1 --release p-1.tar",
    ]))

  test("are fewer than twelve lines of the terminal's width, however many there are", () => {
    const lines = section(many, { columns: 80 })
    expect(lines.length).toBeLessThan(12)
    for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(81)
    expect(lines.some((line) => /^ {2}and 38 more people$/.test(line))).toBe(true)
  })

  test("are told whole with --list: each union, each event and what is not looked at, and nothing is cut", () => {
    const whole = section(many, { listMax: 1000 }).join("\n").replaceAll(/\s+/g, " ")
    for (const said of ["this", "that", "p39@example.org", "1/xxx", "2/xxx", "3/xxx"]) expect(whole).toContain(said)
    const unions = section(wholePeople, { listMax: 100 }).join("\n").replaceAll(/\s+/g, " ")
    expect(unions).toContain("also maker <maker@old.example.org> (by .mailmap)")
  })

  test("a right that somebody got comes before the many first patches", () => {
    const [event] = wholePeople.events
    if (event === undefined) throw new Error("the fixture has an event")
    const patches = Array.from({ length: 9 }, () => ({ ...event, kind: "first-patch" as const, day: "2023-12-31" }))
    const lines = section({ ...wholePeople, events: [...patches, event, ...patches] })
    expect(lines.filter((line) => line.includes("new release signer:"))).toHaveLength(1)
    expect(lines).toContain("  and 18 more events")
  })

  test("that are not known are said with the reason", () =>
    expect(section({ kind: "not-assessed", why: "no repository was given" })).toEqual(["people: not assessed: no repository was given"]))
})

test("a name alone makes nobody the maintainer: addresses are always beside it", () => {
  const people = [one, { ...two, name: one.name, address: "maker@example.com" }]
  const whole = section({ ...wholePeople, people }).join("\n")
  expect(whole).toContain("Maker <maker@example.org>")
  expect(whole).toContain("Maker <maker@example.com>")
})

describe("the command that tells more", () => {
  const { range } = wholePeople
  const command = (some: Partial<ReleasePeople>): string => section({ ...wholePeople, ...some }).at(-1) ?? ""

  test("names commits where a tag could be taken for an option, an id or two names", () => {
    const [tag] = wholePeople.tag === undefined ? [] : [wholePeople.tag]
    for (const name of ["-o", "a..b", "abcdef0", "v1;reboot", "v\u202e1"]) {
      const since = { commit: range.commit, how: "tag" as const, tag: name }
      const said = command({ range: { ...range, since }, ...(tag === undefined ? {} : { tag: { ...tag, name } }) })
      const short = range.commit.slice(0, 12)
      expect(said).toContain(`--range ${short}..${short} `)
    }
  })

  test("is of all that the commit has where no release before it is known", () => {
    const { since: _, ...whole } = range
    expect(command({ range: whole })).toContain("--range v1 --release")
  })
})

describe.each([
  ["text", (report: Report) => text.render(report, { ...look, listMax: 500 }), false],
  ["markdown", (report: Report) => markdown.render(report, look), true],
  ["html", (report: Report) => html.render(report, look), true],
])("in %s", (_, render, isMarkup) => {
  test("everything is told: range, levels, people with unions, tag, events with base rates, opaque files, what is missing, the command", () => {
    const said = render(reportWith(wholePeople))
      .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("\\", "")
      .replaceAll(/\s+/g, " ")
    for (const fact of [
      "2 commits and 1 merge since v0, the tag before",
      "1 level 2 (another person committed it)",
      "Helper <helper@example.org>",
      "also maker <maker@old.example.org> (by .mailmap)",
      "v1 by Helper <helper@example.org> on 2023-03-18, signed by key ABCD; 0 of the 40 tags before it are by the same; a new release signer",
      "1 of 68 people here ever, 39 of 67 other repositories",
      "tests/files/bad.bin",
      "as tests/bad.bin, level 2",
      "reviews on a forge: none of its data was given",
      "everybyte trace /p --range v0..v1 --release p-1.tar",
    ])
      expect(said).toContain(fact)
  })

  test("foreign text is escaped wherever it stands", () => {
    const evil = "\u001b[31m<script>\u202e`x`"
    const hostile: ReleasePeople = {
      ...wholePeople,
      ...(wholePeople.tag === undefined ? {} : { tag: { ...wholePeople.tag, name: evil, keys: [evil] } }),
      range: { ...wholePeople.range, since: { commit: wholePeople.range.commit, how: "tag", tag: evil } },
      people: wholePeople.people.map((one) => ({
        ...one,
        name: evil,
        address: evil,
        unions: [{ name: evil, address: evil, by: "mailmap" }],
      })),
      events: wholePeople.events.map((event) => ({ ...event, tag: evil, detail: evil })),
      opaque: wholePeople.opaque.map((file) => ({ ...file, path: evil })),
      notAssessed: [evil],
    }
    for (const people of [hostile, { kind: "not-assessed", why: evil } as const]) {
      const said = render(reportWith(people))
      expect(said).not.toMatch(/[\u001b\u202e]/)
      expect(said).toContain("31m")
      if (isMarkup) expect(said).not.toMatch(/31m<script>/)
    }
  })
})

test("a report of `explain` has no people, and says nothing of them", () => {
  const { people: _, audit: __, ...explained } = { ...wholeReport, ledger: { ...wholeReport.ledger, entries: [entryOf("a")] } }
  for (const reporter of [text, markdown, html]) expect(reporter.render(explained, look)).not.toMatch(/people: |## People|id="people"/)
})

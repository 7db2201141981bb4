import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { HistoryRows } from "../../model/history.ts"
import { pathClasses } from "../../model/path-classes.ts"
import { type EventKind, eventKinds, type Person } from "../../model/trace.ts"
import { historyOf, idOf, type Row, type TagRow, withRows } from "./event-fixture.ts"
import { baseRatesOf, eventsOf } from "./events.ts"
import type { Besides } from "./facts.ts"
import { noHomepages } from "./homepages.ts"
import { type Identities, identify } from "./identities.ts"
import { monthlyEnds, surveyOf } from "./windows.ts"

const besidesOf = (history: HistoryRows, identities: Identities): Besides => ({
  leads: surveyOf(history, identities, monthlyEnds(history.rows)).leads,
  homepages: noHomepages,
})

/** What is told of one kind: day, person, row of the commit or tag, and the sentence. */
function told(
  kind: EventKind,
  rows: readonly Row[],
  { tags = [], tips }: { readonly tags?: readonly TagRow[]; readonly tips?: readonly number[] } = {},
) {
  const history = historyOf(rows, tags, tips)
  const identities = identify(history)
  return eventsOf(history, identities, besidesOf(history, identities))
    .filter((event) => event.kind === kind)
    .map(({ day, person, commit, tag, detail }) => {
      const row = rows.findIndex((_, index) => idOf(index) === commit)
      return [day, identities.people[person ?? -1]?.name, tag ?? (row === -1 ? undefined : row), detail]
    })
}

describe("firsts", () => {
  test("a first patch is of the author's date, and no merge is one", () => {
    const rows: readonly Row[] = [
      { by: "ann", at: "2020-01-01" },
      { by: "bea", to: "ann", wrote: "2020-01-05", at: "2020-01-20" },
      { by: "bea", at: "2020-01-10" },
      { by: "cas", at: "2020-02-01", parents: [2, 1] },
    ]
    expect(told("first-patch", rows)).toEqual([
      ["2020-01-01", "ann", 0, "first commit of this author"],
      ["2020-01-05", "bea", 1, "first commit of this author, committed on 2020-01-20"],
    ])
  })

  test("a first push is on the first-parent line of a branch or tag: a contributor's own branch that somebody merged shows no right", () => {
    const rows: readonly Row[] = [
      { by: "ann", at: "2020-01-01" },
      { by: "bea", at: "2020-01-02" },
      { by: "bea", at: "2020-01-03" },
      { by: "ann", at: "2020-01-04", parents: [0, 2] },
    ]
    const ann = ["2020-01-01", "ann", 0, "first commit put on a branch itself"]
    expect(told("first-push", rows)).toEqual([ann])
    const bea = ["2020-01-02", "bea", 1, "first commit put on a branch itself"]
    expect(told("first-push", rows, { tips: [3, 2] })).toEqual([ann, bea])
    expect(told("first-push", rows, { tags: [{ of: 2 }] })).toEqual([ann, bea])
  })

  test("a merge that the forge committed was asked for by its author; another commit of the forge's may be anybody's", () => {
    const rows: readonly Row[] = [
      { by: "ann", at: "2020-01-01" },
      { by: "cas", to: "forge", at: "2020-01-02", parents: [0] },
      { by: "bea", to: "forge", at: "2020-01-03", parents: [0, 1] },
      { by: "x[bot]", at: "2020-01-04" },
    ]
    expect(told("first-push", rows).slice(1)).toEqual([["2020-01-03", "bea", 2, "first commit put on a branch itself, a merge"]])
    expect(told("first-merge-for-others", rows)).toEqual([["2020-01-03", "bea", 2, "first merge, of 2 parents"]])
  })

  test("a first merge for others is of another person's commit, not of one's own branch or a bot's patch", () => {
    const rows: readonly Row[] = [
      { by: "ann", at: "2020-01-01" },
      { by: "ann", at: "2020-01-02" },
      { by: "ann", at: "2020-01-03", parents: [0, 1] },
      { by: "x[bot]", to: "ann", at: "2020-01-04" },
      { by: "bea", to: "ann", at: "2020-01-11" },
    ]
    expect(told("first-merge-for-others", rows)).toEqual([
      ["2020-01-11", "ann", 4, "first commit of another author put on a branch, 10 days after the first patch"],
    ])
  })

  test("a first tag says whether it is signed, and that a light one does not say who set it", () => {
    const rows: readonly Row[] = [{ by: "ann", at: "2020-01-01" }]
    const tags: readonly TagRow[] = [
      { of: 0 },
      { of: 0, by: "bea", at: "2020-01-02" },
      { of: 0, by: "cas", at: "2020-01-03", isSigned: false },
      { of: 0, by: "bea", at: "2020-01-04" },
      { of: 0, by: "x[bot]", at: "2020-01-05" },
    ]
    expect(told("first-tag", rows, { tags })).toEqual([
      ["2020-01-01", "ann", "v0", "first tag, a light one, which says only who committed what it names"],
      ["2020-01-02", "bea", "v1", "first tag, with a signature"],
      ["2020-01-03", "cas", "v2", "first tag, without a signature"],
    ])
  })
})

describe("releases", () => {
  const rows: readonly Row[] = [
    { by: "ann", at: "2020-01-01" },
    { by: "bea", at: "2020-01-02" },
  ]
  const of = (by: string, day: number): TagRow => ({ of: 0, by, at: `2020-02-0${day}` })

  test("the first signer of a history is not new, and who only committed what a light tag names is not known", () => {
    expect(told("new-release-signer", rows, { tags: [{ of: 0 }, of("ann", 1), of("ann", 2)] })).toEqual([])
    const more: readonly Row[] = [...rows, { by: "bea", at: "2020-02-02" }]
    const tags = [of("ann", 1), { of: 2 }, of("x[bot]", 1), of("bea", 2), of("bea", 3)]
    expect(told("new-release-signer", more, { tags })).toEqual([
      [
        "2020-02-02",
        "bea",
        "v3",
        "first annotated tag of this tagger, after 2 tags stating another person or none, 31 days after the first patch",
      ],
    ])
  })

  test("an annotated tag tells its tagger though its commit was not read", () => {
    const tags = [of("ann", 1), { of: 99, by: "bea", at: "2020-02-02" }, { of: 99 }, of("bea", 3)]
    expect(told("new-release-signer", rows, { tags }).map(([day, , tag]) => [day, tag])).toEqual([["2020-02-02", "v1"]])
  })

  test("the release holder changes with the tag that gives another person most of the last five", () => {
    const tags = ["ann", "ann", "ann", "bea", "bea", "bea", "ann"].map((by, index) => of(by, index + 1))
    expect(told("release-holder-changed", rows, { tags })).toEqual([
      ["2020-02-06", "bea", "v5", "made 3 of the last 5 tags, the holder before 2"],
    ])
  })
})

describe("holders", () => {
  const made = (by: string, at: string, count: number): readonly Row[] => new Array<Row>(count).fill({ by, at })

  test("the holder changes when somebody made more, not when somebody draws level", () => {
    const rows = [
      ...made("ann", "2020-01-05", 3),
      ...made("bea", "2020-02-05", 3),
      ...made("bea", "2020-03-05", 1),
      ...made("cas", "2020-04-05", 1),
    ]
    expect(told("holder-changed", rows)).toEqual([
      ["2020-04-01", "bea", undefined, "made 57 % (4) of the 7 commits of the 365 days before, the holder before 43 % (3)"],
    ])
  })

  test("a newcomer with more than a quarter is told once, within 24 months of the first commit that entered; a founder is none", () => {
    const quarter = [...made("ann", "2020-01-05", 3), ...made("bea", "2020-02-05", 1)]
    expect(told("newcomer-share", [...quarter, { by: "ann", at: "2020-03-05" }])).toEqual([])
    const more = [...quarter, { by: "bea", at: "2020-03-05", wrote: 0 }, { by: "bea", at: "2020-05-05" }, { by: "ann", at: "2020-07-05" }]
    expect(told("newcomer-share", more)).toEqual([
      ["2020-04-01", "bea", 3, "made 40 % (2) of the 5 commits of the 365 days before; the first commit entered on 2020-02-05"],
    ])
    const late = [
      ...made("ann", "2020-01-05", 3),
      ...made("bea", "2020-02-05", 1),
      ...made("ann", "2021-01-05", 3),
      ...made("bea", "2022-02-05", 3),
      ...made("ann", "2022-02-06", 3),
    ]
    expect(told("newcomer-share", late)).toEqual([])
  })
})

describe("paths", () => {
  test.each([
    [
      "security-policy-changed",
      ["SECURITY.md", ".github/SECURITY.md", "docs/security.rst", ".well-known/security.txt", "docs/SECURITY-PROCESS.md"],
    ],
    [
      "continuous-integration-changed",
      [".github/workflows/ci.yml", ".gitlab-ci.yml", "ci/build.sh", "build-aux/ci_build.sh", ".travis.yml", "appveyor.yml", "Jenkinsfile"],
    ],
    [
      "fuzzing-changed",
      ["tests/ossfuzz/Makefile", "fuzz/fuzz_targets/a.rs", ".clusterfuzzlite/build.sh", "oss-fuzz/x.cc", "src/decode_fuzzer.c"],
    ],
    ["contact-changed", ["AUTHORS", "docs/THANKS", "CREDITS.md", ".mailmap", "docs/CNAME", ".github/FUNDING.yml"]],
    ["maintainers-changed", ["MAINTAINERS", ".github/CODEOWNERS", "OWNERS", "docs/GOVERNANCE.md", "KEYS"]],
    ["ignore-file-changed", [".gitignore", "m4/.gitignore", ".npmignore"]],
  ] as const)("%s", (kind, paths) => {
    for (const path of paths)
      expect([path, eventKinds.filter((one) => one in pathClasses && told(one, [{ by: "ann", at: 0, paths: [path] }]).length > 0)]).toEqual(
        [path, [kind]],
      )
  })

  test("what only looks like one is none", () => {
    const paths = [
      "lib/security.c",
      "src/tlog/keys.ts",
      "cite/x",
      "src/circle.ts",
      "fuzzy.c",
      "contributors.sh",
      "gitignore",
      "ci",
      "OWNERSHIP",
    ]
    for (const path of paths)
      for (const [kind, pattern] of Object.entries(pathClasses)) expect([path, kind, pattern.test(path)]).toEqual([path, kind, false])
  })

  test("of each author the first change, not each commit; bots have none", () => {
    const rows: readonly Row[] = [
      { by: "x[bot]", at: "2020-01-01", paths: [".github/workflows/a.yml"] },
      { by: "ann", at: "2020-01-02", paths: ["README", ".github/workflows/a.yml", "ci/b"] },
      { by: "ann", at: "2020-01-03", paths: ["ci/b"] },
      { by: "bea", to: "ann", at: "2020-01-04", paths: ["ci/b"] },
    ]
    expect(told("continuous-integration-changed", rows)).toEqual([
      ["2020-01-02", "ann", 1, "first such change of this author: adds .github/workflows/a.yml and 1 more"],
      ["2020-01-04", "bea", 3, "first such change of this author: adds ci/b"],
    ])
  })
})

describe("times", () => {
  test("a commit more than a day before its parent is told once for each committer, with how many there are", () => {
    const rows: readonly Row[] = [
      { by: "ann", at: "2020-01-10" },
      { by: "ann", at: "2020-01-09" },
      { by: "ann", at: "2020-01-05" },
      { by: "bea", to: "ann", at: "2020-01-02" },
      { by: "x[bot]", at: "2019-01-01" },
    ]
    expect(told("commit-time-regression", rows)).toEqual([
      [
        "2020-01-02",
        "ann",
        3,
        "states a time more than a day before its parent, which states 2020-01-05: one of 2 such commits of this committer",
      ],
    ])
  })

  test("a tag more than 30 days after its commit", () => {
    const tags: readonly TagRow[] = [{ of: 0, by: "ann", at: "2020-01-31" }, { of: 0, by: "ann", at: "2020-02-01" }, { of: 0 }]
    expect(told("tag-lag", [{ by: "ann", at: "2020-01-01" }], { tags })).toEqual([
      ["2020-02-01", "ann", "v1", "states a time 31 days after its commit"],
    ])
  })

  test("no time breaks anything: days have four digits of a year", () => {
    const rows = [0, -1, 2 ** 32, -1e15, 1e18, 2 ** 64].map((at, row): Row => ({ by: `p${row}`, at, paths: ["AUTHORS"] }))
    const tags = [-1e15, 1e18].map((at): TagRow => ({ of: 0, by: "ann", at }))
    expect(told("first-patch", rows).map(([day]) => day)).toEqual([
      "0000-01-01",
      "1969-12-31",
      "1970-01-01",
      "2106-02-07",
      "9999-12-31",
      "9999-12-31",
    ])
    expect(told("first-tag", rows, { tags })[0]?.[0]).toBe("0000-01-01")
  })
})

describe("any history", () => {
  const name = fc.constantFrom("ann", "bea", "cas", "x[bot]", "forge")
  const at = fc.integer({ min: 0, max: 40 }).map((step) => step * 20 * 86_400)
  const row = fc.record({
    by: name,
    to: name,
    at,
    wrote: at,
    side: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
    paths: fc.subarray(["AUTHORS", "SECURITY.md", ".gitignore", "ci/a", "fuzz/b", "OWNERS", "c"]),
  })
  const tag = fc.record({ of: fc.nat({ max: 20 }), by: name, at: fc.option(at, { nil: undefined }) })
  const history = fc.tuple(fc.array(row, { minLength: 1, maxLength: 20 }), fc.array(tag, { maxLength: 8 })).map(([rows, tags]) =>
    historyOf(
      rows.map(({ side, ...one }, index) => ({
        ...one,
        parents: index === 0 ? [] : side === undefined ? [index - 1] : [index - 1, side % index],
      })),
      tags.map(({ at: day, ...one }) => (day === undefined ? { of: one.of } : { ...one, at: day })),
    ),
  )

  test("the order of commits, tags and branches does not show, and other numbers of people are all that changes", () => {
    fc.assert(
      fc.property(history, fc.nat(), (some, turn) => {
        const people = some.signatures.map((one): Person => {
          const kind = one.name.includes("bot") ? "bot" : one.name === "forge" ? "forge" : "person"
          return { name: one.name, address: one.address, kind, unions: [], authored: 0, committed: 0 }
        })
        const plain: Identities = { people, personOf: people.map((_, id) => id) }
        const events = eventsOf(some, plain, besidesOf(some, plain))
        const turned = withRows({
          ...some,
          commits: rotate(some.commits, turn),
          tags: rotate(some.tags, turn),
          branches: some.branches.toReversed(),
        })
        expect(eventsOf(turned, plain, besidesOf(turned, plain))).toEqual(events)

        const last = people.length - 1
        const other = { people: people.toReversed(), personOf: plain.personOf.map((id) => last - id) }
        const mirrored = eventsOf(some, other, besidesOf(some, other))
        expect(mirrored.map(({ person, ...rest }) => (person === undefined ? rest : { ...rest, person: last - person }))).toEqual(events)

        for (const { person } of events) expect(people[person ?? -1]?.kind).toBe("person")
        const sorted = [...events].sort((a, b) =>
          a.day < b.day ? -1 : a.day > b.day ? 1 : eventKinds.indexOf(a.kind) - eventKinds.indexOf(b.kind),
        )
        expect(sorted).toEqual(events)

        const rates = Object.entries(baseRatesOf(events))
        expect(rates.reduce((sum, [, rate]) => sum + rate.events, 0)).toBe(events.length)
        for (const [kind, rate] of rates) {
          const own = events.filter((event) => event.kind === kind)
          expect(rate).toEqual({ events: own.length, people: new Set(own.map(({ person }) => person)).size })
        }
      }),
    )
  })
})

function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const at = items.length === 0 ? 0 : by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

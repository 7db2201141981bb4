import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import type { OriginIndex } from "../../model/origin.ts"
import { aclocalHeader } from "./aclocal-header.ts"
import { type ExplainOptions, explain } from "./explain.ts"
import { indexOf, type Published } from "./origin-kit.ts"
import { artifactOf, type Held, lines, type Made, snapshotOf } from "./test-kit.ts"

interface Case {
  readonly made: Record<string, Made>
  readonly index: OriginIndex
  readonly held?: Held
  readonly artifact?: Partial<ReturnType<typeof artifactOf>>
  readonly day?: string
  readonly limits?: Partial<ExplainOptions["limits"]>
}

async function ledgerOf({ made, index, held, artifact = {}, day = "2024-05-06", limits = {} }: Case): Promise<readonly LedgerEntry[]> {
  const snapshot =
    held === undefined ? undefined : snapshotOf({ ...held, expand: async (format) => (format === "%cs" ? [day] : undefined) })
  const options: ExplainOptions = {
    limits: { ...limitsDefault, ...limits },
    without: "no repository was given",
    origins: index,
    previous: undefined,
  }
  return (await explain({ ...artifactOf(made, "p-1/"), ...artifact }, snapshot, options)).entries
}

async function only(asked: Case): Promise<LedgerEntry> {
  const [first] = await ledgerOf(asked)
  if (first === undefined) throw new Error("no entry")
  return first
}

const macro = lines(40, (line) => `macro ${line}`)
const gnu = (...files: readonly Published[]): OriginIndex => indexOf({ name: "gnu", files })
const known = gnu({ path: "m4/x.m4", content: macro, version: "0.22", date: "2020-02-02" })
const empty: Held = { tree: {} }

describe("origin", () => {
  test("the bytes of an upstream file of the same name are explained, and named to the day", async () => {
    const item = await only({ made: { "p-1/m4/x.m4": { content: macro } }, index: known, held: empty })
    expect(item.toRead).toBe(0)
    expect(item.explanation).toEqual({
      kind: "origin",
      origin: "gnu",
      path: "m4/x.m4",
      version: "0.22",
      date: "2020-02-02",
      age: "commit",
    })
  })
  test("beside source it is listed as well", async () => {
    const item = await only({ made: { "p-1/x.m4": { content: macro } }, index: known, held: { tree: { "x.m4": { content: macro } } } })
    expect([item.explanation.kind, item.also?.map(({ kind }) => kind)]).toEqual(["source", ["origin"]])
  })
  test("in place of other bytes of the commit it says so", async () => {
    const item = await only({ made: { "p-1/x.m4": { content: macro } }, index: known, held: { tree: { "x.m4": { content: "own\n" } } } })
    expect(item.explanation).toMatchObject({ kind: "origin", replaces: { from: "repository", path: "x.m4" } })
  })
  test("under another name it is moved, with the publication as base, and costs one", async () => {
    for (const held of [undefined, empty])
      expect(
        await only({
          made: { "p-1/m4/y.m4": { content: macro } },
          index: known,
          ...(held === undefined ? {} : { held }),
        }),
      ).toMatchObject({
        toRead: 1,
        explanation: {
          kind: "unexplained",
          difference: "moved",
          base: { from: "origin", origin: "gnu", path: "m4/x.m4", version: "0.22" },
        },
      })
  })
  test("the executable bit is free, setuid is not", async () => {
    const mode = async (mode: number) =>
      (await only({ made: { "p-1/x.m4": { content: macro, mode } }, index: known, held: empty })).explanation
    expect(await mode(0o755)).toMatchObject({ kind: "origin" })
    expect(await mode(0o4755)).toMatchObject({ kind: "unexplained", difference: "mode" })
  })
  test("a mode other than the commit's stays to be read", async () => {
    const held: Held = { tree: { "x.m4": { content: macro } } }
    expect(await only({ made: { "p-1/x.m4": { content: macro, mode: 0o755 } }, index: known, held })).toMatchObject({
      toRead: 1,
      explanation: { kind: "unexplained", difference: "mode" },
    })
  })
  test("links and empty files have no origin", async () => {
    const index = gnu({ path: "l", content: "t" }, { path: "e", content: "" })
    const items = await ledgerOf({ made: { "p-1/l": { type: "link", target: "t" }, "p-1/e": {} }, index, held: empty })
    expect(items.map(({ explanation }) => explanation.kind)).toEqual(["unexplained", "unexplained"])
  })
})

describe("what never explains and never covers", () => {
  const near = macro.replace("line 7\n", "line 7\ninserted\n")
  const asked = async (index: OriginIndex, artifact: Case["artifact"] = {}) => {
    const items = await ledgerOf({
      made: { "p-1/x.m4": { content: macro }, "p-1/m4/x.m4": { content: near } },
      index,
      held: empty,
      artifact,
    })
    return items.map(({ explanation, toRead }) => [explanation.kind, toRead, "why" in explanation ? explanation.why : ""])
  }
  const nothing = (why: string) => [
    ["unexplained", 40, expect.stringContaining(why)],
    ["unexplained", 41, expect.stringContaining(why)],
  ]
  test("an origin that is known and not trusted is only named", async () => {
    const index = indexOf({ name: "other", trust: "known", files: [{ path: "x.m4", content: macro }] })
    expect(await asked(index)).toEqual(nothing("other 1.0"))
  })
  test.each<[string, Case["artifact"], string]>([
    ["its package", { purl: "pkg:deb/debian/Poison-Utils@1?arch=source" }, "poison-utils"],
    ["its folder", { root: "p-1/", name: "x.tar" }, "P"],
    ["its file", { root: "", name: "poison_5.6.orig.tar.xz" }, "poison"],
    ["its repository", {}, "made"],
  ])(
    "a poisoned release of a project, indexed as the project's own, explains nothing of itself: known by %s",
    async (_, artifact, project) => {
      const index = indexOf({ name: "origin", projects: [project], files: [{ path: "x.m4", content: macro }] })
      expect(await asked(index, artifact)).toEqual(nothing("the release's own project"))
    },
  )
  test("what was published after the release is not where it comes from", async () => {
    expect(await asked(gnu({ path: "x.m4", content: macro, date: "2024-05-07" }))).toEqual(nothing("after the release"))
  })
  test("without a commit the newest entry is the release's age; without either it is said that nothing was checked", async () => {
    const made = { "p-1/x.m4": { content: macro } }
    const explained = async (newestModification: number | undefined) =>
      (await only({ made, index: known, artifact: newestModification === undefined ? {} : { newestModification } })).explanation
    expect(await explained(1_700_000_000)).toMatchObject({ kind: "origin", age: "newest-entry" })
    expect(await explained(1_500_000_000)).toMatchObject({ kind: "undetermined" })
    for (const none of [undefined, 0, 499_162_500, 2 ** 60])
      expect(await explained(none)).toMatchObject({ kind: "origin", age: "unchecked" })
  })
})

describe("cover by an origin", () => {
  test("a changed macro is shown as the lines that somebody added", async () => {
    const content = macro.replace("macro line 7\n", "macro line 7\nhidden\n")
    const item = await only({ made: { "p-1/m4/x.m4": { content } }, index: known, held: empty })
    expect(item).toMatchObject({
      toRead: 1,
      unexplained: [{ first: 9, last: 9, removed: 0 }],
      shown: [{ line: 9, text: "hidden" }],
      explanation: { kind: "unexplained", base: { from: "origin", origin: "gnu", path: "m4/x.m4", version: "0.22", date: "2020-02-02" } },
    })
  })
  test("of repository and origin the one counts that leaves less, of equals the repository", async () => {
    const content = `${macro}added\n`
    const base = async (own: string) => {
      const { explanation } = await only({
        made: { "p-1/x.m4": { content } },
        index: known,
        held: { tree: { "x.m4": { content: own } } },
      })
      return explanation.kind === "unexplained" ? explanation.base?.from : undefined
    }
    expect(await base(lines(3))).toBe("origin")
    expect(await base(macro)).toBe("repository")
  })
  test("a changed macro under another name is still shown as the lines that somebody added", async () => {
    const item = await only({ made: { "p-1/y.m4": { content: `${macro}hidden\n` } }, index: known, held: empty })
    expect(item).toMatchObject({ toRead: 1, shown: [{ text: "hidden" }], explanation: { base: { path: "m4/x.m4" } } })
  })
  test("a file of the same name that shares less than half is no base, nor one of another name that shares less than most", async () => {
    const content = `${lines(30)}${macro.split("\n").slice(0, 12).join("\n")}\n`
    const item = await only({ made: { "p-1/x.m4": { content } }, index: known, held: empty })
    expect(item.explanation).not.toHaveProperty("base")
    const other = await only({ made: { "p-1/y.m4": { content: `${macro}${lines(20)}` } }, index: known, held: empty })
    expect(other.explanation).not.toHaveProperty("base")
  })
  test("without a repository near texts are compared, and all others stay undetermined", async () => {
    const made = { "p-1/x.m4": { content: `${macro}added\n` }, "p-1/other": { content: "x\n" }, "p-1/o": { content: Buffer.alloc(9) } }
    const items = await ledgerOf({ made, index: known })
    expect(items.map(({ explanation, toRead }) => [explanation.kind, toRead])).toEqual([
      ["unexplained", 1],
      ["undetermined", 0],
      ["undetermined", 0],
    ])
  })
  test("a collision of line hashes covers neither line", async () => {
    const collided: OriginIndex = {
      ...known,
      nearest: (query, max) =>
        known.nearest(query, max).map((edition) => ({ ...edition, query: edition.query.map((line) => (line === -1 ? 7 : line)) })),
    }
    const content = macro.replace("macro line 9\n", "evil\n")
    const item = await only({ made: { "p-1/x.m4": { content } }, index: collided, held: empty })
    expect(item.shown?.map(({ text }) => text)).toContain("evil")
  })
  test("what the steps did not allow to compare is said", async () => {
    const content = lines(200, (_, index) => `${index % 17}`)
    const index = gnu({ path: "x.m4", content: lines(200, (_, at) => `${(at * 5) % 17}`) })
    const item = await only({ made: { "p-1/x.m4": { content } }, index, held: empty, limits: { diffStepsMax: 10 } })
    expect(item).toMatchObject({ toRead: 200, explanation: { why: expect.stringContaining("not compared with") } })
  })
  test("a million lines of one byte end", async () => {
    const item = await only({
      made: { "p-1/x.m4": { content: "a\n".repeat(1_000_000) } },
      index: gnu({ path: "x.m4", content: "a\nb\n".repeat(1000) }),
      held: empty,
    })
    expect(item.toRead).toBeGreaterThan(990_000)
  })
  test("the version that a text states of itself is kept for the rules", async () => {
    const content = `# x.m4 serial 99\n${macro}`
    expect((await only({ made: { "p-1/x.m4": { content } }, index: known, held: empty })).claimed).toBe("serial 99")
  })
})

describe("aclocal.m4 is its parts, one behind the other", () => {
  const part = (name: string, count: number): Published => ({ path: `m4/${name}.m4`, content: lines(count, (line) => `${name} ${line}`) })
  const [a, b, c] = [part("a", 30), part("b", 60), part("c", 20)]
  const index = gnu(
    a,
    { ...b, content: b.content.replace("b line 3\n", "old\n").replace("b line 40\n", "old too\n"), version: "0.9" },
    b,
    c,
    part("d", 50),
  )
  const header = "# generated automatically by aclocal 1.16 -*- Autoconf -*-\n\n"
  const whole = `${header}${c.content}\n${a.content}\n${b.content}\nm4_include([m4/own.m4])\n`
  const aclocal = (content: string) => only({ made: { "p-1/aclocal.m4": { content } }, index, held: empty })

  test("header and includes remain, and the base names the parts in their order", async () => {
    const item = await aclocal(whole)
    expect(item.shown?.map(({ text }) => text)).toEqual([header.split("\n")[0], "", "m4_include([m4/own.m4])"])
    expect(item.explanation).toMatchObject({
      base: { from: "concatenation", path: "c.m4 + a.m4 + b.m4", parts: [{ path: "m4/c.m4" }, { path: "m4/a.m4" }, { version: "1.0" }] },
    })
  })
  test("the header is aclocal's own, but for what does not look like a version", async () => {
    const full = aclocalHeader([
      "# generated automatically by aclocal 1.16.5 -*- Autoconf -*-\n",
      "# Copyright (C) 1996-2021 Free Software Foundation, Inc.\n",
      "m4_if(m4_defn([AC_AUTOCONF_VERSION]), [2.71],,\n",
    ])?.lines.join("")
    const item = async (head: string) => (await aclocal(whole.replace(header, () => head))).shown?.map(({ text }) => text)
    expect(await item(full ?? "")).toEqual(["m4_include([m4/own.m4])"])
    expect(await item(full?.replace("[m4_warning([this", "evil\n[m4_warning([this") ?? "")).toContain("evil")
    expect(await item(full?.replaceAll("2.71", "2.71@") ?? "")).toContain("m4_if(m4_defn([AC_AUTOCONF_VERSION]), [2.71@],,")
  })
  test.each<[string, (text: string) => string, string | undefined]>([
    ["a payload in a part", (text) => text.replace("a line 9\n", "a line 9\nrm -rf\n"), "rm -rf"],
    ["a payload between two parts", (text) => text.replace("\na line 0\n", "\nrm -rf\na line 0\n"), "rm -rf"],
    ["a deleted check", (text) => text.replace("b line 30\n", ""), undefined],
    ["swapped lines", (text) => text.replace("b line 30\nb line 31\n", "b line 31\nb line 30\n"), undefined],
    ["a line of one part in another", (text) => text.replace("b line 30\n", "b line 30\nc line 4\n"), "c line 4"],
    ["a part that comes twice", (text) => `${text}\n${c.content}`, "c line 4"],
    ["parts whose halves are mixed", (text) => text.replace("b line 3\n", "old\n"), undefined],
  ])("%s costs", async (_, edit, shown) => {
    const [before, after] = [await aclocal(whole), await aclocal(edit(whole))]
    expect(after.toRead).toBeGreaterThan(before.toRead)
    if (shown !== undefined) expect(after.shown?.map(({ text }) => text)).toContain(shown)
  })
})

test("property: every line of an edit that its base lacks is uncovered, and taking lines away costs", async () => {
  const edit = fc.record({
    at: fc.nat(39),
    remove: fc.nat(3),
    insert: fc.array(fc.constantFrom("evil\n", "macro line 7\n", "}\n"), { maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 4 }), async (edits) => {
      const edited = macro.match(/.*\n/g) ?? []
      for (const { at, remove, insert } of edits) edited.splice(at, remove, ...insert)
      const item = await only({ made: { "p-1/x.m4": { content: edited.join("") } }, index: known, held: empty })
      expect(item.toRead > 0).toBe(edited.join("") !== macro)
      const uncovered = new Set(
        (item.unexplained ?? []).flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at)),
      )
      for (const [index, line] of edited.entries()) if (!macro.includes(line)) expect(uncovered).toContain(index + 1)
      const removed = (item.unexplained ?? []).reduce((sum, run) => sum + run.removed, 0)
      if (edited.length < 40 && item.explanation.kind === "unexplained" && item.explanation.base !== undefined)
        expect(removed).toBeGreaterThanOrEqual(40 - edited.length)
    }),
  )
})

import { describe, expect, test } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import type { OriginIndex } from "../../model/origin.ts"
import type { NotReplayed, Replay, ReplayedFile } from "../../model/replay.ts"
import { explain } from "./explain.ts"
import { indexOf } from "./origin-kit.ts"
import { artifactOf, entryOf, type Held, lines, type Made, snapshotOf } from "./test-kit.ts"

interface Again extends Made {
  readonly unstable?: ReplayedFile["unstable"]
}

function replayOf(files: Record<string, Again>, some: Partial<Replay> = {}): Replay {
  const made = Object.entries(files).map(([path, { unstable = [], ...file }]): readonly [string, ReplayedFile] => {
    const { mode, size, sha256, gitOid, encoding, content } = entryOf(path, file)
    return [path, { path, mode, size, sha256, gitOid, encoding, content, unstable }]
  })
  return {
    generator: "autotools",
    revision: 1,
    commands: "make dist",
    toolchain: { name: "trixie", digest: "d", date: "2024" },
    sandbox: "made 1",
    originals: [],
    collation: "C.UTF-8",
    tools: [
      { tool: "autoconf", stated: "2.71", used: "2.72-3" },
      { tool: "bison", stated: "3.8", used: undefined },
    ],
    sources: [],
    steps: [],
    files: new Map(made),
    ...some,
  }
}

const notRun: NotReplayed = {
  generator: "autotools",
  commands: "make dist",
  why: "no sandbox",
  writes: /(?:^|\/)(?:configure|[^/]+\.gmo)$/,
}

interface Case {
  readonly made: Record<string, Made>
  readonly held?: Held
  readonly done?: readonly Replay[]
  readonly not?: readonly NotReplayed[]
  readonly origins?: OriginIndex
  readonly previous?: Record<string, Made>
}

async function ledgerOf({ made, held = { tree: {} }, done = [], not = [], origins, previous }: Case): Promise<readonly LedgerEntry[]> {
  const ledger = await explain(
    artifactOf(made, "p-1/"),
    snapshotOf({ ...held, expand: async (format) => (format === "%cs" ? ["2024-05-06"] : undefined) }),
    {
      limits: limitsDefault,
      without: "",
      origins,
      previous: previous === undefined ? undefined : artifactOf(previous, "p-1/"),
      accepted: previous === undefined ? undefined : { read: new Set<string>(), except: new Set<string>() },
      replays: { done, not, close: async () => undefined },
    },
  )
  return ledger.entries
}

async function only(asked: Case): Promise<LedgerEntry> {
  const [first, ...more] = await ledgerOf(asked)
  if (first === undefined || more.length > 0) throw new Error("not one entry")
  return first
}

const configure = lines(60, (line) => `configure ${line}`)
const dated = (date: string, more = ""): string => `.TH XZ 1 "${date}"\n${lines(20)}${more}`

describe("derived", () => {
  test("what both runs gave, byte for byte, with how", async () => {
    const item = await only({
      made: { "p-1/configure": { content: configure, mode: 0o755 } },
      done: [replayOf({ configure: { content: configure, mode: 0o755 } }, { originals: ["libtool"] })],
    })
    expect([item.toRead, item.also, item.lines]).toEqual([0, undefined, undefined])
    expect(item.explanation).toEqual({
      kind: "derived",
      generator: "autotools",
      path: "configure",
      commands: "make dist",
      toolchain: "trixie",
      originals: ["libtool"],
      tools: [{ tool: "autoconf", version: "2.72-3" }],
      normalised: [],
    })
  })

  test("an opaque file, an empty one and a hard link too", async () => {
    const bytes = Buffer.from([0, 1, 2, 0xff])
    const found = await ledgerOf({
      made: { "p-1/a.gmo": { content: bytes }, "p-1/stamp": {}, "p-1/l": { type: "hardlink", content: "x\n" } },
      done: [replayOf({ "a.gmo": { content: bytes }, stamp: {}, l: { content: "x\n" } })],
    })
    expect(found.map(({ explanation }) => explanation.kind)).toEqual(["derived", "derived", "derived"])
  })

  test("under a normalisation, which is named", async () => {
    const again = replayOf({ "xz.1": { content: dated("2025-02-20"), unstable: [{ line: 0, under: "date" }] } })
    const item = await only({ made: { "p-1/xz.1": { content: dated("2023-12-31") } }, done: [again] })
    expect([item.toRead, item.explanation]).toMatchObject([0, { kind: "derived", normalised: ["date"] }])
  })

  test.each<[string, string, ReplayedFile["unstable"]]>([
    ["another word in the line with the date", dated("2023-12-31").replace("XZ", "YZ"), [{ line: 0, under: "date" }]],
    ["a date with words in it", dated("2023-12-31 or so"), [{ line: 0, under: "date" }]],
    ["another date in a line that was stable", dated("2023-12-31"), []],
    ["another line besides", dated("2023-12-31", "more\n"), [{ line: 0, under: "date" }]],
    ["one line that nothing makes stable", dated("2025-02-20"), [{ line: 3, under: undefined }]],
    ["the same bytes, that the second run did not give", dated("2025-02-20"), "all"],
    ["the date under another name", dated("2023-12-31"), [{ line: 0, under: "CreationDate" }]],
  ])("not with %s", async (_, content, unstable) => {
    const item = await only({ made: { "p-1/xz.1": { content } }, done: [replayOf({ "xz.1": { content: dated("2025-02-20"), unstable } })] })
    expect(item.explanation.kind).toBe("unexplained")
    expect(item.toRead).toBeGreaterThan(0)
  })

  test.each<[number, number]>([
    [0o755, 0o644],
    [0o644, 0o755],
    [0o4755, 0o755],
    [0o666, 0o644],
    [0o6644, 0o644],
  ])("was accounted for with mode %o where a generator gives %o, as every line was covered", async (mode, given) => {
    for (const content of [configure, "", Buffer.from([0, 1])]) {
      const item = await only({ made: { "p-1/a": { content, mode } }, done: [replayOf({ a: { content, mode: given } })] })
      expect([item.toRead, item.explanation]).toMatchObject([1, { kind: "unexplained", difference: "mode", base: { from: "replay" } }])
    }
  })

  test("not for a link, and not for what the commit has with another mode", async () => {
    const again = [replayOf({ a: { content: "t" } })]
    expect((await only({ made: { "p-1/a": { type: "link", target: "t" } }, done: again })).explanation.kind).toBe("unexplained")
    const held = (mode: string): Held => ({ tree: { a: { content: "other", mode } } })
    expect(await only({ made: { "p-1/a": { content: "t" } }, held: held("100755"), done: again })).toMatchObject({
      toRead: 1,
      explanation: { kind: "unexplained", difference: "content-and-mode" },
    })
  })

  test("says what of the commit it replaces", async () => {
    const item = await only({
      made: { "p-1/INSTALL": { content: configure } },
      held: { tree: { INSTALL: { content: "see doc\n" } } },
      done: [replayOf({ INSTALL: { content: configure } })],
    })
    expect(item.explanation).toMatchObject({ kind: "derived", replaces: { from: "repository", path: "INSTALL" } })
  })

  test("comes after source and origin, before baseline; what else holds is listed", async () => {
    const origins = indexOf({ name: "gnu", files: [{ path: "a.m4", content: configure }] })
    const common = { made: { "p-1/a.m4": { content: configure } }, done: [replayOf({ "a.m4": { content: configure } })] }
    const kindsOf = async (more: Partial<Case>) => {
      const { explanation, also = [] } = await only({ ...common, ...more })
      return [explanation, ...also].map(({ kind }) => kind)
    }
    expect(await kindsOf({ origins, previous: common.made })).toEqual(["origin", "derived", "baseline"])
    expect(await kindsOf({ previous: common.made })).toEqual(["derived", "baseline"])
    // Nothing makes again what the commit has: it was there before.
    expect(await kindsOf({ origins, held: { tree: { "a.m4": { content: configure } } } })).toEqual(["source", "origin"])
  })

  test("of two procedures the first that gives it", async () => {
    const one = replayOf({ a: { content: "one\n" }, b: { content: "b\n" } }, { commands: "one" })
    const two = replayOf({ a: { content: "two\n" }, b: { content: "b\n" } }, { commands: "two" })
    const made = { "p-1/a": { content: "two\n" }, "p-1/b": { content: "b\n" } }
    expect((await ledgerOf({ made, done: [one, two] })).map(({ explanation }) => explanation)).toMatchObject([
      { commands: "two" },
      { commands: "one" },
    ])
  })
})

describe("what a replay gives only in part", () => {
  const again = [replayOf({ configure: { content: configure } })]
  test.each<[string, string, readonly object[], number]>([
    ["a changed line", configure.replace("line 7\n", "line 7 and more\n"), [{ first: 8, last: 8, removed: 1 }], 1],
    ["an inserted line", configure.replace("configure line 7\n", "hidden\nconfigure line 7\n"), [{ first: 8, last: 8, removed: 0 }], 1],
    ["a removed line", configure.replace("configure line 7\n", ""), [{ first: 8, last: 7, removed: 1 }], 1],
  ])("is covered by line: %s", async (_, content, unexplained, toRead) => {
    const item = await only({ made: { "p-1/configure": { content } }, done: again })
    expect(item).toMatchObject({
      toRead,
      unexplained,
      explanation: { kind: "unexplained", base: { from: "replay", path: "configure", generator: "autotools", toolchain: "trixie" } },
    })
    expect(item.explanation).toMatchObject({ why: expect.stringContaining("configure as autotools made it again") })
  })

  test("costs lines that moved", async () => {
    const moved = configure.replace("configure line 7\n", "").replace("configure line 40\n", "configure line 40\nconfigure line 7\n")
    expect((await only({ made: { "p-1/configure": { content: moved } }, done: again })).toRead).toBeGreaterThan(0)
  })

  test("never by a line that was another one in the second run, though the release has the very same", async () => {
    const unstable = [{ line: 7, under: undefined }]
    const item = await only({
      made: { "p-1/configure": { content: configure } },
      done: [replayOf({ configure: { content: configure, unstable } })],
    })
    expect(item).toMatchObject({ toRead: 1, unexplained: [{ first: 8, last: 8, removed: 1 }] })
  })

  test("by a line under a normalisation, each as often as the replay has it", async () => {
    const again = replayOf({ a: { content: dated("2025-02-20", "x\n"), unstable: [{ line: 0, under: "date" }] } })
    const changed = dated("2023-12-31", "y\n")
    expect(await only({ made: { "p-1/a": { content: changed } }, done: [again] })).toMatchObject({
      toRead: 1,
      unexplained: [{ first: 22, last: 22, removed: 1 }],
    })
    const twice = `.TH XZ 1 "1999-01-01"\n${dated("2023-12-31", "x\n")}`
    expect((await only({ made: { "p-1/a": { content: twice } }, done: [again] })).toRead).toBe(1)
  })

  test("not at all by what the second run did not give, and not where it is opaque", async () => {
    const all = replayOf({ a: { content: configure, unstable: "all" }, b: { content: Buffer.from("\0\x01\n") } })
    const found = await ledgerOf({ made: { "p-1/a": { content: configure }, "p-1/b": { content: Buffer.from("\0\x02\n") } }, done: [all] })
    expect(found.map(({ toRead, explanation }) => [toRead, explanation.kind, "base" in explanation])).toEqual([
      [60, "unexplained", false],
      [2, "unexplained", false],
    ])
  })

  test("the nearest of several replays is the base", async () => {
    const far = replayOf({ configure: { content: lines(60, (line, at) => (at < 30 ? `configure ${line}` : line)) } }, { commands: "far" })
    const near = replayOf({ configure: { content: configure } }, { toolchain: { name: "near", digest: "d", date: "" } })
    const item = await only({ made: { "p-1/configure": { content: `${configure}more\n` } }, done: [far, near] })
    expect(item).toMatchObject({ toRead: 1, explanation: { base: { toolchain: "near" } } })
  })
})

describe("what was not made again", () => {
  test("is undetermined where the procedure would write it, and says why", async () => {
    const found = await ledgerOf({
      made: { "p-1/configure": { content: configure }, "p-1/po/de.gmo": { content: Buffer.from([0, 1]) } },
      not: [notRun],
    })
    for (const { toRead, explanation } of found)
      expect([toRead, explanation]).toEqual([0, { kind: "undetermined", why: "autotools was not run again (make dist): no sandbox" }])
  })

  test("and is unexplained where it would not, where the commit has the path, and where a known origin is near", async () => {
    const origins = indexOf({ name: "gnu", files: [{ path: "configure", content: configure }] })
    const kindOf = async (more: Partial<Case>, path = "configure") =>
      (await only({ made: { [`p-1/${path}`]: { content: `${configure}more\n` } }, not: [notRun], ...more })).explanation
    expect(await kindOf({}, "a.c")).toMatchObject({ kind: "unexplained" })
    expect(await kindOf({}, "configure.bak")).toMatchObject({ kind: "unexplained" })
    expect(await kindOf({ held: { tree: { configure: { content: "configure line 1\n" } } } })).toMatchObject({
      kind: "unexplained",
      base: { from: "repository" },
    })
    expect(await kindOf({ origins })).toMatchObject({ kind: "unexplained", base: { from: "origin" } })
    // A version of years ago says nothing of what a generator makes of this commit.
    expect(await kindOf({ held: { tree: {}, older: { configure } } })).toMatchObject({ kind: "undetermined" })
  })

  test("excuses no link, no empty file, and no bytes that the commit has elsewhere", async () => {
    const held: Held = { tree: { "a.c": { content: configure } } }
    const found = await ledgerOf({
      made: { "p-1/configure": { type: "link", target: "/etc/passwd" }, "p-1/a.gmo": {}, "p-1/b/configure": { content: configure } },
      held,
      not: [notRun],
    })
    expect(found.map(({ toRead, explanation }) => [toRead, explanation.kind])).toEqual([
      [1, "unexplained"],
      [1, "unexplained"],
      [1, "unexplained"],
    ])
  })

  test("is unexplained as ever when nothing was to be made again", async () => {
    expect((await only({ made: { "p-1/configure": { content: configure } } })).explanation.kind).toBe("unexplained")
  })

  test("counts by what another replay gave, where one did", async () => {
    const item = await only({
      made: { "p-1/configure": { content: configure } },
      done: [replayOf({ configure: { content: configure } })],
      not: [notRun],
    })
    expect(item.explanation.kind).toBe("derived")
    const near = await only({
      made: { "p-1/configure": { content: `${configure}more\n` } },
      done: [replayOf({ configure: { content: configure } })],
      not: [notRun],
    })
    expect(near).toMatchObject({ toRead: 1, explanation: { kind: "unexplained", base: { from: "replay" } } })
  })
})

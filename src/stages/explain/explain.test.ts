import { describe, expect, test } from "vitest"
import { collect } from "../../core/bytes.ts"
import { type GitOid, gitOidOf, sha256Of } from "../../core/digest.ts"
import { limitsDefault } from "../../core/limits.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import type { Snapshot, Submodule } from "../../model/repository.ts"
import { dangerOf } from "./danger.ts"
import { type ExplainOptions, explain } from "./explain.ts"
import { artifactOf, commit, entryOf, type Held, lines, type Made, snapshotOf } from "./test-kit.ts"

const options: ExplainOptions = {
  limits: limitsDefault,
  without: "no repository was given",
  origins: undefined,
  previous: undefined,
}

async function only(made: Record<string, Made>, held: Held): Promise<LedgerEntry> {
  const [first] = (await explain(artifactOf(made), snapshotOf(held), options)).entries
  if (first === undefined) throw new Error("no entry")
  return first
}

describe("source", () => {
  test("the commit's blob at this path with this mode costs nothing", async () => {
    const item = await only({ a: { content: "x\n" } }, { tree: { a: { content: "x\n" } } })
    expect(item).toMatchObject({ toRead: 0, explanation: { kind: "source", confirmed: "bytes", effects: [] } })
  })
  test("an absent blob still explains by its id in the tree, and says so", async () => {
    const item = await only({ a: { content: "x\n" } }, { tree: { a: { content: "x\n", absent: true } } })
    expect(item).toMatchObject({ toRead: 0, explanation: { kind: "source", confirmed: "id" } })
  })
  test("the root of the archive is taken off", async () => {
    const ledger = await explain(
      artifactOf({ "p-1/a": { content: "x\n" } }, "p-1/"),
      snapshotOf({ tree: { a: { content: "x\n" } } }),
      options,
    )
    expect(ledger.entries[0]?.explanation.kind).toBe("source")
  })
  test("a link is compared by its target, and a file in its place is a change of type", async () => {
    const held: Held = { tree: { l: { content: "t", mode: "120000" } } }
    expect((await only({ l: { type: "link", target: "t" } }, held)).explanation.kind).toBe("source")
    expect(await only({ l: { content: "t" } }, held)).toMatchObject({ toRead: 1, explanation: { kind: "unexplained", difference: "type" } })
  })
  test("an equal id with other bytes is a collision, not a source", async () => {
    const made = artifactOf({ a: { content: "x\n" } })
    const twin = { ...made, entries: made.entries.map((entry) => ({ ...entry, sha256: sha256Of("other") })) }
    const ledger = await explain(twin, snapshotOf({ tree: { a: { content: "x\n" } } }), options)
    expect(ledger.entries[0]?.explanation.kind).toBe("unexplained")
    expect(ledger.anomalies).toMatchObject([{ kind: "hash-collision", severity: "review" }])
  })
})

test("what could not be read of an entry is undetermined, and what is stored in its place explains nothing", async () => {
  const made = artifactOf({ a: { content: "x\n" } })
  const why = "it is encrypted"
  const unread = { ...made, entries: made.entries.map((entry) => ({ ...entry, unread: why })) }
  const ledger = await explain(unread, snapshotOf({ tree: { a: { content: "x\n" } } }), options)
  expect(ledger.entries[0]?.explanation).toEqual({ kind: "undetermined", why })
})

describe("gitattributes", () => {
  test("eol=crlf, ident and export-subst are recomputed from the blob and named", async () => {
    const id = gitOidOf("blob", Buffer.from("$Id$\n"))
    expect(
      (await only({ a: { content: "x\r\ny\r\n" } }, { tree: { a: { content: "x\ny\n" } }, attributes: { a: { eol: "crlf" } } }))
        .explanation,
    ).toMatchObject({ kind: "source", effects: ["eol=crlf"] })
    expect(
      (await only({ a: { content: `$Id: ${id} $\n` } }, { tree: { a: { content: "$Id$\n" } }, attributes: { a: { ident: true } } }))
        .explanation,
    ).toMatchObject({ kind: "source", effects: ["ident"] })
    const expand = async (format: string) => (format === "%h" ? ["abc1234", "abc12345"] : undefined)
    const held: Held = { tree: { a: { content: "v $Format:%h$ end\n" } }, attributes: { a: { exportSubst: true } }, expand }
    expect((await only({ a: { content: "v abc12345 end\n" } }, held)).explanation).toMatchObject({
      kind: "source",
      effects: ["export-subst"],
    })
    expect(await only({ a: { content: "v evil end\n" } }, held)).toMatchObject({ toRead: 1, explanation: { kind: "unexplained" } })
  })
  test("CRLF without the attribute is not excused", async () => {
    expect((await only({ a: { content: "x\r\n" } }, { tree: { a: { content: "x\n" } } })).toRead).toBe(1)
  })
  test("an LFS pointer explains the content it names, where the attributes say filter=lfs", async () => {
    const content = "big\n"
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256Of(content)}\nsize ${content.length}\n`
    const held: Held = { tree: { a: { content: pointer } }, attributes: { a: { lfs: true } } }
    expect((await only({ a: { content } }, held)).explanation).toMatchObject({ kind: "source", confirmed: "id", effects: ["lfs"] })
    expect((await only({ a: { content: "BIG\n" } }, held)).explanation.kind).toBe("unexplained")
    expect((await only({ a: { content } }, { tree: held.tree })).explanation.kind).toBe("unexplained")
  })
})

describe("cover", () => {
  const base = lines(50)
  const held: Held = { tree: { "m4/x.m4": { content: base } } }
  test.each([
    ["an inserted line", lines(50, (line, index) => (index === 20 ? `${line}\nadded` : line)), 1],
    ["a changed line", lines(50, (line, index) => (index === 20 ? "changed" : line)), 1],
    [
      "a deleted run",
      lines(50)
        .split("\n")
        .filter((_, index) => index < 20 || index > 24)
        .join("\n"),
      1,
    ],
    ["a long line", `${base}${"x".repeat(999)}\n`, 5],
    ["all new", lines(7, (line) => `other ${line}`), 7],
  ])("%s costs what a person reads", async (_, content, toRead) => {
    expect((await only({ "m4/x.m4": { content } }, held)).toRead).toBe(toRead)
  })
  test("swapped lines are never free", async () => {
    const swapped = lines(50, (_, index) => `line ${index === 3 ? 4 : index === 4 ? 3 : index}`)
    expect((await only({ "m4/x.m4": { content: swapped } }, held)).toRead).toBeGreaterThan(0)
  })
  test("the lines that remain are shown with their numbers", async () => {
    const item = await only({ "m4/x.m4": { content: base.replace("line 7\n", "line 7\nhidden\n") } }, held)
    expect(item.shown).toEqual([{ line: 9, text: "hidden" }])
    expect(item.unexplained).toEqual([{ first: 9, last: 9, removed: 0 }])
  })
  test("a file of the same name elsewhere, or deleted earlier, is a base", async () => {
    expect((await only({ "vendor/x.m4": { content: `${base}one more\n` } }, held)).toRead).toBe(1)
    expect(await only({ gone: { content: `${base}one more\n` } }, { tree: {}, older: { gone: base } })).toMatchObject({
      toRead: 1,
      explanation: { base: { from: "history" } },
    })
  })
})

describe("what costs one", () => {
  const held: Held = { tree: { a: { content: "x\n" }, b: { content: "run\n", mode: "100755" } }, older: { c: "old\n" } }
  test.each<[string, Record<string, Made>, string | undefined]>([
    ["moved", { z: { content: "x\n" } }, "moved"],
    ["older", { c: { content: "old\n" } }, "older"],
    ["newly executable", { a: { content: "x\n", mode: 0o755 } }, "mode"],
    ["no longer executable", { b: { content: "run\n" } }, "mode"],
    ["executable for others only", { b: { content: "run\n", mode: 0o655 } }, "mode"],
    ["readable by nobody", { a: { content: "x\n", mode: 0 } }, "mode"],
    ["writable by everybody", { a: { content: "x\n", mode: 0o666 } }, "mode"],
    ["an empty file", { e: { content: "" } }, undefined],
    ["a link", { l: { type: "link", target: "a" } }, undefined],
  ])("%s", async (_, made, difference) => {
    const item = await only(made, held)
    expect(item.toRead).toBe(1)
    expect(item.explanation.kind === "unexplained" ? item.explanation.difference : "other").toBe(difference)
  })
})

test("in a SHA-256 repository moved and older files are found by its own ids", async () => {
  const sha256 = (content: string): GitOid => gitOidOf("blob", Buffer.from(content), "sha256")
  const moved = sha256("moved\n")
  const snapshot: Snapshot = {
    ...snapshotOf({ tree: {} }),
    objectFormat: "sha256",
    commit: gitOidOf("commit", Buffer.from("made"), "sha256"),
    tree: new Map([["there", { path: "there", mode: "100644", oid: moved }]]),
    history: { placesOf: (oid) => (oid === sha256("older\n") ? [{ path: "once", commit }] : []), versionsOf: () => [], complete: true },
  }
  const ledger = await explain(artifactOf({ a: { content: "moved\n" }, b: { content: "older\n" } }), snapshot, options)
  expect(ledger.entries.map(({ explanation, toRead }) => ["difference" in explanation && explanation.difference, toRead])).toEqual([
    ["moved", 1],
    ["older", 1],
  ])
})

test("an opaque entry costs one and its size in pages", async () => {
  expect((await only({ o: { content: Buffer.alloc(4097) } }, { tree: {} })).toRead).toBe(3)
})

test("what lies under a tree that the repository lacks could not be looked at", async () => {
  const ledger = await explain(artifactOf({ "lib/a": { content: "x\n" } }), { ...snapshotOf({ tree: {} }), unreadable: ["lib/"] }, options)
  expect(ledger.entries[0]).toMatchObject({ toRead: 0, explanation: { kind: "undetermined" } })
})

test("a changed line and a changed mode cost both, and the mode is named", async () => {
  const item = await only({ a: { content: "y\n", mode: 0o755 } }, { tree: { a: { content: "x\n" } } })
  expect(item).toMatchObject({ toRead: 2, explanation: { difference: "content-and-mode", why: expect.stringContaining("mode 755") } })
})

test("setuid is a changed mode though git has no such bit", async () => {
  expect(await only({ a: { content: "x\n", mode: 0o4644 } }, { tree: { a: { content: "x\n" } } })).toMatchObject({
    toRead: 1,
    explanation: { difference: "mode" },
  })
})

test("a file of many lines in the place of a link costs its lines, not one", async () => {
  expect((await only({ l: { content: lines(50) } }, { tree: { l: { content: "t", mode: "120000" } } })).toRead).toBe(50)
})

test("taking away more lines than it brings costs one more", async () => {
  const content = lines(50, (line, index) => (index === 10 ? "changed" : line))
    .split("\n")
    .filter((_, index) => index < 11 || index > 30)
    .join("\n")
  expect((await only({ a: { content } }, { tree: { a: { content: lines(50) } } })).toRead).toBe(2)
})

test("a container that holds directories only stays to be read", async () => {
  const artifact = { ...artifactOf({ "evil.tar": { content: Buffer.alloc(512) } }) }
  const marked = { ...artifact, entries: artifact.entries.map((entry) => ({ ...entry, format: "tar" })) }
  const ledger = await explain(marked, snapshotOf({ tree: {} }), options)
  expect(ledger.entries.map((item) => [item.entry.path, item.toRead])).toEqual([["evil.tar", 2]])
})

describe("submodules", () => {
  const oid = gitOidOf("blob", Buffer.from("s\n"))
  const given: Submodule = {
    path: "deps/s",
    commit,
    address: "https://example.org/s",
    tree: new Map([["f", { path: "f", mode: "100644", oid }]]),
    why: undefined,
    blob: async () => Buffer.from("s\n"),
  }
  test("a submodule that was given explains", async () => {
    expect((await only({ "deps/s/f": { content: "s\n" } }, { tree: {}, submodules: [given] })).explanation).toMatchObject({
      kind: "source",
      submodule: { path: "deps/s" },
    })
  })
  test("one that was not is undetermined, with address and commit", async () => {
    const item = await only({ "deps/s/f": { content: "s\n" } }, { tree: {}, submodules: [{ ...given, tree: undefined, why: "not given" }] })
    expect(item.explanation).toMatchObject({
      kind: "undetermined",
      why: expect.stringMatching(/deps\/s of https:\/\/example\.org\/s at [0-9a-f]{40}/),
    })
  })
})

describe("previous releases", () => {
  const old = artifactOf({ "p-1/a": { content: "x\n" }, "p-1/gone": { content: "g\n" } }, "p-1/")
  const made = artifactOf({ "p-2/a": { content: "x\n" }, "p-2/b": { content: "y\n" } }, "p-2/")
  test("a file taken back to what it was in an accepted release is no baseline where the commit has another, unless it was signed for", async () => {
    const corrected = snapshotOf({ tree: { a: { content: "corrected\n" } } })
    const kindOf = async (read: ReadonlySet<string>): Promise<unknown> => {
      const ledger = await explain(made, corrected, { ...options, previous: old, accepted: { read, except: new Set<string>() } })
      return [ledger.entries[0]?.explanation.kind, (ledger.entries[0]?.toRead ?? 0) > 0]
    }
    expect(await kindOf(new Set())).toEqual(["unexplained", true])
    expect(await kindOf(new Set(made.entries.map(({ sha256 }) => sha256)))).toEqual(["baseline", false])
  })
  test("without acceptance it only says what is new", async () => {
    const ledger = await explain(made, snapshotOf({ tree: {} }), { ...options, previous: old })
    expect(ledger.entries.map((item) => [item.previous, item.explanation.kind])).toEqual([
      ["same", "unexplained"],
      ["new", "unexplained"],
    ])
    expect(ledger.gone).toEqual(["gone"])
  })
  test("accepted, the same bytes are the baseline", async () => {
    const ledger = await explain(made, undefined, {
      ...options,
      previous: old,
      accepted: { read: new Set<string>(), except: new Set<string>() },
    })
    expect(ledger.entries.map((item) => item.explanation.kind)).toEqual(["baseline", "undetermined"])
    expect(ledger.accepted).toEqual({ read: new Set(), except: new Set() })
  })
  test("what is source and equals the accepted release's file says both; what only equals it, or is not accepted, does not", async () => {
    const snapshot = snapshotOf({ tree: { a: { content: "x\n" } } })
    const accepted = await explain(made, snapshot, {
      ...options,
      previous: old,
      accepted: { read: new Set<string>(), except: new Set<string>() },
    })
    expect(accepted.entries.map(({ explanation, also }) => [explanation.kind, also])).toEqual([
      ["source", [{ kind: "baseline", artifact: "made.tar", path: "p-1/a" }]],
      ["unexplained", undefined],
    ])
    const compared = await explain(made, snapshot, { ...options, previous: old })
    expect(compared.entries.map(({ also }) => also)).toEqual([undefined, undefined])
  })
})

test("without a repository nothing is explained and nothing is called unexplained", async () => {
  const ledger = await explain(artifactOf({ a: { content: "x\n" } }), undefined, options)
  expect(ledger.entries[0]).toMatchObject({ toRead: 0, explanation: { kind: "undetermined", why: "no repository was given" } })
})

test("what the commit has and the artifact lacks is listed, with export-ignore named", async () => {
  const ledger = await explain(
    artifactOf({}),
    snapshotOf({ tree: { a: { content: "x\n" }, b: { content: "y\n" } }, attributes: { b: { exportIgnore: true } } }),
    options,
  )
  expect(ledger.absent.map(({ entry, why }) => [entry.path, why])).toEqual([
    ["a", undefined],
    ["b", "export-ignore"],
  ])
})

describe("danger", () => {
  const name = (path: string, more: Partial<Parameters<typeof dangerOf>[0]> = {}) =>
    dangerOf({ path, mode: 0o644, opaque: false, type: "file", ...more })
  test.each([
    ["package.json", "runs at install"],
    ["m4/x.m4", "runs at build"],
    ["lib/Makefile.in", "runs at build"],
    ["src/a.c", "code"],
    ["doc/a.md", "translations and prose"],
    ["LICENSE", "translations and prose"],
    ["whatever", "others"],
  ])("%s %s", (path, danger) => expect(name(path)).toBe(danger))
  test("opaque and executable entries are not prose", () => {
    expect(name("tests/good.xz", { opaque: true })).toBe("opaque data")
    expect(name("doc/readme", { mode: 0o755 })).toBe("scripts")
  })
})

test("the content of an entry can be read again", async () => {
  expect(Buffer.from(await collect(entryOf("a", { content: "x" }).content.stream())).toString()).toBe("x")
})

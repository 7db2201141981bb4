import { expect, test } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Ledger, LedgerEntry } from "../../model/ledger.ts"
import type { Replay } from "../../model/replay.ts"
import { explainedBy } from "../../reporters/words.ts"
import { report } from "./report.ts"
import { trustedBaseOf } from "./trusted-base.ts"

const ledger: Ledger = { entries: [], layers: [], absent: [], anomalies: [], accepted: undefined, gone: [] }
const tool = { name: "everybyte", version: "0", trustedBase: [{ name: "git", version: "2.40.0" }] } as const

function artifact(some: Partial<Artifact>): Artifact {
  return {
    target: "p-1.tar",
    name: "p-1.tar",
    size: 1,
    sha256: sha256Of(""),
    format: "tar",
    root: "p-1/",
    layers: [],
    entries: [],
    anomalies: [],
    provenance: { chain: [], notLookedAt: [] },
    openEntry: async () => ({ layers: [], entries: [], anomalies: [] }),
    close: async () => undefined,
    ...some,
  }
}

test("a bad signature is the verdict alarm, its finding the first reason", async () => {
  const signature = { kind: "bad", fingerprint: "ab12", why: "digest" } as const
  const made = await report({
    artifact: artifact({ provenance: { chain: [], notLookedAt: [], signature } }),
    snapshot: undefined,
    ledger,
    previous: undefined,
    origins: undefined,
    tool,
  })
  expect(made).toMatchObject({ verdict: "alarm", rules: [{ outcome: "present" }, {}, {}, {}], findings: [{ severity: "alarm" }] })
  expect(made.reasons[0]).toBe("the release signature by ab12 is bad: digest")
})

test("no entries, and one empty file, are nothing that could be accounted for", async () => {
  const reasons = async (some: Partial<Artifact>) =>
    (await report({ artifact: artifact(some), snapshot: undefined, ledger, previous: undefined, origins: undefined, tool })).reasons
  expect(await reasons({})).toEqual(["the artifact has no entries"])
  expect(await reasons({ format: "file", size: 0 })).toContain("the artifact is an empty file")
})

test("a tool is marked when the audited project is what it is built from", () => {
  const tools = ["git", "node", "openpgp", "xz", "xz-decompress (WASM)"].map((name) => ({ name, version: "1" }))
  const marked = (some: Partial<Artifact>) =>
    trustedBaseOf(tools, artifact(some)).flatMap(({ name, sharesSource }) => (sharesSource === true ? [name] : []))
  expect(marked({})).toEqual([])
  expect(marked({ purl: "pkg:deb/debian/xz-utils@5.8.1-1?arch=source", root: "xz-5.8.1/" })).toEqual(["xz", "xz-decompress (WASM)"])
  expect(marked({ name: "xz-5.8.1.tar.gz", root: "" })).toEqual(["xz", "xz-decompress (WASM)"])
  expect(marked({ name: "v2.40.0.tar.gz", root: "git-2.40.0/" })).toEqual(["git"])
  expect(marked({ purl: "pkg:deb/debian/zlib@1.3?arch=source", root: "zlib-1.3/" })).toEqual(["git", "node"])
  expect(marked({ purl: "pkg:npm/openpgp@6.3.2", root: "package/" })).toEqual(["openpgp"])
  expect(marked({ name: "openpgp-6.3.2.tgz", root: "package/" })).toEqual(["openpgp"])
  // npm's package of that name is another project.
  expect(marked({ purl: "pkg:npm/git@0.1.5", root: "package/" })).toEqual([])
  expect(marked({ purl: "pkg:npm/%40scope/openpgp@1.0.0", root: "package/" })).toEqual([])
  expect(marked({ purl: "pkg:pypi/git@0.1", root: "git-0.1/" })).toEqual([])
})

test("a replay is told with what it gave, and its toolchain and sandbox are trusted; one whose source is the release's is marked", async () => {
  const content = memorySource(Buffer.from("x\n"))
  const file = {
    path: "a",
    mode: 0o644,
    size: 2,
    sha256: sha256Of("x\n"),
    gitOid: gitOidOf("blob", Buffer.from("x\n")),
    encoding: "utf-8",
    content,
  } as const
  const replay: Replay = {
    generator: "autotools",
    revision: 1,
    commands: "make dist",
    toolchain: { name: "trixie", digest: "0123456789abcdef0123", date: "2024" },
    sandbox: "bubblewrap 1",
    originals: [],
    collation: "C",
    tools: [],
    sources: ["gawk", "p"],
    steps: [{ step: "make dist", code: 0 }],
    files: new Map([
      ["a", { ...file, unstable: [] }],
      ["b", { ...file, unstable: "all" }],
      ["c", { ...file, unstable: [{ line: 0, under: "date" }] }],
      ["d", { ...file, unstable: [{ line: 0, under: undefined }] }],
    ]),
  }
  const derived = (toolchain: string, originals: readonly string[] = []): LedgerEntry => ({
    entry: { ...file, type: "file" },
    explanation: {
      kind: "derived",
      generator: "autotools",
      path: "a",
      commands: "make dist",
      toolchain,
      originals,
      tools: [],
      normalised: [],
    },
    toRead: 0,
    danger: "others",
  })
  const not = { generator: "autotools", commands: "make dist", why: "no sandbox", writes: /x/ }
  const reported = (done: readonly Replay[], name = "p-1.tar") =>
    report({
      artifact: artifact({ name, root: "" }),
      snapshot: undefined,
      ledger: { ...ledger, entries: [derived("trixie"), derived("other"), derived("trixie", ["libtool"])] },
      previous: undefined,
      origins: undefined,
      replays: { done, not: done.length === 0 ? [] : [not], close: async () => undefined },
      tool,
    })
  const made = await reported([replay, { ...replay, commands: "make other" }, { ...replay, originals: ["libtool"] }])
  expect(made.replays).toMatchObject([
    { commands: "make dist", files: 4, unstable: 2, derived: 1, sandbox: "bubblewrap 1" },
    { commands: "make other", derived: 0 },
    { originals: ["libtool"], derived: 1 },
    { why: "no sandbox" },
  ])
  expect(JSON.stringify(made.replays)).not.toMatch(/sources|revision|writes/)
  expect(made.tool.trustedBase).toEqual([
    { name: "git", version: "2.40.0" },
    { name: "sandbox", version: "bubblewrap 1" },
    { name: "toolchain trixie", version: "0123456789abcdef", sharesSource: true },
  ])
  expect((await reported([replay], "q-1.tar")).tool.trustedBase[2]).toEqual({ name: "toolchain trixie", version: "0123456789abcdef" })
  const backend = await reported([{ ...replay, sources: ["pypi:flit-core"] }], "flit_core-3.12.0-py3-none-any.whl")
  expect(backend.tool.trustedBase[2]?.sharesSource).toBe(true)
  const byPurl = { ...artifact({}), purl: "pkg:pypi/flit-core@3.12.0" }
  expect(trustedBaseOf([], byPurl, [{ ...replay, sources: ["pypi:flit-core"] }])[1]?.sharesSource).toBe(true)
  expect(await reported([])).not.toHaveProperty("replays")
})

test("the origins that explain are summed up, and a release without a date is not accounted for by them", async () => {
  const content = Buffer.from("x\n")
  const item = (path: string, version: string, age: "commit" | "unchecked"): LedgerEntry => ({
    entry: {
      path,
      type: "file",
      mode: 0o644,
      size: content.length,
      sha256: sha256Of(content),
      gitOid: gitOidOf("blob", content),
      encoding: "utf-8",
      content: memorySource(content),
    },
    explanation: { kind: "origin", origin: "gnu", path, version, date: "2020-01-01", age },
    toRead: 0,
    danger: "others",
  })
  const reported = (age: "commit" | "unchecked") => {
    const entries = [item("p-1/a", "2", age), item("p-1/b", "1", age), item("p-1/c", "1", age)]
    return report({
      artifact: artifact({}),
      snapshot: undefined,
      ledger: { ...ledger, entries },
      previous: undefined,
      origins: undefined,
      tool,
    })
  }
  const made = await reported("commit")
  expect(made.verdict).toBe("accounted")
  expect(made.ledger.origins).toEqual([
    { origin: "gnu", version: "1", entries: 2 },
    { origin: "gnu", version: "2", entries: 1 },
  ])
  expect(explainedBy(made)).toEqual(["origin: 3 files of gnu 1 (2), gnu 2 (1)"])
  expect(await reported("unchecked")).toMatchObject({
    verdict: "undetermined",
    reasons: [expect.stringContaining("3 entries could be younger")],
  })
})

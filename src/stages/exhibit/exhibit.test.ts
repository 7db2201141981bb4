import { expect, test } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import { ok } from "../../core/fault.ts"
import { limitsDefault } from "../../core/limits.ts"
import { encodingOf } from "../../core/text.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Base, Ledger, LedgerEntry } from "../../model/ledger.ts"
import type { Snapshot } from "../../model/repository.ts"
import { type ExhibitOptions, exhibit } from "./exhibit.ts"

const oidOf = (content: string | Uint8Array) => gitOidOf("blob", Buffer.from(content))

function entryOf(path: string, content: string | Uint8Array): Entry {
  const bytes = Buffer.from(content)
  return {
    path,
    type: "file",
    mode: 0o644,
    size: bytes.length,
    sha256: sha256Of(bytes),
    gitOid: oidOf(bytes),
    encoding: encodingOf(bytes),
    content: memorySource(bytes),
  }
}

const left = (entry: Entry, some: Partial<LedgerEntry> = {}): LedgerEntry => ({
  entry,
  explanation: { kind: "unexplained", why: "differs" },
  toRead: 1,
  danger: "others",
  unexplained: [],
  ...some,
})

const against = (entry: Entry, base: Base): LedgerEntry => left(entry, { explanation: { kind: "unexplained", why: "compared", base } })

const ledgerOf = (...entries: LedgerEntry[]): Ledger => ({
  entries,
  layers: [],
  absent: [],
  anomalies: [],
  accepted: undefined,
  gone: [],
})

const artifactOf = (...entries: Entry[]): Artifact => ({
  target: "p",
  name: "p",
  size: 0,
  sha256: sha256Of(""),
  format: "tar",
  root: "p-1/",
  layers: [],
  entries,
  anomalies: [],
  provenance: { chain: [], notLookedAt: [] },
  openEntry: async () => ({ layers: [], entries: [], anomalies: [] }),
  close: async () => undefined,
})

const snapshotWith = (...blobs: string[]): Snapshot => ({
  location: "r",
  objectFormat: "sha1",
  commit: gitOidOf("commit", Buffer.from("made")),
  ref: undefined,
  how: "given",
  agrees: true,
  candidates: [],
  subdirectory: "",
  tree: new Map(),
  whole: new Map(),
  unreadable: [],
  attributes: new Map(),
  seenRefs: undefined,
  submodules: [
    {
      path: "sub",
      commit: gitOidOf("commit", Buffer.from("sub")),
      address: undefined,
      tree: new Map(),
      why: undefined,
      blob: async () => Buffer.from("in the submodule\n"),
    },
  ],
  history: { placesOf: () => [], versionsOf: () => [], complete: true },
  anomalies: [],
  blob: async (oid) => blobs.map((blob) => Buffer.from(blob)).find((blob) => oidOf(blob) === oid),
  expandFormat: async () => undefined,
  exportTo: async () => ok([]),
  mergedTags: async () => ok([]),
  close: async () => undefined,
})

const options = (some: Partial<ExhibitOptions>): ExhibitOptions => ({
  artifact: artifactOf(),
  snapshot: undefined,
  previous: undefined,
  limits: limitsDefault,
  order: [0, 1, 2, 3],
  ...some,
})

test("a text stands beside its base: a blob, a submodule's blob, a file of the previous release", async () => {
  const ledger = ledgerOf(
    against(entryOf("p-1/a", "new\n"), { from: "repository", path: "a", gitOid: oidOf("old\nlast") }),
    against(entryOf("p-1/sub/b", "x\n"), { from: "history", path: "b", gitOid: oidOf("any") }),
    against(entryOf("p-1/c", "y\n"), { from: "previous", path: "p-0/c", gitOid: oidOf("before\n") }),
    against(entryOf("p-1/d", "z\n"), { from: "repository", path: "d", gitOid: oidOf("not there") }),
  )
  const previous = artifactOf(entryOf("p-0/c", "before\n"))
  expect(await exhibit(ledger, options({ snapshot: snapshotWith("old\nlast"), previous }))).toEqual({
    shown: [
      { entry: 0, lines: ["new"], base: ["old", "last"] },
      { entry: 1, lines: ["x"], base: ["in the submodule"] },
      { entry: 2, lines: ["y"], base: ["before"] },
      { entry: 3, lines: ["z"] },
    ],
    omitted: [],
  })
})

test("an origin's edition has no text; what is explained, opaque or empty is not gathered", async () => {
  const date = "2024-01-01"
  const base: Base = { from: "origin", origin: "gnulib", path: "a", version: "1", date, sha256: sha256Of("") }
  const ledger = ledgerOf(
    against(entryOf("p-1/a", "x\n"), base),
    left(entryOf("p-1/b", "x\n"), { toRead: 0 }),
    left(entryOf("p-1/c", Buffer.from([0, 1]))),
    left(entryOf("p-1/d", "")),
  )
  expect(await exhibit(ledger, options({}))).toEqual({ shown: [{ entry: 0, lines: ["x"] }], omitted: [] })
})

test("the budget goes to what is to be read first; what it leaves out is named, never cut", async () => {
  const ledger = ledgerOf(
    ...["a", "b", "c"].map((name) => left(entryOf(`p-1/${name}`, `${"x".repeat(59)}\n`))),
    left(entryOf("p-1/d", "y".repeat(101))),
  )
  const limits = { ...limitsDefault, exhibitBytesMax: 100, exhibitBytesRunMax: 120 }
  const { shown, omitted } = await exhibit(ledger, options({ limits, order: [3, 2, 1, 0] }))
  expect(shown.map(({ entry }) => entry)).toEqual([2, 1])
  expect(omitted).toEqual([
    { entry: 3, limit: "exhibitBytesMax" },
    { entry: 0, limit: "exhibitBytesRunMax" },
  ])
  const few = await exhibit(ledger, options({ limits: { ...limits, exhibitsMax: 1 }, order: [0, 1] }))
  expect(few.omitted).toEqual([{ entry: 1, limit: "exhibitsMax" }])
})

test("a base that is too large beside its text is left out, the text is not", async () => {
  const ledger = ledgerOf(against(entryOf("p-1/a", "x\n"), { from: "repository", path: "a", gitOid: oidOf("y".repeat(200)) }))
  const limits = { ...limitsDefault, exhibitBytesMax: 100 }
  expect(await exhibit(ledger, options({ limits, snapshot: snapshotWith("y".repeat(200)) }))).toEqual({
    shown: [{ entry: 0, lines: ["x"] }],
    omitted: [{ entry: 0, limit: "exhibitBytesMax" }],
  })
})

test("lines are counted as the ledger counts them, whatever the encoding", async () => {
  const ledger = ledgerOf(
    left(entryOf("p-1/a", Buffer.from("caf\xe9\r\n\u0085\x0c2028\n\nlast", "latin1"))),
    left(entryOf("p-1/b", "\ufeffé\u2028x\n")),
  )
  const { shown } = await exhibit(ledger, options({}))
  expect(shown.map(({ lines }) => lines)).toEqual([["caf\xe9\r", "\u0085\x0c2028", "", "last"], ["\ufeffé\u2028x"]])
})

test("what a recipe computes is computed once more, and stands beside the file that differs", async () => {
  const manifest = entryOf("p-1.0.0/Cargo.toml.orig", "[package]\nname = 'evil'\n")
  const artifact = {
    ...artifactOf(manifest, entryOf("p-1.0.0/Cargo.toml", "x\n")),
    name: "p-1.0.0.crate",
    format: "gzip+tar",
    root: "p-1.0.0/",
  }
  const honest = "[package]\nname = 'p'\n"
  const tree = new Map([["Cargo.toml", { path: "Cargo.toml", mode: "100644", oid: oidOf(honest) }]])
  const snapshot = { ...snapshotWith(honest), tree, whole: tree }
  const base = { from: "recipe", path: "Cargo.toml.orig", recipe: "cargo/Cargo.toml.orig", sha256: sha256Of(honest) } as const
  const { shown } = await exhibit(ledgerOf(against(manifest, base)), options({ artifact, snapshot }))
  expect(shown).toEqual([{ entry: 0, lines: ["[package]", "name = 'evil'"], base: ["[package]", "name = 'p'"] }])
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { type GitOid, isGitOid, sha256Of } from "../core/digest.ts"
import { parseCheckAttr } from "./git-attributes.ts"
import { type LogChange, LogParser } from "./git-log-parser.ts"
import { tokenBytesMax } from "./git-log-token.ts"
import { isRefName, parseExtensions, parsePackedRefs } from "./git-refs.ts"
import { parseTree } from "./git-tree.ts"
import { addressOf } from "./repository-place.ts"

const oids = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("hex"))
const names = fc.stringMatching(/^[a-z][a-z0-9.]{0,8}[a-z]$/)

const treeBytes = (items: readonly (readonly [string, string, string])[]): Buffer =>
  Buffer.concat(items.map(([mode, name, oid]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")])))

test("a tree comes back as it was written", () => {
  const items = fc.uniqueArray(fc.tuple(fc.constantFrom("100644", "100755", "120000", "160000", "40000"), names, oids), {
    selector: ([, name]) => name,
  })
  fc.assert(
    fc.property(items, (written) => {
      const parsed = parseTree(treeBytes(written), "sha1")
      expect(parsed?.items.map(({ mode, name, oid }) => [mode, name, oid])).toEqual(written)
      expect(parsed?.anomalies).toEqual([])
    }),
  )
})

test("a mutated or cut tree is parsed or refused, never thrown on", () => {
  const base = treeBytes([["100644", "a.txt", "11".repeat(20)] as const, ["40000", "dir", "22".repeat(20)] as const])
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 5 }), fc.nat(base.length), (edits, cut) => {
      const bytes = Buffer.from(base)
      for (const [at, value] of edits) bytes[at] = value
      const parsed = parseTree(bytes.subarray(0, cut), "sha1")
      for (const { oid } of parsed?.items ?? []) expect(isGitOid(oid)).toBe(true)
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseTree(bytes, "sha256")))
})

test.each([
  ["100644", ".git", "dangerous-name"],
  ["40000", ".GIT", "dangerous-name"],
  ["40000", "git~1", "dangerous-name"],
  ["40000", ".g\u200cit", "dangerous-name"],
  ["40000", "..", "dangerous-name"],
  ["100644", "a/b", "slash-in-name"],
  ["100644", "a\u202eb", "dangerous-name"],
  ["100664", "a", "odd-mode"],
])("a tree with %s %s has the anomaly %s", (mode, name, kind) => {
  const parsed = parseTree(treeBytes([[mode, name, "11".repeat(20)]]), "sha1")
  expect(parsed?.anomalies.map((one) => one.kind)).toEqual([kind])
})

test("a name that a tree has twice is an anomaly, and an odd mode is normalised", () => {
  const twice = parseTree(treeBytes([["100644", "a", "11".repeat(20)] as const, ["100644", "a", "22".repeat(20)] as const]), "sha1")
  expect(twice?.anomalies.map(({ kind }) => kind)).toEqual(["duplicate-name"])
  const modes = ["100664", "100775", "040000", "120777"].map(
    (mode) => parseTree(treeBytes([[mode, "a", "11".repeat(20)]]), "sha1")?.items[0]?.mode,
  )
  expect(modes).toEqual(["100644", "100755", "40000", "120000"])
})

test("packed refs come back, and what is not one is counted", () => {
  const refs = fc.uniqueArray(
    fc.tuple(
      oids,
      fc.tuple(fc.constantFrom("heads", "tags"), names).map(([kind, name]) => `refs/${kind}/${name}`),
    ),
    { selector: ([, name]) => name },
  )
  fc.assert(
    fc.property(refs, (written) => {
      const usable = written.filter(([, name]) => isRefName(name))
      const text = `# pack-refs with: peeled fully-peeled sorted \n${usable.map(([oid, name]) => `${oid} ${name}\n^${oid}\n`).join("")}`
      const parsed = parsePackedRefs(Buffer.from(text), "sha1", 1000)
      expect(parsed.refs.map(({ oid, name }) => [oid, name])).toEqual(usable)
      expect(parsed.anomalies).toEqual([])
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parsePackedRefs(bytes, "sha1", 1000)))
  const hostile = `${"1".repeat(40)} refs/heads/../../x\n${"1".repeat(40)} refs/tags/a b\nzz refs/tags/c\n${"1".repeat(40)} refs/pull/1/head\n`
  const parsed = parsePackedRefs(Buffer.from(hostile), "sha1", 1000)
  expect([parsed.refs.length, parsed.anomalies[0]?.message]).toEqual([0, "3 lines of packed-refs are not refs git would write; not used"])
  expect(() => parsePackedRefs(Buffer.from(`${"1".repeat(40)} refs/tags/a\n`.repeat(3)), "sha1", 2)).toThrow("refsMax")
})

interface Seen {
  readonly commits: GitOid[]
  readonly changes: LogChange[]
}

function parseLog(chunks: readonly Uint8Array[]): Seen & { whole: boolean } {
  const parser = new LogParser()
  const records = chunks.flatMap((chunk) => parser.push(chunk))
  const changes = records.flatMap((record) => (record.kind === "change" ? [record] : []))
  const commits = records.flatMap((record) => (record.kind === "commit" ? [record.oid] : []))
  return { commits, changes, whole: parser.whole }
}

const log = Buffer.from(
  `>${"a".repeat(40)} ${"b".repeat(40)} ${"c".repeat(40)}\0\n:100644 100644 ${"1".repeat(40)} ${"2".repeat(40)} M\0>odd\nname\0` +
    `:000000 160000 ${"0".repeat(40)} ${"3".repeat(40)} A\0sub\0>${"b".repeat(40)} \0>${"c".repeat(40)} \0\n:000000 120000 ${"0".repeat(40)} ${"4".repeat(40)} A\0:link\0`,
)

test("the log means the same whole, in any cuts and byte by byte", () => {
  const whole = parseLog([log])
  expect(whole.commits.map((oid) => oid[0])).toEqual(["a", "b", "c"])
  expect(whole.changes.map(({ path, before, after }) => [path, before?.[0], after?.[0]])).toEqual([
    [">odd\nname", "1", "2"],
    ["sub", undefined, undefined],
    [":link", undefined, "4"],
  ])
  expect(whole.whole).toBe(true)
  expect(parseLog([...log].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
  fc.assert(
    fc.property(fc.nat(log.length), fc.nat(log.length), (one, other) => {
      const [first, second] = one < other ? [one, other] : [other, one]
      expect(parseLog([log.subarray(0, first), log.subarray(first, second), log.subarray(second)])).toEqual(whole)
    }),
  )
})

test("fields of a commit are told with it, in any cuts, also empty ones and those that look like changes", () => {
  const fields = ["name", "", ":100644 x", ">y"]
  const bytes = Buffer.from(`>${"a".repeat(40)} \0${fields.join("\0")}\0\n:000000 100644 ${"0".repeat(40)} ${"1".repeat(40)} A\0p\0`)
  for (const size of [1, 7, 1000]) {
    const parser = new LogParser(fields.length)
    const records = Array.from({ length: Math.ceil(bytes.byteLength / size) }, (_, at) =>
      parser.push(bytes.subarray(at * size, (at + 1) * size)),
    ).flat()
    expect(records).toMatchObject([
      { kind: "commit", fields },
      { kind: "change", path: "p" },
    ])
    expect(parser.whole).toBe(true)
  }
})

test("paths over the maximum of a token are cut, counted and never the same for two, in any cuts; one of just the maximum is exact", () => {
  const path = "p".repeat(tokenBytesMax)
  const change = (text: string): string => `:000000 100644 ${"0".repeat(40)} ${"1".repeat(40)} A\0${text}\0`
  const bytes = Buffer.from(`>${"a".repeat(40)} \0\n${change(path)}${change(`${path}1`)}${change(`${path}2`)}${change("q")}`)
  for (const size of [bytes.byteLength, 65_536, 1_000_003]) {
    const parser = new LogParser()
    const records = Array.from({ length: Math.ceil(bytes.byteLength / size) }, (_, at) =>
      parser.push(bytes.subarray(at * size, (at + 1) * size)),
    ).flat()
    const paths = records.flatMap((record) => (record.kind === "change" ? [record.path] : []))
    expect([paths[0] === path, paths[3], parser.cut, parser.whole]).toEqual([true, "q", 2, true])
    expect(paths.slice(1, 3).map((told) => told.slice(tokenBytesMax))).toEqual(
      ["1", "2"].map((end) => `... (${tokenBytesMax + 1} bytes, sha256:${sha256Of(path + end)})`),
    )
  }
})

test("a mutated log is read in part or stopped at, never thrown on", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(log.length - 1), fc.nat(255)), { maxLength: 5 }), fc.nat(log.length), (edits, cut) => {
      const bytes = Buffer.from(log)
      for (const [at, value] of edits) bytes[at] = value
      for (const oid of parseLog([bytes.subarray(0, cut)]).commits) expect(isGitOid(oid)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test("only the extensions of a configuration are read", () => {
  const text =
    '[core]\n\tobjectformat = sha256\n[include]\n\tpath = /etc/x\n[Extensions] ; why\n\tObjectFormat = "SHA256" ; c\n[extensions "x"]\n\trefstorage = reftable\n'
  expect([...parseExtensions(Buffer.from(text))]).toEqual([["objectformat", "sha256"]])
})

test("what git would take for an option or a program is no address", () => {
  expect(addressOf("https://example.org/r.git")?.scheme).toBe("https")
  expect(addressOf("author@example.org:r.git")?.scheme).toBe("ssh")
  for (const text of ["ext::sh -c id", "--upload-pack=x", "ssh://-oProxyCommand=x/r", "file:///etc", "a@-host:r", "git://example.org/r"])
    expect(addressOf(text)).toBeUndefined()
})

test("check-attr's answer is read in threes", () => {
  const values = parseCheckAttr("a\0text\0unset\0a\0eol\0unspecified\0b\0filter\0lfs\0")
  expect([...values].map(([path, found]) => [path, ...found])).toEqual([
    ["a", ["text", "unset"]],
    ["b", ["filter", "lfs"]],
  ])
})

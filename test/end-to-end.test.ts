import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { createContext, explainRelease, type Report } from "../src/index.ts"
import { made, missing } from "./fixtures/decoders.ts"
import { commitFiles, type Files, git, makeRepository, temporary } from "./fixtures/repository.ts"
import { type Member, tarEnd, tarMember, tarOf } from "./fixtures/tar.ts"

/** A release and its repository, small and whole; `asked` goes to the main job as a user's words would. */
const files: Files = {
  "configure.ac": "AC_INIT([made], [1.0])\nAC_OUTPUT\n",
  "src/a.c": "int main(void)\n{\n\treturn 0;\n}\n",
  "run.sh": { content: "#!/bin/sh\necho run\n", executable: true },
  "tests/good.bin": { content: Buffer.from([0, 1, 2, 3]) },
  "doc/README": "read me\n",
}

interface Asked {
  readonly archive: string | Uint8Array
  readonly name?: string
  readonly repository?: string
  readonly submodules?: ReadonlyMap<string, string>
}

async function explained(folder: string, { archive, name = "made-1.0.tar.gz", repository, submodules }: Asked): Promise<Report> {
  const path = typeof archive === "string" ? archive : join(folder, name)
  if (typeof archive !== "string") writeFileSync(path, archive)
  const ctx = createContext({ cache: join(folder, "cache"), offline: true })
  const result = await explainRelease(
    {
      target: path,
      repository,
      ref: undefined,
      subdirectory: undefined,
      submodules: submodules ?? new Map(),
      previous: undefined,
      acceptPrevious: false,
    },
    ctx,
  )
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  return result.value
}

/** What separates two reports of one release: entries by path, absent, anomalies, unexplained framing. */
function difference(before: Report, after: Report): Record<string, unknown> {
  const entries = (report: Report) => new Map(report.ledger.entries.map((entry) => [`${entry.path} ${entry.sha256} ${entry.mode}`, entry]))
  const [old, now] = [entries(before), entries(after)]
  const lines = (report: Report) => [
    ...report.anomalies.map((one) => one.kind),
    ...report.ledger.absent.map((one) => `absent ${one.path}`),
    ...report.ledger.framing.flatMap((layer) => layer.unexplained.map((run) => run.why)),
  ]
  const known = lines(before)
  return {
    gone: [...old].filter(([key]) => !now.has(key)).map(([, entry]) => entry.path),
    come: [...now]
      .filter(([key]) => !old.has(key))
      .map(
        ([, entry]) =>
          `${entry.path} ${entry.explanation.kind}${entry.explanation.kind === "unexplained" ? ` ${entry.explanation.difference ?? "content"} ${entry.toRead}` : ""}`,
      ),
    said: lines(after).filter((line) => !known.includes(line)),
    toRead: after.ledger.totals.toRead - before.ledger.totals.toRead,
  }
}

const archiveOf = (repository: string, tag = "v1.0"): Buffer =>
  execFileSync("git", ["archive", "--format=tar", "--prefix=made-1.0/", tag], { cwd: repository, maxBuffer: 1 << 26 })

/** The archive as members, for editing. Made by a reader of its own, so that a fault of ours cannot hide itself. */
function membersOf(tar: Buffer): { header: Buffer; body: Buffer; name: string }[] {
  const members: { header: Buffer; body: Buffer; name: string }[] = []
  for (let at = 0; tar[at] !== 0; ) {
    const header = Buffer.from(tar.subarray(at, at + 512))
    const size = Number.parseInt(header.toString("latin1", 124, 135), 8)
    const end = at + 512 + Math.ceil(size / 512) * 512
    members.push({ header, body: Buffer.from(tar.subarray(at + 512, end)), name: header.toString("latin1", 0, 100).replace(/\0.*$/s, "") })
    at = end
  }
  return members
}

const joined = (members: readonly { header: Buffer; body: Buffer }[], more: readonly Member[] = []): Buffer =>
  gzipSync(Buffer.concat([...members.flatMap(({ header, body }) => [header, body]), ...more.map(tarMember), tarEnd()]))

describe("git archive of a tag", () => {
  test("is accounted for to the last byte", async () => {
    using folder = temporary()
    const repository = makeRepository(join(folder.path, "r"), files)
    const report = await explained(folder.path, { archive: gzipSync(archiveOf(repository)), repository })
    expect(report).toMatchObject({
      verdict: "accounted",
      reasons: [],
      ledger: { totals: { toRead: 0, entries: 5, byKind: { source: { entries: 5 } } }, absent: [] },
    })
    // Its configure.ac is no reason to run anything: nothing is left that a generator could explain.
    expect(report).not.toHaveProperty("replays")
    for (const layer of report.ledger.framing) expect(layer.claims.reduce((sum, claim) => sum + claim.bytes, 0)).toBe(layer.size)
    expect(report.repository).toMatchObject({ ref: "refs/tags/v1.0", agrees: true, commit: git(repository, "rev-parse", "v1.0^{commit}") })
  })

  test.each([
    ["configure", "made: 1"],
    ["notes", "made: none"],
  ])("a file that git lacks, %s, is a reason for a replay where a generator writes such a one", async (name, expected) => {
    using folder = temporary()
    const repository = makeRepository(join(folder.path, "r"), files)
    const archive = joined(membersOf(archiveOf(repository)), [{ name: `made-1.0/${name}`, content: "one\n" }])
    const { replays = [] } = await explained(folder.path, { archive, repository })
    expect(`made: ${replays.length || "none"}`).toBe(expected)
  })

  test("what a recipe explains is no reason for a replay, and a line more in it is", async () => {
    using folder = temporary()
    const project = { "pyproject.toml": '[project]\nname = "made"\nversion = "1.0"\n' }
    const repository = makeRepository(join(folder.path, "r"), project)
    const madeOf = async (content: string): Promise<string> => {
      const archive = joined(membersOf(archiveOf(repository)), [{ name: "made-1.0/PKG-INFO", content }])
      const { replays = [], ledger } = await explained(folder.path, { archive, repository })
      return `recipe ${ledger.totals.byKind.recipe?.entries ?? 0}, made ${replays.length || "none"}`
    }
    const head = "Metadata-Version: 2.1\nName: made\nVersion: 1.0\n"
    expect(await madeOf(head)).toBe("recipe 1, made none")
    expect(await madeOf(`${head}Requires-Dist: evil\n`)).toBe("recipe 0, made 1")
  })

  test.each<[string, (members: ReturnType<typeof membersOf>) => Buffer, Record<string, unknown>]>([
    [
      "one byte changed",
      (members) =>
        joined(
          members.map((one) =>
            one.name.endsWith("a.c")
              ? { ...one, body: Buffer.from(one.body.toString("latin1").replace("return 0", "return 1"), "latin1") }
              : one,
          ),
        ),
      { gone: ["made-1.0/src/a.c"], come: ["made-1.0/src/a.c unexplained content 1"], said: [], toRead: 1 },
    ],
    [
      "a file removed",
      (members) => joined(members.filter((one) => !one.name.endsWith("a.c"))),
      { gone: ["made-1.0/src/a.c"], come: [], said: ["empty-directory", "absent src/a.c"], toRead: 0 },
    ],
    [
      "a file added",
      (members) => joined(members, [{ name: "made-1.0/m4/x.m4", content: "one\ntwo\n" }]),
      { gone: [], come: ["made-1.0/m4/x.m4 unexplained content 2"], said: [], toRead: 2 },
    ],
    [
      "a mode changed",
      (members) =>
        joined(
          members.map((one) =>
            one.name.endsWith("a.c")
              ? {
                  ...one,
                  header: tarMember({ name: one.name, content: one.body.toString("latin1").replace(/\0+$/, ""), mode: 0o755 }).subarray(
                    0,
                    512,
                  ),
                }
              : one,
          ),
        ),
      { gone: ["made-1.0/src/a.c"], come: ["made-1.0/src/a.c unexplained mode 1"], said: [], toRead: 1 },
    ],
    [
      "two entries of one name",
      (members) => joined(members, [{ name: "made-1.0/src/a.c", content: "other\n", mode: 0o664 }]),
      { gone: [], come: ["made-1.0/src/a.c unexplained content 1"], said: ["duplicate-name"], toRead: 1 },
    ],
    [
      "bytes after the end",
      (members) => gzipSync(Buffer.concat([gunzipSync(joined(members)), Buffer.from("hidden".padEnd(512, "\0"))])),
      { gone: [], come: [], said: ["trailing-bytes", "bytes after the end of the archive"], toRead: 1 },
    ],
    [
      "bytes after the compressed stream",
      (members) => Buffer.concat([joined(members), Buffer.from("hidden")]),
      { gone: [], come: [], said: expect.arrayContaining(["trailing-bytes"]), toRead: 1 },
    ],
  ])("%s: named exactly", async (_, edit, expected) => {
    using folder = temporary()
    const repository = makeRepository(join(folder.path, "r"), files)
    const plain = archiveOf(repository)
    const before = await explained(folder.path, { archive: gzipSync(plain), repository })
    const after = await explained(folder.path, { archive: edit(membersOf(plain)), name: "made-1.0-edited.tar.gz", repository })
    expect(difference(before, after)).toEqual(expected)
    expect(after.verdict).toBe(expected["toRead"] === 0 ? "accounted" : "review")
  })
})

describe("replica of a poisoned macro (inert: it is only read)", () => {
  test("its lines come before all prose, and the opaque fixture that git has is accounted for", async () => {
    using folder = temporary()
    const repository = makeRepository(join(folder.path, "r"), { ...files, "m4/host.m4": "# serial 3\nAC_DEFUN([made_HOST], [:])\n" })
    const poisoned = "# serial 30\nAC_DEFUN([made_HOST], [:])\nmade_path=`grep -l MARKER tests/*`\n: > MARKER\n"
    const members = membersOf(archiveOf(repository)).filter((one) => !one.name.endsWith("host.m4"))
    const report = await explained(folder.path, {
      archive: joined(members, [
        { name: "made-1.0/m4/host.m4", content: poisoned, mode: 0o664 },
        { name: "made-1.0/NEWS", content: "news\n".repeat(50), mode: 0o664 },
      ]),
      repository,
    })
    const worst = report.ledger.entries.filter((entry) => entry.toRead > 0)
    expect(report.verdict).toBe("review")
    expect(worst.map((entry) => [entry.path, entry.danger, entry.toRead])).toEqual([
      ["made-1.0/m4/host.m4", "runs at build", 3],
      ["made-1.0/NEWS", "translations and prose", 50],
    ])
    expect(worst[0]?.shown?.map((line) => line.line)).toEqual([1, 3, 4])
  })
})

test("an empty directory that the commit does not have is to be looked at: its name is all it holds", async () => {
  using folder = temporary()
  const repository = makeRepository(join(folder.path, "r"), files)
  const report = await explained(folder.path, {
    archive: joined(membersOf(archiveOf(repository)), [{ name: "made-1.0/payload/", type: "5", mode: 0o755 }]),
    repository,
  })
  expect(report).toMatchObject({
    verdict: "review",
    anomalies: [{ kind: "empty-directory", severity: "review", path: "made-1.0/payload" }],
  })
})

describe("inside out", () => {
  test("a container that nothing explains whole is accounted for from the inside, as outer!inner", async () => {
    using folder = temporary()
    const repository = makeRepository(join(folder.path, "r"), files)
    const inner = gzipSync(
      tarOf([
        { name: "a.c", content: "int main(void)\n{\n\treturn 0;\n}\n" },
        { name: "new", content: "new\n" },
      ]),
    )
    const report = await explained(folder.path, {
      archive: joined(membersOf(archiveOf(repository)), [{ name: "made-1.0/vendor.tar.gz", content: inner }]),
      repository,
    })
    expect(report.ledger.entries.filter((entry) => entry.path.includes("!")).map((entry) => [entry.path, entry.toRead])).toEqual([
      ["made-1.0/vendor.tar.gz!a.c", 1],
      ["made-1.0/vendor.tar.gz!new", 1],
    ])
    expect(report.ledger.framing.map((layer) => layer.format)).toEqual(["gzip", "tar", "gzip", "tar"])
  })

  test("a broken container inside stays an opaque entry, with an anomaly", async () => {
    using folder = temporary()
    const repository = makeRepository(join(folder.path, "r"), files)
    const report = await explained(folder.path, {
      archive: joined(membersOf(archiveOf(repository)), [
        { name: "made-1.0/x.gz", content: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]) },
      ]),
      repository,
    })
    expect(report.anomalies).toMatchObject([{ kind: "unopened-container", severity: "review" }])
    expect(report.ledger.entries.find((entry) => entry.path.endsWith("x.gz"))).toMatchObject({ opaque: true, toRead: 2 })
  })

  test("a plain directory and a single file", async () => {
    using folder = temporary()
    const repository = makeRepository(join(folder.path, "r"), files)
    expect(await explained(folder.path, { archive: repository, repository })).toMatchObject({
      verdict: "undetermined", // no name and no id says that it is this commit
      ledger: { totals: { entries: 5, toRead: 0 } },
      artifact: { format: "directory", notLookedAt: [expect.stringContaining(".git")] },
    })
    writeFileSync(join(folder.path, "a.c"), String(files["src/a.c"]))
    expect(await explained(folder.path, { archive: join(folder.path, "a.c"), repository })).toMatchObject({
      ledger: { totals: { entries: 1, byKind: { source: { entries: 1 } } } },
      artifact: { format: "file" },
      repository: { subdirectory: "src/" },
    })
  })
})

describe("submodules", () => {
  test("undetermined without its repository, source with it", async () => {
    using folder = temporary()
    const sub = makeRepository(join(folder.path, "sub"), { "lib.c": "int lib;\n" })
    const repository = makeRepository(join(folder.path, "r"), files, "v0.9")
    git(repository, "submodule", "add", "-q", sub, "deps/sub")
    commitFiles(repository, {}, "v1.0")
    const archive = joined(membersOf(archiveOf(repository)), [{ name: "made-1.0/deps/sub/lib.c", content: "int lib;\n", mode: 0o664 }])
    const without = await explained(folder.path, { archive, repository })
    expect(without.verdict).toBe("undetermined")
    expect(without.ledger.entries.find((entry) => entry.path.endsWith("lib.c"))?.explanation).toMatchObject({
      kind: "undetermined",
      why: expect.stringContaining(git(sub, "rev-parse", "HEAD")),
    })
    const given = await explained(folder.path, { archive, repository, submodules: new Map([["deps/sub", sub]]) })
    expect(given).toMatchObject({ verdict: "accounted", ledger: { totals: { toRead: 0 } } })
  })

  test("a file of a submodule's submodule is undetermined with its own address and commit until that one is given too", async () => {
    using folder = temporary()
    const deep = makeRepository(join(folder.path, "deep"), { "deep.c": "int deep;\n" })
    const sub = makeRepository(join(folder.path, "sub"), { "lib.c": "int lib;\n" })
    git(sub, "submodule", "add", "-q", deep, "inner")
    commitFiles(sub, {}, undefined)
    const repository = makeRepository(join(folder.path, "r"), files, "v0.9")
    git(repository, "submodule", "add", "-q", sub, "deps/sub")
    commitFiles(repository, {}, "v1.0")
    const more = ["lib.c", "inner/deep.c"].map((path) => ({
      name: `made-1.0/deps/sub/${path}`,
      content: path === "lib.c" ? "int lib;\n" : "int deep;\n",
      mode: 0o664,
    }))
    const archive = joined(membersOf(archiveOf(repository)), more)
    const one = await explained(folder.path, { archive, repository, submodules: new Map([["deps/sub", sub]]) })
    expect(one.ledger.entries.find((entry) => entry.path.endsWith("deep.c"))?.explanation).toMatchObject({
      kind: "undetermined",
      why: expect.stringContaining(`deps/sub/inner of ${deep} at ${git(deep, "rev-parse", "HEAD")}`),
      submodule: { path: "deps/sub/inner", commit: git(deep, "rev-parse", "HEAD") },
    })
    const submodules = new Map([
      ["deps/sub", sub],
      ["deps/sub/inner", deep],
    ])
    expect(await explained(folder.path, { archive, repository, submodules })).toMatchObject({
      verdict: "accounted",
      ledger: { absent: [{ path: "deps/sub/.gitmodules" }] },
    })
  })

  test("in a SHA-256 repository a moved file is told as one", async () => {
    using folder = temporary()
    const repository = join(folder.path, "r")
    mkdirSync(repository)
    git(repository, "init", "-q", "--object-format=sha256")
    commitFiles(repository, files, "v1.0")
    const archive = joined(membersOf(archiveOf(repository)), [{ name: "made-1.0/copy", content: "read me\n", mode: 0o664 }])
    const report = await explained(folder.path, { archive, repository })
    expect(report.ledger.entries.find((entry) => entry.path.endsWith("copy"))).toMatchObject({
      toRead: 1,
      explanation: { kind: "unexplained", difference: "moved", base: { path: "doc/README" } },
    })
  })
})

test("a format that is not read yet is said, not taken for an opaque file", async () => {
  using folder = temporary()
  const repository = makeRepository(join(folder.path, "r"), files)
  const archive = Buffer.from("Rar!\x1a\x07 and the rest", "latin1")
  writeFileSync(join(folder.path, "made-1.0.rar"), archive)
  const report = await explained(folder.path, { archive: join(folder.path, "made-1.0.rar"), repository })
  expect(report).toMatchObject({ verdict: "review", anomalies: [{ kind: "unread-format", severity: "review" }] })
})

/** With the codecs that Node has no encoder for: their programs make the archive. */
describe.each([
  ["bzip2", "bz2", ["-c"]],
  ["zstd", "zst", ["-cq"]],
  ["lzip", "lz", ["-c"]],
  ["xz", "lzma", ["-c", "--format=lzma"]],
] as const)("an archive made with %s (.tar.%s)", (program, suffix, args) => {
  const gone = missing(program)

  test.skipIf(gone !== undefined)(`is explained whole, its trailing bytes are not ${gone ?? ""}`, async () => {
    using folder = temporary()
    const repository = makeRepository(join(folder.path, "r"), files)
    const archive = made(program, args, archiveOf(repository))
    const name = `made-1.0.tar.${suffix}`
    const report = await explained(folder.path, { archive, name, repository })
    expect([report.verdict, report.ledger.totals.toRead, report.anomalies]).toEqual(["accounted", 0, []])
    expect(report.ledger.entries.map(({ explanation }) => explanation.kind)).not.toContain("unexplained")
    const [layer] = report.ledger.framing
    expect([layer?.size, layer?.unexplained]).toEqual([archive.byteLength, []])
    const longer = await explained(folder.path, { archive: Buffer.concat([archive, Buffer.from("payload")]), name, repository })
    expect([longer.verdict, longer.anomalies.map(({ kind }) => kind)]).toEqual(["review", ["trailing-bytes"]])
    expect(longer.ledger.framing[0]?.unexplained).toMatchObject([{ start: archive.byteLength, end: archive.byteLength + 7 }])
  })
})

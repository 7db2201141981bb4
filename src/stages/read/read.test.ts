import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import { explainFault, orThrow } from "../../core/fault.ts"
import { fixtureContext, GitFixture } from "../../io/git-fixture.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Snapshot } from "../../model/repository.ts"
import { type ReadOptions, read } from "./read.ts"
import { wantedOf } from "./wanted.ts"

function entry(path: string, text: string): Entry {
  const bytes = Buffer.from(text)
  const content = memorySource(bytes)
  return {
    path,
    type: "file",
    mode: 0o644,
    size: bytes.byteLength,
    sha256: sha256Of(bytes),
    gitOid: gitOidOf("blob", bytes),
    encoding: "utf-8",
    content,
  }
}

function artifact(files: Readonly<Record<string, string>>, more: Partial<Artifact> = {}): Artifact {
  return {
    target: "thing-1.0.tar",
    name: "thing",
    version: "1.0",
    size: 0,
    sha256: sha256Of(""),
    format: "tar",
    root: "thing-1.0/",
    layers: [],
    entries: Object.entries(files).map(([path, text]) => entry(`thing-1.0/${path}`, text)),
    anomalies: [],
    provenance: { chain: [], notLookedAt: [] },
    openEntry: async () => ({ layers: [], entries: [], anomalies: [] }),
    close: async () => undefined,
    ...more,
  }
}

async function reading<T>(
  of: Artifact,
  options: Omit<ReadOptions, "submodules"> & Partial<ReadOptions>,
  use: (snapshot: Snapshot) => Promise<T> | T,
): Promise<T> {
  const ctx = fixtureContext()
  const snapshot = orThrow(await read(of, { submodules: new Map(), ...options }, ctx))
  try {
    return await use(snapshot)
  } finally {
    await snapshot.close()
    expect(readdirSync(join(ctx.cache, "tmp"))).toEqual([])
  }
}

async function faultOf(of: Artifact, options: Omit<ReadOptions, "submodules">): Promise<string> {
  const result = await read(of, { submodules: new Map(), ...options }, fixtureContext())
  if (!result.ok) return explainFault(result.fault)
  await result.value.close()
  return "read"
}

const files = { "a.c": "int a;\n", "lib/b.c": "int b;\n", README: "one\n" }

test("name and content agree; blobs come rehashed; history tells earlier places", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ ...files, README: "zero\n", "old/b.c": "int b;\n" })
  const second = fixture.commit(files)
  fixture.git(["tag", "-a", "-m", "one", "v1.0"])
  fixture.commit({ "a.c": "later\n" })
  await reading(artifact(files), { repository: fixture.folder }, async (snapshot) => {
    expect([snapshot.commit, snapshot.ref, snapshot.how, snapshot.agrees, snapshot.subdirectory]).toEqual([
      second,
      "refs/tags/v1.0",
      "by-name",
      true,
      "",
    ])
    expect(snapshot.candidates.map(({ how, covered }) => [how, covered])).toEqual([
      ["by-name", 3],
      ["by-content", 3],
    ])
    const blob = gitOidOf("blob", Buffer.from("int a;\n"))
    expect(Buffer.from((await snapshot.blob(blob)) ?? []).toString()).toBe("int a;\n")
    expect(await snapshot.blob(gitOidOf("blob", Buffer.from("never")))).toBeUndefined()
    expect(snapshot.history.complete).toBe(true)
    expect(snapshot.history.placesOf(gitOidOf("blob", Buffer.from("int b;\n")))).toEqual([
      { path: "lib/b.c", commit: first },
      { path: "old/b.c", commit: first },
    ])
    expect(snapshot.history.versionsOf("README")).toEqual(["one\n", "zero\n"].map((text) => gitOidOf("blob", Buffer.from(text))))
  })
})

test("a release made two commits after its tag is recognised and reported", async () => {
  const fixture = new GitFixture()
  fixture.commit({ ...files, README: "zero\n" })
  fixture.git(["tag", "v1.0"])
  fixture.commit({ "lib/b.c": "int between;\n" })
  const made = fixture.commit(files)
  fixture.commit({ "unshipped.yml": "ci\n" })
  fixture.commit({ "a.c": "later\n" })
  await reading(artifact(files), { repository: fixture.folder }, (snapshot) => {
    expect([snapshot.commit, snapshot.ref, snapshot.how, snapshot.agrees]).toEqual([made, undefined, "by-content", false])
  })
  await reading(artifact(files), { repository: fixture.folder, ref: "v1.0" }, (snapshot) => {
    expect([snapshot.how, snapshot.ref, snapshot.agrees]).toEqual(["given", "refs/tags/v1.0", false])
  })
})

test("content is recognised through merges and on other branches", async () => {
  const fixture = new GitFixture()
  fixture.commit({ "a.c": "first\n" })
  fixture.git(["checkout", "-q", "-b", "side"])
  fixture.commit({ "lib/b.c": "int b;\n" })
  fixture.git(["checkout", "-q", "main"])
  fixture.commit({ "a.c": "int a;\n", README: "one\n" })
  fixture.git(["merge", "-q", "--no-ff", "-m", "merge", "side"])
  const merge = fixture.git(["rev-parse", "HEAD"])
  fixture.commit({ "a.c": "later\n" })
  await reading(artifact(files), { repository: fixture.folder }, (snapshot) => expect(snapshot.commit).toBe(merge))
})

test("a subdirectory is found by content, or given", async () => {
  const fixture = new GitFixture()
  fixture.commit(Object.fromEntries([...Object.entries(files).map(([path, text]) => [`src/thing/${path}`, text]), ["top.txt", "top\n"]]))
  fixture.git(["tag", "v1.0"])
  for (const subdirectory of [{}, { subdirectory: "./src/thing" }]) {
    await reading(artifact(files), { repository: fixture.folder, ...subdirectory }, (snapshot) => {
      expect(snapshot.subdirectory).toBe("src/thing/")
      expect([...snapshot.tree.keys()]).toEqual(["README", "a.c", "lib/b.c"])
      expect(snapshot.history.versionsOf("src/thing/a.c")).toHaveLength(1)
    })
  }
  expect(await faultOf(artifact(files), { repository: fixture.folder, subdirectory: "none" })).toContain("no folder none/")
})

test("an embedded commit id and the registry's are evidence; one that is absent is told", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit(files)
  const later = fixture.commit({ "z.txt": "z\n" })
  await reading(artifact(files, { embeddedCommit: commit, version: "9" }), { repository: fixture.folder }, (snapshot) => {
    expect([snapshot.commit, snapshot.how, snapshot.agrees]).toEqual([commit, "embedded", true])
  })
  const provenance = { chain: [], notLookedAt: [], commit: later }
  await reading(artifact(files, { provenance, version: "9" }), { repository: fixture.folder }, (snapshot) => {
    expect([snapshot.commit, snapshot.how, snapshot.agrees]).toEqual([later, "by-name", true])
  })
  await reading(artifact(files, { embeddedCommit: "1".repeat(40) }), { repository: fixture.folder }, (snapshot) => {
    expect([snapshot.how, snapshot.agrees, snapshot.anomalies.map(({ kind }) => kind)]).toEqual(["by-content", false, ["absent-commit"]])
  })
})

test("a tag that the release's metadata names is taken by its exact name, though its words say nothing of the version and no file is in it", async () => {
  const fixture = new GitFixture()
  const tagged = fixture.commit({ "src/A.java": "class A {}\n" })
  fixture.git(["tag", "the-parent-of-1.0"])
  fixture.commit({ "src/B.java": "class B {}\n" })
  const provenance = { chain: [], notLookedAt: [], tag: "the-parent-of-1.0" }
  const compiled = artifact({ "A.class": "compiled" }, { provenance })
  await reading(compiled, { repository: fixture.folder }, (snapshot) => {
    expect([snapshot.commit, snapshot.ref, snapshot.how]).toEqual([tagged, "refs/tags/the-parent-of-1.0", "by-name"])
  })
  fixture.git(["tag", "v1.0"])
  const own = fixture.git(["rev-parse", "HEAD"])
  await reading(compiled, { repository: fixture.folder }, (snapshot) => {
    expect([snapshot.commit, snapshot.ref]).toEqual([own, "refs/tags/v1.0"]) // commons-lang 3.20.0 states the tag of 3.18.0
  })
  fixture.git(["tag", "-d", "v1.0"])
  const absent = { ...compiled, provenance: { ...provenance, tag: "the-parent-of" } }
  expect(await faultOf(absent, { repository: fixture.folder })).toMatch(/no commit matches/)
})

test("what cannot be found is said with what is near", async () => {
  const fixture = new GitFixture()
  expect(await faultOf(artifact(files), { repository: fixture.folder })).toContain("no branches or tags")
  fixture.commit({ "other.txt": "o\n" })
  fixture.git(["tag", "v1.1"])
  expect(await faultOf(artifact(files), { repository: fixture.folder })).toContain("REPOSITORY@REF")
  expect(await faultOf(artifact(files), { repository: fixture.folder, ref: "v1.2" })).toContain("the nearest names are v1.1")
  expect(await faultOf(artifact(files), { repository: fixture.folder, ref: "--all" })).toContain("no commit, tag or branch --all")
})

test.each(["main", "HEAD", "refs/heads/main", "id", "short id"])("the commit can be given as %s", async (kind) => {
  const fixture = new GitFixture()
  const commit = fixture.commit(files)
  const ref = kind === "id" ? commit : kind === "short id" ? commit.slice(0, 8) : kind
  await reading(artifact(files), { repository: fixture.folder, ref }, (snapshot) =>
    expect([snapshot.commit, snapshot.how]).toEqual([commit, "given"]),
  )
})

test("each attribute that changes what git archive writes", async () => {
  const fixture = new GitFixture()
  const attributes =
    "*.win text eol=crlf\n*.bin -text eol=crlf\nversion export-subst\ntests export-ignore\n*.id ident\n*.psd filter=lfs\ndocs/ export-ignore\n*.old crlf=input\n"
  const paths = ["a.win", "a.bin", "version", "tests/deep/t.c", "a.id", "a.psd", "docs/d.txt", "plain.txt", "a.old", "in/in.txt"]
  fixture.commit({
    ...Object.fromEntries(paths.map((path) => [path, "x\n"])),
    ".gitattributes": attributes,
    "in/.gitattributes": "*.txt ident\n",
  })
  await reading(artifact({ "a.win": "x\n" }), { repository: fixture.folder, ref: "main" }, (snapshot) => {
    const told = [...snapshot.attributes].map(([path, found]) => [
      path,
      Object.entries(found).flatMap(([key, value]) => (value === true ? [key] : typeof value === "string" ? [value] : [])),
    ])
    expect(Object.fromEntries(told)).toEqual({
      "a.win": ["crlf"],
      "a.old": ["lf"],
      version: ["exportSubst"],
      "tests/deep/t.c": ["exportIgnore"],
      "docs/d.txt": ["exportIgnore"],
      "a.id": ["ident"],
      "in/in.txt": ["ident"],
      "a.psd": ["lfs"],
    })
    expect(snapshot.anomalies).toEqual([])
  })
})

test("export-subst is expanded in its spellings, and what could harm is refused", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit(files, "The subject")
  fixture.git(["tag", "v1.0"])
  await reading(artifact(files), { repository: fixture.folder }, async (snapshot) => {
    expect(await snapshot.expandFormat("%H")).toEqual([commit])
    expect(await snapshot.expandFormat("%h %s")).toEqual([7, 8, 9, 10, 11, 12].map((size) => `${commit.slice(0, size)} The subject`))
    expect(await snapshot.expandFormat("%(describe:tags=true)")).toEqual(["v1.0"])
    expect(await snapshot.expandFormat("%d")).toEqual(
      expect.arrayContaining(["", " (tag: v1.0)", " (HEAD -> main, tag: v1.0, origin/main)"]),
    )
    for (const format of ["%<(99999999)%H", "%>|(9)%H", "%G?", "%N", `%H${"x".repeat(2000)}`, "%H\n"])
      expect(await snapshot.expandFormat(format)).toBeUndefined()
  })
})

test("a submodule that is given, not given, and given wrong", async () => {
  const inner = new GitFixture()
  const innerCommit = inner.commit({ "inner.c": "int inner;\n" })
  const other = new GitFixture()
  other.commit({ "other.c": "int other;\n" })
  const fixture = new GitFixture()
  fixture.write({ ...files, ".gitmodules": '[submodule "x"]\n\tpath = deps/x\n\turl = https://example.org/x.git\n' })
  fixture.git(["add", "-A"])
  fixture.git(["update-index", "--add", "--cacheinfo", `160000,${innerCommit},deps/x`])
  fixture.git(["commit", "-q", "-m", "with a submodule"])
  const at = async (given?: string) =>
    await reading(
      artifact(files),
      { repository: fixture.folder, submodules: new Map(given === undefined ? [] : [["deps/x/", given]]) },
      async ({ submodules: [submodule] }) => {
        const blob = await submodule?.blob(gitOidOf("blob", Buffer.from("int inner;\n")))
        return { address: submodule?.address, paths: [...(submodule?.tree?.keys() ?? [])], why: submodule?.why, bytes: blob?.byteLength }
      },
    )
  expect(await at(inner.folder)).toEqual({ address: "https://example.org/x.git", paths: ["inner.c"], why: undefined, bytes: 11 })
  expect((await at()).why).toContain("no repository was given")
  expect((await at(other.folder)).why).toContain("does not have commit")
  expect((await at("/nowhere/at/all")).why).toContain("could not be opened")
})

test("a submodule of a submodule stands before the one that holds it, with its own address and commit, given or not", async () => {
  const inmost = new GitFixture()
  const inmostCommit = inmost.commit({ "deep.c": "int deep;\n" })
  const inner = new GitFixture()
  inner.write({ "inner.c": "int inner;\n", ".gitmodules": '[submodule "y"]\n\tpath = sub/y\n\turl = https://example.org/y.git\n' })
  inner.git(["add", "-A"])
  inner.git(["update-index", "--add", "--cacheinfo", `160000,${inmostCommit},sub/y`])
  inner.git(["commit", "-q", "-m", "holds a submodule"])
  const fixture = new GitFixture()
  fixture.commit(files)
  fixture.git(["update-index", "--add", "--cacheinfo", `160000,${inner.git(["rev-parse", "HEAD"])},deps/x`])
  fixture.git(["commit", "-q", "-m", "with a submodule"])
  const at = async (...given: [string, string][]) =>
    await reading(artifact(files), { repository: fixture.folder, submodules: new Map(given) }, ({ submodules }) =>
      submodules.map(({ path, commit, address, tree }) => [path, commit === inmostCommit ? address : "outer", [...(tree?.keys() ?? [])]]),
    )
  const outer = ["deps/x", "outer", [".gitmodules", "inner.c", "sub/y"]]
  expect(await at()).toEqual([["deps/x", "outer", []]])
  expect(await at(["deps/x", inner.folder])).toEqual([["deps/x/sub/y", "https://example.org/y.git", []], outer])
  expect(await at(["deps/x", inner.folder], ["deps/x/sub/y", inmost.folder])).toEqual([
    ["deps/x/sub/y", "https://example.org/y.git", ["deep.c"]],
    outer,
  ])
})

test("where the history has holes, trees of the refs still show the commit, and the hole is told", async () => {
  const fixture = new GitFixture()
  fixture.commit({ ...files, "lib/b.c": "older\n" })
  const hole = fixture.git(["rev-parse", "HEAD:lib"])
  const made = fixture.commit(files)
  fixture.commit({ "a.c": "later\n" })
  rmSync(join(fixture.gitDirectory, "objects", hole.slice(0, 2), hole.slice(2)))
  await reading(artifact(files, { version: "7" }), { repository: fixture.folder }, (snapshot) => {
    expect([snapshot.commit, snapshot.how, snapshot.history.complete]).toEqual([made, "by-content", false])
  })
})

test("a SHA-256 repository is compared by its own ids", async () => {
  const fixture = new GitFixture({ format: "sha256" })
  const commit = fixture.commit(files)
  await reading(artifact(files), { repository: fixture.folder }, (snapshot) => {
    expect([snapshot.commit, snapshot.candidates[0]?.covered, snapshot.objectFormat]).toEqual([commit, 3, "sha256"])
  })
})

test("folders of the commit that are absent are named, from the subdirectory and in submodules", async () => {
  const inner = new GitFixture()
  const pinned = inner.commit({ "x/y.c": "int y;\n", "z.c": "int z;\n" })
  rmSync(inner.loose(inner.git(["rev-parse", "HEAD:x"])))
  const fixture = new GitFixture()
  fixture.commit({ "sub/a.c": "int a;\n", "sub/lib/b.c": "int b;\n", "other/c.c": "int c;\n" })
  fixture.git(["update-index", "--add", "--cacheinfo", `160000,${pinned},sub/vendor`])
  fixture.git(["commit", "-q", "-m", "module"])
  for (const name of ["HEAD:sub/lib", "HEAD:other"]) rmSync(fixture.loose(fixture.git(["rev-parse", name])))
  const options = { repository: fixture.folder, ref: "main", subdirectory: "sub", submodules: new Map([["vendor", inner.folder]]) }
  await reading(artifact({ "a.c": "int a;\n" }), options, (snapshot) => {
    expect(snapshot.unreadable).toEqual(["lib/", "vendor/x/"])
    const missing = snapshot.anomalies.filter(({ kind }) => kind === "missing-tree")
    expect(missing.map(({ layer, path }) => [layer, path])).toContainEqual(["submodule vendor: tree", "vendor/x/"])
  })
})

test("a member outside the artifact's root keeps its whole path, in an inner container too", () => {
  const paths = ["thing-1.0/a.c", "docs/a.c", "data.tar.gz!lib/b.c", "data.tar.gz!thing-1.0/c.c"]
  const wanted = wantedOf(
    paths.map((path) => ({ path, oid: gitOidOf("blob", Buffer.from(path)) })),
    "thing-1.0/",
  )
  expect([...wanted.paths]).toEqual(["a.c", "docs/a.c", "lib/b.c", "c.c"])
})

import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import { dirname, join } from "node:path"
import { deflateSync } from "node:zlib"
import { expect, test } from "vitest"
import { gitOidOf } from "../core/digest.ts"
import { explainFault, orThrow } from "../core/fault.ts"
import { openRepository, type Repository } from "./git.ts"
import { fixtureContext, GitFixture, oid } from "./git-fixture.ts"
import { type StartedLog, startLog, streamLog } from "./git-log.ts"
import type { LogChange } from "./git-log-parser.ts"
import { TreeReader } from "./git-trees.ts"

async function opened<T>(location: string, use: (repository: Repository) => Promise<T>, ctx = fixtureContext()): Promise<T> {
  const repository = orThrow(await openRepository(location, ctx))
  try {
    return await use(repository)
  } finally {
    await repository.close()
    expect(readdirSync(join(ctx.cache, "tmp"))).toEqual([])
  }
}

async function faultOf(location: string): Promise<string> {
  const result = await openRepository(location, fixtureContext())
  if (!result.ok) return explainFault(result.fault)
  await result.value.close()
  return "opened"
}

async function pathsAt(repository: Repository, commit: string): Promise<readonly string[]> {
  const trees = new TreeReader(repository)
  const found = await trees.commit(oid(commit))
  return found === undefined ? [] : [...(await trees.flatten(found.tree)).tree.keys()].sort()
}

async function logOf(
  repository: Repository,
  tip: string,
  started?: StartedLog,
): Promise<{ commits: string[]; changes: LogChange[]; complete: boolean }> {
  const commits: string[] = []
  const changes: LogChange[] = []
  const reader = { commit: (id: string) => commits.push(id) > 0, change: (change: LogChange) => void changes.push(change) }
  const { complete } = orThrow(await streamLog(repository.place, [oid(tip)], reader, { started }))
  return { commits, changes, complete }
}

test("a worktree, a folder in it, a linked worktree, a bare repository and a bundle open alike", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ "a/b.txt": "b\n", "c.txt": "c\n" })
  fixture.git(["tag", "-a", "-m", "one", "v1"])
  const linked = `${fixture.folder}-linked`
  fixture.git(["worktree", "add", "-q", "--detach", linked])
  const bare = `${fixture.folder}-bare`
  fixture.git(["clone", "-q", "--mirror", fixture.folder, bare])
  const bundle = `${fixture.folder}.bundle`
  fixture.git(["bundle", "create", "-q", bundle, "--all"])
  for (const location of [fixture.folder, join(fixture.folder, "a"), linked, bare, bundle]) {
    await opened(location, async (repository) => {
      expect(await pathsAt(repository, commit)).toEqual(["a/b.txt", "c.txt"])
      const tag = repository.refs.find(({ name }) => name === "refs/tags/v1")
      expect(tag === undefined ? undefined : (await new TreeReader(repository).commit(tag.oid))?.oid).toBe(commit)
    })
  }
})

test("a log that was started before it is asked for tells the same; one of other tips is left, and none outlives the repository", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ "a.txt": "a\n" })
  const second = fixture.commit({ "a.txt": "b\n" })
  await opened(fixture.folder, async (repository) => {
    const asked = await logOf(repository, second)
    expect(asked.commits).toEqual([second, first])
    expect(await logOf(repository, second, startLog(repository.place, [oid(second)]))).toEqual(asked)
    const other = startLog(repository.place, [oid(first)])
    expect(await logOf(repository, second, other)).toEqual(asked)
    await other.ended
    const unread = startLog(repository.place, [oid(second)])
    await repository.close()
    await unread.ended
  })
})

test("a git that cannot be started is a fault, also when its log is read later", async () => {
  const place = { folder: "/", environment: { PATH: "/nowhere" } }
  const started = startLog(place, [])
  await started.ended
  const reader = { commit: () => true, change: () => undefined }
  expect(await streamLog(place, [], reader, { started })).toMatchObject({ ok: false, fault: { kind: "unavailable", source: "git" } })
})

test("the git version is noted before a repository is handed out, not some time after", async () => {
  const fixture = new GitFixture()
  const ctx = fixtureContext()
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  expect(ctx.toolsUsed.get("git")).toMatch(/^\d/)
  await repository.close()
})

test("objects that are given up after a hundred broken ones are told of", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ "a.txt": "a\n" })
  const broken = Array.from({ length: 101 }, (_, index) => gitOidOf("blob", Buffer.from(String(index))))
  for (const id of broken) {
    mkdirSync(dirname(fixture.loose(id)), { recursive: true })
    writeFileSync(fixture.loose(id), deflateSync(`blob 5000\0${"x".repeat(5000)}`, { level: 0 }).subarray(0, 2000)) // cut: git ends itself
  }
  await opened(fixture.folder, async (repository) => {
    await Promise.all(broken.map((id) => repository.object(id)))
    expect(await repository.object(oid(commit))).toBeUndefined()
    expect(repository.anomalies().filter(({ kind }) => kind === "objects-given-up")).toMatchObject([{ severity: "review" }])
  })
})

test("a checkout whose .git or commondir names a stranger's repository is refused, not followed", async () => {
  const stranger = new GitFixture()
  stranger.commit({ "secret.txt": "s\n" })
  const hostile = `${stranger.folder}-hostile`
  mkdirSync(hostile)
  writeFileSync(join(hostile, ".git"), `gitdir: ${stranger.gitDirectory}\n`)
  const followed = await openRepository(hostile, fixtureContext())
  expect(followed.ok ? "opened" : followed.fault.kind).toBe("refused")
  const common = new GitFixture()
  writeFileSync(join(common.gitDirectory, "commondir"), `${stranger.gitDirectory}\n`)
  const borrowed = await openRepository(common.folder, fixtureContext())
  expect(borrowed.ok ? "opened" : borrowed.fault.kind).toBe("refused")
})

test("the checkout of a submodule, whose git directory points back to it, still opens", async () => {
  const inner = new GitFixture()
  const commit = inner.commit({ "a.txt": "a\n" })
  const fixture = new GitFixture()
  fixture.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.folder, "vendor"])
  await opened(join(fixture.folder, "vendor"), async (repository) => expect(await pathsAt(repository, commit)).toEqual(["a.txt"]))
})

test("HEAD, packed-refs and shallow are not read through symbolic links", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ "a.txt": "a\n" })
  const elsewhere = `${fixture.folder}-elsewhere`
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, "HEAD"), "ref: refs/heads/secret\n")
  writeFileSync(join(elsewhere, "packed-refs"), `${commit} refs/tags/secret\n`)
  writeFileSync(join(elsewhere, "shallow"), `${commit}\n`)
  for (const name of ["HEAD", "packed-refs", "shallow"]) {
    rmSync(join(fixture.gitDirectory, name), { force: true })
    symlinkSync(join(elsewhere, name), join(fixture.gitDirectory, name))
  }
  await opened(fixture.folder, async (repository) => {
    expect([repository.head, repository.shallow, repository.refs.map(({ name }) => name)]).toEqual([undefined, false, ["refs/heads/main"]])
    expect(repository.anomalies().map(({ kind }) => kind)).toEqual(["ref-link", "ref-link", "ref-link"])
  })
})

test("a SHA-256 repository", async () => {
  const fixture = new GitFixture({ format: "sha256" })
  const commit = fixture.commit({ "a.txt": "a\n" })
  await opened(fixture.folder, async (repository) => {
    expect(repository.objectFormat).toBe("sha256")
    expect(await pathsAt(repository, commit)).toEqual(["a.txt"])
    expect((await logOf(repository, commit)).complete).toBe(true)
  })
})

test("nothing that the repository's own configuration names is ever run", async () => {
  const fixture = new GitFixture()
  const marker = join(fixture.folder, "MARKER")
  const script = join(fixture.folder, "run.sh")
  const commit = fixture.commit({ "a.txt": "a\n", ".gitattributes": "* diff=evil filter=evil merge=evil\n" })
  const second = fixture.commit({ "a.txt": "b\n" })
  writeFileSync(script, `#!/bin/sh\necho run > ${marker}\n`)
  chmodSync(script, 0o755)
  const included = join(fixture.gitDirectory, "included")
  writeFileSync(included, `[core]\n\tfsmonitor = ${script}\n[core]\n\tpager = ${script}\n`)
  const keys = [
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "core.alternateRefsCommand",
    "diff.external",
    "gpg.program",
    "pager.log",
    "credential.helper",
  ]
  const drivers = [
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.smudge",
    "filter.evil.clean",
    "filter.evil.process",
    "uploadpack.packObjectsHook",
  ]
  writeFileSync(
    join(fixture.gitDirectory, "config"),
    [...keys, ...drivers]
      .map(
        (key) =>
          `[${key
            .split(".")
            .slice(0, -1)
            .map((part, at) => (at === 0 ? part : `"${part}"`))
            .join(" ")}]\n\t${key.split(".").at(-1)} = ${script}\n`,
      )
      .join("")
      .concat(`[include]\n\tpath = included\n[core]\n\thooksPath = ${fixture.folder}\n[log]\n\tshowSignature = true\n`),
  )
  for (const hook of ["post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"]) {
    mkdirSync(join(fixture.gitDirectory, "hooks"), { recursive: true })
    writeFileSync(join(fixture.gitDirectory, "hooks", hook), `#!/bin/sh\necho run > ${marker}\n`, { mode: 0o755 })
  }
  await opened(fixture.folder, async (repository) => {
    expect(await pathsAt(repository, commit)).toEqual([".gitattributes", "a.txt"])
    expect((await logOf(repository, second)).commits).toEqual([second, commit])
  })
  expect(existsSync(marker)).toBe(false)
  // The trap works: git itself, in the repository, runs it. Whether it then fails, as it is no real filter, depends on the index's times.
  try {
    fixture.git(["status"])
  } catch {
    // it failed behind the trap
  }
  expect(existsSync(marker)).toBe(true)
})

test("objects that would come from outside the repository are refused before git starts", async () => {
  const outside = new GitFixture()
  outside.commit({ "secret.txt": "secret\n" })
  const objects = join(outside.gitDirectory, "objects")
  const build = (spoil: (own: string) => void): string => {
    const fixture = new GitFixture()
    fixture.commit({ "a.txt": "a\n" })
    spoil(join(fixture.gitDirectory, "objects"))
    return fixture.folder
  }
  const alternates = (text: string) => (own: string) => writeFileSync(join(own, "info", "alternates"), text)
  expect(await faultOf(build(alternates(`${objects}\n`)))).toContain("borrows objects from outside")
  expect(await faultOf(build(alternates("../../../elsewhere\n")))).toContain("borrows objects from outside")
  expect(await faultOf(build((own) => writeFileSync(join(own, "info", "http-alternates"), "http://127.0.0.1/\n")))).toContain(
    "http-alternates",
  )
  const linked = (name: string) => (own: string) => {
    rmSync(join(own, name), { recursive: true, force: true })
    symlinkSync(name === "" ? objects : join(objects, "pack"), join(own, name))
  }
  expect(await faultOf(build(linked("pack")))).toContain("symbolic link")
  expect(await faultOf(build(linked("ab")))).toContain("symbolic link")
  const whole = (own: string) => {
    rmSync(own, { recursive: true })
    symlinkSync(objects, own)
  }
  expect(await faultOf(build(whole))).toContain("symbolic link")
  expect(await faultOf(build((own) => symlinkSync(join(objects, "info"), join(own, "pack", "pack-1.pack"))))).toContain("symbolic link")
  expect(await faultOf(build((own) => execFileSync("mkfifo", [join(own, "pack", "pack-1.idx")])))).toContain("neither a file nor a folder")
})

test("alternates inside the repository are followed, and theirs are looked at", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ "a.txt": "a\n" })
  const own = join(fixture.gitDirectory, "objects")
  renameSync(own, join(fixture.gitDirectory, "store"))
  mkdirSync(join(own, "info"), { recursive: true })
  writeFileSync(join(own, "info", "alternates"), "../store\n")
  await opened(fixture.folder, async (repository) => expect(await pathsAt(repository, commit)).toEqual(["a.txt"]))
  writeFileSync(join(fixture.gitDirectory, "store", "info", "alternates"), "/tmp\n")
  expect(await faultOf(fixture.folder)).toContain("borrows objects from outside")
})

test("replace refs, grafts and a commit-graph do not redirect", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ "a.txt": "a\n" })
  const second = fixture.commit({ "a.txt": "b\n" })
  const other = fixture.commit({ "evil.txt": "e\n" })
  fixture.git(["commit-graph", "write", "--reachable"])
  fixture.git(["replace", "-f", second, other])
  mkdirSync(join(fixture.gitDirectory, "info"), { recursive: true })
  writeFileSync(join(fixture.gitDirectory, "info", "grafts"), `${second}\n`)
  await opened(fixture.folder, async (repository) => {
    expect(await pathsAt(repository, second)).toEqual(["a.txt"])
    expect((await logOf(repository, second)).commits).toEqual([second, first])
    expect(repository.refs.map(({ name }) => name)).toEqual(["refs/heads/main"])
  })
})

test("an object whose bytes are not what its id says is unreadable, and reported", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ "a.txt": "good\n", "b.txt": "b\n" })
  const blob = gitOidOf("blob", Buffer.from("good\n"))
  chmodSync(fixture.loose(blob), 0o644)
  writeFileSync(fixture.loose(blob), deflateSync("blob 5\0evil\n"))
  const broken = gitOidOf("blob", Buffer.from("b\n"))
  chmodSync(fixture.loose(broken), 0o644)
  writeFileSync(fixture.loose(broken), "not zlib at all")
  await opened(fixture.folder, async (repository) => {
    const read = await Promise.all([repository.object(blob), repository.object(broken), repository.object(oid(commit))])
    expect(read.map((object) => object?.type)).toEqual([undefined, undefined, "commit"])
    expect(repository.anomalies().map(({ kind }) => kind)).toContain("object-mismatch")
  })
})

test("absent blobs and trees are told, not crashed on", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ "a/b/c.txt": "c\n", "top.txt": "t\n" })
  const second = fixture.commit({ "a/b/c.txt": "d\n" })
  const third = fixture.commit({ "top.txt": "u\n" })
  const subtree = fixture.git(["rev-parse", `${second}:a/b`])
  const blob = fixture.git(["rev-parse", `${first}:a/b/c.txt`])
  for (const id of [subtree, blob]) rmSync(fixture.loose(id))
  await opened(fixture.folder, async (repository) => {
    expect(await repository.object(oid(blob))).toBeUndefined()
    const trees = new TreeReader(repository)
    const commit = await trees.commit(oid(second))
    const flat = commit === undefined ? undefined : await trees.flatten(commit.tree)
    expect(flat?.complete).toBe(false)
    expect(flat?.unreadable).toEqual(["a/b/"])
    expect([...(flat?.tree.keys() ?? [])]).toEqual(["top.txt"])
    expect(flat?.anomalies.map(({ kind, path }) => [kind, path])).toEqual([["missing-tree", "a/b/"]])
    // The second commit's own diff cannot be made; what is before and after it is read.
    const log = await logOf(repository, third)
    expect(log.complete).toBe(false)
    expect(log.commits).toEqual([third, first])
  })
})

test("empty repositories, no repositories and refs in a format that is not read", async () => {
  const empty = new GitFixture()
  await opened(empty.folder, async (repository) => expect(repository.refs).toEqual([]))
  expect(await faultOf(join(empty.folder, "nothing"))).toContain("there is nothing")
  writeFileSync(join(empty.folder, "plain.txt"), "text")
  expect(await faultOf(join(empty.folder, "plain.txt"))).toContain("not a git bundle")
  writeFileSync(join(empty.gitDirectory, "config"), "[extensions]\n\trefStorage = reftable\n")
  expect(await faultOf(empty.folder)).toContain("reftable")
  rmSync(join(empty.gitDirectory, "config"))
  rmSync(join(empty.gitDirectory, "objects"), { recursive: true })
  expect(await faultOf(empty.gitDirectory)).not.toBe("opened")
})

test("refs that git would not write, and links among them, are not used", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ "a.txt": "a\n" })
  const heads = join(fixture.gitDirectory, "refs", "heads")
  symlinkSync("/etc/hostname", join(heads, "linked"))
  writeFileSync(join(heads, "broken"), "not an id\n")
  writeFileSync(join(heads, "-rf"), `${commit}\n`)
  fixture.git(["update-ref", "refs/pull/1/head", commit])
  await opened(fixture.folder, async (repository) => {
    expect(repository.refs.map(({ name }) => name)).toEqual(["refs/heads/main"])
    expect(
      repository
        .anomalies()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(["ref-link", "strange-ref", "strange-ref"])
  })
})

test("a shallow clone says that its history is cut", async () => {
  const fixture = new GitFixture()
  fixture.commit({ "a.txt": "a\n" })
  const second = fixture.commit({ "a.txt": "b\n" })
  const shallow = `${fixture.folder}-shallow`
  fixture.git(["clone", "-q", "--depth", "1", `file://${fixture.folder}`, shallow])
  await opened(shallow, async (repository) => {
    expect(repository.shallow).toBe(true)
    expect((await logOf(repository, second)).commits).toEqual([second])
  })
})

test("an address is cloned over http, and offline the clone is used", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ "a.txt": "a\n" })
  fixture.git(["update-server-info"])
  const server = createServer((request, response) => {
    const path = join(fixture.gitDirectory, new URL(request.url ?? "/", "http://localhost").pathname.replace("/r.git", ""))
    readFile(path).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  const address = `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/r.git`
  const online = fixtureContext({ offline: false })
  const paths = (repository: Repository) => pathsAt(repository, commit)
  expect(await opened(address, paths, online)).toEqual(["a.txt"])
  await new Promise((resolve) => server.close(resolve))
  expect(await opened(address, paths, { ...online, offline: true })).toEqual(["a.txt"])
  const stale = await opened(address, async (repository) => repository.anomalies().map(({ kind }) => kind), online)
  expect(stale).toEqual(["not-refreshed"])
  const never = await openRepository(address, fixtureContext())
  expect(never.ok ? "" : explainFault(never.fault)).toContain("--offline")
})

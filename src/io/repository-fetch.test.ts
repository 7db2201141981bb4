import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { createServer as createSecureServer } from "node:https"
import type { Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { explainFault, faultsOf } from "../core/fault.ts"
import { repositoryNote } from "./cache-note.ts"
import type { Context } from "./context.ts"
import { createContext } from "./create-context.ts"
import { GitFixture } from "./git-fixture.ts"
import { type Asked, listening, proxyFixture } from "./proxy-fixture.ts"
import { fetchAddress } from "./repository-fetch.ts"
import { seenRefs } from "./seen-refs.ts"
import { tlsFixture } from "./tls-fixture.ts"

let folder: string
const servers: Server[] = []
const asked: Asked[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-fetch-"))
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  asked.length = 0
  await rm(folder, { recursive: true })
})

const start = (server: Server): Promise<number> => {
  servers.push(server)
  return listening(server)
}
const context = (environment: Record<string, string>): Context =>
  createContext({ cache: join(folder, "cache"), environment: { PATH: process.env["PATH"], ...environment } })

const ofOneCommit = (): GitFixture => {
  const fixture = new GitFixture()
  fixture.commit({ "a.txt": "a\n" })
  return fixture
}

/** Serves a repository as plain files (git's "dumb" protocol). */
function serving(fixture = ofOneCommit()): (request: IncomingMessage, response: ServerResponse) => void {
  fixture.git(["update-server-info"])
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    readFile(join(fixture.gitDirectory, pathname.replace("/r.git", ""))).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    )
  }
}

test("a repository at a plain address is fetched through the environment's proxy", async () => {
  const port = await start(createServer(serving()))
  const proxy = await start(proxyFixture(asked, () => port))
  const ctx = context({ http_proxy: `http://me:secret@127.0.0.1:${proxy}` })
  const { folder: clone } = await fetchAddress({ address: "http://it:secret@forge.invalid/r.git", scheme: "http" }, ctx)
  expect(asked[0]?.line).toMatch(/^GET http:\/\/forge\.invalid\/r\.git\/info\/refs/)
  expect(await readFile(join(clone, repositoryNote), "utf8")).toBe('{"what":"http://forge.invalid/r.git"}')
})

test("one at an https address through a tunnel, and no_proxy is heeded", async () => {
  const tls = tlsFixture("forge.invalid")
  await writeFile(join(folder, "ca.pem"), tls.cert)
  const port = await start(createSecureServer(tls, serving()))
  const proxy = await start(proxyFixture(asked, () => port))
  const environment = { https_proxy: `http://127.0.0.1:${proxy}`, GIT_SSL_CAINFO: join(folder, "ca.pem") }
  await fetchAddress({ address: "https://forge.invalid/r.git", scheme: "https" }, context(environment))
  expect(asked[0]?.line).toBe("CONNECT forge.invalid:443")
  asked.length = 0
  const around = context({ ...environment, no_proxy: "other.invalid" })
  expect((await faultsOf(() => fetchAddress({ address: "https://other.invalid/r.git", scheme: "https" }, around))).ok).toBe(false)
  expect(asked).toEqual([])
})

test("a proxy that refuses is a fault that shows no password", async () => {
  const proxy = await start(createServer().on("connect", (_, socket) => socket.end("HTTP/1.1 407 Login\r\n\r\n")))
  const ctx = context({ https_proxy: `http://me:secret@127.0.0.1:${proxy}` })
  const result = await faultsOf(() =>
    fetchAddress({ address: "https://it:secret@forge.invalid/r.git?private_token=secret", scheme: "https" }, ctx),
  )
  const said = result.ok ? "no fault" : explainFault(result.fault)
  expect(said).toMatch(/^https:\/\/forge\.invalid\/r\.git: .*407/)
  expect(said).not.toContain("secret")
})

test("where a tag pointed before it moved is kept, the first place and no later one", async () => {
  const fixture = ofOneCommit()
  const tag = (...args: readonly string[]) => fixture.git(["tag", "-f", ...args])
  const commits = [fixture.git(["rev-parse", "HEAD"]).trim()]
  tag("-a", "-m", "as it was", "v1.0")
  tag("v1.1")
  const port = await start(createServer((request, response) => serving(fixture)(request, response)))
  const at = { address: `http://127.0.0.1:${port}/r.git`, scheme: "http" }
  const seen = async () => seenRefs((await fetchAddress(at, context({}))).folder)
  expect(await seen()).toBeUndefined()
  expect(await seen()).toEqual([])
  fixture.git(["tag", "-d", "v1.0"])
  await seen()
  for (const content of ["b\n", "c\n"]) {
    commits.push(fixture.commit({ "a.txt": content }))
    tag("v1.0")
    const found = await seen()
    expect(found).toEqual([{ ref: "refs/tags/v1.0", commit: commits[0], seen: new Date().toISOString().slice(0, 10) }])
  }
})

test("a fetch that fails notes nothing: a clone in a cache that may only be read is still used", async () => {
  const fixture = ofOneCommit()
  fixture.git(["tag", "v1.0"])
  const server = createServer((request, response) => serving(fixture)(request, response))
  const at = { address: `http://127.0.0.1:${await start(server)}/r.git`, scheme: "http" }
  const { folder: clone } = await fetchAddress(at, context({}))
  await fetchAddress(at, context({}))
  const note = await stat(join(clone, "seen-refs.json"))
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect((await fetchAddress(at, context({}))).anomalies).toMatchObject([{ kind: "not-refreshed" }])
  expect((await stat(join(clone, "seen-refs.json"))).ino).toBe(note.ino)
  expect(await seenRefs(clone)).toEqual([])
})

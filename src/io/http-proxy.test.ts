import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { createServer as createSecureServer } from "node:https"
import { createServer as createPlainServer, type Server, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { explainFault, type Result } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { createContext } from "./create-context.ts"
import { type Access, download, environmentAccess, fetchMetadata, isExempt } from "./http.ts"
import { type Asked, listening, proxyFixture } from "./proxy-fixture.ts"
import { tlsFixture } from "./tls-fixture.ts"

let folder: string
const servers: Server[] = []
const sockets = new Set<Socket>()
const asked: Asked[] = []
/** What the servers behind the proxy were asked, with the Authorization header. */
const served: { url: string; authorization: string | undefined }[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-proxy-"))
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  for (const socket of sockets) socket.destroy()
  asked.length = 0
  served.length = 0
  await rm(folder, { recursive: true })
})

async function start(server: Server): Promise<number> {
  servers.push(server)
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.on("error", () => undefined)
  })
  return listening(server)
}
const behind =
  (handler: (request: IncomingMessage, response: ServerResponse) => void) => (request: IncomingMessage, response: ServerResponse) => {
    served.push({ url: `${request.headers.host}${request.url}`, authorization: request.headers.authorization })
    handler(request, response)
  }
const hello = behind((_, response) => response.end("hello"))

const context = (environment: Record<string, string>, access?: Partial<Access>): Context => ({
  ...createContext({ cache: folder, limits: { retriesMax: 0 }, environment }),
  ...(access === undefined ? {} : { access: { ...environmentAccess(environment), ...access } }),
})
const options = { what: "it", maxAgeSeconds: 0 }
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
const textOf = (result: Result<{ bytes: Uint8Array | undefined }>): string =>
  result.ok ? Buffer.from(result.value.bytes ?? "").toString() : faultOf(result)

describe("a proxy of the environment", () => {
  it("is given the whole address of a plain server, and its own login, which goes no further", async () => {
    const port = await start(createServer(hello))
    const proxy = await start(proxyFixture(asked, () => port))
    const ctx = context({ http_proxy: `http://me:pass%20word@127.0.0.1:${proxy}/` })
    expect(textOf(await fetchMetadata("http://server.invalid/a?b=c", options, ctx))).toBe("hello")
    expect(asked).toEqual([{ line: "GET http://server.invalid/a?b=c", login: `Basic ${Buffer.from("me:pass word").toString("base64")}` }])
    expect(served).toEqual([{ url: "server.invalid/a?b=c", authorization: undefined }])
  })

  it("makes a tunnel to an https server, whose certificate still has to be right", async () => {
    const tls = tlsFixture("server.invalid")
    const port = await start(createSecureServer(tls, hello))
    const proxy = await start(proxyFixture(asked, () => port))
    const trusting = context(
      { https_proxy: `127.0.0.1:${proxy}` },
      { certificates: () => [tls.cert], authorization: () => "Bearer secret" },
    )
    expect(textOf(await fetchMetadata("https://server.invalid/a", options, trusting))).toBe("hello")
    expect(asked).toEqual([{ line: "CONNECT server.invalid:443", login: undefined }])
    expect(served).toEqual([{ url: "server.invalid/a", authorization: "Bearer secret" }])
    expect(faultOf(await fetchMetadata("https://other.invalid/", options, trusting))).toMatch(/Hostname\/IP does not match/)
    const distrusting = context({ https_proxy: `127.0.0.1:${proxy}` })
    expect(faultOf(await fetchMetadata("https://server.invalid/b", options, distrusting))).toMatch(/through the proxy .*self-signed/)
    expect(served.length).toBe(1)
  })

  it("is not used for what no_proxy names, nor offline", async () => {
    const port = await start(createServer(hello))
    const environment = { http_proxy: "http://127.0.0.1:1/", no_proxy: "example.org,127.0.0.1" }
    expect(textOf(await fetchMetadata(`http://127.0.0.1:${port}/`, options, context(environment)))).toBe("hello")
  })

  it.each([
    ["HTTP/1.1 403 Forbidden\r\n\r\n", /the proxy 127\.0\.0\.1:\d+ answers 403; check the proxy's setting/],
    ["HTTP/1.1 407 Login\r\n\r\n", /answers 407; check the user name and password in the proxy's setting/],
    ["HTTP/1.1 502 Bad Gateway\r\n\r\n", /the proxy 127\.0\.0\.1:\d+ answers 502 \(tried 1 times\)/],
    ["HTTP/1.1 200 OK\r\n\r\ngarbage", /sends bytes that nobody asked for/],
    ["\x00\xff garbage without an end", /the proxy 127\.0\.0\.1:\d+: Parse Error/],
    [`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`, /the proxy 127\.0\.0\.1:\d+: .*(?:Header overflow|headers)/i],
    ["", /the proxy 127\.0\.0\.1:\d+: socket hang up/],
  ])("that refuses or answers garbage is a fault that shows no password: %j", async (answer, message) => {
    const proxy = await start(createPlainServer((socket) => socket.once("data", () => socket.end(Buffer.from(answer, "latin1")))))
    const fault = faultOf(
      await fetchMetadata("https://server.invalid/", options, context({ https_proxy: `http://me:secret@127.0.0.1:${proxy}` })),
    )
    expect(fault).toMatch(/^unavailable: it: /)
    expect(fault).toMatch(message)
    expect(fault).not.toContain("secret")
  })

  it("that refuses a plain server is named by its answer", async () => {
    const proxy = await start(createServer((_, response) => response.writeHead(407).end()))
    expect(faultOf(await fetchMetadata("http://server.invalid/", options, context({ http_proxy: `http://127.0.0.1:${proxy}` })))).toMatch(
      /the proxy answers 407/,
    )
  })

  it.each(["socks5h://me:secret@127.0.0.1:1/", "http://me:secret@", "http://me:secret@[/"])(
    "that cannot be one is a fault that shows no password: %s",
    async (setting) => {
      const fault = faultOf(await fetchMetadata("http://server.invalid/", options, context({ http_proxy: setting })))
      expect(fault).toMatch(/^unavailable: http_proxy: /)
      expect(fault).not.toContain("secret")
    },
  )
})

describe("no_proxy", () => {
  it.each([
    ["*", "https://a.b/", true],
    ["b", "https://a.b/", true],
    [".b", "https://a.b/", true],
    ["*.b", "https://a.b/", true],
    ["A.B", "https://a.b/", true],
    ["c, a.b", "https://a.b/", true],
    ["a.b:443", "https://a.b/", true],
    ["a.b:80", "https://a.b/", false],
    ["b", "https://ab/", false],
    ["", "https://a.b/", false],
    [".", "https://a.b/", false],
    ["1", "http://10.0.0.1/", false],
    ["10.0.0.1", "http://10.0.0.1/", true],
    ["10.0.0.0/8", "http://10.2.3.4/", true],
    ["10.0.0.0/99", "http://10.2.3.4/", false],
    ["::1", "http://[::1]:8080/", true],
    ["fd00::/8", "http://[fd12::1]/", true],
  ])("%j for %s: %s", (list, url, exempt) => {
    expect(isExempt(new URL(url), list)).toBe(exempt)
  })
})

describe("a secret", () => {
  it("is not sent to another host, port or place after a redirect", async () => {
    const foreign = await start(createServer(hello))
    const own: number = await start(
      createServer(
        behind((request, response) => {
          if (request.url === "/outside") return response.end("hello")
          const location = request.url === "/private/a" ? `http://127.0.0.1:${foreign}/private/a` : "/outside"
          return response.writeHead(302, { location }).end()
        }),
      ),
    )
    const access = { authorization: (at: URL) => (at.pathname.startsWith("/private/") ? "Bearer secret" : undefined) }
    for (const path of ["private/a", "private/b"])
      expect(textOf(await fetchMetadata(`http://127.0.0.1:${own}/${path}`, options, context({}, access)))).toBe("hello")
    expect(served).toEqual([
      { url: `127.0.0.1:${own}/private/a`, authorization: "Bearer secret" },
      { url: `127.0.0.1:${foreign}/private/a`, authorization: undefined },
      { url: `127.0.0.1:${own}/private/b`, authorization: "Bearer secret" },
      { url: `127.0.0.1:${own}/outside`, authorization: undefined },
    ])
  })

  it("that no header may have is a fault and not a crash", async () => {
    const access = { authorization: () => "Bearer se\ncret" }
    expect(faultOf(await fetchMetadata("http://127.0.0.1:1/", options, context({}, access)))).toMatch(
      /^unavailable: it: its configured token/,
    )
    expect(faultOf(await fetchMetadata("http://a:%zz%0a@127.0.0.1:1/", options, context({})))).toMatch(/^unavailable: it: connect/)
  })

  it("stays out of messages and out of the cache", async () => {
    const port = await start(
      createServer(behind((request, response) => response.writeHead(request.url?.startsWith("/no") ? 403 : 200).end("hello"))),
    )
    const access = { authorization: () => "Bearer secret", login: "check the file of passwords" }
    const ctx = context({}, access)
    const fault = faultOf(await fetchMetadata(`http://127.0.0.1:${port}/no?signature=secret`, options, ctx))
    expect(fault).toBe(`unavailable: it: the server answers 403 for http://127.0.0.1:${port}/no; check the file of passwords`)
    const url = `http://me:secret@127.0.0.1:${port}/it?signature=secret`
    expect((await download(url, { what: url }, ctx)).ok).toBe(true)
    expect((await fetchMetadata(url, { ...options, what: url }, ctx)).ok).toBe(true)
    for (const name of await readdir(folder, { recursive: true }))
      expect(`${name} ${await readFile(join(folder, name), "utf8").catch(() => "")}`).not.toContain("secret")
  })
})

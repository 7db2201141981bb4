import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Context } from "../../io/context.ts"
import { createContext } from "../../io/create-context.ts"
import { fetchMetadata } from "../../io/http.ts"
import { type Asked, listening, proxyFixture } from "../../io/proxy-fixture.ts"
import { aptAccess } from "./access.ts"
import { parseAptConf } from "./apt-conf.ts"
import { unsearched } from "./apt-sources.ts"
import { parseAuthConf } from "./auth-conf.ts"
import { aptOptions } from "./configuration.ts"

let folder: string
const servers: Server[] = []
const put = async (name: string, text: string): Promise<void> => {
  await mkdir(join(folder, name, ".."), { recursive: true })
  await writeFile(join(folder, name), text)
}
const context = (environment: Record<string, string> = {}): Context =>
  createContext({
    cache: join(folder, "cache"),
    limits: { retriesMax: 0 },
    environment: { EVERYBYTE_APT_DIRECTORY: folder, ...environment },
  })
const accessWith = async (environment: Record<string, string> = {}) =>
  (await aptAccess(await aptOptions(context(environment)), context(environment))).access

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-apt-"))
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await rm(folder, { recursive: true })
})

describe("apt.conf", () => {
  it("is read with scopes, comments, later values and #clear, as apt-config dump shows it", () => {
    const options = parseAptConf([
      `// Acquire::http::Proxy "http://comment/";
# Acquire::http::Proxy "http://comment/";
/* Acquire::http::Proxy "http://comment/"; */
Acquire { http { Proxy "http://one:1/"; Proxy::Mirror.example "DIRECT"; }; Retries "3"; };
DPkg::Post-Invoke { "rm -f /a; { }"; "second"; };
APT::Gone { A "1"; B::C "2" };
APT::Unquoted yes;`,
      'Acquire::HTTP::proxy "http://two:2/";\n#clear APT::Gone;\nAcquire::Languages:: "none"; "lost',
    ])
    expect(Object.fromEntries(options)).toEqual({
      "acquire::http::proxy": "http://two:2/",
      "acquire::http::proxy::mirror.example": "DIRECT",
      "acquire::retries": "3",
      "apt::unquoted": "yes",
      "acquire::languages::": "none",
    })
  })

  it("survives what closes too much or nothing, and unclosed comments in linear time", () => {
    expect(parseAptConf(["}}} A::B 1; { { {", "/*".repeat(200_000)]).get("a::b")).toBe("1")
  })

  it("is read from the files that apt reads, in its order", async () => {
    await put("first", 'A "first"; B "first"; C "first";')
    await put("apt.conf.d/20b.conf", 'B "20b.conf"; C "20b.conf";')
    await put("apt.conf.d/10a", 'B "10a";')
    await put("apt.conf.d/30.dpkg-old", 'A "not read";')
    await put("apt.conf", 'C "apt.conf";')
    const options = await aptOptions(context({ APT_CONFIG: join(folder, "first") }))
    expect(["a", "b", "c"].map((name) => options.get(name))).toEqual(["first", "20b.conf", "apt.conf"])
  })
})

describe("apt's proxy", () => {
  const http = new URL("http://mirror.example/debian/")
  const https = new URL("https://mirror.example/debian/")
  it.each([
    ["the environment", "", { http_proxy: "http://env:1" }, "http://env:1/", "http://env:1/"],
    ["the environment's own for https", "", { http_proxy: "http://env:1", https_proxy: "http://tls:2" }, "http://env:1/", "http://tls:2/"],
    [
      "the general setting before the environment",
      'Acquire::http::Proxy "http://conf:3";',
      { https_proxy: "http://tls:2" },
      "http://conf:3/",
      "http://conf:3/",
    ],
    ["https' own setting", 'Acquire { http::Proxy "http://conf:3"; https::Proxy "http://own:4"; };', {}, "http://conf:3/", "http://own:4/"],
    [
      "the host's before all",
      'Acquire::http { Proxy "http://conf:3"; Proxy::mirror.example "http://host:5"; };',
      {},
      "http://host:5/",
      "http://host:5/",
    ],
    [
      "none for a host",
      'Acquire::http { Proxy "http://conf:3"; Proxy::mirror.example "DIRECT"; };',
      { http_proxy: "http://env:1" },
      undefined,
      undefined,
    ],
    ["none at all", 'Acquire::http::Proxy "DIRECT";', { http_proxy: "http://env:1" }, undefined, undefined],
    ["none by no_proxy", 'Acquire::http::Proxy "http://conf:3";', { no_proxy: "localhost,.example" }, undefined, undefined],
  ])("is %s", async (_, conf, environment, plain, secure) => {
    await put("apt.conf.d/proxy", conf)
    const access = await accessWith({ ...environment })
    expect([access.proxy(http)?.href, access.proxy(https)?.href]).toEqual([plain, secure])
  })

  it("takes its login from auth.conf, shows no password, and runs no command to be found", async () => {
    await put("apt.conf.d/proxy", 'Acquire::http { Proxy "http://proxy.example:8/"; Proxy-Auto-Detect "/bin/false"; };')
    await put("auth.conf", "machine http://proxy.example:8 login me password se:cret@/\n")
    const { access, notLookedAt } = await aptAccess(await aptOptions(context()), context())
    expect(access.proxy(http)?.href).toBe("http://me:se%3Acret%40%2F@proxy.example:8/")
    expect(notLookedAt).toEqual([expect.stringContaining("Proxy-Auto-Detect was not run")])
    await put("apt.conf.d/proxy", 'Acquire::http::Proxy "socks5h://me:secret@proxy.example:8/";')
    const other = await accessWith()
    expect(() => other.proxy(http)).toThrow(
      /^Acquire::http::Proxy: socks5h: proxies are not spoken; name an http proxy, or none for this host$/,
    )
  })

  it("carries a request", async () => {
    const asked: Asked[] = []
    const server = createServer((_, response) => response.end("hello"))
    const port = await listening(server)
    const proxy = proxyFixture(asked, () => port)
    servers.push(server, proxy)
    await put("apt.conf", `Acquire::http::Proxy "http://127.0.0.1:${await listening(proxy)}";`)
    const ctx = { ...context(), access: await accessWith() }
    expect((await fetchMetadata("http://mirror.invalid/x", { what: "it", maxAgeSeconds: 0 }, ctx)).ok).toBe(true)
    expect(asked.map(({ line }) => line)).toEqual(["GET http://mirror.invalid/x"])
  })

  it("trusts the authorities that CAInfo names, by host", async () => {
    await put("all.pem", "all")
    await put("one.pem", "one")
    await put("apt.conf", `Acquire::https { CAInfo "${folder}/all.pem"; CAInfo::one.example "${folder}/one.pem"; };`)
    const access = await accessWith()
    expect([access.certificates(https), access.certificates(new URL("https://one.example/"))]).toEqual([["all"], ["one"]])
  })
})

describe("auth.conf", () => {
  const header = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`

  it.each([
    ["machine example.org login apt password debian", true],
    ["machine example.org\n\tlogin apt\n  password debian", true],
    ["# machine example.org login a password b\nmachine example.org/deb login apt password debian", true],
    ["machine example.org/debian/ login apt password debian", true],
    ["machine HTTPS://Example.org unknown login apt password debian", true],
    ["machine example.org:443 login apt password debian", false],
    ["machine example.org/deb/ login apt password debian", false],
    ["machine example.org/ubuntu login apt password debian", false],
    ["machine example.orga login apt password debian", false],
    ["machine http://example.org login apt password debian", false],
    ["login apt password debian", false],
    ["machine", false],
  ])("%j is for https://example.org/debian/: %s", async (text, matches) => {
    await put("auth.conf", text)
    const access = await accessWith()
    expect(access.authorization(new URL("https://example.org/debian/dists/x"))).toBe(matches ? header("apt", "debian") : undefined)
    expect(access.authorization(new URL("http://other.example/"))).toBe(undefined)
  })

  it("is for http only where it says so; the first entry counts, the parts come after", async () => {
    await put("auth.conf", "machine http://a.example login one password 1 machine a.example login two password 2")
    await put("auth.conf.d/b.conf", "machine a.example login three password 3 machine b.example login four password 4")
    await put("auth.conf.d/c", "machine c.example login five password 5")
    const access = await accessWith()
    const at = (url: string) => access.authorization(new URL(url))
    expect([
      at("http://a.example/"),
      at("https://a.example/"),
      at("https://b.example/"),
      at("http://b.example/"),
      at("https://c.example/"),
    ]).toEqual([header("one", "1"), header("two", "2"), header("four", "4"), undefined, undefined])
  })

  it("of a hostile size, or that may not be read, is said and not used", async () => {
    await put("auth.conf", `machine a.example login a password b ${" ".repeat(2 << 20)}`)
    await put("auth.conf.d/b.conf", "machine b.example login four password 4")
    await mkdir(join(folder, "auth.conf.d", "d.conf"))
    const { access, notLookedAt } = await aptAccess(await aptOptions(context()), context())
    expect(access.authorization(new URL("https://a.example/"))).toBe(undefined)
    expect(access.authorization(new URL("https://b.example/"))).toBe(header("four", "4"))
    expect(notLookedAt).toEqual([
      `${folder}/auth.conf was not read: it is too large for a list of logins`,
      `${folder}/auth.conf.d/d.conf was not read: it is not a regular file`,
    ])
    expect(access.login).toContain("too large")
    expect(parseAuthConf("machine a ".repeat(100_000)).length).toBeLessThan(10_002)
  })

  it("is told of where a mirror wants a login", async () => {
    const server = createServer((_, response) => response.writeHead(401).end())
    servers.push(server)
    const ctx = { ...context(), access: await accessWith() }
    const answer = await fetchMetadata(`http://127.0.0.1:${await listening(server)}/`, { what: "it", maxAgeSeconds: 0 }, ctx)
    expect(answer).toMatchObject({ ok: false, fault: { remedy: `check the login in ${folder}/auth.conf or auth.conf.d` } })
  })
})

it("a source that is not searched is named, without its login", () => {
  const source = { components: [], signedBy: [], embeddedKey: undefined, checkValidUntil: true }
  const flat = { ...source, uri: "https://me:secret@flat.example/x/", suite: "./" }
  expect(
    unsearched([flat, flat, { ...source, uri: "file:/srv/debian/", suite: "stable" }, { ...source, uri: "http://a/", suite: "stable" }]),
  ).toEqual([
    "not searched: https://flat.example/x/ ./ (a flat repository)",
    "not searched: file:/srv/debian/ stable (neither http nor https)",
  ])
})

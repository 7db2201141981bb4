import { createHash } from "node:crypto"
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { collect } from "../../core/bytes.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { listening } from "../../io/proxy-fixture.ts"
import { parseTarget } from "../index.ts"
import type { Located } from "../registry.ts"
import { npm } from "./index.ts"

const tarball = Buffer.from("not really a tarball")
const sri = (algorithm: string, bytes: Uint8Array): string => `${algorithm}-${createHash(algorithm).update(bytes).digest("base64")}`
const sha1 = createHash("sha1").update(tarball).digest("hex")

let server: Server
let address = ""
let cache = ""
/** By path: a document, a status to answer with, or an address to redirect to. */
const documents = new Map<string, unknown>()
const seen: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`)
    if (request.url?.endsWith(".tgz") === true) return response.end(tarball)
    const found = documents.get(request.url ?? "")
    if (typeof found === "string") return response.writeHead(302, { location: found }).end()
    const status = typeof found === "number" ? found : found === undefined ? 404 : 200
    return response.writeHead(status).end(JSON.stringify(found))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  address = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  documents.clear()
  seen.length = 0
  cache = await mkdtemp(join(tmpdir(), "everybyte-npm-"))
  return () => rm(cache, { recursive: true })
})

function publish(name: string, version: string, dist: object, more: object = {}, tag = version): void {
  const at = `/${name.replace("/", "%2f")}/${tag}`
  documents.set(at, { name, version, dist: { tarball: `${address}${name}/-/it-${version}.tgz`, ...dist }, ...more })
}

/** No configuration but this one: neither the developer's own files nor npm itself are asked. */
const alone = (): Record<string, string> => ({ HOME: cache, npm_config_registry: address, npm_config_globalconfig: join(cache, "npmrc") })

async function locate(text: string, environment = alone(), offline = false): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  if (target.value.kind !== "package") throw new Error("no package")
  return npm.locate(target.value, createContext({ cache, environment, offline, limits: { retriesMax: 0 } }))
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)

describe("npm", () => {
  it("brings a version with what its registry says of it", async () => {
    publish(
      "it",
      "1.0.0",
      { integrity: sri("sha512", tarball) },
      { gitHead: "a".repeat(40), repository: { url: "git+https://forge.example/a/it.git", directory: "packages/it" } },
    )
    const result = await locate("npm:it@1.0.0")
    if (!result.ok) throw new Error(faultOf(result))
    const { bytes, provenance, ...rest } = result.value
    expect(rest).toMatchObject({ name: "it-1.0.0.tgz", version: "1.0.0", purl: "pkg:npm/it@1.0.0" })
    expect(Buffer.from(await collect(bytes.stream()))).toEqual(tarball)
    expect(provenance).toMatchObject({ commit: "a".repeat(40), repository: "https://forge.example/a/it.git" })
    expect(provenance.chain[0]).toContain("sha512 promised by the registry")
    expect(provenance.notLookedAt.join()).toMatch(
      /gives no signatures of its own .*, so none was looked at.*gives no attestations .*, so none was looked at/,
    )
  })

  it("resolves a tag, latest and a scope", async () => {
    publish("@a/it", "2.0.0", { integrity: sri("sha512", tarball) }, {}, "latest")
    publish("@a/it", "3.0.0-rc", { integrity: sri("sha512", tarball) }, {}, "next")
    expect(await locate("npm:@a/it")).toMatchObject({ ok: true, value: { version: "2.0.0", purl: "pkg:npm/%40a/it@2.0.0" } })
    expect(await locate("pkg:npm/%40a/it@next")).toMatchObject({ ok: true, value: { version: "3.0.0-rc" } })
  })

  it("lets the strongest digest decide: one of its kind must hold", async () => {
    const other = Buffer.from("other")
    publish("it", "1.0.0", { integrity: `${sri("sha256", tarball)} ${sri("sha512", other)}`, shasum: sha1 })
    expect(faultOf(await locate("npm:it@1.0.0"))).toMatch(/^mismatch: .*sha512/)
    publish("it", "1.0.1", { integrity: `${sri("sha1", other)} ${sri("sha512", other)}?x ${sri("sha512", tarball)}` })
    expect(faultOf(await locate("npm:it@1.0.1"))).toBe("no fault")
    publish("it", "1.0.2", { shasum: sha1 })
    expect(await locate("npm:it@1.0.2")).toMatchObject({
      ok: true,
      value: { provenance: { chain: [expect.stringContaining("sha1 promised")] } },
    })
  })

  it("refuses a tarball that nothing promises", async () => {
    publish("it", "1.0.0", {})
    expect(faultOf(await locate("npm:it@1.0.0"))).toMatch(/^unavailable: .*promises no digest/)
    publish("it", "1.0.1", { integrity: "sha512-short", shasum: "zz" })
    expect(faultOf(await locate("npm:it@1.0.1"))).toMatch(/promises no digest/)
  })

  it("refuses another version, another package, what is no document, and says what is missing", async () => {
    publish("it", "9.9.9", { shasum: sha1 }, {}, "1.0.0")
    expect(faultOf(await locate("npm:it@1.0.0"))).toMatch(/^mismatch: .*it@9\.9\.9/)
    documents.set("/it/1.0.1", [1])
    expect(faultOf(await locate("npm:it@1.0.1"))).toMatch(/^malformed/)
    expect(faultOf(await locate("npm:it@7.0.0"))).toMatch(/^unavailable: .*no such package or version; check the name and the version$/)
    expect(faultOf(await locate("npm:../it@7.0.0"))).toMatch(/^usage/)
  })

  it("names the nearest versions and the tags for one that is unknown, also to a registry that answers 400", async () => {
    const versions = ["1.0.0", "2.0.0", "2.1.0", "2.1.5", "2.2.0-rc", "10.0.0", "3.0.0"].map((version) => [version, { hostile: "\u001b" }])
    documents.set("/it", { "dist-tags": { latest: "10.0.0", next: "2.2.0-rc" }, versions: Object.fromEntries(versions) })
    const known = "check the name and the version (it has 2.1.5, 2.1.0, 2.0.0, 2.2.0-rc, 10.0.0, latest (10.0.0), next (2.2.0-rc))"
    expect(faultOf(await locate("npm:it@2.1.9"))).toContain(known)
    documents.set("/it/2.1.9", 400)
    expect(faultOf(await locate("npm:it@2.1.9"))).toContain(known)
    documents.set("/it", [])
    await rm(join(cache, "indexes"), { recursive: true })
    expect(faultOf(await locate("npm:it@2.1.9"))).toMatch(/check the name and the version$/)
  })

  it("says in one sentence that an empty cache has nothing offline", async () => {
    expect(faultOf(await locate("npm:it@1.0.0", alone(), true))).toBe(
      "unavailable: npm:it@1.0.0: it is not in the cache, and --offline is set; run without --offline",
    )
  })

  it("asks npm for what no file says: its defaults and the place of its global file", async () => {
    publish("@a/it", "1.0.0", { shasum: sha1 })
    publish("it", "1.0.0", { shasum: sha1 })
    const program = join(cache, "npm")
    await writeFile(
      program,
      `#!/bin/sh\necho "registry=not-an-address"; echo "globalconfig=${cache}/global"; echo "@b:registry=undefined"\n`,
    )
    await chmod(program, 0o755)
    await writeFile(join(cache, "global"), `@a:registry=${address}\n`)
    const environment = { HOME: cache, PATH: `${cache}:${process.env["PATH"]}` }
    expect(faultOf(await locate("npm:@a/it@1.0.0", environment))).toBe("no fault")
    expect(faultOf(await locate("npm:@b/it@1.0.0", environment))).toMatch(/^unavailable: npm: its registry "not-an-address"/)
    expect(faultOf(await locate("npm:it@1.0.0", { HOME: cache, PATH: "/nonexistent" }))).toMatch(
      /^unavailable: npm: the program was not found/,
    )
    const known = await locate("npm:it@1.0.0", { HOME: cache, PATH: "/nonexistent", npm_config_registry: address })
    expect(known.ok && known.value.provenance.notLookedAt.join()).toMatch(/npm's global configuration was not read: npm: the program/)
  })

  it("reads no .npmrc of the folder it stands in", async () => {
    publish("it", "1.0.0", { shasum: sha1 })
    const before = process.cwd()
    await mkdir(join(cache, "hostile"))
    await writeFile(join(cache, "hostile", ".npmrc"), "registry=http://127.0.0.1:1/\nproxy=http://127.0.0.1:1/\n")
    process.chdir(join(cache, "hostile"))
    try {
      expect(faultOf(await locate("npm:it@1.0.0"))).toBe("no fault")
    } finally {
      process.chdir(before)
    }
  })

  it("sends the registry's token to the registry and to no other place, and shows it nowhere", async () => {
    const foreign = createServer((request, response) => {
      seen.push(`foreign ${request.headers.authorization}`)
      response.end(tarball)
    })
    const elsewhere = `http://127.0.0.1:${await listening(foreign)}/`
    await writeFile(join(cache, ".npmrc"), `//${new URL(address).host}/:_authToken=\${TOKEN}\n`)
    const environment = { ...alone(), TOKEN: "secret" }
    documents.set("/it/1.0.0", { name: "it", version: "1.0.0", dist: { tarball: `${address}moved`, shasum: sha1 } })
    documents.set("/moved", `${elsewhere}it.tgz`)
    expect(faultOf(await locate("npm:it@1.0.0", environment))).toBe("no fault")
    documents.set("/it/1.0.1", { name: "it", version: "1.0.1", dist: { tarball: `${elsewhere}it.tgz`, integrity: sri("sha512", tarball) } })
    expect(faultOf(await locate("npm:it@1.0.1", environment))).toBe("no fault")
    foreign.close()
    expect(seen).toEqual([
      "/it/1.0.0 Bearer secret",
      "/moved Bearer secret",
      "foreign undefined",
      "/it/1.0.1 Bearer secret",
      "foreign undefined",
    ])
    documents.set("/it/1.0.2", 401)
    expect(faultOf(await locate("npm:it@1.0.2", environment))).toMatch(
      /answers 401 .*; check that you may read it, and the token for \/\/127/,
    )
    for (const name of await readdir(cache, { recursive: true }))
      if (name !== ".npmrc") expect(`${name} ${await readFile(join(cache, name), "utf8").catch(() => "")}`).not.toContain("secret")
  })
})

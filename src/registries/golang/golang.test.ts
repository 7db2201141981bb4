import { spawnSync } from "node:child_process"
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Served, serve } from "../../../test/fixtures/served.ts"
import { zipOf } from "../../../test/fixtures/zip.ts"
import { memorySource } from "../../core/bytes.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { limitsDefault } from "../../core/limits.ts"
import { createContext } from "../../io/create-context.ts"
import { parseTarget } from "../index.ts"
import type { Located } from "../registry.ts"
import { modHash, zipHash } from "./dirhash.ts"
import { golang } from "./index.ts"
import { DatabaseFixture } from "./sumdb-fixture.ts"

const path = "forge.example/Ann/it"
const escapedPath = "forge.example/!ann/it"
const commit = "a".repeat(40)
let proxy: Served
let sums: Served
let database: DatabaseFixture
let cache = ""

beforeAll(async () => {
  ;[proxy, sums] = [await serve(), await serve()]
})
afterAll(() => {
  proxy.close()
  sums.close()
})
beforeEach(async () => {
  for (const one of [proxy, sums]) {
    one.documents.clear()
    one.asked.length = 0
  }
  database = new DatabaseFixture("sums.example")
  for (let index = 0; index < 300; index += 1) database.add(`other.example/x v1.0.${index} h1:none\n`)
  cache = await mkdtemp(join(tmpdir(), "everybyte-golang-"))
  return () => rm(cache, { recursive: true })
})

interface Published {
  readonly mod?: string
  readonly content?: string
  readonly info?: object
  /** What the checksum database says of the zip instead. */
  readonly recorded?: string | undefined
}

async function publish(
  version: string,
  { mod = `module ${path}\n`, content = "package it\n", info = {}, recorded }: Published = {},
): Promise<void> {
  const zip = zipOf([
    { name: `${path}@${version}/b.go`, content },
    { name: `${path}@${version}/a/a.go`, content },
    { name: `${path}@${version}/go.mod`, content: mod },
  ])
  const base = `/${escapedPath}/@v/${version}`
  proxy.documents.set(`${base}.info`, JSON.stringify({ Version: version, ...info }))
  proxy.documents.set(`${base}.mod`, mod)
  proxy.documents.set(`${base}.zip`, zip)
  const list = proxy.documents.get(`/${escapedPath}/@v/list`) ?? ""
  proxy.documents.set(`/${escapedPath}/@v/list`, `${list}${version}\n`)
  const hash = recorded ?? (await zipHash({ layer: "zip", bytes: memorySource(zip), limits: limitsDefault }))
  const record = `${path} ${version} ${hash}\n${path} ${version}/go.mod ${modHash(Buffer.from(mod))}\n`
  const index = database.add(record)
  for (const [name, tile] of database.tiles()) sums.documents.set(`/${name}`, tile)
  sums.documents.set(`/lookup/${escapedPath}@${version}`, database.lookup(index))
}

/** No configuration but this one: no file of the developer's and no go is asked. */
const alone = (): Record<string, string> => ({ HOME: cache, GOPROXY: proxy.address, GOSUMDB: `${database.key} ${sums.address}` })

async function locate(text: string, environment = alone(), offline = false): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  if (target.value.kind !== "package") throw new Error("no package")
  return golang.locate(target.value, createContext({ cache, environment, offline, limits: { retriesMax: 0 } }))
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
async function located(text: string, environment = alone()): Promise<Located> {
  const result = await locate(text, environment)
  if (!result.ok) throw new Error(faultOf(result))
  return result.value
}

describe("golang", () => {
  it("brings a version, proven by the checksum database, with what the proxy says of it", async () => {
    await publish("v1.2.0", {
      info: { Origin: { VCS: "git", URL: "https://forge.example/Ann/it", Hash: commit, Ref: "refs/tags/v1.2.0" } },
    })
    const { name, version, purl, provenance } = await located(`golang:${path}@v1.2.0`)
    expect({ name, version, purl }).toEqual({ name: "it@v1.2.0.zip", version: "v1.2.0", purl: `pkg:golang/${path}@v1.2.0` })
    expect(provenance).toMatchObject({ commit, repository: "https://forge.example/Ann/it" })
    expect(provenance.chain[1]).toMatch(/^h1:\S{44}, as record 300 of the checksum database sums\.example, in its signed tree of 301 /)
    expect(provenance.notLookedAt.join()).toMatch(/over plain http/)
  })

  it("refuses a zip and a go.mod other than those of the checksum database", async () => {
    await publish("v1.2.0", { recorded: "h1:other=" })
    expect(faultOf(await locate(`golang:${path}@v1.2.0`))).toMatch(/^mismatch: .*expected h1:other=, found h1:/)
    await publish("v1.2.1")
    proxy.documents.set(`/${escapedPath}/@v/v1.2.1.mod`, "module evil.example/it\n")
    expect(faultOf(await locate(`golang:${path}@v1.2.1`))).toMatch(/^mismatch: .*\/go\.mod: expected h1:/)
  })

  it("refuses a record that is not in the signed tree, and a tree that another key signed", async () => {
    await publish("v1.2.0")
    const forged = `${path} v1.2.0 h1:forged=\n${path} v1.2.0/go.mod h1:forged=\n`
    sums.documents.set(`/lookup/${escapedPath}@v1.2.0`, database.lookup(300, forged))
    expect(faultOf(await locate(`golang:${path}@v1.2.0`))).toMatch(/^mismatch: .*expected a record that is in the signed tree/)
    const other = new DatabaseFixture("sums.example")
    await rm(join(cache, "indexes"), { recursive: true })
    expect(faultOf(await locate(`golang:${path}@v1.2.0`, { ...alone(), GOSUMDB: `${other.key} ${sums.address}` }))).toMatch(
      /^mismatch: .*none that its key signed/,
    )
  })

  it("refuses what the database does not know, as go does", async () => {
    await publish("v1.2.0")
    sums.documents.delete(`/lookup/${escapedPath}@v1.2.0`)
    expect(faultOf(await locate(`golang:${path}@v1.2.0`))).toMatch(/^unavailable: .*has no such version.*GONOSUMDB/)
  })

  it("asks the database through the proxy that hands it on, and takes a whole tile for its part", async () => {
    await publish("v1.2.0")
    for (const [at, answer] of sums.documents) proxy.documents.set(`/sumdb/sums.example${at.replace(/\.p\/\d+$/, "")}`, answer)
    proxy.documents.set("/sumdb/sums.example/supported", "")
    const { provenance } = await located(`golang:${path}@v1.2.0`, { ...alone(), GOSUMDB: database.key })
    expect(provenance.chain[1]).toMatch(/^h1:/)
    expect(sums.asked).toEqual([])
  })

  it.each([
    [{ GOSUMDB: "off" }, /GOSUMDB names none/],
    [{ GONOSUMDB: "forge.example/*/it" }, /GONOSUMDB or GOPRIVATE keeps/],
    [{ GOSUMDB: "sums.example" }, /its key is not known here/],
  ])("says with %j that the database was not asked", async (more, message) => {
    await publish("v1.2.0", { recorded: "h1:other=" })
    const { provenance } = await located(`golang:${path}@v1.2.0`, { ...alone(), PATH: "/nonexistent", ...more })
    expect(provenance.notLookedAt[0]).toMatch(message)
    expect(provenance.chain.join()).not.toContain("h1:")
  })

  it("says that a database which does not answer was not asked", async () => {
    await publish("v1.2.0")
    sums.documents.set(`/lookup/${escapedPath}@v1.2.0`, 500)
    expect((await located(`golang:${path}@v1.2.0`)).provenance.notLookedAt[0]).toMatch(/was not asked about h1:.*500/)
  })

  it("asks the next proxy after a comma only where there is none, after a bar after any failure", async () => {
    await publish("v1.2.0")
    const [none, broken] = [await serve(), await serve()]
    broken.documents.set(`/${escapedPath}/@v/v1.2.0.info`, 500)
    const over = (list: string): Promise<Result<Located>> => locate(`golang:${path}@v1.2.0`, { ...alone(), GOPROXY: list })
    expect(faultOf(await over(`${none.address},${proxy.address}`))).toBe("no fault")
    await rm(join(cache, "indexes"), { recursive: true })
    expect(faultOf(await over(`${broken.address},${proxy.address}`))).toMatch(/^unavailable: .*500/)
    expect(faultOf(await over(`${broken.address}|${proxy.address}`))).toBe("no fault")
    expect(faultOf(await over(`${none.address},direct,${proxy.address}`))).toMatch(/a repository \(direct\) is no release/)
    expect(faultOf(await over("off"))).toMatch(/GOPROXY is off/)
    expect(faultOf(await over("direct"))).toMatch(/GOPROXY is direct: .*a repository \(direct\) is no release.*set GOPROXY to a proxy/)
    for (const text of ["ftp://srv/go", "/srv/go", "file://srv/go", "file:///srv/go?x", "file:///srv%2Fgo", "file:///srv/%ff"])
      expect(faultOf(await over(text))).toMatch(/neither an http\(s\) address nor file:/)
    none.close()
    broken.close()
  })

  it("reads a folder that GOPROXY names by file:, against the checksum database, and offline", async () => {
    await publish("v1.2.0", { info: { Origin: { VCS: "git", URL: "https://forge.example/Ann/it", Hash: commit } } })
    await publish("v1.3.0")
    const folder = join(cache, "a folder")
    for (const [at, bytes] of proxy.documents) {
      await mkdir(dirname(join(folder, at)), { recursive: true })
      await writeFile(join(folder, at), bytes instanceof Uint8Array ? bytes : String(bytes))
    }
    const from = { ...alone(), GOPROXY: pathToFileURL(folder).href }
    const { name, version, provenance } = await located(`golang:${path}@v1.2.0`, from)
    expect({ name, version }).toEqual({ name: "it@v1.2.0.zip", version: "v1.2.0" })
    expect(provenance).toMatchObject({ commit, repository: "https://forge.example/Ann/it" })
    expect(provenance.chain.join("\n")).toMatch(
      /^read from the folder file:.*a%20folder, a module proxy on this machine\nh1:\S{44}, as record/,
    )
    expect((await located(`golang:${path}`, from)).version).toBe("v1.3.0")
    const offline = await locate(`golang:${path}@v1.2.0`, { ...from, GOSUMDB: "off" }, true)
    expect(offline.ok && offline.value.provenance.notLookedAt[0]).toMatch(/GOSUMDB names none; nothing vouches for its bytes/)
    expect(proxy.asked).toEqual([])
    expect(faultOf(await locate(`golang:${path}@v9.0.0`, from))).toMatch(/^unavailable: .*no proxy of GOPROXY has it/)
    expect(faultOf(await locate(`golang:${path}@v1.2.0`, { ...from, GOPROXY: `${from.GOPROXY}/none,${proxy.address}` }))).toBe("no fault")
    await writeFile(join(folder, escapedPath, "@v/v1.2.0.zip"), zipOf([{ name: `${path}@v1.2.0/a.go`, content: "evil" }]))
    expect(faultOf(await locate(`golang:${path}@v1.2.0`, from))).toMatch(/^mismatch: .*expected h1:/)
    await rm(join(folder, escapedPath, "@v/v1.3.0.zip"))
    expect(faultOf(await locate(`golang:${path}@v1.3.0`, from))).toMatch(/^unavailable: .*v1\.3\.0\.zip: there is no such file/)
  })

  it("reads the module cache that the machine's own go has filled", async (test) => {
    const modules = await mkdtemp(join(cache, "modules-"))
    const environment = { ...process.env, GOMODCACHE: modules, GOFLAGS: "-modcacherw", GOTOOLCHAIN: "local", GOWORK: "off" }
    const module = "github.com/pkg/errors@v0.9.1"
    const got = spawnSync("go", ["mod", "download", "-json", module], {
      cwd: modules,
      env: environment,
      encoding: "utf8",
      timeout: 120_000,
    })
    if (got.status !== 0) return test.skip(`go could not download a module: ${got.error?.message ?? got.stderr.slice(0, 200)}`)
    const from = { ...alone(), GOPROXY: pathToFileURL(join(modules, "cache/download")).href, GOSUMDB: "off" }
    const { version, provenance } = await located(`golang:${module}`, from)
    const [, own = "none"] = /"Sum": "(h1:[^"]+)"/.exec(got.stdout) ?? []
    expect(version).toBe("v0.9.1")
    expect(provenance.notLookedAt[0]).toContain(own)
  })

  it("sends what GOPRIVATE names to no proxy", async () => {
    await publish("v1.2.0")
    expect(faultOf(await locate(`golang:${path}@v1.2.0`, { ...alone(), GOPRIVATE: "x.example,forge.example/Ann" }))).toMatch(
      /keeps it from every proxy/,
    )
    expect(proxy.asked).toEqual([])
  })

  it("takes the newest release that was not taken back, and says what the newest go.mod says of an older one", async () => {
    await publish("v1.0.0")
    await publish("v1.1.0", { mod: `module ${path}\n\ngo 1.21\n` })
    await publish("v2.0.0-rc.1")
    await publish("v3.0.0+incompatible")
    const words = [
      "// Deprecated: use another",
      `module ${path}`,
      "",
      "retract (",
      "\t// was broken",
      "\tv1.2.0",
      "\t[v1.0.0, v1.0.5] // old",
      ")",
    ]
    await publish("v1.2.0", { mod: `${words.join("\n")}\n` })
    expect((await located(`golang:${path}`)).version).toBe("v1.1.0")
    const { chain } = (await located(`golang:${path}@v1.0.0`)).provenance
    expect(chain.join("\n")).toMatch(/retracted by its module \(go\.mod of v1\.2\.0\): "old"\n.*deprecated.*"use another"/)
    expect((await located(`golang:${path}@v1.2.0`)).provenance.chain.join()).toContain('"was broken"')
  })

  it("resolves what is no version as the proxy does, and refuses another version than was asked for", async () => {
    await publish("v1.2.0")
    await publish("v0.0.0-20240102030405-0123456789ab")
    proxy.documents.set(`/${escapedPath}/@v/main.info`, JSON.stringify({ Version: "v0.0.0-20240102030405-0123456789ab" }))
    const { version, provenance } = await located(`golang:${path}@main`)
    expect([version, provenance.chain.join()]).toEqual([
      "v0.0.0-20240102030405-0123456789ab",
      expect.stringContaining("names the commit 0123456789ab"),
    ])
    proxy.documents.set(`/${escapedPath}/@v/v9.0.0.info`, JSON.stringify({ Version: "v1.2.0" }))
    expect(faultOf(await locate(`golang:${path}@v9.0.0`))).toMatch(/^mismatch: /)
    proxy.documents.set(`/${escapedPath}/@v/v8.0.0.info`, "<html>")
    expect(faultOf(await locate(`golang:${path}@v8.0.0`))).toMatch(/^malformed: .*JSON with Version/)
  })

  it("offline, is proven once more from what is in the cache; of another version there is nothing", async () => {
    await publish("v1.2.0")
    const online = await located(`golang:${path}@v1.2.0`)
    const asked = proxy.asked.length + sums.asked.length
    const result = await locate(`golang:${path}@v1.2.0`, alone(), true)
    expect(result.ok && result.value.provenance.chain).toEqual(online.provenance.chain)
    expect(faultOf(await locate(`golang:${path}@v1.3.0`, alone(), true))).toMatch(/not in the cache, and --offline is set/)
    expect(proxy.asked.length + sums.asked.length).toBe(asked)
  })

  it("refuses what is no module path or version before anything is asked", async () => {
    for (const text of ["golang:it@v1.0.0", "golang:forge.example/../x@v1.0.0", "golang:forge.example/a?b@v1.0.0", `golang:${path}@../v1`])
      expect(faultOf(await locate(text))).toMatch(/^usage: /)
    expect(proxy.asked).toEqual([])
  })

  it("refuses a zip in which a name stands twice: which of the two is hashed, readers do not agree on", async () => {
    await publish("v1.2.0")
    const name = `${path}@v1.2.0/a.go`
    proxy.documents.set(`/${escapedPath}/@v/v1.2.0.zip`, zipOf([{ name }, { name, content: "other" }]))
    expect(faultOf(await locate(`golang:${path}@v1.2.0`))).toMatch(/^malformed: .*one member/)
  })

  it("asks go for what the environment does not say, else reads go's file", async () => {
    await publish("v1.2.0")
    await mkdir(join(cache, "go"))
    await writeFile(join(cache, "go", "env"), `GOPROXY=${proxy.address}\nGOSUMDB=off\n`)
    const known = { HOME: "/nonexistent", PATH: "/nonexistent" }
    expect(faultOf(await locate(`golang:${path}@v1.2.0`, { ...known, XDG_CONFIG_HOME: cache }))).toBe("no fault")
    expect(faultOf(await locate(`golang:${path}@v1.2.0`, { ...known, GOENV: "off" }))).toMatch(/^unavailable: go: .*set GOPROXY$/)
    const sources = join(cache, "root/src/cmd/go/internal/modfetch")
    await mkdir(sources, { recursive: true })
    await writeFile(join(sources, "key.go"), `var known = map[string]string{\n\t"sums.example": "${database.key}",\n}\n`)
    await writeFile(join(sources, "sumdb.go"), `\tif gosumdb == "alias.example" {\n\t\tgosumdb = "sums.example ${sums.address}"\n\t}\n`)
    const said = JSON.stringify({ GOPROXY: proxy.address, GOSUMDB: "alias.example", GOROOT: join(cache, "root") })
    await mkdir(join(cache, "bin"))
    await writeFile(join(cache, "bin", "go"), `#!/bin/sh\ntest "$PWD" = / || exit 1\ncat <<'E'\n${said}\nE\n`)
    await chmod(join(cache, "bin", "go"), 0o755)
    const { provenance } = await located(`golang:${path}@v1.2.0`, { HOME: cache, PATH: `${cache}/bin:${process.env["PATH"]}` })
    expect(provenance.chain[1]).toMatch(/^h1:.*sums\.example/)
  })
})

import { createHash } from "node:crypto"
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { collect } from "../../core/bytes.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { parseTarget } from "../index.ts"
import type { Located } from "../registry.ts"
import { npm } from "./index.ts"

const tarball = Buffer.from("not really a tarball")
const sri = (algorithm: string, bytes: Uint8Array): string => `${algorithm}-${createHash(algorithm).update(bytes).digest("base64")}`
const sha1 = createHash("sha1").update(tarball).digest("hex")

let server: Server
let address = ""
let cache = ""
const documents = new Map<string, unknown>()

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.endsWith(".tgz") === true) return response.end(tarball)
    const found = documents.get(request.url ?? "")
    return found === undefined ? response.writeHead(404).end() : response.end(JSON.stringify(found))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  address = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  documents.clear()
  cache = await mkdtemp(join(tmpdir(), "everybyte-npm-"))
  return () => rm(cache, { recursive: true })
})

function publish(name: string, version: string, dist: object, more: object = {}, tag = version): void {
  const at = `/${name.replace("/", "%2f")}/${tag}`
  documents.set(at, { name, version, dist: { tarball: `${address}${name}/-/it-${version}.tgz`, ...dist }, ...more })
}

async function locate(text: string, environment: Record<string, string> = { npm_config_registry: address }): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  if (target.value.kind !== "package") throw new Error("no package")
  return npm.locate(target.value, createContext({ cache, environment, limits: { retriesMax: 0 } }))
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
    expect(provenance.notLookedAt.join()).toMatch(/signatures.*attestations were not looked at/)
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
    expect(faultOf(await locate("npm:it@7.0.0"))).toMatch(/^unavailable: .*no such package or version/)
    expect(faultOf(await locate("npm:../it@7.0.0"))).toMatch(/^usage/)
  })

  it("asks npm for the registry, that of the scope first", async () => {
    publish("@a/it", "1.0.0", { shasum: sha1 })
    publish("it", "1.0.0", { shasum: sha1 })
    const program = join(cache, "npm")
    await writeFile(
      program,
      `#!/bin/sh\ncase "$3" in @a:registry) echo ${address};; registry) echo not-an-address;; *) echo undefined;; esac\n`,
    )
    await chmod(program, 0o755)
    const environment = { PATH: `${cache}:${process.env["PATH"]}` }
    expect(faultOf(await locate("npm:@a/it@1.0.0", environment))).toBe("no fault")
    expect(faultOf(await locate("npm:it@1.0.0", environment))).toMatch(/^unavailable: npm: its registry "not-an-address"/)
    expect(faultOf(await locate("npm:it@1.0.0", { PATH: "/nonexistent" }))).toMatch(/^unavailable: npm: the program was not found/)
  })
})

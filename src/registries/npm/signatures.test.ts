import { createHash } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { npmPublish, sigstoreFixture } from "../../../test/fixtures/sigstore.ts"
import { explainFault } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import type { Provenance } from "../../model/artifact.ts"
import { locate, parseTarget } from "../index.ts"

const tarball = Buffer.from("not really a tarball")
const sha512 = createHash("sha512").update(tarball).digest()
const integrity = `sha512-${sha512.toString("base64")}`
const purl = "pkg:npm/%40a/it@1.0.0"
const own = sigstoreFixture()

let server: Server
let registry = ""
let folder = ""
const documents = new Map<string, unknown>()

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/it.tgz") return response.end(tarball)
    const found = documents.get(request.url ?? "")
    return response.writeHead(found === undefined ? 404 : 200).end(typeof found === "string" ? found : JSON.stringify(found))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  registry = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  documents.clear()
  documents.set("/-/npm/v1/keys", { keys: [own.listedKey] })
  folder = await mkdtemp(join(tmpdir(), "everybyte-npm-signatures-"))
  await writeFile(join(folder, "root.json"), own.trustRoot)
  return () => rm(folder, { recursive: true })
})

async function provenanceOf(dist: object, more: object = {}): Promise<Provenance> {
  documents.set("/@a%2fit/1.0.0", { name: "@a/it", version: "1.0.0", dist: { tarball: `${registry}it.tgz`, integrity, ...dist }, ...more })
  const target = await parseTarget(purl)
  if (!target.ok) throw new Error("no target")
  const environment = {
    HOME: folder,
    npm_config_registry: registry,
    npm_config_globalconfig: join(folder, "npmrc"),
    EVERYBYTE_SIGSTORE_ROOT: join(folder, "root.json"),
  }
  const result = await locate(target.value, createContext({ cache: join(folder, "cache"), environment, limits: { retriesMax: 0 } }))
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value.provenance
}
const signature = (text = `@a/it@1.0.0:${integrity}`, keyid = own.listedKey.keyid) => ({ signatures: [{ keyid, sig: own.signed(text) }] })

describe("the registry's signatures", () => {
  it("over name, version and integrity are a link of the chain", async () => {
    const { chain, notLookedAt, signature: detached } = await provenanceOf(signature())
    expect(chain[1]).toBe(`name, version and integrity signed by the registry's own key ${own.listedKey.keyid}`)
    expect(notLookedAt.join("\n")).toMatch(/gives no attestations/)
    expect(detached).toBe(undefined)
  })

  it("over another version or other bytes are bad", async () => {
    for (const text of [`@a/it@1.0.1:${integrity}`, "@a/it@1.0.0:sha512-other"])
      expect((await provenanceOf(signature(text))).signature).toMatchObject({ kind: "bad", fingerprint: `npm:${own.listedKey.keyid}` })
  })

  it.each([
    ["by a key that it does not list", { keys: [] }, /a key that it does not list/],
    ["by a key that is none", { keys: [{ ...own.listedKey, key: "AAAA" }] }, /of a kind that is not checked/],
    [
      "by a key that expired",
      { keys: [{ ...own.listedKey, expires: "2020-01-01T00:00:00Z" }] },
      /fits, by a key that expired on 2020-01-01/,
    ],
    ["while its keys are none", "<html>", /the keys .* were not read: .*JSON/],
    ["while it gives no keys", undefined, /the keys .* were not read: .*the registry has none/],
  ])("%s are not assessed", async (_, keys, expected) => {
    documents.set("/-/npm/v1/keys", keys)
    const { chain, notLookedAt, signature: detached } = await provenanceOf(signature())
    expect(notLookedAt.join("\n")).toMatch(expected)
    expect(chain).toHaveLength(1)
    expect(detached).toBe(undefined)
  })
})

describe("attestations", () => {
  const attestations = { attestations: { url: "/attestations" } }
  const about = (hex: string, name = purl) => [{ name, digest: { sha512: hex } }]

  it("by the registry's own key, in a log that the trust root names, are a link of the chain", async () => {
    documents.set("/attestations", { attestations: [{ bundle: own.attestation(about(sha512.toString("hex"))) }] })
    const { chain, signature: detached } = await provenanceOf({ ...signature(), ...attestations })
    expect(chain.slice(2)).toEqual([
      `attestation ${npmPublish} about these bytes, signed by a key of the registry; verified with the registry`,
    ])
    expect(detached).toBe(undefined)
  })

  it.each([
    ["other bytes", about("0".repeat(128))],
    ["another package", about(sha512.toString("hex"), "pkg:npm/%40a/other@1.0.0")],
    ["nothing", []],
  ])("about %s are bad", async (_, subject) => {
    documents.set("/attestations", { attestations: [{ bundle: own.attestation(subject) }] })
    expect((await provenanceOf(attestations)).signature).toMatchObject({ kind: "bad", why: expect.stringMatching(/not about sha512/) })
  })

  it("of a type that vouches for no publication are not looked at, though they are about the bytes", async () => {
    const other = own.attestation(about(sha512.toString("hex")), "https://in-toto.io/attestation/test-result/v0.1")
    documents.set("/attestations", { attestations: [{ bundle: other }] })
    const { chain, notLookedAt, signature: detached } = await provenanceOf(attestations)
    expect([chain.length, detached]).toEqual([1, undefined])
    expect(notLookedAt.join("\n")).toMatch(/an attestation of another type was not looked at: "\S+test-result/)
  })

  it.each<[string, unknown, RegExp]>([
    ["by a key that nobody knows", sigstoreFixture().attestation(about(sha512.toString("hex"))), /an attestation was not verified: /],
    ["that are no bundle", { mediaType: "x" }, /an attestation was not verified: /],
    ["that are nothing", null, /an attestation was not verified: /],
  ])("%s are not verified", async (_, bundle, expected) => {
    documents.set("/attestations", { attestations: [{ bundle }] })
    const { chain, notLookedAt, signature: detached } = await provenanceOf(attestations)
    expect([notLookedAt.join("\n").match(expected) !== null, chain.length, detached]).toEqual([true, 1, undefined])
  })

  it("more of them, or with more log entries, than are looked at are counted and said", async () => {
    const bundle = own.attestation(about(sha512.toString("hex")))
    documents.set("/attestations", { attestations: Array.from({ length: 34 }, () => ({ bundle })) })
    const { chain, notLookedAt } = await provenanceOf(attestations)
    expect([chain.length, notLookedAt.includes("2 more attestations were not looked at")]).toEqual([33, true])
    const entries = Array.from({ length: 9 }, () => bundle.verificationMaterial.tlogEntries[0])
    const crowded = { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: entries } }
    documents.set("/attestations", { attestations: [{ bundle: crowded }] })
    await rm(join(folder, "cache", "indexes"), { recursive: true })
    expect((await provenanceOf(attestations)).notLookedAt.join("\n")).toMatch(/not verified: it has more than 8 log entries/)
  })

  it("that the registry names and does not give, or an empty list of them, are not assessed", async () => {
    expect((await provenanceOf(attestations)).notLookedAt.join("\n")).toMatch(
      /the attestations were not looked at: .*the registry has none/,
    )
    documents.set("/attestations", { attestations: [] })
    await rm(join(folder, "cache", "indexes"), { recursive: true })
    expect((await provenanceOf(attestations)).notLookedAt.join("\n")).toMatch(/list of attestations is empty/)
  })
})

it("says that its publisher deprecated it, and why", async () => {
  expect((await provenanceOf({}, { deprecated: "use \u202e another" })).chain[1]).toBe(
    'the registry says that this version is deprecated: "use \\u{202e} another"',
  )
  await rm(join(folder, "cache"), { recursive: true })
  expect((await provenanceOf({}, { deprecated: "" })).chain).toHaveLength(1)
})

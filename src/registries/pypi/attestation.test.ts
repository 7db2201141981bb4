import { mkdtemp, rm } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import { explainFault } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { locate, parseTarget } from "../index.ts"
import { contentsOf } from "../members.ts"
import type { Located } from "../registry.ts"

/*
 * A real file of PyPI with its real attestations, which mirrors leave out of their pages: the tests of a Python library carry some. They are
 * fetched as its source distribution from the configured index, and served by an index of ours.
 */
const carrier = "pypi:pypi-attestations@0.0.29"
const filename = "pypi_attestations-0.0.19.tar.gz"

const served = new Map<string, Uint8Array | string>()
let server: Server
let index = ""
let cache = ""
let assets: ReadonlyMap<string, Uint8Array> | undefined
let why = ""

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "everybyte-attestation-"))
  server = createServer((request, response) => {
    const found = served.get(request.url ?? "")
    response.writeHead(found === undefined ? 404 : 200).end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  index = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/` : ""
  const target = await parseTarget(carrier)
  const ctx = createContext({ cache: join(cache, "carrier"), limits: { retriesMax: 1 } })
  const result = target.ok ? await locate(target.value, ctx) : target
  if (!result.ok && result.fault.kind !== "unavailable") throw new Error(explainFault(result.fault))
  if (!result.ok) why = explainFault(result.fault)
  else {
    const archive = { layer: carrier, bytes: result.value.bytes, limits: ctx.limits }
    const found = await contentsOf("tar.gz", archive, (path) => path.includes("/test/assets/"))
    assets = new Map([...found].map(([path, bytes]) => [path.slice(path.lastIndexOf("/") + 1), bytes]))
  }
})
afterAll(async () => {
  server.close()
  await rm(cache, { recursive: true })
})

let runs = 0
/** What the registry says of a file, as it is or otherwise, with this document as its attestations. */
async function located(bytes: Uint8Array, document: string): Promise<Located["provenance"]> {
  const file = { filename, url: "/file", hashes: { sha256: sha256Of(bytes) }, provenance: "/provenance" }
  served.set("/pypi-attestations/", JSON.stringify({ files: [file] }))
  served.set("/file", bytes)
  served.set("/provenance", document)
  const target = await parseTarget(`pypi:${filename}`)
  if (!target.ok) throw new Error("no target")
  runs += 1
  const environment = { PIP_INDEX_URL: index, PIP_CERT: "", PIP_EXTRA_INDEX_URL: "" }
  const result = await locate(target.value, createContext({ cache: join(cache, String(runs)), environment, limits: { retriesMax: 0 } }))
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value.provenance
}
const asset = (name: string): Uint8Array => {
  const found = assets?.get(name)
  if (found === undefined) throw new Error(`${carrier} has no ${name}`)
  return found
}
const document = (): string => Buffer.from(asset(`${filename}.provenance`)).toString("utf8")

interface Bundle {
  readonly publisher: object
  readonly attestations: readonly [{ readonly envelope: { signature: string }; readonly verification_material: object }]
}
/** The real document with something in its first bundle made otherwise. */
function changed(change: (bundle: Bundle) => void): string {
  const parsed: { readonly attestation_bundles: readonly [Bundle] } = JSON.parse(document())
  change(parsed.attestation_bundles[0])
  return JSON.stringify(parsed)
}

it("a real attestation is verified with the trust root that comes with the program: who signed, and the commit of the run", async (test) => {
  if (assets === undefined) return test.skip(why)
  const provenance = await located(asset(filename), document())
  expect(provenance.signature).toMatchObject({ kind: "valid", signer: expect.stringContaining("/release.yml@refs/tags/") })
  expect(provenance.commit).toMatch(/^[0-9a-f]{40}$/)
  expect(provenance.chain.join("\n")).toMatch(
    /attestation \S+publish\/v1 about these bytes, signed by .* at .* [0-9a-f]{40}, bound to it by the publisher that the index names; verified with sigstore/,
  )
  expect(provenance.notLookedAt.join("\n")).not.toMatch(/attestation/)
})

it("about other bytes it is bad", async (test) => {
  if (assets === undefined) return test.skip(why)
  const { signature, commit } = await located(Buffer.from("other bytes"), document())
  expect(signature).toMatchObject({ kind: "bad", why: expect.stringMatching(/not about sha256/) })
  expect(commit).toBe(undefined)
})

it("signed for another publisher than the index names it is bad", async (test) => {
  if (assets === undefined) return test.skip(why)
  const other = changed(({ publisher }) => Object.assign(publisher, { repository: "trailofbits/pypi" }))
  expect((await located(asset(filename), other)).signature).toMatchObject({
    kind: "bad",
    why: expect.stringMatching(/names the publisher GitHub trailofbits\/pypi/),
  })
})

it("where the index names no publisher, a real certificate is bound by the repository that the file declares", async (test) => {
  if (assets === undefined) return test.skip(why)
  const unnamed = changed(({ publisher }) => Object.assign(publisher, { repository: undefined }))
  const { signature, commit, chain, repository } = await located(asset(filename), unnamed)
  expect(repository).toMatch(/^https:/)
  expect(chain.join("\n")).toContain("bound to it by the repository that the package declares")
  expect([signature?.kind, commit]).toEqual(["valid", expect.stringMatching(/^[0-9a-f]{40}$/)])
})

it("with another signature than its log has it is bad, and without its log it is not verified", async (test) => {
  if (assets === undefined) return test.skip(why)
  const turned = changed(({ attestations: [{ envelope }] }) => {
    const signature = Buffer.from(envelope.signature, "base64")
    signature[20] = (signature[20] ?? 0) ^ 1
    envelope.signature = signature.toString("base64")
  })
  expect((await located(asset(filename), turned)).signature?.kind).toBe("bad")
  const unlogged = changed(({ attestations: [{ verification_material: material }] }) =>
    Object.assign(material, { transparency_entries: [] }),
  )
  const provenance = await located(asset(filename), unlogged)
  expect(provenance.signature).toBe(undefined)
  expect(provenance.chain.join()).not.toMatch(/attestation/)
  expect(provenance.notLookedAt.join("\n")).toMatch(/an attestation was not verified: /)
})

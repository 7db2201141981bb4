import { createHash } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer, type IncomingHttpHeaders, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { explainFault, faultsOf, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import type { LockedPackage } from "../../model/replay.ts"
import { pythonIndex } from "./package.ts"

/** What the index has: an address, and what is answered there. */
const served = new Map<string, string>()
const asked: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = []
let server: Server
let index = ""
let folder = ""

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? "", headers: request.headers })
    const found = served.get(request.url ?? "")
    response.writeHead(found === undefined ? 404 : 200).end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  index = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/simple` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  served.clear()
  asked.length = 0
  folder = await mkdtemp(join(tmpdir(), "everybyte-index-"))
  return () => rm(folder, { recursive: true })
})

const sha256 = (bytes: string): string => createHash("sha256").update(bytes).digest("hex")
const file = (filename: string, bytes = "bytes") => ({ filename, url: `../../files/${filename}`, hashes: { sha256: sha256(bytes) } })
const page = (...files: readonly object[]): string => JSON.stringify({ files, name: "flit-core", more: 1 })
const wanted: LockedPackage = { type: "pypi", optional: true, name: "flit-core", version: "3.12.0", integrity: undefined }
const contextOf = (address: string, offline = false) =>
  createContext({
    cache: join(folder, "cache"),
    offline,
    environment: { PIP_INDEX_URL: address, PIP_CERT: "", PIP_EXTRA_INDEX_URL: "" },
    limits: { retriesMax: 0 },
  })

const downloaded = (address = index, offline = false): Promise<Result<string>> =>
  faultsOf(async () => {
    const source = await pythonIndex(contextOf(address, offline))
    const { path } = await source.download(await source.promised(wanted), offline)
    return readFile(path, "utf8")
  })
const said = (result: Result<string>): string => (result.ok ? result.value : `${result.fault.kind}: ${explainFault(result.fault)}`)

it("a wheel of pure Python comes by the digest that the index promises, and from the cache when there is no network", async () => {
  served.set(
    "/simple/flit-core/",
    page(
      ...["flit_core-3.12.0.tar.gz", "flit_core-3.12.0-cp313-cp313-linux_x86_64.whl", "flit_core-3.12.0-py3-none-any.whl"].map((name) =>
        file(name),
      ),
    ),
  )
  served.set("/files/flit_core-3.12.0-py3-none-any.whl", "bytes")
  expect(said(await downloaded())).toBe("bytes")
  expect(asked.map(({ url }) => url)).toEqual(["/simple/flit-core/", "/files/flit_core-3.12.0-py3-none-any.whl"])
  expect(asked[0]?.headers.accept).toBe("application/vnd.pypi.simple.v1+json")
  served.clear()
  expect(said(await downloaded(index, true))).toBe("bytes")
  expect(asked).toHaveLength(2)
})

it("a login in the index's address is for its server", async () => {
  served.set("/simple/flit-core/", page(file("flit_core-3.12.0-py2.py3-none-any.whl")))
  served.set("/files/flit_core-3.12.0-py2.py3-none-any.whl", "bytes")
  expect(said(await downloaded(index.replace("//", "//user:word@")))).toBe("bytes")
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(
    [0, 0].map(() => `Basic ${Buffer.from("user:word").toString("base64")}`),
  )
})

it.each<[string, string | undefined, RegExp]>([
  ["no project", undefined, /^unavailable: .*no such wheel/],
  [
    "no wheel of this version",
    page(file("flit_core-3.12.0.1-py3-none-any.whl"), file("flit_core-3.1-py3-none-any.whl")),
    /^unavailable: .*no such wheel/,
  ],
  ["no digest", page({ ...file("flit_core-3.12.0-py3-none-any.whl"), hashes: { md5: "x" } }), /^unavailable: .*no such wheel/],
  ["withdrawn it", page({ ...file("flit_core-3.12.0-py3-none-any.whl"), yanked: "broken" }), /^unavailable: .*no such wheel/],
  ["HTML", "<!DOCTYPE html>", /^malformed: .*JSON with files/],
  ["other JSON", "{}", /^malformed: .*JSON with files/],
  ["other bytes", page(file("flit_core-3.12.0-py3-none-any.whl", "other")), /^mismatch: /],
])("an index that has %s: a fault", async (_, answer, expected) => {
  if (answer !== undefined) served.set("/simple/flit-core/", answer)
  served.set("/files/flit_core-3.12.0-py3-none-any.whl", "bytes")
  expect(said(await downloaded())).toMatch(expected)
})

it("an index that is no address is named without its login", async () => {
  expect(said(await downloaded("user:word@nowhere"))).toMatch(/^unavailable: pip: its index .*PIP_INDEX_URL$/)
})

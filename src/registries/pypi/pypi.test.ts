import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { tarOf } from "../../../test/fixtures/tar.ts"
import { zipOf } from "../../../test/fixtures/zip.ts"
import { collect } from "../../core/bytes.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { chosenFor, locate, parseTarget, registryFacts } from "../index.ts"
import type { Located } from "../registry.ts"
import { declaredRepository } from "./core-metadata.ts"

const served = new Map<string, Uint8Array | string>()
let server: Server
let address = ""
let cache = ""

beforeAll(async () => {
  server = createServer((request, response) => {
    const found = served.get(decodeURIComponent(request.url ?? ""))
    response.writeHead(found === undefined ? 404 : 200).end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  address = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/simple` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  served.clear()
  cache = await mkdtemp(join(tmpdir(), "everybyte-pypi-"))
  return () => rm(cache, { recursive: true })
})

const metadata = (...lines: readonly string[]): string =>
  ["Metadata-Version: 2.4", "Name: Big.Thing", ...lines, "", "The text: x"].join("\n")
const sdist = (version: string, text = metadata()): Buffer =>
  gzipSync(
    tarOf([
      { name: `big_thing-${version}/PKG-INFO`, content: text },
      { name: `big_thing-${version}/sub/PKG-INFO`, content: "Home-page: x" },
    ]),
  )
const wheel = (version: string, text = metadata()): Buffer =>
  zipOf([
    { name: `big_thing-${version}.dist-info/METADATA`, content: text },
    { name: "big_thing/__init__.py", content: "" },
  ])

interface Listed {
  readonly bytes: Uint8Array
  readonly more?: object
}

/** The page of the project, with each file served. */
function publish(files: Readonly<Record<string, Listed>>): void {
  const listed = Object.entries(files).map(([filename, { bytes, more }]) => {
    served.set(`/files/${filename}`, bytes)
    return { filename, url: `/files/${filename}`, hashes: { sha256: createHash("sha256").update(bytes).digest("hex") }, ...more }
  })
  served.set("/simple/big-thing/", JSON.stringify({ files: listed }))
}

async function located(text: string, offline = false): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  const environment = { PIP_INDEX_URL: address, PIP_CERT: "", PIP_EXTRA_INDEX_URL: "" }
  return locate(target.value, createContext({ cache, offline, environment, limits: { retriesMax: 0 } }))
}
const found = (result: Result<Located>): Located => {
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)

describe("pypi", () => {
  it("says when a version and those before it were uploaded and which are attested, where the index does", async () => {
    const listed = (day: string, provenance?: string): Listed => ({ bytes: sdist(day), more: { "upload-time": day, provenance } })
    publish({
      "big_thing-1.0.tar.gz": listed("2024-01-01T00:00:00Z", "https://index.example/a"),
      "big_thing-1.1.tar.gz": listed("2024-02-02T00:00:00Z"),
      "big_thing-1.1-py3-none-any.whl": listed("2024-02-01T00:00:00Z"),
      "big_thing-1.2.tar.gz": listed("2024-03-01T00:00:00Z"),
    })
    const facts = await registryFacts(
      "pypi:big-thing@1.1.0",
      undefined,
      createContext({ cache, environment: { PIP_INDEX_URL: address, PIP_CERT: "" } }),
    )
    expect(facts).toEqual({
      versions: [
        { version: "1.0", published: "2024-01-01T00:00:00Z", attested: true },
        { version: "1.1", published: "2024-02-01T00:00:00Z", attested: false },
      ],
    })
  })

  it("takes a version to be its source distribution, however the project's name is spelt, and says who promised its bytes", async () => {
    publish({
      "Big.Thing-1.0.zip": { bytes: wheel("1.0") },
      "big_thing-1.0.tar.gz": { bytes: sdist("1.0", metadata("Project-URL: Source Code, https://git.forge.example/a/big/tree/main")) },
      "big_thing-1.0-py3-none-any.whl": { bytes: wheel("1.0") },
    })
    const { bytes, provenance, ...rest } = found(await located("pypi:BIG_.thing@1"))
    expect(rest).toMatchObject({ name: "big_thing-1.0.tar.gz", version: "1.0", purl: "pkg:pypi/big-thing@1.0" })
    expect((await collect(bytes.stream())).byteLength).toBe(bytes.size)
    expect(provenance.chain).toEqual([`sha256 promised by the index ${address}/`])
    expect(provenance.repository).toBe("https://git.forge.example/a/big")
    expect(provenance.notLookedAt).toEqual([
      expect.stringMatching(/gives no attestations .* no signature/),
      expect.stringMatching(/plain http/),
    ])
    expect(found(await located("pypi:big-thing@1.0", true)).sha256).toBe(rest.sha256)
  })

  it("takes a particular file by its name, in the short form and in a purl", async () => {
    const text = metadata("Home-page: https://www.example.org/", "Project-URL: Homepage, https://git.example.org/a/b/")
    publish({ "big_thing-1.0.tar.gz": { bytes: sdist("1.0") }, "big_thing-1.0-py3-none-any.whl": { bytes: wheel("1.0", text) } })
    const purl = "pkg:pypi/big-thing@1.0?file_name=big_thing-1.0-py3-none-any.whl"
    const one = found(await located("pypi:big_thing-1.0-py3-none-any.whl"))
    expect(one).toMatchObject({ name: "big_thing-1.0-py3-none-any.whl", purl, provenance: { repository: "https://git.example.org/a/b" } })
    expect(found(await located(purl)).sha256).toBe(one.sha256)
    expect(found(await located("pkg:pypi/big-thing?file_name=big_thing-1.0.tar.gz")).purl).toBe("pkg:pypi/big-thing@1.0")
    expect(faultOf(await located("pkg:pypi/big-thing@1.0?file_name=other-1.0.whl"))).toMatch(
      /no such file of it; name one of its files: pkg:pypi/,
    )
    expect(faultOf(await located("pkg:pypi/big-thing@2.0?file_name=big_thing-1.0.tar.gz"))).toMatch(
      /no such project or version.*it has 1\.0/,
    )
  })

  it("without a source distribution takes the one wheel of pure Python, and never chooses among others", async () => {
    publish({
      "big_thing-1.0-py2.py3-none-any.whl": { bytes: wheel("1.0") },
      "big_thing-1.0-cp313-cp313-linux_x86_64.whl": { bytes: wheel("1.0") },
    })
    expect(found(await located("pypi:big-thing@1.0"))).toMatchObject({ purl: "pkg:pypi/big-thing@1.0" })
    publish({
      "big_thing-1.1-cp312-cp312-linux_x86_64.whl": { bytes: wheel("1.1") },
      "big_thing-1.1-cp313-cp313-linux_x86_64.whl": { bytes: wheel("1.1") },
    })
    await rm(join(cache, "indexes"), { recursive: true })
    expect(faultOf(await located("pypi:big-thing@1.1"))).toMatch(/no source distribution.*file_name=big_thing-1\.1-cp312.*cp313/)
  })

  it("means by no version the highest final release that was not withdrawn, and tells that one was withdrawn to who names it", async () => {
    const files = Object.fromEntries(
      ["1.9", "1.10", "2.0rc1", "2.0.dev1", "1!0.1a1"].map((version) => [`big_thing-${version}.tar.gz`, { bytes: sdist(version) }]),
    )
    publish({ ...files, "big_thing-1.11.tar.gz": { bytes: sdist("1.11"), more: { yanked: "it was\u202e bad" } } })
    expect(found(await located("pypi:big-thing")).version).toBe("1.10")
    expect(found(await located("pypi:big-thing@2.0-rc.1")).version).toBe("2.0rc1")
    expect(found(await located("pypi:big-thing@1.11")).provenance.chain[1]).toMatch(/withdrawn \(yanked\): "it was\\u\{202e\} bad"/)
    expect(faultOf(await located("pypi:big-thing@3"))).toMatch(
      /no such project or version; .*it has 1!0\.1a1, 2\.0rc1, 2\.0\.dev1, 1\.11, 1\.10, 1\.9\)/,
    )
  })

  it("refuses other bytes than the index promised, files without a SHA-256, names that are none, and says what is missing", async () => {
    publish({ "big_thing-1.0.tar.gz": { bytes: sdist("1.0"), more: { hashes: { sha256: "0".repeat(64) } } } })
    expect(faultOf(await located("pypi:big-thing@1.0"))).toMatch(/^mismatch: /)
    publish({ "big_thing-1.0.tar.gz": { bytes: sdist("1.0"), more: { hashes: { md5: "x" } } } })
    await rm(join(cache, "indexes"), { recursive: true })
    expect(faultOf(await located("pypi:big-thing@1.0"))).toMatch(/^unavailable: .*no SHA-256/)
    expect(faultOf(await located("pypi:other@1.0"))).toMatch(/^unavailable: pypi:other@1\.0: the index has no such project or version/)
    expect(faultOf(await located("pypi:../x@1.0"))).toMatch(/^usage/)
    expect(faultOf(await located("pypi:other@2", true))).toMatch(/^unavailable: .*no such project|--offline/)
  })

  it("an archive that is none still comes, and what could not be read of it is said", async () => {
    publish({
      "big_thing-1.0.tar.gz": { bytes: Buffer.from("no archive") },
      "big_thing-1.0-py3-none-any.whl": { bytes: Buffer.from("PK") },
    })
    for (const text of ["pypi:big-thing@1.0", "pypi:big_thing-1.0-py3-none-any.whl"])
      expect(found(await located(text)).provenance.notLookedAt.join("\n")).toMatch(/the repository that it declares was not read: /)
  })

  it.each([
    ["not there", undefined, /attestations and their signatures were not looked at|in no form of PEP 740/],
    ["no JSON", "<html>", /in no form of PEP 740/],
    ["empty", JSON.stringify({ attestation_bundles: [] }), /list of attestations is empty/],
  ])("attestations that are %s are not assessed", async (_, document, expected) => {
    publish({ "big_thing-1.0.tar.gz": { bytes: sdist("1.0"), more: { provenance: "/provenance" } } })
    if (document !== undefined) served.set("/provenance", document)
    const { provenance } = found(await located("pypi:big-thing@1.0"))
    expect(provenance.notLookedAt.join("\n")).toMatch(expected)
    expect(provenance.signature).toBe(undefined)
  })
})

describe("declaredRepository", () => {
  const declared = (...lines: readonly string[]): string | undefined => declaredRepository(Buffer.from(metadata(...lines)))

  it("is the plainest label's address, without the page of a forge", () => {
    expect(declared("Project-URL: GitHub, https://one.example/a/b", "project-url: Repository , git+https://two.example/a/b.git")).toBe(
      "https://two.example/a/b.git",
    )
    expect(declared("Project-URL: Source, https://one.example/a/b/-/tree/main?x#y")).toBe("https://one.example/a/b")
    expect(declared("Project-URL: Source, javascript:x", "Home-page: https://www.example.org/a/b")).toBe(undefined)
    expect(declared("", "Project-URL: Source, https://one.example/in/the/text")).toBe(undefined)
  })

  it("takes time that grows with the length of what is hostile", () => {
    const long = " ".repeat(200_000)
    expect(
      declared(
        `Project-URL: Source,${long}\u2028`,
        `Home-page:${long}\u2028`,
        `Project-URL: Code, https://x${"/tree".repeat(40_000)}\u2028`,
      ),
    ).toBe(undefined)
  })
})

describe("the version that pip takes", () => {
  it.each([
    ["the highest final one", "", "pypi:big-thing@1.1"],
    ["of those that a specifier allows", ">=1.0,<1.1", "pypi:big-thing@1.0.1"],
    ["one before a release, where no other is allowed", ">=1.2", "pypi:big-thing@2.0rc1"],
    ["one before a release, where it is named", ">=1.0.dev0", "pypi:big-thing@2.0rc1"],
    ["one that was withdrawn, only where it is named", "==0.9", "pypi:big-thing@0.9"],
    ["none that was withdrawn", "<1.0", undefined],
    ["none of what is no specifier", "^1", undefined],
    ["none of what is too long", `${">=1.0,".repeat(100)}<2`, undefined],
  ])("is %s", async (_, requirement, expected) => {
    const file = (version: string, more: object = {}) => ({ filename: `big_thing-${version}.tar.gz`, url: "x", hashes: {}, ...more })
    const files = [file("0.9", { yanked: true }), ...["1.0", "1.0.1", "1.1", "2.0rc1"].map((version) => file(version))]
    served.set("/simple/big-thing/", JSON.stringify({ files }))
    const environment = { HOME: cache, PIP_INDEX_URL: address, PIP_CONFIG_FILE: "/dev/null" }
    const chosen = await chosenFor("pypi", "Big.Thing", requirement, createContext({ cache, environment, limits: { retriesMax: 0 } }))
    expect(chosen.ok ? chosen.value : undefined).toBe(expected)
  })
})

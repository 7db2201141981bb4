import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { createCleartextMessage, createMessage, generateKey, type PrivateKey, readPrivateKey, sign } from "openpgp"
import { pack } from "tar-stream"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { collect } from "../../core/bytes.ts"
import { sha256Of } from "../../core/digest.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { parseTarget } from "../index.ts"
import type { Located } from "../registry.ts"
import { debSrc } from "./index.ts"

/** A mirror that a test fills; the keys are made once, for their making takes time. */
const served = new Map<string, Uint8Array | string>()
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(decodeURIComponent(request.url ?? ""))
  const found = served.get(decodeURIComponent(request.url ?? ""))
  return found === undefined ? response.writeHead(404).end() : response.end(found)
})
let address = ""
let folder = ""
let archive: { key: PrivateKey; armored: string }
let upstream: { key: PrivateKey; armored: string }
let stranger: { key: PrivateKey; armored: string }

const person = async (name: string) => {
  const made = await generateKey({ userIDs: [{ name }], format: "armored" })
  return { key: await readPrivateKey({ armoredKey: made.privateKey }), armored: made.publicKey }
}

beforeAll(async () => {
  ;[archive, upstream, stranger] = await Promise.all([person("Archive"), person("Upstream"), person("Stranger")])
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  address = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/debian` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  served.clear()
  asked.length = 0
  folder = await mkdtemp(join(tmpdir(), "everybyte-deb-"))
  await mkdir(join(folder, "apt", "sources.list.d"), { recursive: true })
  await writeFile(join(folder, "archive.asc"), archive.armored)
  await configure("one two")
  return () => rm(folder, { recursive: true })
})

const configure = (suites: string, more = ""): Promise<void> =>
  writeFile(
    join(folder, "apt", "sources.list.d", "a.sources"),
    `Types: deb\nURIs: ${address}\nSuites: ${suites}\nComponents: main\nSigned-By: ${join(folder, "archive.asc")}\n${more}`,
  )

const listed = (name: string, content: Uint8Array | string): string => ` ${sha256Of(content)} ${Buffer.byteLength(content)} ${name}`

/** The stanza of a package, its files served. */
function publish(name: string, version: string, files: Readonly<Record<string, Uint8Array | string>>, more = ""): string {
  const directory = `pool/main/${name}`
  for (const [file, content] of Object.entries(files)) served.set(`/debian/${directory}/${file}`, content)
  const sums = Object.entries(files).map(([file, content]) => listed(file, content))
  return `Package: ${name}\nBinary: ${name},\n other\nVersion: ${version}\nDirectory: ${directory}\n${more}Checksums-Sha256:\n${sums.join("\n")}\n`
}

interface Suite {
  readonly key?: PrivateKey
  readonly fields?: string
  readonly form?: "xz" | "gz" | "plain"
  readonly byHash?: boolean
  /** Signed and served instead of the stanzas. */
  readonly raw?: Uint8Array
  /** Served instead of what is signed. */
  readonly sources?: Uint8Array
  readonly change?: (inRelease: string) => string
}

async function release(
  suite: string,
  stanzas: readonly string[],
  { key = archive.key, fields = "", form = "gz", byHash = false, raw, sources, change = (text) => text }: Suite = {},
): Promise<void> {
  const text = stanzas.join("\n")
  const ending = form === "plain" ? "" : `.${form}`
  const bytes = raw ?? (form === "xz" ? execFileSync("xz", ["-c"], { input: text }) : form === "gz" ? gzipSync(text) : Buffer.from(text))
  const index = `main/source/Sources${ending}`
  const body = `Origin: Debian\nSuite: ${suite}\nCodename: code-${suite}\nDate: today\n${byHash ? "Acquire-By-Hash: yes\n" : ""}${fields}SHA256:\n${listed(index, bytes)}\n`
  const signed = await sign({ message: await createCleartextMessage({ text: body }), signingKeys: key })
  served.set(`/debian/dists/${suite}/InRelease`, change(signed))
  served.set(`/debian/dists/${suite}/${byHash ? `main/source/by-hash/SHA256/${sha256Of(bytes)}` : index}`, sources ?? bytes)
}

let toolsUsed: ReadonlyMap<string, string> = new Map()

async function locate(text: string, more: { offline?: boolean; keyrings?: string[] } = {}): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  if (target.value.kind !== "package") throw new Error("no package")
  const environment = { EVERYBYTE_APT_DIRECTORY: join(folder, "apt"), PATH: process.env["PATH"] }
  const ctx = createContext({ cache: join(folder, "cache"), environment, limits: { retriesMax: 0 }, ...more })
  toolsUsed = ctx.toolsUsed
  return debSrc.locate(target.value, ctx)
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
const found = (result: Result<Located>): Located => {
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value
}
const orig = (name: string, version: string, content = `${name} ${version}`) => ({ [`${name}_${version}.orig.tar.xz`]: content })

describe("deb-src", () => {
  it("finds the highest revision of an upstream version in the configured suites, and says who promised what", async () => {
    const debian = { "it_1.0-1.debian.tar.xz": "half", "it_1.0.orig-extra.tar.gz": "extra" }
    await release(
      "one",
      [
        publish("other", "9", orig("other", "9")),
        publish("it", "1.0-1", { ...orig("it", "1.0"), ...debian }, "Homepage: https://git.forge.example/a/it\n"),
      ],
      { form: "xz", byHash: true },
    )
    await release("two", [publish("it", "1.0-2", orig("it", "1.0")), publish("it", "0.9-9", orig("it", "0.9"))])
    expect(found(await locate("deb-src:it@1.0"))).toMatchObject({
      purl: "pkg:deb/debian/it@1.0-2?arch=source",
      version: "1.0",
      name: "it_1.0.orig.tar.xz",
    })
    const { bytes, provenance } = found(await locate("deb-src:it@1.0-1"))
    expect(Buffer.from(await collect(bytes.stream())).toString()).toBe("it 1.0")
    expect(provenance.repository).toBe("https://git.forge.example/a/it")
    expect(provenance.chain).toEqual([
      expect.stringMatching(/^InRelease of one \(code-one\) signed by [0-9a-f]{40} \(keyring .*archive\.asc\)$/),
      "main/source/Sources.xz: sha256 promised by InRelease",
      "it_1.0.orig.tar.xz: sha256 promised by Sources",
    ])
    expect(provenance.notLookedAt.join("\n")).toMatch(
      /it_1\.0\.orig-extra\.tar\.gz was not looked at\nDebian's own half \(it_1\.0-1\.debian\.tar\.xz\) was not looked at/,
    )
    expect(found(await locate("deb-src:it")).purl).toContain("1.0-2")
  })

  it("asks the mirror's other current suites only for what the configured ones lack", async () => {
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))])
    await release("stable", [publish("it", "2.0-1", orig("it", "2.0"))], { form: "plain" })
    await release("testing", [publish("it", "3.0-1", orig("it", "3.0"))])
    expect(found(await locate("deb-src:it")).version).toBe("1.0")
    expect(asked.some((url) => url.includes("stable"))).toBe(false)
    expect(found(await locate("deb-src:it@2.0")).version).toBe("2.0")
    expect(asked.some((url) => url.includes("testing"))).toBe(false)
    expect(found(await locate("deb-src:it@3.0-1")).provenance.chain[0]).toMatch(/^InRelease of testing/)
    expect(faultOf(await locate("deb-src:it@4.0"))).toMatch(/^unavailable: deb-src:it@4\.0: no configured suite/)
  })

  it("needs neither signatures nor decompression the second time, and no network offline", async () => {
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))])
    await locate("deb-src:it")
    const before = asked.length
    expect(found(await locate("deb-src:it")).version).toBe("1.0")
    expect(found(await locate("deb-src:it", { offline: true })).version).toBe("1.0")
    expect(asked.length).toBe(before)
    expect(faultOf(await locate("deb-src:it@2", { offline: true }))).toMatch(/run without --offline/)
  })

  it("trusts the same tools the second time, though it runs fewer", async () => {
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))], { form: "xz" })
    await locate("deb-src:it")
    const first = [...toolsUsed.keys()].sort()
    await locate("deb-src:it")
    expect([...toolsUsed.keys()].sort()).toEqual(first)
    expect(first).toContain("xz")
  })

  it("says in one sentence that an empty cache has nothing offline", async () => {
    expect(faultOf(await locate("deb-src:it", { offline: true }))).toBe(
      "unavailable: deb-src:it: it is not in the cache, and --offline is set; run without --offline",
    )
  })

  it("names the known versions, newest first, for one that is unknown", async () => {
    await release(
      "one",
      ["1.0-1", "1.10-1", "1.9-1", "1.9-2", "1:0.1-1"].map((version) => publish("it", version, orig("it", version))),
    )
    expect(faultOf(await locate("deb-src:it@4.0"))).toMatch(
      /has it; they list 1:0\.1-1, 1\.10-1, 1\.9-2, 1\.9-1, 1\.0-1; try deb-src:it@0\.1 or deb-src:it@1\.10 or/,
    )
  })

  it("fails when the mirror lacks the newest version's file, and names the others that it gives", async () => {
    await release("one", [publish("it", "1.0-1", orig("it", "1.0")), publish("it", "1.9-1", orig("it", "1.9"))])
    await release("two", [publish("it", "2.0-1", orig("it", "2.0"))])
    for (const version of ["1.9", "2.0"]) served.delete(`/debian/pool/main/it/it_${version}.orig.tar.xz`)
    expect(faultOf(await locate("deb-src:it"))).toMatch(
      /^unavailable: deb-src:it: the index lists version 2\.0-1, but no mirror gives its file it_2\.0\.orig\.tar\.xz \(the server answers 404 .*\); other versions are there: try deb-src:it@1\.0,/,
    )
    expect(found(await locate("deb-src:it@1.0")).version).toBe("1.0")
    await rm(join(folder, "cache"), { recursive: true })
    await release("one", [])
    expect(faultOf(await locate("deb-src:it"))).toMatch(/\); check the network and run again, add/)
  })

  it("names the sources that it does not search, found or not", async () => {
    await writeFile(join(folder, "apt", "sources.list"), "deb-src https://me:secret@flat.example/x ./\n")
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))])
    const flat = "not searched: https://flat.example/x/ ./ (a flat repository)"
    expect(found(await locate("deb-src:it")).provenance.notLookedAt).toContain(flat)
    expect(faultOf(await locate("deb-src:other"))).toContain(flat)
  })

  it("makes a damaged index and a damaged answer again", async () => {
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))])
    await locate("deb-src:it")
    for (const place of ["indexes", "indexes/checked"]) {
      for (const name of await readdir(join(folder, "cache", place))) {
        if (/\.(?:sqlite|json)$/.test(name)) await writeFile(join(folder, "cache", place, name), "damaged")
      }
    }
    expect(found(await locate("deb-src:it")).version).toBe("1.0")
  })

  it.each<[string, () => Suite, RegExp]>([
    [
      "a stranger's key",
      () => ({ key: stranger.key }),
      /^mismatch: InRelease of one: expected a signature by a key of .*unknown keys only/,
    ],
    [
      "a changed text",
      () => ({ change: (text) => text.replace("Origin: Debian", "Origin: Nobody") }),
      /^mismatch: InRelease of one: .*digest did not match/i,
    ],
    [
      "text around the signed part",
      () => ({ change: (text) => text.replace("-----BEGIN PGP SIGNATURE", "SHA256: x\n-----BEGIN PGP SIGNATURE") }),
      /^(?:mismatch|malformed)/,
    ],
    ["no signature", () => ({ change: () => "Origin: Debian\n" }), /^malformed: InRelease of one/],
    ["a date that has passed", () => ({ fields: "Valid-Until: Mon, 01 Jan 2024 00:00:00 UTC\n" }), /^mismatch: .*still valid/],
    ["other bytes than the index promises", () => ({ sources: Buffer.from("x") }), /^mismatch: main\/source\/Sources\.gz of one/],
    ["what only calls itself gzip", () => ({ form: "gz", raw: Buffer.from("no gzip") }), /^malformed: main\/source\/Sources\.gz: .*gzip/],
  ])("refuses %s", async (_, suite, message) => {
    await configure("one")
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))], suite())
    expect(faultOf(await locate("deb-src:it"))).toMatch(message)
  })

  it("refuses one suite's index in the place of another's", async () => {
    await release("two", [publish("it", "1.0-1", orig("it", "1.0"))])
    served.set("/debian/dists/one/InRelease", served.get("/debian/dists/two/InRelease") ?? "")
    expect(faultOf(await locate("deb-src:it"))).toMatch(/^mismatch: InRelease of one: expected the suite one, found two/)
  })

  it("accepts a passed date only where apt is told to, and says so", async () => {
    await configure("one", "Check-Valid-Until: no\n")
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))], { fields: "Valid-Until: Mon, 01 Jan 2024 00:00:00 UTC\n" })
    expect(found(await locate("deb-src:it")).provenance.chain[1]).toMatch(/not enforced/)
  })

  it("refuses a changed tarball", async () => {
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))])
    served.set("/debian/pool/main/it/it_1.0.orig.tar.xz", "it 1.1")
    expect(faultOf(await locate("deb-src:it"))).toMatch(/^mismatch: it_1\.0\.orig\.tar\.xz: expected sha256/)
  })

  it("takes a native package's only tarball", async () => {
    await release("one", [publish("it", "1.0", { "it_1.0.tar.xz": "native", "it_1.0.dsc": "d" })])
    expect(found(await locate("deb-src:it")).name).toBe("it_1.0.tar.xz")
  })

  it("says when apt has no sources, or the mirror none of them", async () => {
    expect(faultOf(await locate("deb-src:it"))).toMatch(/^unavailable/)
    await writeFile(join(folder, "apt", "sources.list.d", "a.sources"), "")
    expect(faultOf(await locate("deb-src:it"))).toMatch(/apt has no sources configured here; add a line/)
  })

  it("tells of a mirror that does not answer", async () => {
    await writeFile(join(folder, "apt", "sources.list"), `deb [signed-by=${join(folder, "archive.asc")}] http://127.0.0.1:1/ three main\n`)
    await release("one", [publish("it", "1.0-1", orig("it", "1.0"))])
    expect(found(await locate("deb-src:it")).provenance.notLookedAt.join()).toMatch(/not searched: InRelease of three/)
  })
})

describe("upstream's signature", () => {
  async function publishSigned(by: PrivateKey, content: string, debianKey: string | undefined): Promise<void> {
    const signature = await sign({
      message: await createMessage({ binary: Buffer.from(content) }),
      signingKeys: by,
      detached: true,
      format: "armored",
    })
    const archiveOf = pack()
    archiveOf.entry({ name: "debian/rules" }, "x")
    if (debianKey !== undefined) archiveOf.entry({ name: "debian/upstream/signing-key.asc" }, debianKey)
    const parts: Buffer[] = []
    const ended = once(
      archiveOf.on("data", (chunk: unknown) => chunk instanceof Uint8Array && parts.push(Buffer.from(chunk))),
      "end",
    )
    archiveOf.finalize()
    await ended
    const half = execFileSync("xz", ["-c"], { input: Buffer.concat(parts) })
    const files = { ...orig("it", "1.0", "it 1.0"), "it_1.0.orig.tar.xz.asc": signature, "it_1.0-1.debian.tar.xz": half }
    await release("one", [publish("it", "1.0-1", files)])
  }
  const provenance = async (keyrings: string[] = []) => found(await locate("deb-src:it", { keyrings })).provenance

  it("is checked with the key that Debian keeps, and that is said", async () => {
    await publishSigned(upstream.key, "it 1.0", upstream.armored)
    const first = await provenance()
    expect(first.signature).toMatchObject({
      kind: "valid",
      signer: "Upstream",
      keyFrom: "debian/upstream/signing-key.asc in it_1.0-1.debian.tar.xz",
    })
    expect(first.notLookedAt.join()).toMatch(/only upstream's signing key was looked for/)
    expect(await provenance()).toEqual(first)
  })

  it("is checked with the user's key first", async () => {
    await writeFile(join(folder, "upstream.asc"), upstream.armored)
    await publishSigned(upstream.key, "it 1.0", undefined)
    expect((await provenance()).signature).toMatchObject({ kind: "unknown-key", keyId: expect.stringMatching(/^[0-9a-f]{16}$/) })
    expect((await provenance([join(folder, "upstream.asc")])).signature).toMatchObject({
      kind: "valid",
      keyFrom: join(folder, "upstream.asc"),
    })
  })

  it("is reported when it is bad or by a stranger", async () => {
    await publishSigned(upstream.key, "it 1.1", upstream.armored)
    expect((await provenance()).signature).toMatchObject({ kind: "bad" })
    expect((await provenance()).chain.at(-1)).toMatch(/BAD signature/)
    await rm(join(folder, "cache"), { recursive: true })
    await publishSigned(stranger.key, "it 1.0", upstream.armored)
    expect((await provenance()).signature).toMatchObject({ kind: "unknown-key" })
  })
})

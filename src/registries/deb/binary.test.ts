import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { createCleartextMessage, generateKey, type PrivateKey, readPrivateKey, sign } from "openpgp"
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { locate, parseTarget } from "../index.ts"
import type { Located } from "../registry.ts"

const served = new Map<string, Uint8Array | string>()
const server = createServer((request, response) => {
  const found = served.get(decodeURIComponent(request.url ?? ""))
  return found === undefined ? response.writeHead(404).end() : response.end(found)
})
let address = ""
let folder = ""
let archive: { key: PrivateKey; armored: string }

beforeAll(async () => {
  const made = await generateKey({ userIDs: [{ name: "Archive" }], format: "armored" })
  archive = { key: await readPrivateKey({ armoredKey: made.privateKey }), armored: made.publicKey }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  address = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/debian` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  served.clear()
  folder = await mkdtemp(join(tmpdir(), "everybyte-binary-"))
  await mkdir(join(folder, "apt"), { recursive: true })
  await writeFile(join(folder, "archive.asc"), archive.armored)
  await writeFile(join(folder, "apt", "sources.list"), `deb [signed-by=${join(folder, "archive.asc")}] ${address} one main\n`)
  // What dpkg says decides, not the machine that the test runs on.
  await mkdir(join(folder, "bin"))
  await writeFile(join(folder, "bin", "dpkg"), "#!/bin/sh\necho riscv64\n", { mode: 0o755 })
  return () => rm(folder, { recursive: true })
})

function stanza(name: string, version: string, architecture: string, more = ""): string {
  const [path, content] = [`pool/main/${name}_${version.replace(/^\d+:/, "")}_${architecture}.deb`, `${name} ${version} ${architecture}`]
  served.set(`/debian/${path}`, content)
  return `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nFilename: ${path}\nSize: ${content.length}\nSHA256: ${sha256Of(content)}\n${more}`
}

async function release(stanzas: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const listed = Object.entries(stanzas).map(([architecture, own]) => {
    const [index, bytes] = [`main/binary-${architecture}/Packages.gz`, gzipSync(own.join("\n"))]
    served.set(`/debian/dists/one/${index}`, bytes)
    return ` ${sha256Of(bytes)} ${bytes.byteLength} ${index}`
  })
  const text = `Origin: Debian\nSuite: one\nCodename: one\nSHA256:\n${listed.join("\n")}\n`
  served.set("/debian/dists/one/InRelease", await sign({ message: await createCleartextMessage({ text }), signingKeys: archive.key }))
}

async function located(text: string, offline = false): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  const environment = { EVERYBYTE_APT_DIRECTORY: join(folder, "apt"), PATH: `${join(folder, "bin")}:${process.env["PATH"]}` }
  return locate(target.value, createContext({ cache: join(folder, "cache"), offline, environment, limits: { retriesMax: 0 } }))
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
const found = (result: Result<Located>): Located => {
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value
}

it("a binary package comes in dpkg's architecture, with the chain from the suite's signature to its bytes", async () => {
  const source = "Source: src-it (1.0-2)\nHomepage: https://git.forge.example/a/it\n"
  await release({
    riscv64: [stanza("it", "1:1.0-2+b1", "riscv64", source), stanza("it", "0.9-1", "riscv64"), stanza("doc", "3", "all")],
    s390x: [stanza("it", "1:1.0-2", "s390x")],
  })
  const one = found(await located("deb:it"))
  expect(one).toMatchObject({
    name: "it_1.0-2+b1_riscv64.deb",
    version: "1:1.0-2+b1",
    purl: "pkg:deb/debian/it@1:1.0-2+b1?arch=riscv64",
    provenance: { repository: "https://git.forge.example/a/it" },
  })
  expect(one.provenance.chain).toEqual([
    expect.stringMatching(/^InRelease of one signed by [0-9a-f]{40} /),
    "main/binary-riscv64/Packages.gz: sha256 promised by InRelease",
    "it_1.0-2+b1_riscv64.deb: sha256 promised by Packages",
    "built from the source package src-it 1.0-2, as Packages says",
  ])
  expect(found(await located("deb:it@1.0-2+b1", true)).sha256).toBe(one.sha256)
  expect(found(await located("deb:it@0.9")).version).toBe("0.9-1")
  expect(found(await located("deb:doc")).purl).toBe("pkg:deb/debian/doc@3?arch=all")
})

it("another architecture, or packages for all, are meant by the purl's qualifier", async () => {
  await release({ riscv64: [stanza("it", "1", "riscv64"), stanza("doc", "3", "all")], s390x: [stanza("it", "2", "s390x")] })
  expect(found(await located("pkg:deb/debian/it?arch=s390x")).name).toBe("it_2_s390x.deb")
  expect(found(await located("pkg:deb/debian/doc?arch=all")).name).toBe("doc_3_all.deb")
  expect(faultOf(await located("pkg:deb/debian/it?arch=all"))).toMatch(/^unavailable: deb:it: .*has it/)
  expect(faultOf(await located("pkg:deb/debian/it?arch=../x"))).toMatch(/^usage: /)
  expect(faultOf(await located("deb:it@7"))).toMatch(/they list 1; try deb:it@1, add a mirror/)
})

it("refuses other bytes than the index promised, and says which file no mirror gives", async () => {
  await release({ riscv64: [stanza("it", "1", "riscv64")] })
  served.set("/debian/pool/main/it_1_riscv64.deb", "it 1 RISCV64")
  expect(faultOf(await located("deb:it"))).toMatch(/^mismatch: /)
  served.delete("/debian/pool/main/it_1_riscv64.deb")
  expect(faultOf(await located("deb:it"))).toMatch(
    /^unavailable: deb:it: the index lists version 1, but no mirror gives its file it_1_riscv64\.deb/,
  )
  expect(faultOf(await located("deb:it", true))).toMatch(/--offline/)
})

import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createMessage, generateKey, readPrivateKey, sign } from "openpgp"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { explainFault, type Result } from "../core/fault.ts"
import { createContext } from "../io/create-context.ts"
import { locate, parseTarget } from "./index.ts"
import type { Located } from "./registry.ts"

const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)

describe("parseTarget", () => {
  it.each([
    ["./x", { kind: "path", path: "./x" }],
    ["/x", { kind: "path", path: "/x" }],
    ["package.json", { kind: "path", path: "package.json" }],
    ["https://a.example/x.tgz", { kind: "address", url: "https://a.example/x.tgz" }],
    ["npm:semver@7.6.3", { kind: "package", type: "npm", name: "semver", version: "7.6.3", purl: "pkg:npm/semver@7.6.3" }],
    ["npm:@s/name@1.0.0", { kind: "package", type: "npm", name: "@s/name", version: "1.0.0", purl: "pkg:npm/%40s/name@1.0.0" }],
    ["pkg:npm/%40s/name@1.0.0", { kind: "package", type: "npm", name: "@s/name", version: "1.0.0" }],
    ["npm:semver", { kind: "package", type: "npm", name: "semver", version: undefined }],
    ["deb-src:xz-utils@5.8.1-1", { kind: "package", type: "deb-src", purl: "pkg:deb/debian/xz-utils@5.8.1-1?arch=source" }],
    [
      "pkg:deb/debian/hello@2.10-3?arch=amd64",
      { type: "deb", name: "hello", qualifiers: { arch: "amd64" }, purl: "pkg:deb/debian/hello@2.10-3?arch=amd64" },
    ],
    ["deb:hello", { type: "deb", name: "hello", version: undefined, purl: "pkg:deb/debian/hello" }],
    ["pypi:Flit_Core@3", { type: "pypi", version: "3", purl: "pkg:pypi/flit-core@3" }],
    ["pypi:a_b-1.0-py3-none-any.whl", { type: "pypi", purl: "pkg:pypi/a-b@1.0?file_name=a_b-1.0-py3-none-any.whl" }],
    ["pkg:pypi/a-b@1.0?file_name=a_b-1.0.zip", { type: "pypi", name: "a-b", qualifiers: { file_name: "a_b-1.0.zip" } }],
    ["golang:a.example/B/c@v1.0.0", { kind: "package", type: "golang", name: "a.example/B/c", purl: "pkg:golang/a.example/B/c@v1.0.0" }],
    ["pkg:golang/a.example/B/c@v1.0.0", { kind: "package", type: "golang", name: "a.example/B/c", version: "v1.0.0" }],
    ["pkg:deb/debian/openssh@1:10.0p1-7?arch=source", { kind: "package", type: "deb-src", name: "openssh", version: "1:10.0p1-7" }],
  ])("%s", async (text, expected) => expect(await parseTarget(text)).toMatchObject({ ok: true, value: expected }))

  it.each([
    ["file:///x/y.tar", /no "file:\/\/" address.*the path of a file/],
    ["conda:x@1", /no registry "conda" here.*deb-src, .*npm, pypi/],
    ["pkg:conda/x@1", /no registry "conda" here/],
    ["pkg:pypi/x@1?os=linux", /the qualifier "os" .* is not honoured/],
    ["pkg:pypi/a/x@1", /the namespace .* is not honoured/],
    ["pkg:npm/x@1?repository_url=https://example.org", /the qualifier "repository_url" .* is not honoured/],
    ["pkg:npm/x@1#a/b", /the subpath .* is not honoured/],
    ["pkg:deb/ubuntu/x@1?arch=source", /the namespace .* is not honoured/],
    ["pkg:deb-src/evil/x@1", /no registry "deb-src"/],
    ["pkg:", /no package URL/],
    ["npm:x@", /no version after the @/],
    ["", /empty name/],
  ])("refuses %s", async (text, message) => {
    const result = await parseTarget(text)
    expect(faultOf(result)).toMatch(/^usage/)
    expect(faultOf(result)).toMatch(message)
  })

  it("a file that is not there could not be read, however its path is written: that is no wrong usage", async () => {
    expect(faultOf(await parseTarget("no-such-file.tgz"))).toMatch(/^unavailable: "no-such-file.tgz": there is no such file/)
  })
})

describe("paths and addresses", () => {
  const served = new Map<string, Uint8Array | string>()
  const server = createServer((request, response) => {
    const found = served.get(request.url ?? "")
    return found === undefined ? response.writeHead(404).end() : response.end(found)
  })
  let folder = ""
  let address = ""
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "everybyte-target-"))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const bound = server.address()
    address = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}` : ""
    const bytes = Buffer.from("a release")
    const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: "Ann" }], format: "armored" })
    const other = await generateKey({ userIDs: [{ name: "Eve" }], format: "armored" })
    const signingKeys = await readPrivateKey({ armoredKey: privateKey })
    const signature = await sign({ message: await createMessage({ binary: bytes }), signingKeys, detached: true, format: "armored" })
    for (const [name, content] of [
      ["good", bytes],
      ["good.asc", signature],
      ["bad", "other bytes"],
      ["bad.sig", signature],
      ["broken", bytes],
      ["broken.asc", "no signature"],
      ["bare", bytes],
    ] as const) {
      await writeFile(join(folder, name), content)
      served.set(`/${name}`, content)
    }
    await writeFile(join(folder, "ann.key"), publicKey)
    await writeFile(join(folder, "eve.key"), other.publicKey)
  })
  afterAll(async () => {
    server.close()
    await rm(folder, { recursive: true })
  })
  const at = (text: string, key: string | undefined): Promise<Result<Located>> => {
    const ctx = createContext({ cache: join(folder, "cache"), keyrings: key === undefined ? [] : [join(folder, key)], environment: {} })
    return locate(text.startsWith("http") ? { kind: "address", url: text } : { kind: "path", path: text }, ctx)
  }

  it.each(["path", "address"])("checks a signature beside a %s", async (kind) => {
    const place = kind === "path" ? folder : address
    expect(await at(`${place}/good`, "ann.key")).toMatchObject({
      ok: true,
      value: { name: "good", provenance: { signature: { kind: "valid", signer: "Ann" } } },
    })
    expect(await at(`${place}/good`, "eve.key")).toMatchObject({ ok: true, value: { provenance: { signature: { kind: "unknown-key" } } } })
    expect(await at(`${place}/bad`, "ann.key")).toMatchObject({ ok: true, value: { provenance: { signature: { kind: "bad" } } } })
    expect(faultOf(await at(`${place}/broken`, "ann.key"))).toMatch(/^malformed/)
    const bare = await at(`${place}/bare`, "ann.key")
    expect(bare.ok && bare.value.provenance.signature).toBe(undefined)
    const unasked = await at(`${place}/good`, undefined)
    expect(unasked.ok && unasked.value.provenance.notLookedAt.join()).toMatch(/no key was given/)
  })

  it("refuses plain http to other machines, a missing file and a file without keys", async () => {
    expect(faultOf(await at("http://mirror.example/x", undefined))).toMatch(/^usage: plain http is used only on this machine/)
    expect(faultOf(await at(`${folder}/none`, undefined))).toMatch(/^unavailable/)
    expect(faultOf(await at(`${folder}/good`, "bare"))).toMatch(/no OpenPGP public key/)
    expect(faultOf(await at(`${folder}/good`, "none.key"))).toMatch(/no such key file/)
  })
})

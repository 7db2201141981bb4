import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { tarOf } from "../../../test/fixtures/tar.ts"
import { collect } from "../../core/bytes.ts"
import { sha256Of } from "../../core/digest.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { locate, parseTarget } from "../index.ts"
import type { Located } from "../registry.ts"
import { declaredRepository } from "./specification.ts"
import { compareVersions, isPrerelease } from "./version.ts"

const served = new Map<string, Uint8Array | string>()
const asked: string[] = []
let server: Server
let address = ""
let folder = ""

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    const found = served.get(request.url ?? "")
    response.writeHead(found === undefined ? 404 : 200).end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  address = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  served.clear()
  asked.length = 0
  folder = await mkdtemp(join(tmpdir(), "everybyte-gem-"))
  await write(".gemrc", `---\n:sources:\n- ${address}\n:verbose: true\n`)
  return () => rm(folder, { recursive: true })
})

async function write(name: string, text: string, mode = 0o644): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text, { mode })
  return path
}

const specification = (more = ""): string =>
  `--- !ruby/object:Gem::Specification\nname: it\nversion: !ruby/object:Gem::Version\n  version: 1.0\n${more}require_paths:\n- lib\n`
const gemOf = (text = specification(), more: readonly string[] = []): Buffer =>
  tarOf([
    { name: "metadata.gz", content: gzipSync(text) },
    ...more.map((name) => ({ name, content: "x" })),
    { name: "data.tar.gz", content: "" },
  ])

/** The index of `it`, each gem served. */
function publish(gems: Readonly<Record<string, Uint8Array>>, more: readonly string[] = []): void {
  const lines = Object.entries(gems).map(([number, bytes]) => {
    served.set(`/gems/it-${number}.gem`, bytes)
    return `${number} other:>= 1.0&< 2|checksum:${sha256Of(bytes)},ruby:>= 2.7`
  })
  served.set("/info/it", ["created_at: x", "---", ...lines, ...more, ""].join("\n"))
}

async function located(text: string, environment: Record<string, string> = {}, offline = false): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  const own = { HOME: folder, PATH: join(folder, "bin"), ...environment }
  return locate(target.value, createContext({ cache: join(folder, "cache"), offline, environment: own, limits: { retriesMax: 0 } }))
}
const found = (result: Result<Located>): Located => {
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)

describe("gem", () => {
  it("brings a version by the digest that the compact index promises, with the repository that the gem declares", async () => {
    const metadata =
      "homepage: https://www.example.org/\nmetadata:\n  bug_tracker_uri: https://b.example\n  source_code_uri: https://git.example.org/a/it/tree/v1.0\n"
    publish({ "1.0": gemOf(specification(metadata), ["metadata.gz.sig"]) })
    const { bytes, provenance, ...rest } = found(await located("gem:it@1.0"))
    expect(rest).toMatchObject({ name: "it-1.0.gem", version: "1.0", purl: "pkg:gem/it@1.0" })
    expect((await collect(bytes.stream())).byteLength).toBe(bytes.size)
    expect(provenance).toMatchObject({ repository: "https://git.example.org/a/it", chain: [`sha256 promised by the server ${address}/`] })
    expect(provenance.notLookedAt.join("\n")).toMatch(/gives no attestations .*no signature[\s\S]*gem cert[\s\S]*plain http/)
    expect(found(await located("gem:it@1.0", {}, true)).sha256).toBe(rest.sha256)
  })

  it("means by no version the highest that is no prerelease, and by a platform its own gems", async () => {
    publish({ "1.9": gemOf(), "1.10": gemOf(), "2.0.rc1": gemOf(), "1.11-x86_64-linux": gemOf() })
    expect(found(await located("gem:it")).version).toBe("1.10")
    expect(found(await located("gem:it@2.0.rc1")).name).toBe("it-2.0.rc1.gem")
    expect(found(await located("pkg:gem/it?platform=x86_64-linux"))).toMatchObject({
      name: "it-1.11-x86_64-linux.gem",
      purl: "pkg:gem/it@1.11?platform=x86_64-linux",
    })
    expect(faultOf(await located("gem:it@1.11"))).toMatch(
      /^unavailable: .*no such gem or version; .*it has 2\.0\.rc1, 1\.11\?platform=x86_64-linux, 1\.10/,
    )
    expect(faultOf(await located("gem:other"))).toMatch(/^unavailable: gem:other: .*lists no such gem/)
  })

  it("refuses other bytes, gems without a digest, an index that is none and names that are none", async () => {
    publish({ "1.0": gemOf() }, ["1.1 |ruby:>= 2", "\u0000 |checksum:x", "../1 |checksum:y"])
    served.set("/gems/it-1.0.gem", "other")
    expect(faultOf(await located("gem:it@1.0"))).toMatch(/^mismatch: /)
    expect(faultOf(await located("gem:it@1.1"))).toMatch(/^unavailable: .*promises no SHA-256/)
    served.set("/info/html", "<html>")
    expect(faultOf(await located("gem:html@1"))).toMatch(/^malformed: .*a line ---/)
    for (const name of ["gem:../it", "pkg:gem/it@1?platform=a%2Fb"]) expect(faultOf(await located(name))).toMatch(/^usage: /)
  })

  it("a gem that is no gem still comes, and what could not be read of it is said", async () => {
    publish({ "1.0": Buffer.from("no tar") })
    expect(found(await located("gem:it@1.0")).provenance.notLookedAt.join("\n")).toMatch(/the repository that it declares was not read: /)
  })

  it("attestations that are no sigstore bundles are not verified", async () => {
    publish({ "1.0": gemOf() })
    served.set("/api/v1/attestations/it-1.0.json", JSON.stringify([{ mediaType: "x" }]))
    const { signature, notLookedAt } = found(await located("gem:it@1.0")).provenance
    expect([signature, notLookedAt[0]?.replace(/:.*/, "")]).toEqual([undefined, "an attestation was not verified"])
  })
})

describe("gem's configuration", () => {
  it("is that of GEMRC before the user's; a login is for its server, further sources are named", async () => {
    publish({ "1.0": gemOf() })
    const path = await write("named", `:sources: ["${address.replace("//", "//user:word@")}/", "https://other.example"]\n`)
    await write(".gemrc", ":sources: [http://127.0.0.1:1/]\n")
    const { notLookedAt } = found(await located("gem:it@1.0", { GEMRC: `${join(folder, "missing")}:${path}` })).provenance
    expect(notLookedAt).toContain("not searched: gem's further source https://other.example/")
    expect(asked[0]).toBe(`/info/it Basic ${Buffer.from("user:word").toString("base64")}`)
  })

  it("is the gem program's own answer where no file says it, else Bundler's mirror for all", async () => {
    publish({ "1.0": gemOf() })
    await rm(join(folder, ".gemrc"))
    await write(".bundle/config", `---\nBUNDLE_MIRROR__ALL: "${address}"\n`)
    expect(faultOf(await located("gem:it@1.0"))).toBe("no fault")
    expect(faultOf(await located("gem:it@1.0", { BUNDLE_MIRROR__ALL: "no address" }))).toMatch(
      /^unavailable: gem: its source .* is no http address/,
    )
    await write("bin/gem", `#!/bin/sh\necho "*** CURRENT SOURCES ***"; echo; echo ${address}/program/\n`, 0o755)
    expect(faultOf(await located("gem:it@1.0", { BUNDLE_MIRROR__ALL: "no address" }))).toMatch(
      /^unavailable: .*program\/ lists no such gem/,
    )
  })

  it.each(["&a [*a]: *a", "- x", "\t:", ":sources: 7"])("that is %j says nothing, and without any it is said what to do", async (text) => {
    await write(".gemrc", text)
    expect(faultOf(await located("gem:it@1.0"))).toMatch(/^unavailable: gem: no source of gems is configured.*~\/\.gemrc/)
  })
})

describe("Gem::Version", () => {
  it.each([
    ["1.0", "1", 0],
    ["1.0.a", "1.0", -1],
    ["1.0.a10", "1.0.a9", 1],
    ["1.0.b1", "1.0.a.2", 1],
    ["1.10", "1.9", 1],
    ["1.0-rc1", "1.0", -1],
    ["2.0.0.rc2", "2.0.rc2", 0],
    ["5.00", "5", 0],
  ])("%s against %s", (a, b, expected) =>
    expect([Math.sign(compareVersions(a, b)), Math.sign(compareVersions(b, a))]).toEqual([expected, expected === 0 ? 0 : -expected]),
  )

  it("is an order", () => {
    const version = fc
      .array(fc.constantFrom("0", "1", "2", "10", "a", "rc", "rc1", "00"), { minLength: 1, maxLength: 4 })
      .map((parts) => `1.${parts.join(".")}`)
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)))
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
      }),
    )
    expect(["1.0", "1.a"].map(isPrerelease)).toEqual([false, true])
  })
})

it("a specification's lines are read in time that grows with their number, whatever they hold", () => {
  const hostile = `metadata:\n${"  x: y\n".repeat(20_000)}${" ".repeat(100_000)}\n`
  expect(declaredRepository(hostile)).toBe(undefined)
  expect(declaredRepository("homepage: 'https://git.example.org/a/b'\nmetadata: {}\nsource_code_uri: https://x.example/a/b\n")).toBe(
    "https://git.example.org/a/b",
  )
})

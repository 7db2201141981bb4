import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync, zstdCompressSync } from "node:zlib"
import fc from "fast-check"
import { createMessage, generateKey, readPrivateKey, sign } from "openpgp"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Served, serve } from "../../../test/fixtures/served.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { rpm as rpmParser } from "../../parsers/rpm/index.ts"
import { binary, packageOf } from "../../parsers/rpm/test-kit.ts"
import { walked } from "../../parsers/test-kit.ts"
import { parseTarget } from "../index.ts"
import type { Located } from "../registry.ts"
import { rpmArchitecture } from "./configuration.ts"
import { rpmBelow } from "./index.ts"
import { parseIni } from "./ini.ts"
import { compareParts, versionOf } from "./version.ts"

let served: Served
let cache = ""
let etc = ""

beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.close())
beforeEach(async () => {
  served.documents.clear()
  served.asked.length = 0
  cache = await mkdtemp(join(tmpdir(), "everybyte-rpm-"))
  etc = join(cache, "etc")
  await mkdir(join(etc, "yum.repos.d"), { recursive: true })
  await repo(`[own]\nbaseurl=${served.address}/$releasever/\${basearch}\n`)
  await writeFile(join(etc, "os-release"), 'ID=it\nVERSION_ID="9"\n')
  return () => rm(cache, { recursive: true })
})

const repo = (text: string): Promise<void> => writeFile(join(etc, "yum.repos.d", "own.repo"), text)
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")
const base = `/9/${rpmArchitecture()}/`

interface Package {
  readonly name?: string
  readonly ver: string
  readonly rel?: string
  readonly epoch?: string
  readonly arch?: string
  readonly href?: string
  /** Else they are the file's name. */
  readonly bytes?: Buffer
}
function publish(packages: readonly Package[], pack: (bytes: Buffer) => Buffer = gzipSync, ending = ".gz"): Buffer {
  const elements = packages.map(({ name = "it", ver, rel = "1", epoch = "0", arch = "noarch", href, bytes }) => {
    const file = href ?? `Packages/${name}-${ver}-${rel}.${arch}.rpm`
    const content = bytes ?? Buffer.from(file)
    served.documents.set(base + file, content)
    return `<package type="rpm"><name>${name}</name><arch>${arch}</arch><version epoch="${epoch}" ver="${ver}" rel="${rel}"/>
      <checksum type="sha256" pkgid="YES">${digest(content)}</checksum><location href="${file}"/></package>`
  })
  const primary = pack(Buffer.from(`<?xml version="1.0"?><metadata xmlns="x" xmlns:rpm="y">${elements.join("")}</metadata>`))
  const href = `repodata/primary.xml${ending}`
  served.documents.set(base + href, primary)
  const repomd = Buffer.from(
    `<repomd><data type="other"/><data type="primary"><checksum type="sha256">${digest(primary)}</checksum><location href="${href}"/></data></repomd>`,
  )
  served.documents.set(`${base}repodata/repomd.xml`, repomd)
  return repomd
}

async function locate(text: string, keyrings: readonly string[] = []): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  if (target.value.kind !== "package") throw new Error("no package")
  return rpmBelow(etc).locate(target.value, createContext({ cache, keyrings, environment: {}, limits: { retriesMax: 0 } }))
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
async function located(text: string, keyrings: readonly string[] = []): Promise<Located> {
  const result = await locate(text, keyrings)
  if (!result.ok) throw new Error(faultOf(result))
  return result.value
}

describe("rpm", () => {
  it.each([
    ["gz", gzipSync, ".gz"],
    ["zstd", (bytes: Buffer) => zstdCompressSync(bytes), ".zst"],
    ["nothing", (bytes: Buffer) => bytes, ""],
  ])("brings the highest version that a repository lists, with its list in %s", async (_, pack, ending) => {
    publish(
      [
        { ver: "1.9" },
        { ver: "1.10~rc1" },
        { ver: "1.10", arch: rpmArchitecture() },
        { ver: "2", arch: "s390" },
        { name: "other", ver: "9" },
      ],
      pack,
      ending,
    )
    const { name, version, purl, provenance } = await located("rpm:it")
    const arch = rpmArchitecture()
    expect({ name, version, purl }).toEqual({ name: `it-1.10-1.${arch}.rpm`, version: "1.10-1", purl: `pkg:rpm/it@1.10-1?arch=${arch}` })
    expect(provenance.chain.slice(1)).toEqual([
      `primary.xml${ending}: sha256 promised by repomd.xml`,
      `it-1.10-1.${arch}.rpm: sha256 promised by primary`,
    ])
    expect(provenance.notLookedAt.join()).toContain("repo_gpgcheck")
  })

  it("honours epoch, release and architecture", async () => {
    publish([{ ver: "1", epoch: "1" }, { ver: "2" }, { ver: "2", rel: "3" }, { ver: "2", arch: "src" }])
    expect((await located("rpm:it")).purl).toBe("pkg:rpm/it@1-1?arch=noarch&epoch=1")
    expect((await located("rpm:it@2")).version).toBe("2-3")
    expect((await located("rpm:it@2-1")).version).toBe("2-1")
    expect((await located("pkg:rpm/it@2-1?arch=src")).name).toBe("it-2-1.src.rpm")
    expect(faultOf(await locate("rpm:it@0:1"))).toMatch(/^unavailable: .*\(they have 1-1\.noarch, 2-1\.noarch, 2-3\.noarch, 2-1\.src\)/)
    expect(faultOf(await locate("pkg:rpm/it@2-1?distro=x"))).toMatch(/the qualifier "distro" .* not honoured/)
  })

  it("refuses a package and a list other than were promised", async () => {
    publish([{ ver: "1" }])
    served.documents.set(`${base}Packages/it-1-1.noarch.rpm`, "other")
    expect(faultOf(await locate("rpm:it"))).toMatch(/^mismatch: it-1-1/)
    served.documents.set(`${base}repodata/primary.xml.gz`, gzipSync("<metadata/>"))
    await rm(join(cache, "objects"), { recursive: true })
    expect(faultOf(await locate("rpm:it"))).toMatch(/^mismatch: own primary/)
  })

  it("passes over a package that is said to lie outside of the repository", async () => {
    publish([
      { ver: "1", href: "a/../../../x.rpm" },
      { ver: "2", href: "http://x.example/x.rpm" },
    ])
    expect(faultOf(await locate("rpm:it"))).toMatch(/no such package or version/)
  })

  it("where the list must be signed, takes it only with a signature by a key of the repository", async () => {
    const repomd = publish([{ ver: "1" }])
    const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: "Ann" }], format: "armored" })
    const signed = async (bytes: Uint8Array): Promise<string> =>
      sign({
        message: await createMessage({ binary: bytes }),
        signingKeys: await readPrivateKey({ armoredKey: privateKey }),
        detached: true,
        format: "armored",
      })
    await writeFile(join(cache, "ann.key"), publicKey)
    await repo(
      `[own]\nbaseurl=${served.address}${base}\nrepo_gpgcheck=1\ngpgkey=https://x.example/key\n  file://${join(cache, "ann.key")}\n`,
    )
    expect(faultOf(await locate("rpm:it"))).toMatch(/^mismatch: .*found none/)
    await rm(join(cache, "indexes"), { recursive: true })
    served.documents.set(`${base}repodata/repomd.xml.asc`, await signed(Buffer.from("other")))
    expect(faultOf(await locate("rpm:it"))).toMatch(/^mismatch: .*found a bad one/)
    await rm(join(cache, "indexes"), { recursive: true })
    served.documents.set(`${base}repodata/repomd.xml.asc`, await signed(repomd))
    expect((await located("rpm:it")).provenance.chain[0]).toMatch(/^repomd\.xml of own signed by [0-9a-f]{40}/)
    await repo(`[own]\nbaseurl=${served.address}${base}\nrepo_gpgcheck=1\n`)
    expect(faultOf(await locate("rpm:it"))).toMatch(/^mismatch: .*gpgkey names no file.*unknown key/)
  })

  it("checks the package's own signature by the keys of a repository that signs its packages, and by the user's", async () => {
    const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: "Ann" }], format: "armored" })
    const plain = packageOf()
    const header = (await walked(rpmParser, [plain])).entries.find(({ path }) => path === "header")?.bytes ?? Buffer.alloc(0)
    const packets: unknown = await sign({
      message: await createMessage({ binary: header }),
      signingKeys: await readPrivateKey({ armoredKey: privateKey }),
      detached: true,
      format: "binary",
    })
    if (!(packets instanceof Uint8Array)) throw new Error("no bytes")
    const signature = [binary(268, packets)]
    publish([
      { ver: "1", bytes: packageOf({ signature }) },
      { ver: "2", bytes: packageOf({ signature, payload: gzipSync("another payload") }) },
      { ver: "3", bytes: plain },
    ])
    const key = join(cache, "ann.key")
    await writeFile(key, publicKey)
    const configured = (options: string): Promise<void> => repo(`[own]\nbaseurl=${served.address}${base}\n${options}`)
    await configured(`gpgcheck=1\ngpgkey=file://${key}\n`)
    const { chain, signature: valid } = (await located("rpm:it@1")).provenance
    expect(valid).toMatchObject({ kind: "valid", signer: "Ann", keyFrom: key })
    expect(chain.at(-1)).toMatch(/^rsa-header of it-1-1\.noarch\.rpm: valid signature by [0-9a-f]{40}/)
    expect((await located("rpm:it@2")).provenance.signature).toMatchObject({ kind: "bad" })
    expect(faultOf(await locate("rpm:it@3"))).toMatch(/^mismatch: .*the \.repo file of own demands \(gpgcheck\), found none/)

    await configured("gpgcheck=1\ngpgkey=https://x.example/key\n")
    const unknown = (await located("rpm:it@1")).provenance
    expect(unknown.signature).toMatchObject({ kind: "unknown-key" })
    expect(unknown.notLookedAt.join()).toMatch(
      /its key [0-9a-f]{16} was not given.*the keys of own at addresses \(gpgkey\) were not fetched/,
    )

    await configured(`gpgkey=file://${key}\n`)
    expect((await located("rpm:it@1")).provenance.signature).toMatchObject({ kind: "unknown-key" })
    expect((await located("rpm:it@1", [key])).provenance.signature).toMatchObject({ kind: "valid" })
    expect((await located("rpm:it@3")).provenance.notLookedAt.join()).toContain("no signature of its own")
  })

  it("asks mirrors, of a list and of a metalink, and takes the next where one does not answer", async () => {
    publish([{ ver: "1" }])
    const here = `${served.address}${base}`
    for (const [text, option] of [
      [`# mirrors\n${served.address}/gone/\n${here}\n`, "mirrorlist"],
      [
        `<metalink><files><file><resources><url>rsync://x/</url><url>${here}repodata/repomd.xml</url></resources></file></files></metalink>`,
        "metalink",
      ],
    ] as const) {
      await rm(join(cache, "indexes"), { recursive: true, force: true })
      served.documents.set("/mirrors", text)
      await repo(`[own]\n${option}=${served.address}/mirrors\n[off]\nenabled=0\nbaseurl=http://127.0.0.1:1/\n`)
      expect((await located("rpm:it")).version).toBe("1-1")
    }
  })

  it("says what is missing: repositories, their places, a sound list", async () => {
    publish([{ ver: "1" }])
    await repo("[own]\n")
    expect(faultOf(await locate("rpm:it"))).toMatch(/^unavailable: own: nothing says where/)
    await repo("[own]\nenabled=0\n")
    expect(faultOf(await locate("rpm:it"))).toMatch(/no repository of rpm packages is enabled/)
    await repo(`[own]\nbaseurl=${served.address}/x\n`)
    served.documents.set("/x/repodata/repomd.xml", "<repomd/>")
    expect(faultOf(await locate("rpm:it"))).toMatch(/^malformed: .*digest of primary/)
    for (const text of ["rpm:../it", "rpm:it@1 2", "rpm:it@1-2-3", "pkg:rpm/it@1?epoch=x"])
      expect(faultOf(await locate(text))).toMatch(/^usage: /)
  })

  it("sends the repository's login to its own server", async () => {
    publish([{ ver: "1" }])
    await repo(`[own]\nbaseurl=${served.address}${base}\nusername=u\npassword=p\n`)
    await located("rpm:it")
    expect(new Set(served.asked.map(({ login }) => login))).toEqual(new Set([`Basic ${Buffer.from("u:p").toString("base64")}`]))
  })
})

describe("rpm's versions", () => {
  it.each([
    ["1.0", "1.0", 0],
    ["1.0", "1.1", -1],
    ["1.0", "1.0.1", -1],
    ["1.05", "1.5", 0],
    ["1.10", "1.9", 1],
    ["1.0", "1.0a", -1],
    ["1.0a", "1.0.1", -1],
    ["1_0", "1.0", 0],
    ["1.0~rc1", "1.0", -1],
    ["1.0~rc1", "1.0~rc2", -1],
    ["1.0~~", "1.0~", -1],
    ["1.0^", "1.0", 1],
    ["1.0^git1", "1.0.1", -1],
    ["1.0^20160101", "1.0^20160102", -1],
    ["1.0~rc1^git1", "1.0~rc1", 1],
    ["1.0^git1~pre", "1.0^git1", -1],
    ["99999999999999999999999", "99999999999999999999998", 1],
  ])("%s against %s: %d", (a, b, expected) => {
    expect(Math.sign(compareParts(a, b))).toBe(expected)
    expect(Math.sign(compareParts(b, a)) + expected).toBe(0)
  })

  it("have one order, whatever they are", () => {
    const part = fc.stringMatching(/^[a-b0-1.~^]{0,6}$/)
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        expect(Math.sign(compareParts(a, b)) + Math.sign(compareParts(b, a))).toBe(0)
        if (compareParts(a, b) <= 0 && compareParts(b, c) <= 0) expect(compareParts(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 2000 },
    )
  })

  it("have the order of rpm itself", (test) => {
    const pairs = fc.sample(fc.tuple(fc.stringMatching(/^[ab019][ab019.~^]{0,6}$/), fc.stringMatching(/^[ab019][ab019.~^]{0,6}$/)), {
      numRuns: 2000,
      seed: 7,
    })
    const script = pairs.map(([a, b]) => `print(rpm.vercmp("${a}","${b}") .. " ")`).join(" ")
    const asked = spawnSync("rpm", ["--eval", `%{lua: ${script}}`], { encoding: "utf8", env: { PATH: process.env["PATH"] } })
    const orders = (asked.stdout ?? "").trim().split(/\s+/)
    if (asked.status !== 0 || orders.length !== pairs.length) return test.skip("no rpm here that compares versions")
    const wrong = pairs.filter(([a, b], index) => Math.sign(compareParts(a, b)) !== Number(orders[index]))
    expect(wrong).toEqual([])
  })

  it("are written with an epoch, a release or neither", () => {
    expect(versionOf("1:2.0-3.el9")).toEqual({ epoch: "1", version: "2.0", release: "3.el9" })
    expect(versionOf("2.0")).toEqual({ version: "2.0" })
    expect(versionOf("2.0/..")).toBe(undefined)
  })
})

it(".repo files: comments, sections and lines that go on", () => {
  const text = "# x\n[a]\nbaseurl = one\n  two\n; y\nname=a=b\n[b]\n[a]\nenabled=0\n stray\n"
  expect([...parseIni(` stray\n${text}`)].map(([name, options]) => [name, Object.fromEntries(options)])).toEqual([
    ["a", { baseurl: "one\ntwo", name: "a=b", enabled: "0\nstray" }],
    ["b", {}],
  ])
})

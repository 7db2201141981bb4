import { once } from "node:events"
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { gzipSync, zstdCompressSync } from "node:zlib"
import { createCleartextMessage, generateKey, type PrivateKey, readPrivateKey, sign } from "openpgp"
import { pack } from "tar-stream"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { sha256Of } from "../core/digest.ts"
import { explainFault, type Result } from "../core/fault.ts"
import { listCache, pruneCache } from "../io/cache.ts"
import type { Context } from "../io/context.ts"
import { createContext } from "../io/create-context.ts"
import { debianArchitecture } from "../io/machine.ts"
import type { Toolchain } from "../model/toolchain.ts"
import { generatorPackages } from "./debian-table.ts"
import {
  buildToolchain,
  cachedToolchain,
  listToolchains,
  planToolchain,
  removeToolchain,
  type ToolchainPlan,
  toolVersions,
} from "./index.ts"

/** A mirror that a test fills: a distribution of tiny packages, signed with a key of ours. */
const served = new Map<string, Uint8Array | string>()
const asked: string[] = []
const server = createServer((request, response) => {
  const path = decodeURIComponent(request.url ?? "")
  asked.push(path)
  const found = served.get(path)
  return found === undefined ? response.writeHead(404).end() : response.end(found)
})
let address = ""
let folder = ""
let key: PrivateKey
let armored = ""

beforeAll(async () => {
  const made = await generateKey({ userIDs: [{ name: "Archive" }], format: "armored" })
  key = await readPrivateKey({ armoredKey: made.privateKey })
  armored = made.publicKey
  await once(server.listen(0, "127.0.0.1"), "listening")
  const bound = server.address()
  address = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  served.clear()
  asked.length = 0
  folder = await mkdtemp(join(tmpdir(), "everybyte-toolchain-"))
  await mkdir(join(folder, "apt", "sources.list.d"), { recursive: true })
  await writeFile(join(folder, "archive.asc"), armored)
  await configure("one")
  return () => rm(folder, { recursive: true, maxRetries: 10, retryDelay: 100 })
})

const configure = (suites: string, more = ""): Promise<void> =>
  writeFile(
    join(folder, "apt", "sources.list.d", "a.sources"),
    `Types: deb\nURIs: ${address}/debian\nSuites: ${suites}\nComponents: main\nSigned-By: ${join(folder, "archive.asc")}\n${more}`,
  )

const context = (more: { offline?: boolean; limits?: Partial<Context["limits"]> } = {}): Context =>
  createContext({
    cache: join(folder, "cache"),
    environment: { EVERYBYTE_APT_DIRECTORY: join(folder, "apt"), PATH: process.env["PATH"] },
    ...more,
    limits: { retriesMax: 0, ...more.limits },
  })

type Tree = readonly {
  readonly name: string
  readonly content?: string
  readonly linkname?: string
  readonly mode?: number
  readonly type?: "symlink" | "link" | "directory" | "character-device"
}[]

async function tarOf(tree: Tree): Promise<Buffer> {
  const packed = pack()
  for (const { content = "", type, linkname, name, mode = 0o755 } of tree)
    packed.entry(
      { name, mode, mtime: new Date(1e12), ...(type === undefined ? {} : { type }), ...(linkname === undefined ? {} : { linkname }) },
      content,
    )
  packed.finalize()
  return buffer(packed)
}

function arOf(members: Readonly<Record<string, Uint8Array | string>>): Buffer {
  const parts = Object.entries(members).flatMap(([name, content]) => {
    const body = Buffer.from(content)
    const head = `${name.padEnd(16)}${"0".padEnd(12)}${"0     ".repeat(2)}${"100644".padEnd(8)}${String(body.byteLength).padEnd(10)}\`\n`
    return [Buffer.from(head), body, Buffer.from(body.byteLength % 2 === 0 ? "" : "\n")]
  })
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts])
}

interface Made {
  readonly stanza: string
  readonly path: string
}

async function deb(
  name: string,
  tree: Tree = [],
  more: { fields?: string; version?: string; raw?: Uint8Array; plain?: boolean } = {},
): Promise<Made> {
  const { fields = "", version = "1.0-1", plain = false } = more
  const data = await tarOf([{ name: "./", type: "directory" }, ...tree])
  const control = gzipSync(await tarOf([{ name: "./postinst", content: "#!/bin/sh\ntouch /pwned" }]))
  const members = {
    "debian-binary": "2.0\n",
    "control.tar.gz": control,
    ...(plain ? { "data.tar": data } : { "data.tar.zst": zstdCompressSync(data) }),
  }
  const bytes = more.raw ?? arOf(members)
  const path = `pool/main/${name}_${version}.deb`
  served.set(`/debian/${path}`, bytes)
  const stanza = `Package: ${name}\nVersion: ${version}\nArchitecture: all\n${fields}Priority: optional\nInstalled-Size: 10\nFilename: ${path}\nSize: ${bytes.byteLength}\nSHA256: ${sha256Of(bytes)}\n`
  return { stanza, path }
}

/** Packages that every toolchain has, most of them empty. */
async function base(except: readonly string[] = []): Promise<readonly Made[]> {
  const names = [...new Set(generatorPackages.map((one) => one.split(" ")[0] ?? ""))].filter((name) => !except.includes(name))
  const bin = (name: string): Tree => [{ name: `./usr/bin/${name}`, content: name }]
  const made: Made[] = []
  for (const name of names) made.push(await deb(name, name === "gawk" || name === "gcc" ? bin(name) : []))
  return made
}

const listed = (name: string, content: Uint8Array | string): string => ` ${sha256Of(content)} ${Buffer.byteLength(content)} ${name}`

async function release(packages: readonly Made[], { suite = "one", at = "/debian", sources = "" } = {}): Promise<void> {
  const indexes: Readonly<Record<string, string>> = {
    [`main/binary-${debianArchitecture()}/Packages`]: packages.map(({ stanza }) => stanza).join("\n"),
    "main/source/Sources": sources,
  }
  const lines = Object.entries(indexes).map(([name, text]) => listed(name, text))
  const body = `Origin: Debian\nSuite: ${suite}\nCodename: code-${suite}\nDate: Sat, 21 Nov 2026 09:15:44 UTC\nSHA256:\n${lines.join("\n")}\n`
  served.set(`${at}/dists/${suite}/InRelease`, await sign({ message: await createCleartextMessage({ text: body }), signingKeys: key }))
  for (const [name, text] of Object.entries(indexes)) served.set(`${at}/dists/${suite}/${name}`, text)
}

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
const planned = async (name = "one", ctx = context()): Promise<ToolchainPlan> => value(await planToolchain(name, ctx))
const built = async (name = "one", ctx = context()): Promise<Toolchain> => value(await buildToolchain(await planned(name, ctx), ctx))
const names = ({ packages }: Pick<ToolchainPlan, "packages">): readonly string[] => packages.map(({ name }) => name)

const essential = { fields: "Essential: yes\n" }

describe("a plan", () => {
  test("has the essential packages, the generators and what they need, the first alternative that is there", async () => {
    const made = [
      await deb("ess", [], { fields: "Essential: yes\nPre-Depends: lib1 (>= 1.0)\nDepends: nosuch | virtual, mawk | gawk\n" }),
      await deb("lib1"),
      await deb("zprovider", [], { fields: "Provides: virtual\n" }),
      await deb("aprovider", [], { fields: "Provides: virtual (= 1)\nPriority: extra\n" }),
      await deb("mawk"),
      await deb("unneeded"),
    ]
    await release([...(await base()), ...made])
    const plan = await planned()
    const all = names(plan)
    // gawk is chosen before mawk is asked for; among providers the more important one.
    expect(["ess", "lib1", "zprovider", "aprovider", "mawk", "unneeded"].map((name) => all.includes(name))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    expect(plan.name).toBe("code-one")
    expect(plan.date).toBe("Sat, 21 Nov 2026 09:15:44 UTC")
    expect(plan.missing.filter((one) => !one.startsWith("upstream's own"))).toEqual([])
    expect(asked.filter((path) => path.endsWith(".deb"))).toEqual([])
  })

  test("what is built with: other architectures, profiles and Debian's own tools left out, conflicts avoided, gaps told", async () => {
    const sources = `Package: it\nVersion: 1.0-1\nDirectory: pool/it\nBuild-Depends: debhelper-compat (= 13), dh-exec, needed, hurd-only [hurd-any], stage <stage1>, tested <!nocheck>\nBuild-Depends-Indep: enemy | friend, gone (>= 2), old (>= 2)\nChecksums-Sha256:\n`
    const more = ["dh-exec", "hurd-only", "stage", "tested", "friend", "old"]
    const made = [await deb("ess", [], essential), await deb("needed", [], { fields: "Conflicts: enemy\n" }), await deb("enemy")]
    for (const name of more) made.push(await deb(name))
    await release([...(await base()), ...made], { sources })
    const plan = await planned("one+it")
    const all = names(plan)
    expect(["needed", "tested", "friend"].every((name) => all.includes(name))).toBe(true)
    expect(all.filter((name) => ["dh-exec", "hurd-only", "stage", "enemy", "old"].includes(name))).toEqual([])
    expect(plan.missing.slice(0, 2)).toEqual([
      "gone (>= 2) (needed by building it): the suite has none that fits",
      "old (>= 2) (needed by building it): the suite has none that fits",
    ])
    expect(plan.name).toBe("code-one+it")
  })

  test("a set of ours by name, what the suite lacks of it told", async () => {
    await release([
      ...(await base()),
      await deb("ess", [], essential),
      await deb("cargo", [], { fields: "Depends: lib1\n" }),
      await deb("lib1"),
    ])
    const plan = await planned("one:rust")
    expect(plan.name).toBe("code-one:rust")
    expect(["cargo", "lib1"].every((name) => names(plan).includes(name))).toBe(true)
    expect(plan.missing[0]).toBe("rustc (needed by the set rust): the suite has none that fits")
    expect((await planned("one")).digest).not.toBe(plan.digest)
    expect(faultOf(await planToolchain("one:nosuch", context()))).toMatch(/^unavailable: nosuch: .*no such set.*python, rust/s)
  })

  test("faults: a name that is none, a suite and a source that are not there, an index without the essential, too many packages, another's key", async () => {
    await release([...(await base())])
    expect(faultOf(await planToolchain("../etc", context()))).toMatch(/^usage: .*no toolchain's name/)
    for (const name of ["one+../x", "one:", "one:../x", "one:rust+it"])
      expect(faultOf(await planToolchain(name, context()))).toMatch(/^usage/)
    expect(faultOf(await planToolchain("two", context()))).toMatch(/^unavailable: two: no mirror/)
    expect(faultOf(await planToolchain("one+it", context()))).toMatch(/^unavailable: it: code-one has no such source/)
    expect(faultOf(await planToolchain("one", context()))).toMatch(/^unavailable: .*no essential package/)
    await release([...(await base()), await deb("ess", [], essential)])
    const fresh = (more = {}): Context => ({ ...context(more), cache: join(folder, "fresh") })
    expect(faultOf(await planToolchain("one", fresh({ limits: { toolchainPackagesMax: 3 } })))).toMatch(
      /^over-limit: .*toolchainPackagesMax/,
    )
    const other = await generateKey({ userIDs: [{ name: "Stranger" }], format: "armored" })
    await writeFile(join(folder, "archive.asc"), other.publicKey)
    expect(faultOf(await planToolchain("one", fresh()))).toMatch(/^mismatch: /)
  })
})

describe("a build", () => {
  test("unpacks without running anything, by the tables of ours, and is found again without the network", async () => {
    const tree: Tree = [
      { name: "./bin/true", content: "true", mode: 0o4755 },
      { name: "./usr/bin/automake-1.9", content: "old" },
      { name: "./usr/bin/automake-1.17", content: "new" },
      { name: "./usr/share/xml/it/catalog.xml", content: "<catalog/>" },
      { name: "./dev/sda", type: "character-device" },
    ]
    await release([...(await base()), await deb("ess", tree, essential), await deb("autoconf", [], { version: "1:2.72+dfsg-3" })])
    const ctx = context()
    const seen: string[] = []
    const plan = await planned()
    const toolchain = value(await buildToolchain(plan, { ...ctx, progress: (what, done, total) => seen.push(`${what} ${done === total}`) }))
    const { root } = toolchain
    expect(root).toBe(join(folder, "cache", "toolchains", `code-one-${plan.digest.slice(0, 16)}`, "root"))
    const at = (path: string): string => join(root, path)
    expect([readlinkSync(at("bin")), readFileSync(at("usr/bin/true"), "utf8"), lstatSync(at("usr/bin/true")).mode & 0o7777]).toEqual([
      "usr/bin",
      "true",
      0o755,
    ])
    expect([readlinkSync(at("usr/bin/awk")), readlinkSync(at("usr/bin/cc")), readlinkSync(at("usr/bin/automake"))]).toEqual([
      "gawk",
      "gcc",
      "automake-1.17",
    ])
    expect(readFileSync(at("etc/passwd"), "utf8")).toContain("build:x:1000:1000:")
    expect(readFileSync(at("etc/xml/catalog"), "utf8")).toContain('catalog="file:///usr/share/xml/it/catalog.xml"')
    expect(["proc", "build", "home/build", "tmp"].map((name) => readdirSync(at(name)))).toEqual([[], [], [], []])
    expect([existsSync(at("dev/sda")), existsSync("/pwned"), existsSync(at("pwned")), lstatSync(root).mode & 0o777]).toEqual([
      false,
      false,
      false,
      0o755,
    ])
    expect(lstatSync(at("usr/bin/true")).mtimeMs).toBe(1e12)
    expect(toolchain.packages).toHaveLength(plan.packages.length)
    expect(toolVersions(toolchain).get("autoconf")).toBe("2.72")
    expect(["downloading code-one true", "unpacking code-one true"].every((one) => seen.includes(one))).toBe(true)
    const before = asked.length
    expect([await cachedToolchain("code-one", ctx), await listToolchains(ctx), await cachedToolchain("code-two", ctx)]).toEqual([
      toolchain,
      [toolchain],
      undefined,
    ])
    expect(asked).toHaveLength(before)
    expect(readdirSync(join(folder, "cache", "tmp"))).toEqual([])
  })

  test("is the same again without a download; another package makes another digest; the newest counts", async () => {
    await release([...(await base()), await deb("ess", [], essential)])
    const first = await built()
    const before = asked.length
    expect((await planned()).downloadBytes).toBe(0)
    expect(await built()).toEqual(first)
    expect(asked.slice(before).filter((path) => path.endsWith(".deb"))).toEqual([])
    expect(await built("one", context({ offline: true }))).toEqual(first)
    await release([...(await base()), await deb("ess", [{ name: "./new" }], { ...essential, version: "2.0-1" })])
    const fresh = { ...context(), cache: join(folder, "fresh") }
    expect((await planned("one", fresh)).digest).not.toBe(first.digest)
  })

  test("goes on after it was broken off: what was fetched is not fetched again, and the half root is removed", async () => {
    await release([...(await base()), await deb("ess", [], { ...essential, raw: Buffer.from("no ar") })])
    const plan = await planned()
    expect(faultOf(await buildToolchain(plan, context()))).toMatch(/^malformed: ess_1\.0-1\.deb/)
    expect([readdirSync(join(folder, "cache", "tmp")), await listToolchains(context())]).toEqual([[], []])
    await mkdir(join(folder, "cache", "tmp", "toolchain-999999999-ab", "root"), { recursive: true })
    const before = asked.length
    expect(faultOf(await buildToolchain(plan, context()))).toMatch(/^malformed/)
    expect(asked.slice(before).filter((path) => path.endsWith(".deb"))).toEqual([])
    expect(readdirSync(join(folder, "cache", "tmp"))).toEqual([])
  })

  test("a package that the mirror does not give is named as unavailable; one with other bytes is a fault", async () => {
    const lost = await deb("mandoc", [{ name: "./usr/bin/mandoc", content: "m" }])
    await release([...(await base(["mandoc"])), lost, await deb("ess", [], essential)])
    const kept = served.get(`/debian/${lost.path}`)
    served.delete(`/debian/${lost.path}`)
    const toolchain = await built()
    expect(toolchain.missing.filter((one) => one.includes("unavailable"))).toEqual([
      expect.stringMatching(/^mandoc_1\.0-1\.deb: unavailable: .*404/),
    ])
    expect(names(toolchain)).not.toContain("mandoc")
    served.set(`/debian/${lost.path}`, Buffer.alloc(kept?.length ?? 0))
    const fresh = { ...context(), cache: join(folder, "fresh") }
    expect(faultOf(await buildToolchain(await planned("one", fresh), fresh))).toMatch(/^mismatch: mandoc/)
  })

  test("a package that the suite's mirror lost is taken from that of its security updates, which list the very same file", async () => {
    const lost = await deb("mandoc", [{ name: "./usr/bin/mandoc", content: "m" }])
    await release([...(await base(["mandoc"])), lost, await deb("ess", [], essential)])
    await configure(
      "one",
      `\nTypes: deb\nURIs: ${address}/security\nSuites: other-security\nComponents: main\nSigned-By: ${join(folder, "archive.asc")}\n`,
    )
    await release([{ ...lost, stanza: lost.stanza.replace("pool/", "pool/updates/") }], { suite: "code-one-security", at: "/security" })
    served.set(`/security/${lost.path.replace("pool/", "pool/updates/")}`, served.get(`/debian/${lost.path}`) ?? "")
    served.delete(`/debian/${lost.path}`)
    const toolchain = await built()
    expect([names(toolchain).includes("mandoc"), existsSync(join(toolchain.root, "usr/bin/mandoc"))]).toEqual([true, true])
  })

  test("upstream's own tarball stands beside the patched tool", async () => {
    const orig = gzipSync(await tarOf([{ name: "libtool-2.5/m4/libtool.m4", content: "upstream" }]))
    served.set("/debian/pool/main/l/libtool_2.5.orig.tar.gz", orig)
    const sources = `Package: libtool-src\nVersion: 2.5-4\nDirectory: pool/main/l\nChecksums-Sha256:\n${listed("libtool_2.5.orig.tar.gz", orig)}\n`
    const patched = await deb("libtool", [{ name: "./usr/share/libtool.m4", content: "patched" }], {
      version: "2.5-4+b1",
      fields: "Source: libtool-src (2.5-4)\n",
      plain: true,
    })
    await release([...(await base(["libtool"])), patched, await deb("ess", [], essential)], { sources })
    const { root, originals, missing } = await built()
    expect(readFileSync(join(root, "usr/src/upstream/libtool/m4/libtool.m4"), "utf8")).toBe("upstream")
    expect(originals).toEqual([{ name: "libtool", file: "libtool_2.5.orig.tar.gz", sha256: sha256Of(orig) }])
    expect(missing.join()).toContain("upstream's own autoconf")
  })

  test.each<[string, RegExp, (data: Buffer) => Promise<Buffer> | Buffer]>([
    [
      "leaves the root",
      /`\.\.` in the name/,
      async () =>
        arOf({ "debian-binary": "2.0\n", "control.tar.gz": "", "data.tar": await tarOf([{ name: "../../pwned", content: "x" }]) }),
    ],
    ["has no data", /the members debian-binary/, () => arOf({ "debian-binary": "2.0\n", "control.tar.gz": "" })],
    [
      "has two data members",
      /the members debian-binary/,
      (data) => arOf({ "debian-binary": "2.0\n", "control.tar.gz": "", "data.tar": data, "data.tar.gz": gzipSync(data) }),
    ],
    [
      "is cut",
      /sound zstd/,
      (data) => arOf({ "debian-binary": "2.0\n", "control.tar.gz": "", "data.tar.zst": zstdCompressSync(data).subarray(0, 40) }),
    ],
  ])("fault: a package that %s", async (_, expected, make) => {
    const raw = await make(await tarOf([{ name: "./a", content: "a".repeat(3000) }]))
    await release([...(await base()), await deb("ess", [], { ...essential, raw })])
    expect(faultOf(await buildToolchain(await planned(), context()))).toMatch(expected)
  })
})

test("removed by name or digest, told by the cache, left alone by prune", async () => {
  await release([...(await base()), await deb("ess", [{ name: "./a", content: "12345" }], essential)])
  const ctx = context()
  const toolchain = await built()
  const item = (await listCache(ctx)).find(({ kind }) => kind === "toolchain")
  expect(item).toMatchObject({ name: `code-one  ${toolchain.digest.slice(0, 16)}`, bytes: toolchain.installedBytes })
  await pruneCache(ctx, 0)
  expect((await listCache(ctx)).map(({ kind }) => kind)).toEqual(["toolchain"])
  expect(faultOf(await removeToolchain("code", ctx))).toMatch(/^usage: there is no toolchain "code"/)
  expect(value(await removeToolchain(toolchain.digest.slice(0, 16), ctx))).toBe(toolchain.installedBytes)
  expect([await listToolchains(ctx), readdirSync(join(folder, "cache", "toolchains"))]).toEqual([[], []])
})

import { createHash } from "node:crypto"
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Served, serve } from "../../../test/fixtures/served.ts"
import { tarOf } from "../../../test/fixtures/tar.ts"
import { explainFault, type Result } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { chosenFor, parseTarget, registryFacts } from "../index.ts"
import type { Located } from "../registry.ts"
import { cargoAccess } from "./access.ts"
import { defaultIndex } from "./default-index.ts"
import { cargo } from "./index.ts"
import { archiveAddress, prefixOf } from "./sparse-index.ts"

const commit = "b".repeat(40)
let index: Served
let crates: Served
let cache = ""

beforeAll(async () => {
  ;[index, crates] = [await serve(), await serve()]
})
afterAll(() => {
  index.close()
  crates.close()
})
beforeEach(async () => {
  for (const one of [index, crates]) {
    one.documents.clear()
    one.asked.length = 0
  }
  index.documents.set("/index/config.json", JSON.stringify({ dl: `${crates.address}/api/crates` }))
  cache = await mkdtemp(join(tmpdir(), "everybyte-cargo-"))
  await configure(`[source.crates-io]\nreplace-with = "mine"\n[source.mine]\nregistry = "sparse+${index.address}/index/"\n`)
  return () => rm(cache, { recursive: true })
})

const configure = (text: string): Promise<void> => writeFile(join(cache, "config.toml"), text)
const manifest = '[package]\nname = "It_is"\nrepository = "https://forge.example/it"\n'

/** Of a registry of its own, whose token is `secret`. */
async function withToken(): Promise<Record<string, string>> {
  await configure('[source.crates-io]\nreplace-with = "my-own"\n')
  return { ...alone(), CARGO_REGISTRIES_MY_OWN_INDEX: `sparse+${index.address}/index`, CARGO_REGISTRIES_MY_OWN_TOKEN: "secret" }
}
const logins = ({ asked }: Served): readonly (string | undefined)[] => asked.map(({ login }) => login)

interface Published {
  readonly files?: Readonly<Record<string, string>>
  readonly more?: object
}
function publish(version: string, { files = { "Cargo.toml": manifest }, more = {} }: Published = {}): void {
  const members = Object.entries(files).map(([name, content]) => ({ name: `It_is-${version}/${name}`, content }))
  const bytes = gzipSync(tarOf(members))
  const cksum = createHash("sha256").update(bytes).digest("hex")
  const line = JSON.stringify({ name: "It_is", vers: version, deps: [], cksum, features: {}, yanked: false, ...more })
  index.documents.set("/index/it/_i/it_is", `${index.documents.get("/index/it/_i/it_is") ?? ""}${line}\n`)
  crates.documents.set(`/api/crates/It_is/${version}/download`, bytes)
}

const alone = (): Record<string, string> => ({ HOME: cache, CARGO_HOME: cache, PATH: "/nonexistent" })
async function locate(text: string, environment: Record<string, string> = alone()): Promise<Result<Located>> {
  const target = await parseTarget(text)
  if (!target.ok) return target
  if (target.value.kind !== "package") throw new Error("no package")
  return cargo.locate(target.value, createContext({ cache, environment, limits: { retriesMax: 0 } }))
}
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
async function located(text: string, environment = alone()): Promise<Located> {
  const result = await locate(text, environment)
  if (!result.ok) throw new Error(faultOf(result))
  return result.value
}

describe("cargo", () => {
  it("brings a crate under the name that the index spells, with what it says of itself", async () => {
    const info = JSON.stringify({ git: { sha1: commit, dirty: true }, path_in_vcs: "crates/it" })
    publish("1.2.0", { files: { "Cargo.toml": manifest, ".cargo_vcs_info.json": info } })
    const { name, version, purl, provenance } = await located("cargo:it_is@1.2.0")
    expect({ name, version, purl }).toEqual({ name: "It_is-1.2.0.crate", version: "1.2.0", purl: "pkg:cargo/It_is@1.2.0" })
    expect(provenance).toMatchObject({ commit, repository: "https://forge.example/it" })
    expect(provenance.chain.join("\n")).toMatch(
      /sha256 promised by the index http:\S+\n.*"crates-io" with "mine"\n.*commit b+\n.*\(dirty\)\n.*"crates\/it"/,
    )
  })

  it("states what the crate does not say, and reads nothing of what only looks like its own files", async () => {
    publish("1.2.0", { files: { "Cargo.toml": "[", "x/.cargo_vcs_info.json": JSON.stringify({ git: { sha1: commit } }) } })
    const { provenance } = await located("cargo:It_is@1.2.0")
    expect(provenance).not.toHaveProperty("commit")
    expect(provenance).not.toHaveProperty("repository")
    expect(provenance.notLookedAt.join()).toContain("of which commit it was packed")
  })

  it("says when a version and those before it were published, where the index does", async () => {
    publish("1.2.0", { more: { pubtime: "2024-02-01T00:00:00Z" } })
    publish("1.1.0", { more: { pubtime: "2024-01-01T00:00:00Z" } })
    publish("1.0.0")
    publish("1.3.0", { more: { pubtime: "2024-03-01T00:00:00Z" } })
    const facts = (target: string) => registryFacts(target, undefined, createContext({ cache, environment: alone() }))
    expect((await facts("cargo:It_is@1.2.0"))?.versions?.map(({ version }) => version)).toEqual(["1.1.0", "1.2.0"])
    expect(await facts("cargo:It_is@1.0.0")).toEqual({})
    expect(await facts("cargo:It_is")).toEqual({ why: expect.any(String) })
  })

  it("refuses bytes other than the index promises, and what is no index", async () => {
    publish("1.2.0")
    crates.documents.set("/api/crates/It_is/1.2.0/download", "other bytes")
    expect(faultOf(await locate("cargo:It_is@1.2.0"))).toMatch(/^mismatch: .*sha256/)
    index.documents.set("/index/config.json", "<html>")
    await rm(join(cache, "indexes"), { recursive: true })
    expect(faultOf(await locate("cargo:It_is@1.2.0"))).toMatch(/^malformed: .*JSON with dl/)
  })

  it("bytes that the index promises, and that are no archive, are still handed on", async () => {
    const bytes = Buffer.from("no archive")
    publish("1.2.0", { more: { cksum: createHash("sha256").update(bytes).digest("hex") } })
    crates.documents.set("/api/crates/It_is/1.2.0/download", bytes)
    expect((await located("cargo:It_is@1.2.0")).provenance.notLookedAt.join()).toMatch(/could not be opened|no \.cargo_vcs_info/)
  })

  it("takes the highest release that is not yanked, and says that one is", async () => {
    publish("1.9.0")
    publish("1.10.0")
    publish("1.11.0", { more: { yanked: true } })
    publish("2.0.0-rc.1")
    expect((await located("cargo:It_is")).version).toBe("1.10.0")
    expect((await located("cargo:It_is@1.11.0")).provenance.chain.join()).toContain("yanked")
  })

  it("names the versions that there are for one that is not, and passes over lines that it cannot read", async () => {
    publish("1.0.0")
    index.documents.set(
      "/index/it/_i/it_is",
      `{\n[]\n{"name":"other","vers":"7.0.0","cksum":"${"0".repeat(64)}"}\n${index.documents.get("/index/it/_i/it_is")}`,
    )
    expect(faultOf(await locate("cargo:It_is@7.0.0"))).toMatch(/^unavailable: .*no such crate or version; .*\(it has 1\.0\.0\)$/)
    expect(faultOf(await locate("cargo:none@1.0.0"))).toMatch(/check the name and the version$/)
    for (const text of ["cargo:../x@1.0.0", "cargo:x@1", "cargo:x@^1.0.0", "pkg:cargo/a/b@1.0.0"])
      expect(faultOf(await locate(text))).toMatch(/^usage: /)
  })

  it.each([
    ['[source.crates-io]\nreplace-with = "a"\n[source.a]\nreplace-with = "crates-io"\n', /replace each other without an end/],
    ['[source.crates-io]\nreplace-with = "a"\n[source.a]\ndirectory = "vendor"\n', /is a folder or a git repository/],
    ['[source.crates-io]\nreplace-with = "a"\n', /nothing says where its source "a" is/],
    [
      '[source.crates-io]\nreplace-with = "a"\n[source.a]\nregistry = "https://me:secret@a.example/index"\n',
      /not one of the sparse protocol/,
    ],
    ["", /cargo: the program was not found/],
  ])("with the configuration %j says why it cannot ask", async (text, message) => {
    await configure(text)
    const fault = faultOf(await locate("cargo:it@1.0.0"))
    expect(fault).toMatch(message)
    expect(fault).not.toContain("secret")
  })

  it("refuses a configuration that cannot be read", async () => {
    await configure("[source")
    expect(faultOf(await locate("cargo:it@1.0.0"))).toMatch(/^malformed: .*config\.toml/)
  })

  it("finds a registry's index in the environment, and sends its token nowhere where the index does not ask for one", async () => {
    publish("1.0.0")
    await located("cargo:It_is@1.0.0", await withToken())
    expect([...logins(index), ...logins(crates)]).toEqual([undefined, undefined, undefined])
  })

  it("sends the token to the index and to its crates' server where the index asks for it (auth-required), and keeps it nowhere", async () => {
    publish("1.0.0")
    index.documents.set("/index/config.json", JSON.stringify({ dl: `${crates.address}/api/crates`, "auth-required": true }))
    await located("cargo:It_is@1.0.0", await withToken())
    expect([logins(index), logins(crates)]).toEqual([[undefined, "secret"], ["secret"]])
    for (const name of await readdir(cache, { recursive: true }))
      expect(await readFile(join(cache, name), "utf8").catch(() => "")).not.toContain("secret")
  })

  it("asks an index that answers 401 for its config.json once more with the token, and after any other answer never", async () => {
    for (const status of [401, 403, 400]) {
      index.documents.set("/index/config.json", status)
      index.asked.length = 0
      expect(faultOf(await locate("cargo:It_is@1.0.0", await withToken()))).toContain(`the server answers ${status}`)
      expect(logins(index)).toEqual(status === 401 ? [undefined, "secret"] : [undefined])
    }
  })

  it("the token does not follow a redirect to another server", async () => {
    publish("1.0.0")
    const bytes = crates.documents.get("/api/crates/It_is/1.0.0/download") ?? ""
    const elsewhere = await serve()
    elsewhere.documents.set("/api/crates/It_is/1.0.0/download", bytes)
    crates.documents.set("/api/crates/It_is/1.0.0/download", { location: `${elsewhere.address}/api/crates/It_is/1.0.0/download` })
    index.documents.set("/index/config.json", JSON.stringify({ dl: `${crates.address}/api/crates`, "auth-required": true }))
    await located("cargo:It_is@1.0.0", await withToken())
    elsewhere.close()
    expect([logins(crates), logins(elsewhere)]).toEqual([["secret"], [undefined]])
  })

  it("the token of a registry is not for a source of the same name with another index", async () => {
    publish("1.0.0")
    index.documents.set("/index/config.json", JSON.stringify({ dl: `${crates.address}/api/crates`, "auth-required": true }))
    await configure(
      `[source.crates-io]\nreplace-with = "my-own"\n[source.my-own]\nregistry = "sparse+${index.address}/index/"\n[registries.my-own]\nindex = "sparse+https://my-own.example/"\n`,
    )
    await located("cargo:It_is@1.0.0", { ...alone(), CARGO_REGISTRIES_MY_OWN_TOKEN: "secret" })
    expect([...logins(index), ...logins(crates)]).toEqual([undefined, undefined, undefined])
  })

  it("the token goes to servers of the registry alone, and never from an https index to plain http", async () => {
    const ctx = createContext({ cache, environment: {} })
    const access = await cargoAccess("https://index.example/", { settings: {}, token: "secret", name: "mine" }, ctx)
    const sentTo = (tokenFor: readonly string[], at: string): string | undefined => access(tokenFor).authorization(new URL(at))
    expect(sentTo([], "https://index.example/")).toBe(undefined)
    expect(sentTo(["https://index.example/", "https://dl.example/x"], "https://dl.example/y")).toBe("secret")
    expect(sentTo(["https://index.example/", "https://dl.example/x"], "https://evil.example/x")).toBe(undefined)
    expect(sentTo(["http://dl.example/x"], "http://dl.example/x")).toBe(undefined)
  })

  it("reads no configuration of the folder it stands in", async () => {
    publish("1.0.0")
    const before = process.cwd()
    await mkdir(join(cache, "hostile", ".cargo"), { recursive: true })
    await writeFile(join(cache, "hostile", ".cargo", "config.toml"), '[source.crates-io]\nreplace-with = "evil"\n')
    process.chdir(join(cache, "hostile"))
    try {
      expect(faultOf(await locate("cargo:It_is@1.0.0"))).toBe("no fault")
    } finally {
      process.chdir(before)
    }
  })
})

describe("the version that cargo takes", () => {
  it.each([
    ["of one number what is compatible", "1", "1.9.0"],
    ["of three numbers what is compatible", "1.2.0", "1.9.0"],
    ["before 1.0 the same second number", "0.3", "0.3.4"],
    ["exactly what is asked for", "=1.2.0", "1.2.0"],
    ["what all conditions allow", ">=1.0, <1.9", "1.2.0"],
    ["any", "*", "2.0.0"],
    ["with a star in it", "1.*", "1.9.0"],
    ["none that was yanked", "=3.0.0", undefined],
    ["none of what is no requirement", "../a", undefined],
    ["none of what is too long", "1,".repeat(200), undefined],
  ])("is %s", async (_, requirement, expected) => {
    for (const version of ["0.3.4", "0.4.0", "1.2.0", "1.9.0", "2.0.0"]) publish(version)
    publish("3.0.0", { more: { yanked: true } })
    const ctx = createContext({ cache, environment: alone(), limits: { retriesMax: 0 } })
    const chosen = await chosenFor("cargo", "It_is", requirement, ctx)
    expect(chosen.ok ? chosen.value : undefined).toBe(expected === undefined ? undefined : `cargo:It_is@${expected}`)
  })
})

describe("cargo's default index", () => {
  const asking = (path: string): Promise<string> =>
    defaultIndex(createContext({ cache, environment: { HOME: cache, PATH: path, CARGO_SECRET: "x" } }))
  const program = async (script: string): Promise<string> => {
    await mkdir(join(cache, "bin"), { recursive: true })
    await writeFile(join(cache, "bin", "cargo"), `#!/bin/sh\n${script}\n`)
    await chmod(join(cache, "bin", "cargo"), 0o755)
    return `${join(cache, "bin")}:${process.env["PATH"]}`
  }

  it("is the address that its error names, asked where no project is, through no real proxy, with a home of its own", async () => {
    const conditions =
      'test "$PWD" = / && test "$CARGO_HTTP_PROXY" = http://127.0.0.1:1 && test -z "$CARGO_SECRET" && test "$CARGO_HOME" != "$HOME"'
    const said = "echo 'failed to download from `https://index.example/a/config.json`' >&2; exit 101"
    expect(await asking(await program(`${conditions} || exit 1\n${said}`))).toBe("https://index.example/a/")
    expect(await readdir(join(cache, "tmp"))).toEqual([])
  })

  it("is unknown where it says something else", async () => {
    await expect(asking(await program("echo 'no such command' >&2; exit 1"))).rejects.toThrow(
      /does not say where its default index is \(no such command\)/,
    )
  })
})

describe("addresses of an index", () => {
  it.each([
    ["a", "1"],
    ["ab", "2"],
    ["abc", "3/a"],
    ["abcd", "ab/cd"],
    ["Serde", "Se/rd"],
  ])("%s is under %s", (name, prefix) => expect(prefixOf(name)).toBe(prefix))

  it("has its markers filled in, of no name's and no version's own making", () => {
    const release = { name: "Serde", vers: "1.0.0+a", cksum: "c".repeat(64) }
    expect(archiveAddress("https://x.example/dl/", release)).toBe("https://x.example/dl/Serde/1.0.0%2Ba/download")
    expect(archiveAddress("https://x.example/{prefix}/{lowerprefix}/{crate}-{version}.crate?{sha256-checksum}&{other}", release)).toBe(
      `https://x.example/Se/rd/se/rd/Serde-1.0.0+a.crate?${"c".repeat(64)}&{other}`,
    )
    fc.assert(
      fc.property(
        fc.stringMatching(/^[^{}]*$/),
        (dl) => archiveAddress(dl, release) === `${dl.replace(/\/+$/, "")}/Serde/1.0.0%2Ba/download`,
      ),
    )
  })
})

import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createMessage, generateKey, type PrivateKey, sign } from "openpgp"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { memorySource } from "../core/bytes.ts"
import { explainFault } from "../core/fault.ts"
import { createContext } from "../io/create-context.ts"
import { rpm } from "../parsers/rpm/index.ts"
import { binary, headerOf, type Package, packageOf, string } from "../parsers/rpm/test-kit.ts"
import { faultOrValue, mutant, walked } from "../parsers/test-kit.ts"
import { locate } from "./index.ts"
import { type PackageSignature, packageSignature } from "./rpm-signature.ts"
import { type Keys, keysFrom } from "./signature.ts"
import { signVersion3 } from "./signature-v3-fixture.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-rpm-signature-"))
afterAll(() => rmSync(folder, { recursive: true }))
const context = (keyrings: readonly string[] = []) => createContext({ cache: join(folder, "cache"), offline: true, keyrings })

let ann: PrivateKey
let keys: readonly Keys[]
let others: readonly Keys[]
beforeAll(async () => {
  const made = await generateKey({ userIDs: { name: "Ann" }, format: "object" })
  ann = made.privateKey
  keys = [keysFrom("ann.key", made.publicKey.write())]
  others = [keysFrom("other.key", (await generateKey({ userIDs: { name: "Bob" }, format: "object" })).publicKey.write())]
})

async function signature(of: Uint8Array): Promise<Buffer> {
  const made: unknown = await sign({
    message: await createMessage({ binary: of }),
    signingKeys: ann,
    detached: true,
    format: "binary",
  })
  if (!(made instanceof Uint8Array)) throw new Error("no bytes")
  return Buffer.from(made)
}

interface Signed {
  readonly header: Buffer
  readonly whole: Buffer
}
/** The package, with tags of its signature header that are made of what they sign. */
async function signedPackage(
  given: Package,
  tags: (signed: Signed) => Promise<NonNullable<Package["signature"]>>,
): Promise<Signed & { readonly bytes: Buffer; readonly headerAt: number; readonly payloadAt: number }> {
  const parts = async (bytes: Buffer): Promise<Signed & { headerAt: number; payloadAt: number }> => {
    const at = new Map((await walked(rpm, [bytes])).entries.map(({ path, extents }) => [path.split(".")[0], extents?.[0]?.at ?? 0]))
    const [headerAt = 0, payloadAt = 0] = [at.get("header"), at.get("payload")]
    return { header: bytes.subarray(headerAt, payloadAt), whole: bytes.subarray(headerAt), headerAt, payloadAt }
  }
  const bytes = packageOf({ ...given, signature: await tags(await parts(packageOf(given))) })
  return { bytes, ...(await parts(bytes)) }
}
const check = (bytes: Uint8Array, given = keys, limits = {}): Promise<PackageSignature> =>
  packageSignature("it.rpm", memorySource(bytes), given, createContext({ cache: join(folder, "cache"), limits }))
const ofHeader = async ({ header }: Signed) => [binary(268, await signature(header))]
const ofWhole = async ({ whole }: Signed) => [binary(1002, await signature(whole))]

describe("signatures in a package", () => {
  test.each([
    ["of the header", ofHeader, "rsa-header"],
    ["of header and payload", ofWhole, "pgp"],
    ["of a list of today", async ({ header }: Signed) => [string(278, (await signature(header)).toString("base64"))], "openpgp"],
  ])("%s, valid, unknown and over another header or payload", async (_, tags, kind) => {
    const { bytes, headerAt, payloadAt } = await signedPackage({}, tags)
    const valid = await check(bytes)
    expect(valid).toMatchObject({ count: 1, notLookedAt: [], signature: { kind: "valid", signer: "Ann", keyFrom: "ann.key" } })
    expect(valid.chain).toEqual([expect.stringMatching(new RegExp(`^${kind} of it\\.rpm: valid signature by [0-9a-f]{40} `))])
    const unknown = await check(bytes, others)
    expect(unknown).toMatchObject({ chain: [], signature: { kind: "unknown-key" } })
    expect(unknown.notLookedAt.join()).toMatch(/was not verified: its key [0-9a-f]{16} was not given/)
    for (const at of [bytes.indexOf("hello", headerAt), payloadAt + 12]) {
      const tampered = Buffer.from(bytes)
      tampered[at] = (tampered[at] ?? 0) ^ 1
      expect((await check(tampered)).signature).toMatchObject({ kind: "bad" })
    }
  })

  test("one of a header that states no digest of the payload does not vouch for the payload; one of both does", async () => {
    const undigested = { main: [string(5092, "00"), { tag: 5093, type: 4, data: Buffer.from([0, 0, 0, 99]) }] }
    const { bytes } = await signedPackage(undigested, ofHeader)
    expect((await check(bytes)).signature).toMatchObject({ kind: "weak", why: expect.stringContaining("no digest of the payload") })
    const both = await signedPackage(undigested, async (signed) => [...(await ofHeader(signed)), ...(await ofWhole(signed))])
    expect((await check(both.bytes)).signature).toMatchObject({ kind: "valid" })
  })

  test("a bad one beside a valid one counts", async () => {
    const { bytes } = await signedPackage({}, async (signed) => [
      ...(await ofHeader(signed)),
      binary(1002, await signature(Buffer.from("another package"))),
    ])
    const { chain, signature: answer } = await check(bytes)
    expect([answer?.kind, chain.length]).toEqual(["bad", 2])
  })

  test("a digest in the signature header, which nobody signed, does not make the signature bad", async () => {
    const { bytes } = await signedPackage({ digests: { md5: "0".repeat(32) } }, ofHeader)
    expect((await check(bytes)).signature).toMatchObject({ kind: "valid" })
  })

  test("what cannot be read, is too large or one too many is said", async () => {
    const none = await signedPackage({}, async () => [binary(268, Buffer.from("packet")), binary(1005, Buffer.alloc(2 ** 20 + 1))])
    const said = await check(none.bytes)
    expect([said.count, said.signature]).toEqual([2, undefined])
    expect(said.notLookedAt).toEqual([
      expect.stringMatching(/^the signature gpg of the package is too large/),
      expect.stringMatching(/^the signature rsa-header of it\.rpm could not be checked/),
    ])
    const many = await signedPackage({}, async ({ header }) => {
      const one = (await signature(header)).toString("base64")
      return [string(278, one, one, one)]
    })
    const bounded = await check(many.bytes, keys, { rpmSignaturesMax: 2 })
    expect([bounded.chain.length, bounded.notLookedAt]).toEqual([2, ["1 more signatures of the package were not looked at"]])
  })

  test("of mutants none is valid whose header and payload are not those that were signed", async () => {
    for (const tags of [ofHeader, ofWhole]) {
      const { bytes, whole } = await signedPackage({}, tags)
      let valid = 0
      for (let seed = 0; seed < 400; seed += 1) {
        const other = mutant(bytes, seed)
        const said = await faultOrValue(check(other))
        if (said?.signature?.kind !== "valid") continue
        valid += 1
        expect([seed, other.subarray(-whole.byteLength).equals(whole)]).toEqual([seed, true])
      }
      expect(valid).toBeGreaterThan(10)
    }
  })

  test("of a file they are checked with the user's keys", async () => {
    const { bytes } = await signedPackage({}, ofHeader)
    const path = join(folder, "it.rpm")
    const keyring = join(folder, "ann.key")
    writeFileSync(keyring, ann.toPublic().write())
    const provenance = async (content: Uint8Array, keyrings: readonly string[]) => {
      writeFileSync(path, content)
      const located = await locate({ kind: "path", path }, context(keyrings))
      if (!located.ok) throw new Error(explainFault(located.fault))
      return located.value.provenance
    }
    expect(await provenance(bytes, [keyring])).toMatchObject({ signature: { kind: "valid" }, notLookedAt: [] })
    expect((await provenance(bytes, [])).notLookedAt).toEqual(["signatures in the package it.rpm: no key was given (--keyring FILE)"])
    expect((await provenance(packageOf(), [keyring])).notLookedAt).toEqual(["the package it.rpm has no OpenPGP signature in it"])
    expect((await provenance(bytes.subarray(0, 200), [keyring])).notLookedAt.join()).toMatch(
      /^signatures in the package it\.rpm: .*expected/,
    )
  })
})

const date = new Date(Date.UTC(2020, 0, 1))

/** Programs that sign and check as distributions do; without them the test below is skipped by name. */
const isThere = (program: string): boolean => spawnSync(program, ["--version"]).status === 0
const hasTools = ["rpm", "rpmbuild", "rpmsign", "gpg"].every(isThere)

test.skipIf(!hasTools)(
  "rpmsign signs; rpm -K and we say the same of the package, of other bytes and of an unknown key",
  async () => {
    const home = join(folder, "gnupg")
    mkdirSync(home, { mode: 0o700 })
    const run = (program: string, ...args: readonly string[]) => {
      const env = { PATH: process.env["PATH"], HOME: folder, GNUPGHOME: home, LC_ALL: "C" }
      return spawnSync(program, args, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 })
    }
    const succeed = (program: string, ...args: readonly string[]): string => {
      const { status, stdout, stderr } = run(program, ...args)
      if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`)
      return stdout
    }
    succeed("gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-generate-key", "Cyn <cyn@x.example>", "rsa2048")
    writeFileSync(join(folder, "cyn.asc"), succeed("gpg", "--armor", "--export"))
    const keyring = [keysFrom("cyn.asc", readFileSync(join(folder, "cyn.asc")))]
    const spec = "Name: demo\nVersion: 1\nRelease: 1\nSummary: -\nLicense: MIT\nBuildArch: noarch\n%description\n-\n%files\n"
    writeFileSync(join(folder, "demo.spec"), spec)
    succeed("rpmbuild", "--quiet", "-bb", "--define", `_topdir ${folder}`, "--define", "_binary_payload w9.gzdio", "demo.spec")
    const [built = ""] = globSync(join(folder, "RPMS", "*", "*.rpm"))
    const defines = ["_gpg_name cyn@x.example", `_gpg_path ${home}`, `__gpg ${succeed("sh", "-c", "command -v gpg").trim()}`]
    const oracle = (bytes: Uint8Array, database: string): string => {
      const path = join(folder, "asked.rpm")
      writeFileSync(path, bytes)
      const { status, stdout } = run("rpm", "--dbpath", join(folder, database), "-Kv", path)
      const lines = stdout.split("\n").filter((line) => line.includes("Signature"))
      if (lines.some((line) => line.includes("NOKEY"))) return "unknown-key"
      return status === 0 && lines.length > 0 ? "valid" : "bad"
    }
    for (const database of ["knows", "knows-not"]) mkdirSync(join(folder, database))
    succeed("rpm", "--dbpath", join(folder, "knows"), "--import", "cyn.asc")
    const { privateKey, publicKey } = await generateKey({ userIDs: { name: "Old" }, type: "rsa", rsaBits: 2048, format: "object", date })
    writeFileSync(join(folder, "old.asc"), publicKey.armor())
    succeed("rpm", "--dbpath", join(folder, "knows"), "--import", "old.asc")
    const oldKeys = [keysFrom("old", publicKey.write())]
    // The built package again, with such a signature before its header.
    const unsigned = readFileSync(built)
    const found = (await walked(rpm, [unsigned])).entries.find(({ path }) => path === "header")?.extents?.[0]
    const headerAt = found?.at ?? 0
    const itsHeader = unsigned.subarray(headerAt, headerAt + (found?.size ?? 0))
    const hash = (algorithm: string, of: Uint8Array): Buffer => createHash(algorithm).update(of).digest()
    const withOld = (of: Uint8Array): Buffer => {
      const header = headerOf(62, [
        binary(268, signVersion3(of, privateKey, { created: date })),
        string(269, hash("sha1", itsHeader).toString("hex")),
        string(273, hash("sha256", itsHeader).toString("hex")),
        binary(1004, hash("md5", unsigned.subarray(headerAt))),
      ])
      const padding = Buffer.alloc((8 - (header.byteLength % 8)) % 8)
      return Buffer.concat([unsigned.subarray(0, 96), header, padding, unsigned.subarray(headerAt)])
    }
    const own = withOld(itsHeader)
    const others = withOld(Buffer.from("another header"))
    expect([(await check(own, oldKeys)).signature?.kind, oracle(own, "knows")]).toEqual(["valid", "valid"])
    expect([(await check(own)).signature?.kind, oracle(own, "knows-not")]).toEqual(["unknown-key", "unknown-key"])
    expect([(await check(others, oldKeys)).signature?.kind, oracle(others, "knows")]).toEqual(["bad", "bad"])
    for (const options of [[], ["--rpmv3"]]) {
      writeFileSync(join(folder, "signed.rpm"), readFileSync(built))
      succeed("rpmsign", ...defines.flatMap((one) => ["--define", one]), "--addsign", ...options, "signed.rpm")
      const bytes = readFileSync(join(folder, "signed.rpm"))
      const ours = async (asked: Uint8Array, given = keyring) => (await check(asked, given)).signature?.kind
      expect([await ours(bytes), oracle(bytes, "knows")]).toEqual(["valid", "valid"])
      expect([await ours(bytes, []), oracle(bytes, "knows-not")]).toEqual(["unknown-key", "unknown-key"])
      const header = (await walked(rpm, [bytes])).entries.find(({ path }) => path === "header")?.extents?.[0]
      for (const at of [(header?.at ?? 0) + (header?.size ?? 0) - 40, bytes.byteLength - 4]) {
        const tampered = Buffer.from(bytes)
        tampered[at] = (tampered[at] ?? 0) ^ 1
        expect([at, await ours(tampered), oracle(tampered, "knows")]).toEqual([at, "bad", "bad"])
      }
    }
    run("gpgconf", "--kill", "all")
  },
  120_000,
)

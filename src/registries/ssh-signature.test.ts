import { spawnSync } from "node:child_process"
import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import type { SignatureAnswer } from "../io/git-signatures.ts"
import { mutant } from "../parsers/test-kit.ts"
import { allowedSigners } from "./allowed-signers.ts"
import { gitSshSignatureCheck } from "./git-ssh-signature.ts"
import { readSshSignature, verifySsh } from "./ssh-signature.ts"
import { armored, type Made, signSsh, sshKeyOf } from "./ssh-signature-fixture.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-ssh-"))
afterAll(() => rmSync(folder, { recursive: true }))

interface Pair extends KeyPairKeyObjectResult {
  /** Of a security key. */
  readonly application?: string
}
const pairs: readonly (readonly [string, Pair])[] = [
  ["Ed25519", generateKeyPairSync("ed25519")],
  ["RSA", generateKeyPairSync("rsa", { modulusLength: 2048 })],
  ["Ed25519 of a security key", { ...generateKeyPairSync("ed25519"), application: "ssh:" }],
  ["ECDSA of a security key", { ...generateKeyPairSync("ec", { namedCurve: "P-256" }), application: "ssh:it" }],
  ...["P-256", "P-384", "P-521"].map((namedCurve) => [`ECDSA ${namedCurve}`, generateKeyPairSync("ec", { namedCurve })] as const),
]
const payload = Buffer.from("what is signed\n")
const stated = Date.UTC(2024, 1, 29, 12) / 1000

const lineOf = ({ publicKey, application }: Pair, options = ""): string => {
  const { type, blob } = sshKeyOf(publicKey, application)
  return `a@x.org ${options}${options === "" ? "" : " "}${type} ${blob.toString("base64")} a comment`
}
const ask = (signature: string, file: string, signed: Uint8Array = payload): Promise<SignatureAnswer> =>
  gitSshSignatureCheck(allowedSigners("signers", file))("it", { payload: signed, signature: Buffer.from(signature), form: "ssh", stated })
const signedBy = ({ privateKey, publicKey, application }: Pair, made: Made = {}): string =>
  signSsh(payload, privateKey, publicKey, { ...(application === undefined ? {} : { application }), ...made })
const [[, ed25519], [, rsa]] = [pairs[0] ?? never(), pairs[1] ?? never()]
function never(): never {
  throw new Error("no key")
}

describe.each(pairs)("%s", (_, pair) => {
  test("a signature of the bytes is valid with either hash, of others, or by another key, it is not", async () => {
    for (const hash of ["sha256", "sha512"])
      expect(await ask(signedBy(pair, { hash }), lineOf(pair))).toMatchObject({
        kind: "valid",
        signers: [{ addresses: ["a@x.org"], fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) }],
      })
    expect(await ask(signedBy(pair), lineOf(pair), Buffer.from("other"))).toEqual({ kind: "bad" })
    expect(await ask(signedBy(pair), lineOf(generateKeyPairSync("ed25519")))).toEqual({ kind: "unknown-key" })
    expect(await ask(signedBy(pair, { namespace: "file" }), lineOf(pair))).toEqual({ kind: "bad" })
  })

  test("of mutants of a signature none is valid but those that are the same but for how it is written", async () => {
    const signature = signedBy(pair)
    const whole = readSshSignature(Buffer.from(signature))
    let read = 0
    for (let seed = 0; seed < 300; seed += 1) {
      const other = Buffer.from(mutant(Buffer.from(signature), seed))
      const found = readSshSignature(other)
      if (found !== undefined) read += 1
      if (found !== undefined && verifySsh(payload, "git", found) === "valid") expect(found).toEqual(whole)
    }
    expect(read).toBeGreaterThan(10)
  })
})

test("RSA with SHA-1, a certificate and a hash that nobody makes are of an unknown form; a short RSA key is weak", async () => {
  expect(await ask(signedBy(rsa, { algorithm: "rsa-sha2-256" }), lineOf(rsa))).toMatchObject({ kind: "valid" })
  for (const algorithm of ["ssh-rsa", "ssh-ed25519-cert-v01@openssh.com", ""])
    expect(await ask(signedBy(rsa, { algorithm }), lineOf(rsa))).toEqual({ kind: "unknown" })
  expect(await ask(signedBy(rsa, { hash: "md5" }), lineOf(rsa))).toEqual({ kind: "unknown" })
  expect(await ask(signedBy(rsa, { algorithm: "ssh-ed25519" }), lineOf(rsa))).toEqual({ kind: "bad" })
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 })
  expect(await ask(signedBy(short), lineOf(short))).toEqual({ kind: "weak" })
})

test("what a security key signs for another application, or without what its device adds, is not valid", async () => {
  const pair = pairs[2]?.[1] ?? never()
  const { application: _, ...bare } = pair
  expect(await ask(signedBy(pair), lineOf({ ...pair, application: "ssh:other" }))).toEqual({ kind: "unknown-key" })
  expect(await ask(signedBy(pair, { application: "ssh:other" }), lineOf({ ...pair, application: "ssh:other" }))).toMatchObject({
    kind: "valid",
  })
  expect(await ask(signedBy(bare), lineOf(pair))).toEqual({ kind: "unknown-key" })
  const named = signedBy(bare, { algorithm: "sk-ssh-ed25519@openssh.com" })
  expect(await ask(named, lineOf(bare))).toEqual({ kind: "bad" })
})

test("what is cut, too long or no signature is unreadable", async () => {
  const signature = signedBy(ed25519)
  const bytes = Buffer.from(signature.split("\n").slice(1, -1).join(""), "base64")
  for (let length = 0; length < bytes.byteLength; length += 1)
    expect((await ask(armored(bytes.subarray(0, length)), lineOf(ed25519))).kind).toBe("unreadable")
  for (const other of ["", "-----BEGIN SSH SIGNATURE-----", `${signature}\nmore`, signature.replace("AAA", "AAE"), "\n".repeat(1 << 21)])
    expect((await ask(other, lineOf(ed25519))).kind).toBe("unreadable")
  expect((await ask(armored(Buffer.concat([bytes, Buffer.of(0, 0, 0, 0)])), lineOf(ed25519))).kind).toBe("unreadable")
})

describe("allowed signers", () => {
  const signature = signedBy(ed25519)
  const kind = async (options: string): Promise<string> => (await ask(signature, lineOf(ed25519, options))).kind

  test("a key counts at dates and in namespaces that its line allows", async () => {
    for (const options of [
      'valid-after="20240229"',
      "valid-after=20240229Z",
      'valid-before="202402291200"',
      'VALID-BEFORE="20240229120000Z"',
      'namespaces="git"',
      'namespaces="file,g?t"',
      'namespaces="*"',
    ])
      expect([options, await kind(options)]).toEqual([options, "valid"])
    for (const options of [
      'valid-after="20240301"',
      'valid-after="20240229120001"',
      'valid-before="20240229115959"',
      'namespaces="file"',
      'namespaces="*,!git"',
      'namespaces=".it"',
      'valid-after="20230101",valid-before="20240101"',
    ])
      expect([options, await kind(options)]).toEqual([options, "not-allowed"])
    expect(await kind("cert-authority")).toBe("unknown-key")
  })

  test("who a key names: all whole names of the lines that allow it, no pattern", async () => {
    const line = lineOf(ed25519)
    const names = ["a@x.org,*@y.org,b@x.org,!c@x.org", '"d@x.org,a@x.org"', 'e@x.org valid-before="20200101"']
    const file = `# comment\n\n${names.map((name) => line.replace("a@x.org", name)).join("\r\n")}\n`
    expect(await ask(signature, file)).toMatchObject({ signers: [{ addresses: ["a@x.org", "b@x.org", "d@x.org"] }] })
  })

  test.each([
    ["no key", "a@x.org", "line 1: it has no key"],
    ["a key of another type", lineOf(ed25519).replace("ssh-ed25519", "ssh-rsa"), "line 1: it has no key"],
    ["no base64", "\n# c\na@x.org ssh-ed25519 AAAA", "line 3: it has no key"],
    ["an option that is not there", lineOf(ed25519, 'from="*"'), "there is no option"],
    ["one option twice", lineOf(ed25519, "cert-authority,cert-authority"), "there is no option"],
    ["a day that is not there", lineOf(ed25519, 'valid-after="20230229"'), "is no time such as"],
    ["a quote left open", lineOf(ed25519, 'valid-after="20230228'), "line 1: "],
  ])("%s is refused, with its line", (_, file, why) => {
    expect(() => allowedSigners("signers", file)).toThrow(why)
  })
})

const hasTool = spawnSync("ssh-keygen", ["-Y", "verify"], { stdio: "pipe" }).error === undefined
const why = hasTool ? "" : " (NOT RUN: ssh-keygen is absent)"
if (why !== "") process.stderr.write(`ssh-keygen as an oracle${why}\n`)

describe.skipIf(!hasTool)(`ssh-keygen says the same${why}`, () => {
  const keygen = (args: readonly string[], input: Uint8Array = payload) =>
    spawnSync("ssh-keygen", args, { cwd: folder, input, encoding: "utf8", timeout: 30_000, env: { PATH: process.env["PATH"], TZ: "UTC" } })
  const verified = (signature: string, file: string, signed: Uint8Array = payload): boolean => {
    writeFileSync(join(folder, "signers"), `${file}\n`)
    writeFileSync(join(folder, "signature"), `${signature}\n`)
    const args = ["-Y", "verify", "-f", "signers", "-I", "a@x.org", "-n", "git", "-s", "signature", "-Overify-time=20240229120000"]
    return keygen(args, signed).status === 0
  }

  test.each(["ed25519", "rsa", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521"])("of what it signs with %s", async (type) => {
    const name = type.replaceAll(" ", "")
    expect(keygen(["-q", "-N", "", "-f", name, "-t", ...type.split(" ")]).status).toBe(0)
    writeFileSync(join(folder, "payload"), payload)
    expect(keygen(["-q", "-Y", "sign", "-n", "git", "-f", name, "payload"]).status).toBe(0)
    const signature = readFileSync(join(folder, "payload.sig"), "utf8")
    rmSync(join(folder, "payload.sig"))
    const line = `a@x.org ${readFileSync(join(folder, `${name}.pub`), "utf8").trim()}`
    expect(verified(signature, line)).toBe(true)
    const answer = await ask(signature, line)
    const print = keygen(["-l", "-f", `${name}.pub`]).stdout.split(" ")[1]
    expect(answer).toEqual({ kind: "valid", signers: [{ addresses: ["a@x.org"], fingerprint: print }] })
  })

  test("of what is signed here, by bytes, namespaces, dates and mutants", async () => {
    const compare = async (signature: string, file: string, signed?: Uint8Array): Promise<void> =>
      expect([signature, file, (await ask(signature, file, signed)).kind === "valid"]).toEqual([
        signature,
        file,
        verified(signature, file, signed),
      ])
    for (const [, pair] of pairs) {
      await compare(signedBy(pair), lineOf(pair))
      await compare(signedBy(pair, { hash: "sha256" }), lineOf(pair))
      await compare(signedBy(pair), lineOf(pair), Buffer.from("other"))
      await compare(signedBy(pair, { namespace: "file" }), lineOf(pair))
    }
    const signature = signedBy(ed25519)
    for (const options of [
      'valid-after="20240229"',
      'valid-after="20240229120000"',
      'valid-after="20240229120001"',
      'valid-before="20240229120000"',
      'valid-before="20240229115959"',
      'valid-after="202402291159",valid-before="202402291201"',
      'namespaces="git"',
      'namespaces="file,g?t"',
      'namespaces="*,!git"',
      'namespaces="file"',
      "cert-authority",
    ])
      await compare(signature, lineOf(ed25519, options))
    for (let seed = 0; seed < 100; seed += 1) {
      const other = Buffer.from(mutant(Buffer.from(signature), seed)).toString("latin1")
      // It reads more than one form of armor and passes over what follows; nothing that it refuses is taken here.
      if ((await ask(other, lineOf(ed25519))).kind === "valid") expect([seed, verified(other, lineOf(ed25519))]).toEqual([seed, true])
    }
  })
})

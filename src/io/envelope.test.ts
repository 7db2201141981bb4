import { execFileSync, spawnSync } from "node:child_process"
import { createPrivateKey, createPublicKey } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { sha256Of } from "../core/digest.ts"
import { limitsDefault } from "../core/limits.ts"
import { readEnvelope, type Statement, signerOf, signStatement } from "./envelope.ts"
import { person } from "./review-fixture.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-envelope-"))
afterAll(() => rmSync(folder, { recursive: true }))

const alice = person("Alice")
const mallory = person("Mallory")
const statement: Statement = { subject: [{ name: "a", sha256: sha256Of("a") }], predicateType: "test:any/1", predicate: { says: "é\0" } }

const read = (text: string | Uint8Array) => readEnvelope(Buffer.from(text), limitsDefault)

/** Who signed it, by a key that is trusted, and what it then says; or why nothing of it counts. */
function opened(text: string | Uint8Array, trusted = [alice.trusted]): readonly [string, Statement] | string {
  const envelope = read(text)
  if (typeof envelope === "string") return envelope
  const signer = signerOf(envelope, trusted)
  return typeof signer === "string" ? signer : [signer.name, envelope.statement]
}

interface Parts {
  payloadType: string
  payload: string
  signatures: { keyid?: string; sig: string }[]
}
const parts = (text: string): Parts => JSON.parse(text)

test("what is signed is read back as it was, whatever it says", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: "grapheme" }), fc.string(), (predicate, name, predicateType) => {
      const one: Statement = {
        subject: [{ name, sha256: sha256Of(name) }],
        predicateType,
        predicate: JSON.parse(JSON.stringify(predicate)),
      }
      expect(opened(signStatement(one, alice.signing))).toEqual(["Alice", one])
    }),
    { numRuns: 100 },
  )
})

describe("no other byte is signed", () => {
  const text = signStatement(statement, alice.signing)
  const { payload, signatures } = parts(text)

  test.each([
    ["payload", Buffer.from(payload, "base64"), (bytes: Buffer) => ({ payload: bytes.toString("base64") })],
    [
      "signature",
      Buffer.from(signatures[0]?.sig ?? "", "base64"),
      (bytes: Buffer) => ({ signatures: [{ ...signatures[0], sig: bytes.toString("base64") }] }),
    ],
  ])("any other bit of the %s is refused", (_, bytes, put) => {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(opened(JSON.stringify({ ...parts(text), ...put(changed) })), `bit ${bit}`).toBeTypeOf("string")
    }
    for (const changed of [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from(" ")]), Buffer.alloc(0)])
      expect(opened(JSON.stringify({ ...parts(text), ...put(changed) }))).toBeTypeOf("string")
  })

  test("a changed byte of the envelope is refused, or leaves what is said and by whom as it was", () => {
    let refused = 0
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(text)
        bytes[at] = byte
        const found = opened(bytes)
        if (typeof found === "string") refused += 1
        else expect(found).toEqual(["Alice", statement])
      }),
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(2500)
  })

  test("cut anywhere it is refused, and so is any other text", () => {
    for (let end = 0; end < text.length - 1; end += 1) expect(read(text.slice(0, end)), `cut at ${end}`).toBeTypeOf("string")
    fc.assert(fc.property(fc.uint8Array(), (bytes) => typeof read(bytes) === "string"))
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof read(JSON.stringify(value)) === "string"))
    expect(read("[".repeat(1_000_000))).toBeTypeOf("string")
  })

  test("another spelling of the same base64 is none", () => {
    const spellings = [
      payload.replace(/=+$/, ""),
      ` ${payload}`,
      `${payload.slice(0, 8)}\n${payload.slice(8)}`,
      `${payload}=`,
      `${payload}AA`,
    ]
    for (const one of spellings) if (one !== payload) expect(read(JSON.stringify({ ...parts(text), payload: one }))).toContain("not base64")
  })
})

describe("whose word it is", () => {
  const text = signStatement(statement, mallory.signing)

  test("a stranger's signature counts for nothing, also with a key in the envelope or under another's name", () => {
    const keys = { publicKey: mallory.signing.publicKey, cert: mallory.signing.publicKey }
    const { signatures, ...rest } = parts(text)
    expect(opened(text)).toContain("a key that is not trusted here")
    expect(opened(JSON.stringify({ ...rest, ...keys, signatures: signatures.map((one) => ({ ...one, ...keys })) }))).toContain(
      "not trusted",
    )
    const named = signatures.map(({ sig }) => ({ sig, keyid: alice.trusted.keyId }))
    expect(opened(JSON.stringify({ ...rest, signatures: named }))).toContain("the signature of Alice does not fit")
    expect(opened(JSON.stringify({ ...rest, signatures: signatures.map(({ sig }) => ({ sig })) }))).toContain("not trusted here")
    expect(opened(JSON.stringify({ ...rest, signatures: [] }))).toBe("it is not signed")
    expect(opened(text, [])).toContain("not trusted here")
  })

  test("one of several signatures that is trusted will do, with or without a key id", () => {
    const mine = parts(signStatement(statement, alice.signing))
    const both = { ...mine, signatures: [...parts(text).signatures, ...mine.signatures] }
    expect(opened(JSON.stringify(both))).toEqual(["Alice", statement])
    expect(opened(JSON.stringify({ ...mine, signatures: mine.signatures.map(({ sig }) => ({ sig })) }))).toEqual(["Alice", statement])
    const many = Array.from({ length: 17 }, () => both.signatures[1])
    expect(read(JSON.stringify({ ...mine, signatures: many }))).toContain("signatures")
  })

  test("a signature of the payload without its type, or of another envelope, does not fit", () => {
    const other = parts(signStatement({ ...statement, predicateType: "test:other/1" }, alice.signing))
    const mine = parts(signStatement(statement, alice.signing))
    expect(opened(JSON.stringify({ ...mine, payload: other.payload }))).toContain("does not fit")
    expect(opened(JSON.stringify({ ...mine, payloadType: "text/plain" }))).toContain("payloadType")
  })

  test("larger than a limit it is not read", () => {
    expect(readEnvelope(Buffer.from(text), { ...limitsDefault, envelopeBytesMax: 100 })).toContain("envelopeBytesMax")
  })
})

const openssl = spawnSync("openssl", ["version"]).status === 0
/** Ed25519 of Python's cryptography, which is another library in front of another build. */
const python = spawnSync("python3", ["-c", "import cryptography"]).status === 0

describe("other people's programs say the same", () => {
  const text = signStatement(statement, alice.signing)
  const { payload, payloadType, signatures } = parts(text)
  const bytes = Buffer.from(payload, "base64")
  // DSSE, written down once more: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body.
  const signed = Buffer.concat([Buffer.from(`DSSEv1 28 ${payloadType} ${bytes.length} `), bytes])
  const put = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  test.skipIf(!openssl)("openssl verifies ours, and not with a byte changed (skipped without openssl)", () => {
    const key = put("alice.pub", alice.signing.publicKey)
    const signature = put("sig", Buffer.from(signatures[0]?.sig ?? "", "base64"))
    const verify = (content: Uint8Array): number | null =>
      spawnSync("openssl", ["pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", put("pae", content), "-sigfile", signature])
        .status
    expect(verify(signed)).toBe(0)
    expect(verify(Buffer.concat([signed, Buffer.from(" ")]))).toBe(1)
  })

  test.skipIf(!openssl)("we verify what openssl signs with a key that openssl made (skipped without openssl)", () => {
    execFileSync("openssl", ["genpkey", "-algorithm", "ed25519", "-out", join(folder, "bob.pem")])
    execFileSync("openssl", [
      "pkeyutl",
      "-sign",
      "-inkey",
      join(folder, "bob.pem"),
      "-rawin",
      "-in",
      put("pae", signed),
      "-out",
      join(folder, "bob.sig"),
    ])
    const pem = execFileSync("openssl", ["pkey", "-in", join(folder, "bob.pem"), "-pubout"]).toString()
    const sig = execFileSync("openssl", ["base64", "-A", "-in", join(folder, "bob.sig")]).toString()
    const bob = { name: "Bob", keyId: "bob", key: createPublicKey(pem) }
    expect(opened(JSON.stringify({ payload, payloadType, signatures: [{ sig }] }), [bob])).toEqual(["Bob", statement])
    expect(createPrivateKey(execFileSync("cat", [join(folder, "bob.pem")])).asymmetricKeyType).toBe("ed25519")
  })

  test.skipIf(!python)("python verifies ours from the envelope alone (skipped without python's cryptography)", () => {
    const script = [
      "import sys, json, base64",
      "from cryptography.hazmat.primitives.serialization import load_pem_public_key",
      "e = json.load(open(sys.argv[1])); p = base64.b64decode(e['payload'], validate=True); t = e['payloadType']",
      "pae = b'DSSEv1 %d %s %d %s' % (len(t), t.encode(), len(p), p)",
      "load_pem_public_key(open(sys.argv[2], 'rb').read()).verify(base64.b64decode(e['signatures'][0]['sig']), pae)",
      "print(json.loads(p)['subject'][0]['digest']['sha256'])",
    ].join("\n")
    const said = execFileSync("python3", ["-c", script, put("envelope", text), put("alice.pub", alice.signing.publicKey)])
    expect(said.toString().trim()).toBe(sha256Of("a"))
  })
})

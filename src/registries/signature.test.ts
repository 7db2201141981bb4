import { config, createMessage, generateKey, type PrivateKey, type PublicKey, reformatKey, revokeKey, sign } from "openpgp"
import { beforeAll, describe, expect, test } from "vitest"
import { memorySource } from "../core/bytes.ts"
import { explainFault } from "../core/fault.ts"
import { checkDetached, keysFrom, openpgpVersion } from "./signature.ts"
import { signVersion3 } from "./signature-v3-fixture.ts"

test("the trusted base names the version of OpenPGP.js that is installed", () => {
  expect(config.versionString).toBe(`OpenPGP.js ${openpgpVersion}`)
})

const years = (count: number): Date => new Date(Date.UTC(2015 + count, 0, 1))
const content = Buffer.from("release")

/** What is made of a signature of `content` at a date, by a key of 2015 that lives so many years. */
async function judged({
  lives = 0,
  copyLives = lives,
  copied = years(0),
  revoked = false,
  date = years(1),
  signed = content,
}: Partial<Made>): Promise<string> {
  const key = { userIDs: { name: "Upstream" }, date: years(0), format: "object" } as const
  const made = await generateKey({ ...key, keyExpirationTime: lives * 366 * 86400 })
  const kept = await reformatKey({ ...key, date: copied, privateKey: made.privateKey, keyExpirationTime: copyLives * 366 * 86400 })
  const published = revoked
    ? (await revokeKey({ key: kept.privateKey, reasonForRevocation: { flag: 2 }, date: years(2), format: "object" })).publicKey
    : kept.publicKey
  const message = await createMessage({ binary: signed })
  const signature = await sign({ message, signingKeys: made.privateKey, detached: true, date, format: "binary" })
  const keys = keysFrom("a keyring", published.write())
  const answer = await checkDetached("it.sig", memorySource(content), Buffer.from(await collectAll(signature)), [keys])
  if (!answer.ok) return explainFault(answer.fault)
  return answer.value.kind === "valid" || answer.value.kind === "unknown-key"
    ? answer.value.kind
    : `${answer.value.kind}: ${answer.value.why}`
}
interface Made {
  readonly lives: number
  /** Of the copy of the key that is checked with: copies grow old. */
  readonly copyLives: number
  /** When its own signatures were made anew. */
  readonly copied: Date
  readonly revoked: boolean
  readonly date: Date
  readonly signed: Buffer
}
const collectAll = async (bytes: unknown): Promise<Uint8Array> => {
  if (bytes instanceof Uint8Array) return bytes
  throw new Error("no bytes")
}

test("a key that expired since takes no signature back that it made while it was valid", async () => {
  expect(await judged({ lives: 3 })).toBe("valid")
})

test("a signature of the future, or of other bytes, is bad", async () => {
  expect(await judged({ date: new Date(Date.UTC(2100, 0, 1)) })).toMatch(/^bad: .*future/)
  expect(await judged({ signed: Buffer.from("other") })).toMatch(/^bad: .*match/)
})

test("a signature that the key's own dates forbid fits and is weak; of other bytes it is bad", async () => {
  expect(await judged({ copyLives: 1, date: years(3) })).toMatch(/^weak: .*expired/)
  expect(await judged({ copyLives: 1, date: years(3), signed: Buffer.from("other") })).toMatch(/^bad: /)
})

test("a key whose end was moved after it signed, and of which only the newest own signatures are left, is judged by these", async () => {
  expect(await judged({ lives: 3, copyLives: 5, copied: years(2) })).toBe("valid") // and has expired since
  expect(await judged({ lives: 3, copyLives: 1, copied: years(2) })).toMatch(/^weak: /) // they say that it had ended
  expect(await judged({ copied: years(2), signed: Buffer.from("other") })).toMatch(/^bad: .*match/)
  expect(await judged({ copied: years(2), revoked: true })).toMatch(/^bad: .*revoked/)
})

test("a signature by a key that was revoked is bad, though it fits", async () => {
  expect(await judged({ revoked: true, date: years(3) })).toMatch(/^bad: .*revoked/)
})

describe("signatures of version 3", () => {
  let key: PrivateKey
  const made = { userIDs: { name: "Old" }, type: "rsa", rsaBits: 2048, format: "object" } as const
  beforeAll(async () => {
    key = (await generateKey({ ...made, date: years(0), keyExpirationTime: 2 * 366 * 86400 })).privateKey
  })
  const answer = async (packets: Uint8Array, given: PublicKey = key.toPublic()): Promise<string> => {
    const checked = await checkDetached("it.sig", memorySource(content), packets, [keysFrom("a keyring", given.write())])
    if (!checked.ok) return explainFault(checked.fault)
    const { value } = checked
    return value.kind === "valid"
      ? `valid, by ${value.signer} on ${value.created}`
      : `${value.kind}: ${"why" in value ? value.why : value.keyId}`
  }

  test("valid, of other bytes, by SHA-1, by a key that had expired, was revoked or is not known", async () => {
    const created = years(1)
    const good = signVersion3(content, key, { created })
    expect(await answer(good)).toBe("valid, by Old on 2016-01-01T00:00:00.000Z")
    expect(await answer(signVersion3(Buffer.from("other"), key, { created }))).toBe("bad: it does not fit the bytes")
    expect(await answer(signVersion3(content, key, { created, hash: "sha1" }))).toBe("weak: it is made with sha1")
    expect(await answer(signVersion3(content, key, { created: years(3) }))).toMatch(/^weak: .*expired/)
    const other = await generateKey({ ...made, date: years(0) })
    expect(await answer(good, other.publicKey)).toBe(`unknown-key: ${key.getKeyID().toHex()}`)
    const revoked = await revokeKey({ key, reasonForRevocation: { flag: 2 }, date: years(0), format: "object" })
    expect(await answer(good, revoked.publicKey)).toMatch(/^bad: .*revoked/)
  })

  test("by a key whose end was moved since; beside one of version 4, which alone counts", async () => {
    const moved = await reformatKey({
      userIDs: made.userIDs,
      format: "object",
      privateKey: key,
      date: years(2),
      keyExpirationTime: 9 * 366 * 86400,
    })
    const good = signVersion3(content, key, { created: years(1) })
    expect(await answer(good, moved.publicKey)).toBe("valid, by Old on 2016-01-01T00:00:00.000Z")
    const message = await createMessage({ binary: content })
    const signed = await sign({ message, signingKeys: key, detached: true, date: years(1), format: "binary" })
    const both = Buffer.concat([signVersion3(Buffer.from("other"), key, { created: years(1) }), Buffer.from(await collectAll(signed))])
    expect(await answer(both)).toMatch(/^valid, /)
  })

  test("each changed byte of one makes it another, of no key or no signature; none is taken for valid", async () => {
    const good = signVersion3(content, key, { created: years(1) })
    // The number's count of bits is rounded up to bytes.
    for (let at = 0; at < good.byteLength; at += 1) {
      if (at === 23) continue
      const other = Buffer.from(good)
      other[at] = (other[at] ?? 0) ^ 0x01
      expect([at, await answer(other)]).toEqual([at, expect.stringMatching(/^(?:bad: |unknown-key: |it\.sig: )/)])
    }
    expect(await answer(good.subarray(0, -1))).toMatch(/^it\.sig: /)
  })

  test("of no key, of another kind or of no version at all they ended in a failure of ours", async () => {
    const ofNobody = Buffer.from("8816030500010203041122334455667788010800000008ff", "hex")
    expect(await answer(ofNobody)).toBe("unknown-key: 1122334455667788")
    const ofDsa = Buffer.from("8816030500010203041122334455667788110800000008ff", "hex")
    for (const packet of [ofDsa, Buffer.from([0x88, 3, 9, 9, 9])]) expect(await answer(packet)).toMatch(/none of a known version/)
  })
})

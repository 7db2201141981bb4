import { config, createMessage, generateKey, reformatKey, revokeKey, sign } from "openpgp"
import { expect, test } from "vitest"
import { memorySource } from "../core/bytes.ts"
import { explainFault } from "../core/fault.ts"
import { checkDetached, keysFrom, openpgpVersion } from "./signature.ts"

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

/** A signature packet of version 3 (RFC 4880, 5.2.2), of no key. */
const ofVersion3 = Buffer.from("8816030500010203041122334455667788010800000008ff", "hex")

test("a signature of version 3 or of no version at all ended in a failure of ours; it is a fault", async () => {
  for (const packet of [ofVersion3, Buffer.from([0x88, 3, 9, 9, 9])]) {
    const answer = await checkDetached("it.sig", memorySource(content), packet, [])
    expect(answer.ok ? "no fault" : explainFault(answer.fault)).toMatch(/none of a version/)
  }
})

import { generateKeyPairSync } from "node:crypto"
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { fixtureContext } from "./git-fixture.ts"
import { createSigningKey, ownKey, ownKeyPath, signingKeyAt, trustedKey } from "./signing-key.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-key-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("of eight runs that make the key at once one does, all find it whole, and only its owner may read it", async () => {
  const path = join(folder, "deep", "key.pem")
  await Promise.all(Array.from({ length: 8 }, () => createSigningKey(path)))
  const before = readFileSync(path)
  const { keyId } = await signingKeyAt(path)
  await createSigningKey(path)
  expect(readFileSync(path).equals(before)).toBe(true)
  expect((await signingKeyAt(path)).keyId).toBe(keyId)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(folder, "deep"))).toEqual(["key.pem"])
})

test("a key that others may read, another kind of key and no key are refused to sign with", async () => {
  const path = join(folder, "open.pem")
  await createSigningKey(path)
  chmodSync(path, 0o644)
  await expect(signingKeyAt(path)).rejects.toThrow(/others may read .*chmod 600/)
  const put = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 })
    return join(folder, name)
  }
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs8", format: "pem" })
  const locked = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
  for (const [name, content] of [
    ["rsa", rsa],
    ["locked", locked],
    ["text", "text"],
    ["empty", ""],
  ] as const)
    await expect(signingKeyAt(put(name, content)), name).rejects.toThrow(/no Ed25519 private key/)
  await expect(signingKeyAt(join(folder, "missing"))).rejects.toThrow(/review key/)
  await expect(signingKeyAt(put("large", Buffer.alloc(1 << 17)))).rejects.toThrow(/metadataBytesMax/)
})

test("only a public Ed25519 key can be trusted: a private one in a policy is a mistake to tell", async () => {
  const pair = generateKeyPairSync("ed25519")
  const own = pair.publicKey.export({ type: "spki", format: "pem" }).toString()
  expect(trustedKey("A", own)?.keyId).toMatch(/^[0-9a-f]{64}$/)
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ type: "spki", format: "pem" }).toString()
  const secret = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  for (const pem of [rsa, secret, own.replace("MCow", "MCox"), own.slice(0, 60), ""]) expect(trustedKey("A", pem)).toBeUndefined()
})

test("this machine's own key stands below XDG_CONFIG_HOME; where there is none, nobody's word counts", async () => {
  const ctx = { ...fixtureContext(), environment: { XDG_CONFIG_HOME: folder } }
  expect(ownKeyPath(ctx.environment)).toBe(join(folder, "everybyte", "review-key.pem"))
  expect(await ownKey(ctx)).toBeUndefined()
  await createSigningKey(ownKeyPath(ctx.environment))
  expect((await ownKey(ctx))?.keyId).toBe((await signingKeyAt(ownKeyPath(ctx.environment))).keyId)
  rmSync(ctx.cache, { recursive: true })
})

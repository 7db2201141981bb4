import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { type PrivateKey, type PublicKey, UserIDPacket } from "openpgp"
import { afterAll, expect, test } from "vitest"
import { orThrow } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { gitSignatureCheck } from "../registries/git-signature.ts"
import { keysFrom } from "../registries/signature.ts"
import { openRepository } from "./git.ts"
import { fixtureContext, GitFixture, oid } from "./git-fixture.ts"
import { gitSignatures } from "./git-signatures.ts"
import { armored, later, makeKey, signCommit, writeCommit } from "./git-signed-fixture.ts"

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function made(format: "sha1" | "sha256" = "sha1"): GitFixture {
  const fixture = new GitFixture({ format })
  folders.push(fixture.folder)
  return fixture
}

async function told(fixture: GitFixture, ids: readonly string[], given: readonly (PrivateKey | PublicKey)[], limits: Partial<Limits> = {}) {
  const ctx = fixtureContext({ limits })
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  const check = gitSignatureCheck(given.map((key, index) => keysFrom(`file ${index}`, (key.isPrivate() ? key.toPublic() : key).write())))
  try {
    const { signers, said } = await gitSignatures(repository, ids.map(oid), { checks: { openpgp: check }, ctx })
    return {
      signed: ids.map(
        (id) =>
          signers
            .get(oid(id))
            ?.map(({ addresses }) => addresses.join())
            .join("+") ?? "-",
      ),
      said,
    }
  } finally {
    await repository.close()
  }
}

test("a signed commit verifies in both object formats, an unsigned one has no signature", async () => {
  for (const format of ["sha1", "sha256"] as const) {
    const fixture = made(format)
    const key = await makeKey("a@x.org")
    const ids = [await signCommit(fixture, fixture.commit({ a: "1" }), { keys: [key] }), fixture.commit({ a: "2" })]
    expect(await told(fixture, ids, [key])).toEqual({ signed: ["a@x.org", "-"], said: [] })
  }
})

test("a key that was not given, other bytes and a key of after the commit's date count for nothing, and it is said", async () => {
  const fixture = made()
  const commit = fixture.commit({ a: "1" })
  const [given, other, young] = [await makeKey("a@x.org"), await makeKey("b@x.org"), await makeKey("c@x.org", later(1))]
  const ids = [
    await signCommit(fixture, commit, { keys: [other] }),
    await signCommit(fixture, commit, { keys: [given], change: (text) => `${text}more\n` }),
    await signCommit(fixture, commit, { keys: [young], date: later(2) }),
  ]
  expect(await told(fixture, ids, [given, young])).toEqual({
    signed: ["-", "-", "-"],
    said: [
      "signatures by keys that were not given, not assessed: 1",
      "signatures by keys that are younger than the date of what they sign, which count for nothing: 1",
      "signatures that do not fit what they sign: 1",
    ],
  })
})

test("two signatures in one count for both keys, in any set of given keys", async () => {
  const fixture = made()
  const [one, two] = [await makeKey("a@x.org"), await makeKey("b@x.org")]
  const ids = [await signCommit(fixture, fixture.commit({ a: "1" }), { keys: [one, two] })]
  const signed = async (...given: PrivateKey[]) => (await told(fixture, ids, given)).signed[0]?.split("+").sort()
  expect(await signed(one, two)).toEqual(["a@x.org", "b@x.org"])
  expect(await signed(one)).toEqual(["a@x.org"])
  expect(await signed(two)).toEqual(["b@x.org"])
})

test("an object with more signatures than anybody makes is not read", async () => {
  const fixture = made()
  const [key, commit] = [await makeKey("a@x.org"), fixture.commit({ a: "1" })]
  const by = (count: number) => signCommit(fixture, commit, { keys: new Array<PrivateKey>(count).fill(key) })
  expect(await told(fixture, [await by(8), await by(9)], [key])).toEqual({
    signed: ["a@x.org", "-"],
    said: ["signatures that could not be read: 1"],
  })
})

test("a signed tag verifies", async () => {
  const fixture = made()
  const key = await makeKey("a@x.org")
  const payload = `object ${fixture.commit({ a: "1" })}\ntype commit\ntag v1\ntagger A <a@x.org> 1700000000 +0000\n\nv1\n`
  const tag = fixture.git(["hash-object", "-t", "tag", "-w", "--stdin"], `${payload}${await armored(payload, [key])}\n`)
  expect((await told(fixture, [tag], [key])).signed).toEqual(["a@x.org"])
})

test("SSH, X.509, rubbish and absent objects are said, and a maximum is kept", async () => {
  const fixture = made()
  const key = await makeKey("a@x.org")
  const commit = fixture.commit({ a: "1" })
  const plain = `${fixture.git(["cat-file", "commit", commit])}\n`
  const withSignature = (value: string) => writeCommit(fixture, plain.replace("\n\n", `\ngpgsig ${value.replaceAll("\n", "\n ")}\n\n`))
  const ids = [
    withSignature("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"),
    withSignature("-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----"),
    withSignature("-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----"),
    withSignature("rubbish"),
    "2".repeat(40),
    await signCommit(fixture, commit, { keys: [key] }),
  ]
  const { signed, said } = await told(fixture, ids, [key], { gitSignaturesMax: 1 })
  expect(signed).toEqual(["-", "-", "-", "-", "-", "-"])
  expect(said).toEqual([
    "signatures made with SSH, not assessed, as no allowed signers were given: 1",
    "signatures made with X.509 certificates, not assessed: 1",
    "signatures of an unknown form, not assessed: 1",
    "signatures that could not be read: 1",
    "signatures not looked for, as the object is absent: 1",
    "signatures not verified, being more than gitSignaturesMax: 1",
  ])
})

const gpg = spawnSync("gpg", ["--version"]).status === 0
test.skipIf(!gpg)(`what verifies here is what git verify-commit takes with GnuPG${gpg ? "" : " (skipped: there is no gpg)"}`, async () => {
  const fixture = made()
  const commit = fixture.commit({ a: "1" })
  const key = await makeKey("a@x.org")
  const ids = [
    commit,
    await signCommit(fixture, commit, { keys: [key] }),
    await signCommit(fixture, commit, { keys: [key], change: (text) => text.replace("change", "other") }),
    await signCommit(fixture, commit, { keys: [await makeKey("b@x.org")] }),
  ]
  const home = join(fixture.folder, ".gnupg")
  mkdirSync(home, { mode: 0o700 })
  expect(spawnSync("gpg", ["--homedir", home, "--batch", "--import"], { input: key.toPublic().armor() }).status).toBe(0)
  const isTaken = (id: string): boolean => {
    try {
      fixture.git(["verify-commit", id])
      return true
    } catch {
      return false
    }
  }
  const { signed } = await told(fixture, ids, [key])
  expect(signed).toEqual(["-", "a@x.org", "-", "-"])
  expect(ids.map(isTaken)).toEqual(signed.map((one) => one !== "-"))
})

test("a name that somebody else put beside a key's own is not its name", async () => {
  const fixture = made()
  const [key, other] = [await makeKey("a@x.org"), await makeKey("b@x.org")]
  const published = key.toPublic()
  const foreign = other.toPublic().users[0]
  if (foreign === undefined) throw new Error("no user")
  const renamed = key.toPublic().users[0]
  if (renamed === undefined) throw new Error("no user")
  Object.assign(renamed, { userID: UserIDPacket.fromObject({ name: "C", email: "c@x.org" }) })
  published.users.push(foreign, renamed)
  const ids = [await signCommit(fixture, fixture.commit({ a: "1" }), { keys: [key] })]
  expect(keysFrom("a file", published.write()).blocks[0]?.bytes.byteLength).toBeGreaterThan(key.toPublic().write().byteLength)
  expect((await told(fixture, ids, [published])).signed).toEqual(["a@x.org"])
})

import { spawnSync } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { orThrow } from "../src/core/fault.ts"
import { traceRepository } from "../src/index.ts"
import { fixtureContext, GitFixture } from "../src/io/git-fixture.ts"
import { writeCommit } from "../src/io/git-signed-fixture.ts"
import { signSsh, sshKeyOf } from "../src/registries/ssh-signature-fixture.ts"

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function made(): GitFixture {
  const fixture = new GitFixture()
  folders.push(fixture.folder)
  return fixture
}

async function traced(fixture: GitFixture, line: string) {
  const signers = join(fixture.folder, ".git", "signers")
  writeFileSync(signers, `${line}\n`)
  return orThrow(await traceRepository({ repository: fixture.folder, wantsHands: false, allowedSigners: [signers] }, fixtureContext()))
}

test("a committer's SSH key makes level 3 of another's commit, the author's does not, and dates of its line count", async () => {
  const fixture = made()
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  const plain = `${fixture.git(["cat-file", "commit", fixture.commit({ a: "1\n" })])}\n`.replace(
    /^author .*>/m,
    "author Other <other@x.org>",
  )
  const signature = signSsh(plain, privateKey, publicKey).replaceAll("\n", "\n ")
  fixture.git(["update-ref", "HEAD", writeCommit(fixture, plain.replace("\n\n", `\ngpgsig ${signature}\n\n`))])
  const committer = /^committer .*<(.*)>/m.exec(plain)?.[1]
  const { type, blob } = sshKeyOf(publicKey)
  const levelWith = async (principal: string | undefined, options = "") => {
    const { evidence } = await traced(fixture, `${principal} ${options} ${type} ${blob.toString("base64")}`)
    return [Object.values(evidence.levels).indexOf(1), evidence.notAssessed.filter((line) => line.startsWith("signatures"))]
  }
  expect(await levelWith(committer)).toEqual([3, []])
  expect(await levelWith("other@x.org")).toEqual([2, []])
  const sentence =
    "signatures by keys that their allowed signers do not let sign for git at the date of what they sign, which count for nothing: 1"
  expect(await levelWith(committer, 'valid-after="20240101"')).toEqual([2, [sentence]])
  expect(await levelWith(committer, 'valid-before="20240101"')).toEqual([3, []])
})

test("signed with OpenPGP where only allowed signers are given, it is not assessed", async () => {
  const fixture = made()
  const plain = `${fixture.git(["cat-file", "commit", fixture.commit({ a: "1\n" })])}\n`
  const armor = "-----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----"
  fixture.git(["update-ref", "HEAD", writeCommit(fixture, plain.replace("\n\n", `\ngpgsig ${armor}\n\n`))])
  const { type, blob } = sshKeyOf(generateKeyPairSync("ed25519").publicKey)
  const { evidence } = await traced(fixture, `a@x.org ${type} ${blob.toString("base64")}`)
  expect(evidence.notAssessed).toContain("signatures made with OpenPGP, not assessed, as no keys were given: 1")
})

const hasTool = spawnSync("ssh-keygen", ["-Y", "verify"], { stdio: "pipe" }).error === undefined
const why = hasTool ? "" : " (NOT RUN: ssh-keygen is absent)"
if (why !== "") process.stderr.write(`commits and tags that git signs with SSH${why}\n`)

test.skipIf(!hasTool)(`what git signs with SSH, commits and tags, is what git verify-commit and verify-tag take${why}`, async () => {
  const fixture = made()
  const key = join(fixture.folder, ".git", "key")
  expect(spawnSync("ssh-keygen", ["-q", "-N", "", "-t", "ed25519", "-f", key]).status).toBe(0)
  const [signers, config] = [join(fixture.folder, ".git", "signers"), ["-c", "gpg.format=ssh", "-c", `user.signingkey=${key}`]]
  fixture.commit({ a: "1\n" })
  fixture.write({ a: "2\n" })
  fixture.git(["add", "-A"])
  fixture.git([...config, "commit", "-q", "-S", "-m", "signed"])
  fixture.git([...config, "tag", "-s", "-m", "v1", "v1"])
  const signed = fixture.git(["cat-file", "commit", "HEAD"])
  const tampered = writeCommit(fixture, `${signed.replace("signed", "tampered")}\n`)
  fixture.git(["branch", "tampered", tampered])
  const isTaken = (verb: string, name: string): boolean => {
    try {
      fixture.git(["-c", `gpg.ssh.allowedSignersFile=${signers}`, verb, name])
      return true
    } catch {
      return false
    }
  }
  const publicKey = readFileSync(`${key}.pub`, "utf8").trim()
  const trace = await traced(fixture, `nobody@here.org ${publicKey}`)
  expect([isTaken("verify-commit", "HEAD"), isTaken("verify-tag", "v1"), isTaken("verify-commit", tampered)]).toEqual([true, true, false])
  expect(trace.evidence.notAssessed).toEqual(
    expect.arrayContaining([
      "signatures that do not fit what they sign: 1",
      "verified signatures by keys whose addresses nobody wrote or committed with, which count for nobody: 2",
    ]),
  )
})

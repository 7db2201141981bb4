import { createMessage, generateKey, type PrivateKey, sign } from "openpgp"
import type { GitFixture } from "./git-fixture.ts"

/** For tests only: the committer date of a fixture. */
export const stated = new Date(1_700_000_000_000)
export const later = (seconds: number): Date => new Date(stated.getTime() + seconds * 1000)

/** For tests only: a key of the day before. */
export const makeKey = async (address: string, date = later(-86_400)): Promise<PrivateKey> =>
  (await generateKey({ userIDs: { name: "A", email: address }, date, format: "object" })).privateKey

export async function armored(payload: string, keys: readonly PrivateKey[], date = stated): Promise<string> {
  const message = await createMessage({ binary: Buffer.from(payload) })
  return `${await sign({ message, signingKeys: [...keys], detached: true, date })}`.replaceAll("\r", "").trim()
}

/** For tests only: a commit as it is, signed as `git commit -S` would, and written (git-hash-object(1)); gives its id. `change` is made after signing. */
export async function signCommit(
  fixture: GitFixture,
  commit: string,
  { keys, date = stated, change = (text) => text }: { keys: readonly PrivateKey[]; date?: Date; change?: (text: string) => string },
): Promise<string> {
  const payload = `${fixture.git(["cat-file", "commit", commit])}\n`
  const signature = await armored(payload, keys, date)
  const name = commit.length === 64 ? "gpgsig-sha256" : "gpgsig"
  return writeCommit(fixture, change(payload).replace("\n\n", `\n${name} ${signature.replaceAll("\n", "\n ")}\n\n`))
}

export const writeCommit = (fixture: GitFixture, text: string): string =>
  fixture.git(["hash-object", "-t", "commit", "-w", "--stdin"], text)

import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { PrivateKey } from "openpgp"
import { afterAll, expect, test } from "vitest"
import { orThrow } from "../../core/fault.ts"
import { inRows } from "../../io/commit-rows.ts"
import { openRepository } from "../../io/git.ts"
import { fixtureContext, GitFixture, oid } from "../../io/git-fixture.ts"
import { recordHistory } from "../../io/git-history.ts"
import { patchIdsOf } from "../../io/git-patch-ids.ts"
import { gitSignatures } from "../../io/git-signatures.ts"
import { makeKey, signCommit, writeCommit } from "../../io/git-signed-fixture.ts"
import { trustedSignatureChecks } from "../../registries/index.ts"
import { evidenceOf, twinCandidates } from "./evidence.ts"
import { identify } from "./identities.ts"

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function made(): GitFixture {
  const fixture = new GitFixture()
  folders.push(fixture.folder)
  fixture.commit({ base: "1\n" })
  return fixture
}

const other = { name: "Author Two", address: "author-2@example.org" }

/** A commit that another wrote and committed, `hours` before the fixture's own time; HEAD is it. */
function byOther(fixture: GitFixture, files: Readonly<Record<string, string>>, { hours = 24 } = {}): string {
  const date = `${1_700_000_000 - hours * 3600} +0000`
  fixture.write(files)
  fixture.git(["add", "-A"])
  fixture.git(["commit", "-q", "-m", Object.keys(files).join(), `--author=${other.name} <${other.address}>`, `--date=${date}`])
  const text = fixture.git(["cat-file", "commit", "HEAD"]).replace(/^committer .*$/m, `committer ${other.name} <${other.address}> ${date}`)
  const id = writeCommit(fixture, `${text}\n`)
  fixture.git(["reset", "-q", "--hard", id])
  return id
}

async function traced(fixture: GitFixture, keys: readonly PrivateKey[] = []) {
  const files = keys.map((key, index) => {
    const path = join(fixture.folder, ".git", `key-${index}`)
    writeFileSync(path, key.toPublic().armor())
    return path
  })
  const ctx = { ...fixtureContext(), keyrings: files }
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  try {
    const history = await recordHistory(repository, ctx)
    const checks = await trustedSignatureChecks(ctx)
    const oids = history.commits.map((commit) => commit.oid)
    const verified = checks === undefined ? undefined : await gitSignatures(repository, oids, { checks, ctx })
    const patchIds = await patchIdsOf(repository, twinCandidates(history), ctx)
    return evidenceOf({ history, ...identify(inRows(history)), patchIds, verified })
  } finally {
    await repository.close()
  }
}

test("a branch that another rebased is no review of it, as long as the branch is there to tell", async () => {
  const fixture = made()
  fixture.git(["checkout", "-q", "-b", "topic"])
  const commits = Array.from({ length: 5 }, (_, index) => byOther(fixture, { [`file${index}`]: "1\n" }, { hours: 24 - index }))
  fixture.git(["checkout", "-q", "main"])
  fixture.commit({ base: "2\n" })
  fixture.git(["rebase", "-q", "main", "topic"])
  fixture.git(["branch", "before", commits[4] ?? ""])
  const rebased = fixture.git(["rev-list", "main..topic"]).split("\n").map(oid)
  const { evidence, levelOf } = await traced(fixture)
  expect(evidence.twins).toBe(5)
  expect(rebased.map((id) => levelOf.get(id))).toEqual([0, 0, 0, 0, 0])
  fixture.git(["branch", "-D", "before"])
  const alone = await traced(fixture)
  expect(rebased.map((id) => alone.levelOf.get(id))).toEqual([2, 2, 2, 2, 2])
  expect(alone.evidence.notAssessed.join()).toContain("5 or more at once: 5 in 1 batch;")
})

test("a pick to another branch counts as what was picked, and a pick of something else by its name does not", async () => {
  const fixture = made()
  fixture.git(["branch", "stable"])
  const first = byOther(fixture, { file: "1\n" })
  const applied = fixture.commit({ own: "1\n" })
  fixture.git(["checkout", "-q", "stable"])
  fixture.git(["cherry-pick", "-x", first])
  const pick = fixture.git(["rev-parse", "HEAD"])
  fixture.git(["branch", "forged", "HEAD~1"])
  fixture.git(["checkout", "-q", "forged"])
  fixture.git(["cherry-pick", first])
  fixture.write({ file: "2\n" })
  fixture.git(["commit", "-q", "-a", "--amend", "--no-edit"])
  const forged = fixture.git(["rev-parse", "HEAD"])
  const { evidence, levelOf } = await traced(fixture)
  expect([first, applied, pick, forged].map((id) => levelOf.get(oid(id)))).toEqual([0, 0, 0, 2])
  expect(evidence.twins).toBe(1)
})

test("signatures by keys that the user gave lift what another committed to 3, and what another merged to 4", async () => {
  const fixture = made()
  const [one, two] = [await makeKey("author-1@example.org"), await makeKey(other.address)]
  const amended = async (id: string, key: PrivateKey): Promise<string> => {
    const signed = await signCommit(fixture, id, { keys: [key] })
    fixture.git(["reset", "-q", "--hard", signed])
    return signed
  }
  fixture.git(["commit", "-q", "--allow-empty", "-m", "applied", `--author=${other.name} <${other.address}>`])
  const applied = await amended("HEAD", one)
  fixture.git(["checkout", "-q", "-b", "topic"])
  const topic = await amended(byOther(fixture, { file: "1\n" }), two)
  fixture.git(["checkout", "-q", "main"])
  fixture.git(["merge", "-q", "--no-ff", "-m", "merge", "topic"])
  await amended("HEAD", one)
  fixture.git(["branch", "-D", "topic"])
  const levels = async (...keys: PrivateKey[]) => {
    const { levelOf } = await traced(fixture, keys)
    return [applied, topic].map((id) => levelOf.get(oid(id)))
  }
  expect(await levels(one, two)).toEqual([3, 4])
  expect(await levels(one)).toEqual([3, 0])
  expect(await levels(two)).toEqual([2, 0])
  expect(await levels()).toEqual([2, 0])
})

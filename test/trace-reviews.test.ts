import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { orThrow } from "../src/core/fault.ts"
import { traceRepository } from "../src/index.ts"
import { graphqlPull, mergeRequest, restPull } from "../src/io/forge-fixture.ts"
import { fixtureContext, GitFixture } from "../src/io/git-fixture.ts"
import type { Reviews } from "../src/model/trace.ts"

const hasJq = spawnSync("jq", ["--version"]).status === 0
const why = hasJq ? "" : " (NOT RUN: jq is absent)"
if (why !== "") process.stderr.write(`the exports of docs/trace.md${why}\n`)

const fixture = new GitFixture()
const folder = mkdtempSync(join(tmpdir(), "everybyte-reviews-"))
afterAll(() => {
  for (const one of [fixture.folder, folder]) rmSync(one, { recursive: true })
})

/** A block of the page, by the comment that it begins with. */
function block(title: string): string {
  const [, found] = new RegExp(`^\`\`\`bash\n# ${title}\n(.*?)^\`\`\`$`, "ms").exec(readFileSync("docs/trace.md", "utf8")) ?? []
  if (found === undefined) throw new Error(`the page has no block: ${title}`)
  return found
}

/** Runs a block where programs of the forges answer as they are told, with the paths and pages that they know. */
function run(script: string, program?: { readonly name: string; readonly text: string }): string {
  const bin = join(folder, "bin")
  mkdirSync(bin, { recursive: true })
  if (program !== undefined) {
    writeFileSync(join(bin, program.name), `#!/bin/sh\n${program.text}`)
    chmodSync(join(bin, program.name), 0o755)
  }
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, TOKEN: "token", T: folder, ALL: "--branches", ANSWERS: folder }
  const ran = spawnSync("sh", ["-eu", "-c", script], { cwd: folder, env: { ...env, GIT_DIR: fixture.gitDirectory }, encoding: "utf8" })
  expect([ran.status, ran.stderr]).toEqual([0, ""])
  return ran.stdout
}

const answer = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value))

async function reviewsOf(): Promise<Reviews | undefined> {
  const request = { repository: fixture.folder, wantsHands: false, reviews: [join(folder, "pulls.jsonl")] }
  return orThrow(await traceRepository(request, fixtureContext())).evidence.reviews
}

describe.skipIf(!hasJq)(`the exports of docs/trace.md, from programs that answer as the forges do${why}`, () => {
  let [squashed, first, last] = ["", "", ""]
  const times = { merged: "2024-01-02T00:00:00Z", approved: "2024-01-01T12:00:00Z" }
  const expected = () => [squashed, first, last].toSorted()

  beforeAll(() => {
    squashed = fixture.commit({ a: "1\n" })
    first = fixture.commit({ a: "2\n" })
    last = fixture.commit({ a: "3\n" })
  })

  const check = async (): Promise<void> => {
    const reviews = await reviewsOf()
    expect(reviews?.approved.map(({ commit }) => commit)).toEqual(expected())
    expect(reviews).toMatchObject({ pulls: 2, approvals: 2, accounts: [{ login: "looks" }], commits: { 0: 3 }, untied: { 0: 3 } })
  }

  test("GitHub: the query asks for every field that is read, and the figures are those of the page's own command", async () => {
    const pull = (url: string, commits: readonly string[], mergeCommit: string | undefined): object => {
      const head = commits.at(-1)
      const author = { login: "looks", __typename: "User" }
      return graphqlPull({
        ...{ url, headRefOid: head, mergeCommit: mergeCommit === undefined ? null : { oid: mergeCommit } },
        commits: { totalCount: commits.length, nodes: commits.map((oid) => ({ commit: { oid } })) },
        reviews: { totalCount: 1, nodes: [{ author, state: "APPROVED", submittedAt: times.approved, commit: { oid: head } }] },
      })
    }
    const pulls = [pull("https://f.example/1", ["d".repeat(40)], squashed), pull("https://f.example/2", [first, last], undefined)]
    const page = (one: object | undefined) => ({ data: { repository: { pullRequests: { nodes: [one] } } } })
    for (const [index, one] of pulls.entries()) answer(`page${index}`, page(one))
    const script = block("GitHub")
    run(script, { name: "gh", text: `while [ "$1" != --jq ]; do shift; done; cat $ANSWERS/page0 $ANSWERS/page1 | jq -c "$2"\n` })
    for (const field of new Set(JSON.stringify(pulls).match(/(?<=")\w+(?=":)/g))) if (field !== "number") expect(script).toContain(field)
    await check()
    const again = run(block("again")).trimEnd().split("\n")
    expect(again.map((line) => line.split(" ")[0])).toEqual(expected())
    expect(again.map((line) => line.split(" ")[2])).toEqual(["looks", "looks", "looks"])
  })

  test("GitLab", async () => {
    const merge = (iid: number, head: string, squash: string | null): object =>
      mergeRequest({ iid, web_url: `https://f.example/${iid}`, sha: head, squash_commit_sha: squash, description: "a\\b\n" })
    answer("merged", [merge(1, "d".repeat(40), squashed), merge(2, last, null)])
    for (const [n, head, commits] of [[1, "d".repeat(40), ["d".repeat(40)]] as const, [2, last, [last, first]] as const]) {
      answer(`approvals${n}`, { approved_by: [{ user: { username: "looks" }, approved_at: times.approved }], approved: true })
      answer(
        `commits${n}`,
        commits.map((id) => ({ id, created_at: "2023-01-01T00:00:00.000+02:00" })),
      )
      answer(`versions${n}`, [{ id: 1, head_commit_sha: head, created_at: "2023-06-01T00:00:00.000Z" }])
    }
    const text = `case $3 in
  *state=merged*) cat $ANSWERS/merged;;
  *) cat $ANSWERS/$(echo "$3" | sed -E 's|.*/([0-9]+)/([a-z]+).*|\\2\\1|');;
esac\n`
    run(block("GitLab"), { name: "glab", text })
    await check()
  })

  test("Gitea and Forgejo", async () => {
    const pull = (number: number, head: string, merge: string): object =>
      restPull({ number, html_url: `https://f.example/${number}`, head: { sha: head }, merge_commit_sha: merge, reviews: undefined })
    answer("closed1", [pull(1, "d".repeat(40), squashed), restPull({ number: 9, merged_at: null })])
    answer("closed2", [pull(2, last, last)])
    for (const [n, commits] of [[1, ["d".repeat(40)]] as const, [2, [last, first]] as const]) {
      answer(
        `commits${n}`,
        commits.map((sha) => ({ sha, url: "" })),
      )
      const user = { login: "looks", full_name: "" }
      answer(`reviews${n}`, [
        { user, state: "APPROVED", submitted_at: "2024-01-01T14:00:00+02:00", commit_id: commits[0], stale: false, dismissed: false },
      ])
    }
    const text = `for URL; do :; done; PAGE=\${URL##*page=}
case $URL in
  */pulls?*state=closed*) cat $ANSWERS/closed$PAGE 2> /dev/null || echo '[]';;
  *) [ $PAGE = 1 ] && cat $ANSWERS/$(echo "$URL" | sed -E 's|.*/([0-9]+)/([a-z]+).*|\\2\\1|') || echo '[]';;
esac\n`
    run(block("Gitea, Forgejo"), { name: "curl", text })
    await check()
  })
})

import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import {
  type AuditRequest,
  auditRelease,
  canonicalJson,
  createContext,
  type FoundReview,
  importReviews,
  listReviews,
  type Report,
  type Result,
  reviewKey,
  signAudit,
  verifyReview,
} from "../src/index.ts"
import { commitFiles, type Files, makeRepository, temporary } from "./fixtures/repository.ts"
import { tarEnd, tarMember } from "./fixtures/tar.ts"

/** A project whose releases carry a file that no commit has, and a person who reads it. */
const files: Files = { "configure.ac": "AC_INIT([made], [1.0])\n", "src/a.c": "int main(void)\n{\n\treturn 0;\n}\n" }
const generated = Array.from({ length: 40 }, (_, at) => `step ${at}\n`).join("")

let here: ReturnType<typeof temporary>
let repository: string
beforeEach(() => {
  here = temporary()
  repository = makeRepository(join(here.path, "r"), files)
})
afterEach(() => here[Symbol.dispose]())

interface At {
  readonly day?: string
  /** Whose machine it is: each has a key and reviews of its own. */
  readonly home?: string
}

const contextAt = ({ day = "2026-01-01", home = "home" }: At) => {
  const [data, config] = ["data", "config"].map((one) => join(here.path, home, one))
  const environment = { PATH: process.env["PATH"], XDG_DATA_HOME: data, XDG_CONFIG_HOME: config }
  return createContext({ cache: join(here.path, "cache"), offline: true, environment, day })
}

function given<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.fault))
  return result.value
}

/** The commit's files, with others that only the release has. */
function release(version: string, more: Readonly<Record<string, string>>, folder = "dist"): string {
  const prefix = `made-${version}/`
  const tar = execFileSync("git", ["archive", "--format=tar", `--prefix=${prefix}`, `v${version}`], { cwd: repository })
  const added = Object.entries(more).map(([path, content]) => tarMember({ name: `${prefix}${path}`, content, mode: 0o755 }))
  const path = join(here.path, folder, `made-${version}.tar.gz`)
  mkdirSync(join(path, ".."), { recursive: true })
  // git ends an archive at a record of 20 blocks; the members before it end where two empty blocks begin.
  const end = tar.subarray(0, tar.length - (tar.length % 512)).findLastIndex((byte) => byte !== 0)
  writeFileSync(path, gzipSync(Buffer.concat([tar.subarray(0, Math.ceil((end + 1) / 512) * 512), ...added, tarEnd()])))
  return path
}

function nextVersion(): void {
  commitFiles(repository, { "src/a.c": "int main(void)\n{\n\treturn 1;\n}\n" }, "v1.1")
}

async function auditing(target: string, some: Partial<AuditRequest> & At = {}): Promise<Result<Report>> {
  const { day, home, ...rest } = some
  const words = {
    ref: undefined,
    subdirectory: undefined,
    submodules: new Map(),
    previous: undefined,
    acceptPrevious: false,
    replay: "never",
  } as const
  return auditRelease(
    { target, repository, ...words, ...rest },
    contextAt({ ...(day === undefined ? {} : { day }), ...(home === undefined ? {} : { home }) }),
  )
}
const audited = async (...asked: Parameters<typeof auditing>): Promise<Report> => given(await auditing(...asked))

/** Open items by path, what settled the others, and what did not help. */
const told = ({ verdict, audit }: Report) => ({
  verdict,
  open: audit?.open.map(({ at }) => at.replace(/^made-[^/]*\//, "")),
  by: [...new Set(audit?.settled.map(({ by }) => by))],
  refused: audit?.refused.map(({ why }) => why),
})

const own = "the key of this machine"
const accepted = { verdict: "accounted", open: [], by: [own], refused: [] }

/** Reads a report and signs for it, as a person at a machine would. */
async function sign(report: Report, some: At & { readonly expires?: string; readonly reviews?: string } = {}): Promise<string> {
  const path = join(here.path, "report.json")
  writeFileSync(path, canonicalJson(report))
  const ctx = contextAt(some)
  given(await reviewKey(undefined, ctx))
  const { expires, reviews } = some
  return given(await signAudit({ report: path, reason: "read it whole", expires, reviews }, ctx)).path
}

describe("a release that was read", () => {
  test("fails, is signed for, and passes with nothing left", async () => {
    const made = release("1.0", { configure: generated })
    const before = await audited(made)
    expect(told(before)).toEqual({ verdict: "review", open: ["configure"], by: [], refused: [] })
    await sign(before)
    const after = await audited(made)
    expect(told(after)).toEqual(accepted)
    expect(after.ledger.totals.toRead).toBe(0)
    expect(after.ledger.entries.find(({ path }) => path.endsWith("configure"))?.explanation).toMatchObject({
      kind: "review",
      reviewer: own,
      signed: "2026-01-01",
      instead: { kind: "unexplained" },
    })
  })

  test("does not pass with other bytes: neither with those of the file nor with one beside it", async () => {
    await sign(await audited(release("1.0", { configure: generated })))
    const of = [expect.stringMatching(/^it is of other bytes under this name \(sha256 [0-9a-f]{64}\)$/)]
    expect(told(await audited(release("1.0", { configure: generated.replace("7", "8") })))).toEqual({
      verdict: "review",
      open: ["configure"],
      by: [],
      refused: of,
    })
    const more = await audited(release("1.0", { configure: generated, "m4/x.m4": "x\n" }))
    expect(told(more)).toMatchObject({ verdict: "review", open: ["configure", "m4/x.m4"], refused: of })
  })

  test("passes until the day on which the review expires, and at no day before it was signed", async () => {
    const made = release("1.0", { configure: generated })
    await sign(await audited(made), { expires: "2027-01-01" })
    expect(told(await audited(made, { day: "2026-12-31" }))).toEqual(accepted)
    for (const [day, why] of [
      ["1970-01-01", "after today"],
      ["2027-01-01", "it expired on 2027-01-01"],
      ["2106-02-07", "it expired on 2027-01-01"],
    ] as const)
      expect(told(await audited(made, { day }))).toEqual({
        verdict: "review",
        open: ["configure"],
        by: [],
        refused: [expect.stringContaining(why)],
      })
  })
})

describe("the next release", () => {
  const first = { configure: generated, "m4/old.m4": "old\n" }
  const second = { configure: generated, "m4/old.m4": "old\nnew\n" }

  test("shows only what changed since the one that was read, and passes once that is read too", async () => {
    await sign(await audited(release("1.0", first)))
    nextVersion()
    const made = release("1.1", second)
    const next = await audited(made)
    expect(told(next)).toEqual({ verdict: "review", open: ["m4/old.m4"], by: [], refused: [] })
    expect(next).toMatchObject({
      previous: { accepted: true, by: own },
      audit: { baseline: { target: expect.stringMatching(/made-1\.0\.tar\.gz$/), by: own } },
      ledger: { totals: { toRead: 1 } },
    })
    await sign(next)
    expect(told(await audited(made))).toEqual(accepted)
    expect((await audited(release("1.0", first))).previous).toBeUndefined()
  })

  test("a review of what changed does not count without the one that it rests on", async () => {
    const base = await sign(await audited(release("1.0", first)), { expires: "2026-06-01" })
    nextVersion()
    const made = release("1.1", second)
    await sign(await audited(made))
    const late = told(await audited(made, { day: "2026-06-01" }))
    expect(late).toMatchObject({ verdict: "review", open: ["configure", "m4/old.m4"], by: [] })
    expect(late.refused).toEqual(
      expect.arrayContaining(["it expired on 2026-06-01", expect.stringContaining("it is of what changed since")]),
    )
    rmSync(base)
    expect(told(await audited(made))).toMatchObject({ open: ["configure", "m4/old.m4"] })
  })

  test("an accepted release that became another, or is gone, is not compared with, and that is said", async () => {
    await sign(await audited(release("1.0", first)))
    nextVersion()
    const made = release("1.1", second)
    const path = release("1.0", { ...first, configure: "another\n" })
    expect(told(await audited(made))).toMatchObject({
      open: ["configure", "m4/old.m4"],
      refused: [expect.stringContaining("it has other bytes than those that were accepted")],
    })
    renameSync(path, `${path}.gone`)
    expect(told(await audited(made)).refused).toEqual([expect.stringContaining("it cannot be compared with")])
  })

  test("one that the user names as previous counts as accepted by whoever read it; by nobody else's word", async () => {
    const old = release("1.0", first)
    const report = await audited(old)
    nextVersion()
    const made = release("1.1", second)
    expect(told(await audited(made, { previous: old }))).toMatchObject({ open: ["m4/old.m4", "configure"] })
    await sign(report)
    expect(await audited(made, { previous: old })).toMatchObject({
      previous: { accepted: true, by: own },
      audit: { open: [{ toRead: 1 }] },
    })
  })

  test("what was exempt in the one before is exempt no longer than that word holds", async () => {
    const old = release("1.0", first)
    const open = (await audited(old)).ledger.entries.find(({ path }) => path.endsWith("old.m4"))
    const exemption = { path: "m4/old.m4", sha256: open?.sha256, reason: "known", owner: "Carol", expires: "2026-06-01" }
    const policy = join(here.path, "policy.json")
    writeFileSync(policy, JSON.stringify({ schema: "everybyte.policy/1", exemptions: [exemption] }))
    await sign(await audited(old, { policy }))
    nextVersion()
    const made = release("1.1", first)
    expect(told(await audited(made, { policy }))).toEqual({ ...accepted, by: ["Carol"] })
    expect(told(await audited(made, { policy, day: "2026-06-01" }))).toMatchObject({ verdict: "review", open: ["m4/old.m4"] })
  })
})

describe("whose word", () => {
  test("a colleague's counts where a policy names the key, under the policy's name; a stranger's never", async () => {
    const made = release("1.0", { configure: generated })
    const shared = join(here.path, "shared")
    mkdirSync(shared)
    await sign(await audited(made), { home: "colleague", reviews: shared })
    const { publicKey } = given(await reviewKey(undefined, contextAt({ home: "colleague" })))
    const policy = join(here.path, "policy.yaml")
    writeFileSync(policy, `schema: everybyte.policy/1\nreviewers:\n  - name: Bob\n    key: ${JSON.stringify(publicKey)}\n`)
    expect(told(await audited(made, { policy, reviewFolder: shared }))).toEqual({ ...accepted, by: ["Bob"] })
    const alone = told(await audited(made, { reviewFolder: shared }))
    expect(alone).toMatchObject({ verdict: "review", refused: [expect.stringContaining("a key that is not trusted here")] })
    writeFileSync(
      policy,
      "schema: everybyte.policy/1\nreviewers:\n  - name: Bob\n    key: |\n      -----BEGIN PUBLIC KEY-----\n      AAAA\n      -----END PUBLIC KEY-----\n",
    )
    const wrong = await auditing(made, { policy, reviewFolder: shared })
    expect(wrong).toMatchObject({ ok: false, fault: { kind: "usage", why: expect.stringContaining("the key of the reviewer Bob") } })
  })

  test("a folder of reviews inside what is audited is refused, and so is one that is not there", async () => {
    const made = release("1.0", { configure: generated })
    const inside = join(repository, "reviews")
    mkdirSync(inside)
    for (const [asked, why] of [
      [{ reviewFolder: inside }, "which is audited"],
      [{ reviewFolder: join(here.path, "missing") }, "no such folder of reviews"],
    ] as const)
      expect(await auditing(made, asked)).toMatchObject({ ok: false, fault: { why: expect.stringContaining(why) } })
  })

  test("what is imported is kept as it came and counts as far as it did", async () => {
    const made = release("1.0", { configure: generated })
    const file = await sign(await audited(made), { home: "colleague" })
    const ctx = contextAt({})
    given(await reviewKey(undefined, ctx))
    const [kept] = given(await importReviews(file, undefined, ctx))
    expect(readFileSync(String(kept), "utf8")).toBe(readFileSync(file, "utf8"))
    const kinds = (found: readonly FoundReview[]) => found.map(({ kind }) => kind)
    expect(kinds(given(await listReviews({}, ctx)))).toEqual(["refused"])
    expect(
      kinds([given(await verifyReview(file, {}, ctx)), given(await verifyReview(file, {}, contextAt({ home: "colleague" })))]),
    ).toEqual(["refused", "valid"])
  })

  test("eight people who sign at once into one folder leave eight reviews that all count", async () => {
    const made = release("1.0", { configure: generated })
    const shared = join(here.path, "shared")
    mkdirSync(shared)
    const report = join(here.path, "report.json")
    writeFileSync(report, canonicalJson(await audited(made)))
    const homes = Array.from({ length: 8 }, (_, at) => contextAt({ home: `home-${at}` }))
    const keys = await Promise.all(homes.map(async (ctx) => given(await reviewKey(undefined, ctx)).publicKey))
    await Promise.all(homes.map((ctx) => signAudit({ report, reason: "read", reviews: shared }, ctx)))
    const policy = join(here.path, "policy.json")
    writeFileSync(
      policy,
      JSON.stringify({ schema: "everybyte.policy/1", reviewers: keys.map((key, at) => ({ name: `Person ${at}`, key })) }),
    )
    const found = given(await listReviews({ reviews: shared, policy }, contextAt({})))
    expect(new Set(found.map((one) => (one.kind === "valid" ? one.review.reviewer : one.why))).size).toBe(8)
    expect(readdirSync(shared)).toHaveLength(8)
  })
})

describe("what is not signed", () => {
  const refused = async (report: unknown, some: { readonly reason?: string; readonly expires?: string } = {}): Promise<string> => {
    const path = join(here.path, "report.json")
    writeFileSync(path, typeof report === "string" ? report : canonicalJson(report))
    const ctx = contextAt({})
    given(await reviewKey(undefined, ctx))
    const result = await signAudit({ report: path, reason: "read", ...some }, ctx)
    return result.ok ? "it was signed" : JSON.stringify(result.fault)
  }

  test("a report of explain, other text, no reason, a day that is none or over, and what rests on bytes that it does not name", async () => {
    const report = await audited(release("1.0", { configure: generated }))
    const { audit, ...explained } = report
    expect(await refused(explained)).toContain("is no report of an audit (audit:")
    expect(await refused("{")).toContain("is no report of an audit")
    expect(await refused({ ...report, audit: { ...audit, open: [{}] } })).toContain("audit.open.0")
    expect(await refused(report, { reason: " " })).toContain("without a reason")
    for (const expires of ["2026-01-01", "2025-12-31", "2026-02-30", "soon"])
      expect(await refused(report, { expires })).toContain("is no day after today")
    expect(await refused({ ...report, previous: { accepted: true } })).toContain("does not say on which bytes")
    expect(existsSync(join(here.path, "home", "data"))).toBe(false)
  })
})

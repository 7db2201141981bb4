import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { wholeReport } from "../test/fixtures/whole-report.ts"
import { attestAudit, verifyAttestation } from "./attestations.ts"
import { sha256Of } from "./core/digest.ts"
import type { Context } from "./io/context.ts"
import { createContext } from "./io/create-context.ts"
import { readEnvelope, signStatement } from "./io/envelope.ts"
import { saidOf } from "./io/review-fixture.ts"
import { signReview } from "./io/review-statement.ts"
import { createSigningKey, type SigningKey, signingKeyAt } from "./io/signing-key.ts"
import { summaryOf, summaryType } from "./io/verification-summary.ts"
import type { Report, Verdict } from "./model/report.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-attest-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
const contextOn = (day: string): Context =>
  createContext({ cache: at("cache"), day, environment: { HOME: at("home"), XDG_CONFIG_HOME: at("config") } })
const ctx = contextOn("2026-06-01")
const audited = (verdict: Verdict): Report => ({
  ...wholeReport,
  verdict,
  artifact: { ...wholeReport.artifact, target: at("p-1.tar"), sha256: sha256Of("the release") },
})
let key: SigningKey

beforeAll(async () => {
  mkdirSync(at("home"))
  writeFileSync(at("p-1.tar"), "the release")
  writeFileSync(at("q-1.tar"), "another release")
  await createSigningKey(at("key.pem"))
  await createSigningKey(at("stranger.pem"))
  key = await signingKeyAt(at("key.pem"))
  writeFileSync(at("policy.json"), JSON.stringify({ schema: "everybyte.policy/1", reviewers: [{ name: "Ann", key: key.publicKey }] }))
  await attest("review", "alarm")
})

/** Writes `vsa.json`, failing on `failOn`. */
const attest = (verdict: Verdict, failOn: Verdict, signer = "key.pem"): ReturnType<typeof attestAudit> =>
  attestAudit(audited(verdict), { path: at("vsa.json"), key: at(signer), failOn }, ctx)

async function verified(some: { artifact?: string; policy?: string | undefined; failOn?: Verdict; ctx?: Context } = {}): Promise<string> {
  const { artifact = "p-1.tar", policy = at("policy.json"), failOn = "alarm" } = some
  const found = await verifyAttestation(
    { path: at("vsa.json"), artifact: at(artifact), policy: "policy" in some ? some.policy : policy, failOn },
    some.ctx ?? ctx,
  )
  if (!found.ok) throw new Error(JSON.stringify(found.fault))
  return found.value.why ?? `holds by ${found.value.by}`
}

test("a summary of an audit that passed holds for the very bytes, by a reviewer of the policy", async () => {
  expect(await verified()).toBe("holds by Ann")
  const envelope = readEnvelope(readFileSync(at("vsa.json")), ctx.limits)
  expect(envelope).toMatchObject({
    statement: {
      predicateType: summaryType,
      predicate: {
        timeVerified: "2026-01-01T00:00:00Z",
        resourceUri: "pkg:deb/debian/p@1",
        verificationResult: "PASSED",
        verifiedLevels: ["SLSA_BUILD_LEVEL_UNEVALUATED"],
        everybyte: { verdict: "review", failOn: "alarm", toRead: 4, settled: 1 },
      },
    },
  })
})

test("it does not hold for other bytes, without the policy that names the key, or before the day that it says", async () => {
  expect(await verified({ artifact: "q-1.tar" })).toBe("it is of other bytes")
  expect(await verified({ policy: undefined })).toContain("a key that is not trusted here")
  expect(await verified({ ctx: contextOn("1970-01-01") })).toContain("after today")
})

test.each<[string, () => Promise<unknown>, string]>([
  ["of an audit that did not pass", () => attest("alarm", "review"), "the audit did not pass: alarm (failing on review)"],
  ["at the very verdict that fails", () => attest("review", "review"), "the audit did not pass"],
  ["signed by a stranger", () => attest("review", "alarm", "stranger.pem"), "a key that is not trusted here"],
  ["that is a review by the same key", async () => write(signReview(saidOf("the release"), key, ctx.limits)), "of another type"],
  [
    "that says less than it must",
    async () =>
      write(signStatement({ subject: [{ name: "p", sha256: sha256Of("the release") }], predicateType: summaryType, predicate: {} }, key)),
    "it is no verification summary of an audit",
  ],
  ["that was changed", async () => write(changed(signStatement(summaryOf(audited("review"), "alarm"), key))), "does not fit"],
  ["that is no envelope", async () => write("{}"), "no signed in-toto statement"],
])("a summary %s does not hold", async (_, make, why) => {
  await make()
  expect(await verified()).toContain(why)
})

test("what the audit let pass does not hold for who asks for more", async () => {
  await attest("review", "alarm")
  expect(await verified({ failOn: "undetermined" })).toBe(
    "its verdict is review; the audit let that pass (failing on alarm), this does not (failing on undetermined)",
  )
})

test("it holds until the first word that it rests on expires", async () => {
  const { audit } = audited("review")
  const [settled] = audit?.settled ?? []
  if (audit === undefined || settled === undefined) throw new Error("nothing is settled")
  const words = ["2026-09-01", "2026-06-30"].map((expires) => ({ ...settled, expires }))
  const report: Report = { ...audited("review"), audit: { ...audit, settled: [settled, ...words] } }
  await attestAudit(report, { path: at("vsa.json"), key: at("key.pem"), failOn: "alarm" }, ctx)
  expect(await verified({ ctx: contextOn("2026-06-29") })).toBe("holds by Ann")
  expect(await verified({ ctx: contextOn("2026-06-30") })).toBe("it rests on somebody's word that expired on 2026-06-30: audit again")
})

test("the acceptance of an earlier release is such a word", async () => {
  const { previous, audit } = audited("review")
  if (previous === undefined || audit === undefined) throw new Error("nothing was accepted")
  const report: Report = { ...audited("review"), previous: { ...previous, expires: "2026-06-30" }, audit: { ...audit, settled: [] } }
  await attestAudit(report, { path: at("vsa.json"), key: at("key.pem"), failOn: "alarm" }, ctx)
  expect(await verified({ ctx: contextOn("2026-06-29") })).toBe("holds by Ann")
  expect(await verified({ ctx: contextOn("2026-06-30") })).toContain("expired on 2026-06-30")
})

test("a summary is never written over the release, and never signed with a key that others may read", async () => {
  const over = await attestAudit(audited("review"), { path: at("p-1.tar"), key: at("key.pem"), failOn: "alarm" }, ctx)
  expect(over).toMatchObject({ ok: false, fault: { kind: "usage" } })
  expect(readFileSync(at("p-1.tar"), "utf8")).toBe("the release")
  writeFileSync(at("open.pem"), readFileSync(at("key.pem")), { mode: 0o644 })
  expect(await attest("review", "alarm", "open.pem")).toMatchObject({ ok: false, fault: { kind: "refused" } })
})

const write = (text: string): void => writeFileSync(at("vsa.json"), text)

/** The same signature over a payload that says less is left to read. */
function changed(text: string): string {
  const envelope: Record<string, unknown> = JSON.parse(text)
  const payload = Buffer.from(String(envelope["payload"]), "base64").toString().replace('"toRead":4', '"toRead":0')
  return JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString("base64") })
}

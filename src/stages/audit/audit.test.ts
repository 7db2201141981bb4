import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import { dangers, type Explanation } from "../../model/ledger.ts"
import { type Exemption, type Policy, policyDefault, type Weight, weights } from "../../model/policy.ts"
import { type Report, type ReportEntry, type Verdict, verdicts } from "../../model/report.ts"
import type { Item, Review, Words } from "../../model/review.ts"
import { causesOf, judge, totalsOf } from "../../rules/index.ts"
import { audit } from "./audit.ts"

const unexplained: Explanation = { kind: "unexplained", why: "nothing like it" }
const undetermined: Explanation = { kind: "undetermined", why: "no repository was given" }

const entry = (name: string, some: Partial<ReportEntry> = {}): ReportEntry => ({
  path: `p-1/${name}`,
  type: "file",
  size: 10,
  sha256: sha256Of(name),
  gitOid: "0".repeat(40),
  mode: "0644",
  opaque: false,
  explanation: unexplained,
  toRead: 3,
  danger: "code",
  ...some,
})

type Facts = Pick<Report, "anomalies" | "findings"> & { readonly entries: readonly ReportEntry[] } & Pick<Report, "artifact">
const artifact: Report["artifact"] = {
  target: "p-1.tar",
  purl: "pkg:deb/debian/p@1-1?arch=source",
  name: "p-1.tar",
  size: 1,
  sha256: sha256Of("p-1.tar"),
  format: "tar",
  entries: 1,
  root: "p-1/",
  chain: [],
  notLookedAt: [],
}

function made(some: Partial<Facts>): Report {
  const { entries = [], ...facts } = { artifact, anomalies: [], findings: [], ...some }
  const causes = causesOf({ ...facts, ledger: { entries, framing: [] } })
  return {
    schema: "everybyte.report/1",
    tool: { name: "everybyte", version: "0", trustedBase: [] },
    ...judge(causes),
    ...facts,
    ledger: { totals: totalsOf(entries, causes), entries, framing: [], absent: [] },
    rules: [],
  }
}

const finding = (severity: "note" | "review" | "alarm", path = "p-1/a"): Report["findings"][number] => ({
  rule: "family/rule",
  version: 1,
  severity,
  message: `a ${severity}`,
  at: { path, lines: [1, 2] },
  evidence: [{ what: "it", where: path, digest: `sha256:${sha256Of("evidence")}` }],
})
const anomaly = { kind: "odd", severity: "review", message: "an odd header", layer: "p-1.tar", offset: 512 } as const

const day = "2026-11-25"
const none: Words = { reviews: [], refused: [] }
const inOrder = (report: Report): readonly number[] => [...report.ledger.entries.keys()]
const audited = (report: Report, policy: Partial<Policy> = {}, words = none): Report =>
  audit(report, { policy: { ...policyDefault, ...policy }, words, day, order: inOrder(report) })
const auditOf = ({ audit: found }: Report): NonNullable<Report["audit"]> => {
  if (found === undefined) throw new Error("no audit")
  return found
}

const exempt = (name: string, some: Partial<Exemption> = {}): Exemption => ({
  path: name,
  sha256: sha256Of(name),
  reason: "known",
  owner: "Ada",
  expires: "2027-01-01",
  ...some,
})
const itemsOf = (report: Report): readonly Item[] => auditOf(audited(report)).open.map(({ kind, at, what }) => ({ kind, at, what }))
const review = (report: Report, items = itemsOf(report)): Review => ({
  reviewer: "Grace",
  keyId: "ab12",
  signed: "2026-11-24",
  reason: "read it all",
  artifact: { name: artifact.name, target: artifact.target, sha256: artifact.sha256 },
  others: [],
  items,
})

describe("what a cause makes of the verdict", () => {
  const worst = (verdict: Verdict, settled = 0) => ({ verdict, settled })
  const a = { a: made({ entries: [entry("a")] }), unseen: made({ entries: [entry("a", { explanation: undetermined, toRead: 0 })] }) }
  test.each<[string, Report, Partial<Policy>, { verdict: Verdict; settled: number }]>([
    ["what is left to read is to review", a.a, {}, worst("review")],
    ["or what the policy says of its place", a.a, { unexplained: new Map([["code", "alarm"]]) }, worst("alarm")],
    ["not of another place", a.a, { unexplained: new Map([["scripts", "note"]]) }, worst("review")],
    ["noted: settled by the policy", a.a, { unexplained: new Map([["code", "note"]]) }, worst("accounted", 1)],
    [
      "noted, but accounted for before: to review all the same",
      made({ entries: [entry("a", { regressed: true })] }),
      { unexplained: new Map([["code", "note"]]) },
      worst("review"),
    ],
    ["what was not looked at is undetermined", a.unseen, {}, worst("undetermined")],
    ["or what the policy says", a.unseen, { undetermined: "alarm" }, worst("alarm")],
    ["noted: settled, and listed", a.unseen, { undetermined: "note" }, worst("accounted", 1)],
    ["the place has no say in that", a.unseen, { unexplained: new Map([["code", "note"]]) }, worst("undetermined")],
    [
      "a note changes nothing",
      made({
        entries: [entry("a", { toRead: 0, explanation: { kind: "baseline", artifact: "o", path: "a" } })],
        findings: [finding("note")],
      }),
      {},
      worst("accounted"),
    ],
    ["unless the policy says so", made({ findings: [finding("note")] }), { rules: new Map([["family/rule", "alarm"]]) }, worst("alarm")],
    ["an alarm", made({ findings: [finding("alarm")] }), {}, worst("alarm")],
    [
      "an alarm that the policy only notes leaves what else there is",
      made({ findings: [finding("alarm")] }),
      { rules: new Map([["family/rule", "note"]]) },
      worst("undetermined", 1),
    ],
    ["another rule's weight", made({ findings: [finding("alarm")] }), { rules: new Map([["family/other", "note"]]) }, worst("alarm")],
    [
      "an anomaly",
      made({ entries: [entry("a", { toRead: 0, explanation: { kind: "baseline", artifact: "o", path: "a" } })], anomalies: [anomaly] }),
      {},
      worst("review"),
    ],
    ["no entries", made({}), {}, worst("undetermined")],
    ["as much as may be left", a.a, { toReadMax: 3 }, worst("review")],
    ["more than may be left", a.a, { toReadMax: 2 }, worst("alarm")],
    ["no signature where one is demanded", a.a, { signers: ["AB"] }, worst("review")],
  ])("%s", (_, report, policy, expected) => {
    const after = audited(report, policy)
    expect({ verdict: after.verdict, settled: auditOf(after).settled.length }).toEqual(expected)
  })

  test.each([
    ["ab12", "accounted"],
    ["AB12", "accounted"],
    ["cd34", "alarm"],
  ])("a release signed by AB12, the policy's signer being %s", (signer, verdict) => {
    const signature = { kind: "valid", fingerprint: "AB12", signer: "A", keyFrom: "k", created: "2026" } as const
    const explained = entry("a", { toRead: 0, explanation: { kind: "baseline", artifact: "o", path: "a" } })
    expect(audited(made({ artifact: { ...artifact, signature }, entries: [explained] }), { signers: [signer] }).verdict).toBe(verdict)
  })

  test("a package's own settings come before those for all, and are no other package's", () => {
    const own = { ...policyDefault, unexplained: new Map([["code", "note"]] as const), submodules: new Map() }
    const packages = new Map([["pkg:deb/debian/p?arch=source", own]])
    expect(audited(a.a, { packages, unexplained: new Map([["code", "alarm"]]) }).verdict).toBe("accounted")
    expect(audited(a.a, { packages: new Map([["pkg:deb/debian/q?arch=source", own]]) }).verdict).toBe("review")
  })

  test("what was accounted for and no longer is comes before an alarm, the worst before the rest, then the order of reading", () => {
    const entries = [entry("a"), entry("b", { explanation: undetermined, toRead: 0 }), entry("c", { regressed: true }), entry("d")]
    const report = made({ entries, findings: [finding("alarm", "p-1/d")] })
    const after = audit(report, { policy: policyDefault, words: none, day, order: [3, 2, 1, 0] })
    expect(auditOf(after).open.map(({ kind, at }) => `${kind} ${at}`)).toEqual([
      "entry p-1/c",
      "finding p-1/d",
      "entry p-1/d",
      "entry p-1/a",
      "entry p-1/b",
    ])
    expect(after.ledger.entries.map(({ path }) => path)).toEqual(entries.map(({ path }) => path))
  })
})

describe("an exemption", () => {
  const report = made({ entries: [entry("a"), entry("b")], findings: [finding("alarm")] })

  test("settles what is left of its bytes, for its time, and the entry stays unexplained", () => {
    const after = audited(report, { exemptions: [exempt("a")] })
    expect(auditOf(after)).toMatchObject({
      settled: [{ kind: "entry", at: "p-1/a", word: "exemption", by: "Ada", reason: "known", expires: "2027-01-01", toRead: 3 }],
      refused: [],
    })
    expect(after.ledger).toMatchObject({
      totals: { toRead: 3, byKind: { unexplained: { entries: 2 } } },
      entries: [{ toRead: 0, explanation: unexplained }, {}],
    })
  })

  test("of a rule settles that rule's findings at the path and nothing else", () => {
    const settled = (rule: string) => auditOf(audited(report, { exemptions: [exempt("a", { rule })] })).settled.map(({ kind }) => kind)
    expect(settled("family/rule")).toEqual(["finding"])
    expect(settled("family/other")).toEqual([])
    const whole = made({ findings: [finding("alarm", artifact.name)] })
    expect(auditOf(audited(whole, { exemptions: [exempt(artifact.name, { rule: "family/rule" })] })).settled).toHaveLength(1)
  })

  test.each([
    ["for other bytes", { sha256: sha256Of("b") }, day, "it is for other bytes"],
    ["on its last day, which is no longer its own", {}, "2027-01-01", "it expired on 2027-01-01"],
    ["in 1970, when the clock is wrong,", {}, "1970-01-01", "the clock is wrong: it says 1970-01-01"],
    ["in 2106", {}, "2106-02-07", "it expired on 2027-01-01"],
  ])("%s does not help, and the report says why", (_, some, on, why) => {
    const after = audit(report, { policy: { ...policyDefault, exemptions: [exempt("a", some)] }, words: none, day: on, order: [0, 1] })
    expect(auditOf(after)).toMatchObject({ settled: [], refused: [{ source: "exemption of a by Ada", why }] })
  })

  test("of bytes does not reach who they run as", () => {
    const setuid = made({ entries: [entry("a", { mode: "4755" })] })
    expect(auditOf(audited(setuid, { exemptions: [exempt("a")] }))).toMatchObject({
      settled: [],
      refused: [{ why: expect.stringContaining("rights") }],
    })
  })

  test("of what asks for nothing is not mentioned", () => {
    const explained = made({ entries: [entry("a", { toRead: 0, explanation: { kind: "baseline", artifact: "o", path: "a" } })] })
    expect(auditOf(audited(explained, { exemptions: [exempt("a", { sha256: sha256Of("b") })] })).refused).toEqual([])
  })

  test("does not reach a second file of that name with other bytes", () => {
    const twins = made({ entries: [entry("a"), entry("a", { sha256: sha256Of("b") })], findings: [finding("alarm")] })
    const after = audited(twins, { exemptions: [exempt("a"), exempt("a", { rule: "family/rule" })] })
    expect(auditOf(after).settled.map(({ kind, what }) => [kind, what.includes(sha256Of("a"))])).toEqual([["entry", true]])
  })
})

describe("a review", () => {
  test("explains what it lists, in these bytes and this mode", () => {
    const report = made({
      entries: [entry("a"), entry("b", { explanation: undetermined, toRead: 0 })],
      findings: [finding("alarm")],
      anomalies: [anomaly],
    })
    const after = audited(report, {}, { reviews: [review(report)], refused: [] })
    expect(after).toMatchObject({
      verdict: "accounted",
      reasons: [],
      ledger: { totals: { toRead: 0, byKind: { review: { entries: 2 } } } },
    })
    expect(after.ledger.entries[1]?.explanation).toMatchObject({ kind: "review", reviewer: "Grace", instead: undetermined })
    expect(auditOf(after).settled).toHaveLength(4)
    const other = made({ entries: [entry("a", { mode: "0755" }), entry("b")] })
    expect(auditOf(audited(other, {}, { reviews: [review(report)], refused: [] })).open.map(({ at }) => at)).toEqual(["p-1/a"])
  })

  test("of another artifact is a defect of whoever hands it over", () => {
    const report = made({ entries: [entry("a")] })
    const replayed = { ...review(report), artifact: { ...artifact, sha256: sha256Of("other") } }
    expect(() => audited(report, {}, { reviews: [replayed], refused: [] })).toThrow("another artifact")
  })

  test("that was refused is told and changes nothing", () => {
    const refused = [{ source: "x.json", why: "unsigned" }]
    expect(audited(made({ entries: [entry("a")] }), {}, { reviews: [], refused })).toMatchObject({ verdict: "review", audit: { refused } })
  })
})

describe("whatever policy and people say", () => {
  const Name = fc.constantFrom("a", "b", "c", "d")
  const Entry = fc.record({
    name: Name,
    seen: fc.boolean(),
    toRead: fc.integer({ min: 1, max: 9 }),
    danger: fc.constantFrom(...dangers),
    other: fc.boolean(),
    regressed: fc.boolean(),
  })
  const entries = fc.array(Entry, { maxLength: 6 }).map((all) =>
    all.map(({ name, seen, toRead, danger, other, regressed }) =>
      entry(name, {
        danger,
        toRead: seen ? toRead : 0,
        explanation: seen ? unexplained : undetermined,
        ...(other ? { sha256: sha256Of("other") } : {}),
        ...(regressed && seen ? { regressed: true } : {}),
      }),
    ),
  )
  const findings = fc.array(fc.record({ severity: fc.constantFrom("note", "review", "alarm"), name: Name }), { maxLength: 3 })
  const reports = fc
    .record({ entries, findings, anomalies: fc.constantFrom([], [anomaly]) })
    .map(({ findings: seen, ...some }) => made({ ...some, findings: seen.map(({ severity, name }) => finding(severity, `p-1/${name}`)) }))
  const Expiry = fc.constantFrom("1970-01-01", "2026-11-25", "2026-11-26", "2106-02-07")
  const exemptions = fc.array(
    fc
      .record({ name: Name, expires: Expiry, rule: fc.constantFrom(undefined, "family/rule") })
      .map(({ name, expires, rule }) => exempt(name, { expires, ...(rule === undefined ? {} : { rule }) })),
    { maxLength: 4 },
  )
  const weight = fc.option(fc.constantFrom(...weights), { nil: undefined })
  const policies = fc
    .record({ exemptions, code: weight, unseen: weight, rule: weight, toReadMax: fc.option(fc.nat(20), { nil: undefined }) })
    .map(
      ({ exemptions: all, code, unseen, rule, toReadMax }): Partial<Policy> => ({
        exemptions: all,
        unexplained: new Map(code === undefined ? [] : [["code", code]]),
        rules: new Map<string, Weight>(rule === undefined ? [] : [["family/rule", rule]]),
        ...(unseen === undefined ? {} : { undetermined: unseen }),
        ...(toReadMax === undefined ? {} : { toReadMax }),
      }),
    )
  const rank = ({ verdict }: { readonly verdict: Verdict }): number => verdicts.indexOf(verdict)
  const keys = (items: readonly Item[]): readonly string[] => items.map(({ kind, at, what }) => JSON.stringify([kind, at, what])).sort()
  const sum = (items: readonly { readonly toRead: number }[]): number => items.reduce((total, { toRead }) => total + toRead, 0)
  const isOfThePolicy = ({ kind, why }: { readonly kind: string; readonly why: string }): boolean =>
    kind === "reason" && why.includes("toReadMax")

  test("without a word an audit says what explain says", () =>
    fc.assert(
      fc.property(reports, (report) => {
        const { audit: found, ...rest } = audited(report)
        expect(rest).toEqual(report)
        expect(found).toMatchObject({ settled: [], refused: [] })
      }),
    ))

  test("each cause is open or settled by somebody, once, and what is left to read adds up", () =>
    fc.assert(
      fc.property(reports, policies, fc.boolean(), (report, policy, read) => {
        const words = { reviews: read ? [review(report, itemsOf(report).slice(0, 2))] : [], refused: [] }
        const after = audited(report, policy, words)
        const { open, settled } = auditOf(after)
        const before = causesOf(report).filter(
          ({ verdict, kind }) => verdict !== "accounted" || (kind === "finding" && policy.rules?.size === 1),
        )
        const told = [...open.filter((one) => !isOfThePolicy(one)), ...settled]
        const noted = before.filter(({ verdict }) => verdict === "accounted").length
        expect(keys(told).filter((key) => !keys(before).includes(key))).toEqual([])
        expect(told.length).toBeGreaterThanOrEqual(before.length - noted)
        expect(sum(open) + sum(settled)).toBe(report.ledger.totals.toRead)
        expect(after.ledger.totals.toRead).toBe(sum(open))
        expect(sum(after.ledger.entries)).toBe(sum(open))
        for (const { by, reason } of settled) expect([by, reason]).not.toContain("")
        const unseen = ({ verdict }: { readonly verdict: Verdict }): boolean => verdict === "undetermined"
        // A policy may say of what is left to read, or found, that it weighs like what was not seen.
        if (policy.undetermined === undefined && policy.rules?.size === 0 && policy.unexplained?.get("code") !== "undetermined")
          expect([...open, ...settled].filter(unseen)).toHaveLength(before.filter(unseen).length)
      }),
    ))

  test("a word more never makes the verdict worse", () =>
    fc.assert(
      fc.property(reports, policies, fc.nat(9), (report, policy, count) => {
        const without = audited(report, { ...policy, exemptions: [] })
        const words = { reviews: [review(report, itemsOf(report).slice(0, count))], refused: [] }
        expect(rank(audited(report, policy))).toBeLessThanOrEqual(rank(without))
        expect(rank(audited(report, policy, words))).toBeLessThanOrEqual(rank(audited(report, policy)))
      }),
    ))

  test("an exemption for other bytes, or of a day that is past, never helps", () =>
    fc.assert(
      fc.property(reports, exemptions, (report, all) => {
        const useless = all.map((one) => (one.expires > day ? { ...one, sha256: sha256Of("elsewhere") } : one))
        const after = audited(report, { exemptions: useless })
        expect(auditOf(after).open).toEqual(auditOf(audited(report)).open)
        expect(auditOf(after).settled).toEqual([])
      }),
    ))

  test("the order of what is open does not depend on the order of the words, and what regressed comes first", () =>
    fc.assert(
      fc.property(reports, policies, fc.array(fc.nat(9), { minLength: 2, maxLength: 3 }), (report, policy, cuts) => {
        const reviews = cuts.map((cut) => review(report, itemsOf(report).slice(cut, cut + 1)))
        const one = auditOf(audited(report, policy, { reviews, refused: [] }))
        const turned = { ...policy, exemptions: (policy.exemptions ?? []).toReversed() }
        const other = auditOf(audited(report, turned, { reviews: reviews.toReversed(), refused: [] }))
        expect(other.open).toEqual(one.open)
        expect(keys(other.settled)).toEqual(keys(one.settled))
        const regressed = new Set(report.ledger.entries.flatMap((each) => (each.regressed === true ? [`${each.path} ${each.sha256}`] : [])))
        const isFirst = one.open.map(({ kind, at, what }) => kind === "entry" && regressed.has(`${at} ${/[0-9a-f]{64}/.exec(what)?.[0]}`))
        const rest = one.open.slice(isFirst.filter(Boolean).length)
        expect(rest.map(rank)).toEqual(rest.map(rank).toSorted((a, b) => b - a))
      }),
    ))
})

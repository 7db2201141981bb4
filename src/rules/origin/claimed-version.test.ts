import { expect, test } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import type { Answer, Subject } from "../rule.ts"
import { originClaimedVersion } from "./claimed-version.ts"

const content = Buffer.from("x\n")
const artifact: Subject["artifact"] = {
  target: "p-1.tar",
  name: "p-1.tar",
  size: 1,
  sha256: sha256Of("release"),
  format: "tar",
  root: "p-1/",
  layers: [],
  entries: [],
  anomalies: [],
  provenance: { chain: [], notLookedAt: [] },
  openEntry: async () => ({ layers: [], entries: [], anomalies: [] }),
  close: async () => undefined,
}

const entry = (path: string, claimed: string | undefined, kind: "unexplained" | "undetermined" = "unexplained"): LedgerEntry => ({
  entry: {
    path,
    type: "file",
    mode: 0o644,
    size: content.length,
    sha256: sha256Of(content),
    gitOid: gitOidOf("blob", content),
    encoding: "utf-8",
    content: memorySource(content),
  },
  explanation: { kind, why: "made" },
  ...(claimed === undefined ? {} : { claimed }),
  toRead: 1,
  danger: "runs at build",
})

const published = new Map([
  ["gnu", new Set(["serial 1", "serial 3"])],
  ["own", new Set(["serial 30"])],
])
const origins: Subject["origins"] = { claimsOf: (name) => (name === "x.m4" ? published : new Map()) }
const ask = (entries: readonly LedgerEntry[], index: Subject["origins"] = origins): Answer =>
  originClaimedVersion.check({ artifact, ledger: { entries, origins: ["gnu"] }, origins: index })

test("a part of aclocal.m4 is asked for by its own name: a serial that was raised inside of it was not seen", () => {
  const parts = (...claimedParts: readonly { part: string; claimed: string }[]): LedgerEntry => ({
    ...entry("p-1/aclocal.m4", undefined),
    claimedParts,
  })
  const answer = ask([parts({ part: "x.m4", claimed: "serial 3" }, { part: "x.m4", claimed: "serial 9003" })])
  expect(answer).toMatchObject({
    outcome: "present",
    findings: [{ message: expect.stringContaining("x.m4 states serial 9003"), at: { path: "p-1/aclocal.m4" } }],
  })
  expect(ask([parts({ part: "x.m4", claimed: "serial 3" })]).outcome).toBe("absent")
})

test("a version that the origin never published is present, with the file's digest; what the project's own releases say does not count", () => {
  const answer = ask([entry("p-1/m4/x.m4", "serial 30"), entry("p-1/x.m4", "serial 3")])
  expect(answer).toMatchObject({
    outcome: "present",
    findings: [
      {
        severity: "review",
        message: expect.stringContaining("serial 30"),
        at: { path: "p-1/m4/x.m4" },
        evidence: [{ digest: `sha256:${sha256Of(content)}` }],
      },
    ],
  })
})

test.each([
  ["serial 2", "note"],
  ["serial 4", "review"],
  ["serial 30", "review"],
  ["serial 3.1", "review"],
  ["serial 2.9", "note"],
  ["serial 0", "note"],
  ["version 2", "review"],
])("%s, of which 1 and 3 were published, is a %s", (claimed, severity) => {
  expect(ask([entry("p-1/x.m4", claimed)])).toMatchObject({ findings: [{ severity }] })
})

test.each<[string, readonly LedgerEntry[], Answer["outcome"]]>([
  ["a published version is absent", [entry("p-1/x.m4", "serial 3")], "absent"],
  ["a name that no origin has is not assessed", [entry("p-1/y.m4", "serial 3")], "not-assessed"],
  ["no unexplained file states one: there is nothing to ask", [entry("p-1/x.m4", undefined)], "not-applicable"],
  ["what could not be looked at is not asked", [entry("p-1/x.m4", "serial 30", "undetermined")], "not-applicable"],
])("%s", (_, entries, outcome) => {
  expect(ask(entries).outcome).toBe(outcome)
})

test("without an index it cannot be told", () => {
  expect(originClaimedVersion.check({ artifact, ledger: { entries: [entry("p-1/x.m4", "serial 30")] }, origins: undefined })).toMatchObject(
    {
      outcome: "not-assessed",
      why: expect.stringContaining("index"),
    },
  )
})

import { expect, test } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Explanation, LedgerEntry } from "../../model/ledger.ts"
import type { Replay, ReplayedFile } from "../../model/replay.ts"
import type { Answer, Rule } from "../rule.ts"
import { replayDisagreement } from "./disagreement.ts"
import { replayUnstable } from "./unstable.ts"

const artifact: Artifact = {
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

const bytesOf = (content: string) => {
  const bytes = Buffer.from(content)
  const digests = { sha256: sha256Of(bytes), gitOid: gitOidOf("blob", bytes) }
  return { mode: 0o644, size: bytes.length, ...digests, encoding: "utf-8" as const, content: memorySource(bytes) }
}
const left: Explanation = { kind: "unexplained", why: "made" }
const origin: Explanation = { kind: "origin", origin: "lib", path: "x", version: "1", date: "2020-01-01", age: "commit" }
const entry = (path: string, explanation: Explanation = left): LedgerEntry => ({
  entry: { path, type: "file", ...bytesOf("release\n") },
  explanation,
  toRead: 1,
  danger: "others",
})
const file = (path: string, content: string, unstable: ReplayedFile["unstable"] = []): ReplayedFile => ({
  path,
  ...bytesOf(content),
  unstable,
})
const replay = (generator: string, ...files: readonly ReplayedFile[]): Replay => ({
  generator,
  revision: 1,
  commands: `run ${generator}`,
  toolchain: { name: "made", digest: "0", date: "2020-01-01" },
  sandbox: "made 1 with seccomp",
  originals: generator === "one" ? ["libtool"] : [],
  collation: "C.UTF-8",
  tools: [],
  sources: [],
  steps: [],
  files: new Map(files.map((one) => [one.path, one])),
})
const ask = (rule: Rule, entries: readonly LedgerEntry[], ...replays: readonly Replay[]): Answer =>
  rule.check({ artifact, ledger: { entries }, origins: undefined, replays })

test("a file that is left and came out otherwise in the second run is noted, by line or whole", () => {
  const made = replay(
    "one",
    file("a", "a\n", [{ line: 0, under: undefined }]),
    file("b", "b\n", "all"),
    file("c", "c\n", [{ line: 0, under: "date" }]),
  )
  const answer = ask(replayUnstable, [entry("p-1/a"), entry("p-1/b"), entry("p-1/c"), entry("p-1/d")], made)
  expect(answer).toMatchObject({
    outcome: "present",
    findings: [
      { severity: "note", at: { path: "p-1/a" }, message: expect.stringContaining("differs in 1 line under"), evidence: [{}, {}] },
      { severity: "note", at: { path: "p-1/b" }, message: expect.stringContaining("is another file or none"), evidence: [{}, {}] },
    ],
  })
})

test("what is explained otherwise, or is the same in both runs, is not unstable; without a replay there is nothing to ask", () => {
  expect(
    ask(replayUnstable, [entry("p-1/b", origin), entry("p-1/a")], replay("one", file("b", "b\n", "all"), file("a", "a\n"))).outcome,
  ).toBe("absent")
  expect(ask(replayUnstable, [entry("p-1/a")]).outcome).toBe("not-applicable")
})

test("two replays that disagree are reported, with the tools of both", () => {
  const answer = ask(
    replayDisagreement,
    [entry("p-1/a"), entry("p-1/b")],
    replay("one", file("a", "1\n"), file("b", "b\n")),
    replay("two", file("a", "2\n"), file("b", "b\n")),
  )
  expect(answer).toMatchObject({
    outcome: "present",
    findings: [
      {
        severity: "note",
        at: { path: "p-1/a" },
        message: "replays write it differently (one in made with upstream's libtool; two in made); the release's is unexplained",
        evidence: [{}, {}, {}],
      },
    ],
  })
})

test("of two replays that disagree the one is named that wrote what the release has", () => {
  const answer = ask(replayDisagreement, [entry("p-1/a")], replay("one", file("a", "1\n")), replay("two", file("a", "release\n")))
  expect(answer).toMatchObject({ findings: [{ message: expect.stringContaining("libtool; two in made, as the release has it)") }] })
})

test("a file that both of two replays write otherwise in their second runs is noted once", () => {
  const [one, two] = [replay("one", file("a", "1\n", "all")), replay("two", file("a", "1\n", "all"))]
  expect(ask(replayUnstable, [entry("p-1/a")], one, two)).toMatchObject({ findings: [{ at: { path: "p-1/a" } }] })
})

test("replays that write the same, one alone, and a file that is unstable in one of them do not disagree", () => {
  const [one, two] = [replay("one", file("a", "1\n")), replay("two", file("a", "1\n"))]
  expect(ask(replayDisagreement, [entry("p-1/a")], one, two).outcome).toBe("absent")
  expect(ask(replayDisagreement, [entry("p-1/a")], one).outcome).toBe("not-applicable")
  expect(ask(replayDisagreement, [entry("p-1/a")], one, replay("two", file("a", "2\n", "all"))).outcome).toBe("absent")
})

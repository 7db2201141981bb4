import { describe, expect, it } from "vitest"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import type { Signature } from "../../model/artifact.ts"
import type { BotCommit, MovedTag, ReleaseFacts, Workflow } from "../../model/release-facts.ts"
import type { InspectedSubject, Rule } from "../rule.ts"
import { asked } from "../test-kit.ts"
import { releaseConfusableDependency } from "./confusable-dependency.ts"
import { releaseConfusableName } from "./confusable-name.ts"
import { releaseDormant } from "./dormant.ts"
import { releaseImpersonatedBot } from "./impersonated-bot.ts"
import { releaseMovedReference } from "./moved-reference.ts"
import { releaseNewDependency } from "./new-dependency.ts"
import { releaseOtherBytes } from "./other-bytes.ts"
import { releaseSignerChanged } from "./signer-changed.ts"
import { releaseUntrustedWorkflow } from "./untrusted-workflow.ts"
import { releaseWeakerProvenance } from "./weaker-provenance.ts"

const oid = (text: string) => gitOidOf("blob", Buffer.from(text))
const own = sha256Of("") // that of the artifact of test-kit.ts
const signedBy = (signer: string, fingerprint = signer): Signature => ({
  kind: "valid",
  fingerprint,
  signer,
  keyFrom: "a keyring",
  created: "2024-01-01",
})

/** `severity` of what a rule finds, or its outcome. */
function told(rule: Rule<InspectedSubject>, facts: ReleaseFacts | undefined, signature?: Signature): string {
  const plain = asked({ facts })
  const artifact = signature === undefined ? plain.artifact : { ...plain.artifact, provenance: { ...plain.artifact.provenance, signature } }
  const answer = rule.check({ ...plain, artifact })
  return answer.outcome === "present" ? answer.findings.map(({ severity }) => severity).join(" ") : answer.outcome
}

const moved = (some: Partial<MovedTag>): ReleaseFacts => ({
  moved: [
    {
      ref: "refs/tags/v1.2.0",
      before: oid("a"),
      now: oid("b"),
      by: "seen",
      seen: "2024-01-01",
      isForward: false,
      isInBranch: false,
      ...some,
    },
  ],
})
const versions = (...all: readonly (readonly [string, string, string?, boolean?])[]): NonNullable<ReleaseFacts["versions"]> =>
  all.map(([version, published, publisher, attested]) => ({
    version,
    published,
    ...(publisher === undefined ? {} : { publisher }),
    ...(attested === undefined ? {} : { attested }),
  }))
const attested = (before: boolean, now: boolean): ReleaseFacts => ({
  version: "1.1.0",
  versions: versions(["1.0.0", "2024-01-01", "x", before], ["1.1.0", "2024-02-01", "y", now]),
})
const after = (day: string, publisher = "a"): ReleaseFacts => ({
  version: "1.1.0",
  versions: versions(["1.0.0", "2020-01-01", "a"], ["1.1.0", day, publisher]),
})
const needs = (first: string | undefined, type = "npm", name = "quiet-note"): ReleaseFacts => ({
  version: "1.1.0",
  versions: versions(["1.1.0", "2024-02-01"]),
  named: { name: "whole", type, path: "p/package.json" },
  newDependencies: [{ name, path: "p/package.json", lines: [4, 4], requirement: "1" }],
  ...(first === undefined ? {} : { dependencies: { [name]: { first, versions: 3 } } }),
})
const called = (name: string, before: readonly string[] = []): ReleaseFacts => ({
  named: { name, type: "npm", path: "p/package.json" },
  popular: [...before, "many-colours"],
})
const needsOneCalled = (name: string, before: readonly string[] = []): ReleaseFacts => ({
  ...needs("2019-01-31", "npm", name),
  popular: [...before, "many-colours"],
})
const thousand = Array.from({ length: 1000 }, (_, at) => `${at}`)
const workflow = (kind: "text" | "code", rights: readonly string[]): ReleaseFacts => {
  const one: Workflow = {
    path: ".github/workflows/a.yml",
    digest: `git:${oid("w")}`,
    events: ["issues"],
    uses: [{ lines: [3, 3], kind, what: "github.event.issue.title", rights }],
  }
  return { workflows: [one] }
}
const bot = (some: Partial<BotCommit>): ReleaseFacts => ({
  botCommits: [
    {
      commit: oid("c"),
      name: "tidy[bot]",
      address: "a@example.org",
      committer: "a@example.org",
      paths: ["package.json"],
      others: { commits: 3, addresses: ["tidy@example.org"], committers: ["forge@example.org"] },
      ...some,
    },
  ],
})

const rows: readonly (readonly [Rule<InspectedSubject>, string, ReleaseFacts, string, Signature?])[] = [
  [releaseMovedReference, "a version's tag that left every branch", moved({}), "alarm"],
  [releaseMovedReference, "a version's tag that went forward", moved({ isForward: true, isInBranch: true }), "review"],
  [
    releaseMovedReference,
    "the tag of a line that went forward",
    moved({ ref: "refs/tags/v2", isForward: true, isInBranch: true }),
    "absent",
  ],
  [releaseMovedReference, "an attestation that names another commit", moved({ by: "attestation" }), "review"],
  [releaseMovedReference, "an attestation that names the commit before", moved({ by: "attestation", isForward: true }), "note"],
  [releaseMovedReference, "a publisher who names another commit", moved({ by: "publisher" }), "note"],
  [releaseMovedReference, "tags where they were", { moved: [] }, "absent"],
  [releaseOtherBytes, "other bytes at a mirror", { elsewhere: [{ place: "a mirror", sha256: sha256Of("x") }] }, "alarm"],
  [releaseOtherBytes, "the same bytes at a mirror", { elsewhere: [{ place: "a mirror", sha256: own }] }, "absent"],
  [releaseWeakerProvenance, "an attestation before, none now", attested(true, false), "review"],
  [releaseWeakerProvenance, "an attestation before and now", attested(true, true), "absent"],
  [releaseWeakerProvenance, "none before either", attested(false, false), "absent"],
  [releaseWeakerProvenance, "a signature before, none now", { previous: { signature: signedBy("k") } }, "note"],
  [releaseSignerChanged, "another key", { previous: { signature: signedBy("one") } }, "note", signedBy("two")],
  [releaseSignerChanged, "the same key", { previous: { signature: signedBy("one") } }, "absent", signedBy("one")],
  [
    releaseSignerChanged,
    "a workflow of another repository",
    { previous: { signature: signedBy("https://forge.example/a/b/release.yml@refs/tags/1", "x:1") } },
    "review",
    signedBy("https://forge.example/c/d/release.yml@refs/tags/2", "x:2"),
  ],
  [
    releaseSignerChanged,
    "the same workflow at another tag",
    { previous: { signature: signedBy("https://forge.example/a/b/release.yml@refs/tags/1", "x:1") } },
    "absent",
    signedBy("https://forge.example/a/b/release.yml@refs/tags/2", "x:2"),
  ],
  [releaseDormant, "four years of silence, and somebody else", after("2024-01-01", "b"), "review"],
  [releaseDormant, "four years of silence, and nothing else", after("2024-01-01"), "note"],
  [releaseDormant, "a month", after("2020-02-01", "b"), "absent"],
  [releaseNewDependency, "a day old, imported by nothing", needs("2024-01-31"), "alarm"],
  [releaseNewDependency, "years old, imported by nothing", needs("2019-01-31"), "absent"],
  [releaseNewDependency, "of an age that nobody says", needs(undefined), "note"],
  [releaseNewDependency, "a day old, and a part of the package itself", needs("2024-01-31", "npm", "whole-linux"), "note"],
  [releaseNewDependency, "where imports are not read", needs("2024-01-31", "cargo"), "not-assessed"],
  [releaseConfusableName, "one letter away", called("many-colour"), "review"],
  [releaseConfusableName, "one letter away from one of many", called("many-colour", thousand), "note"],
  [releaseConfusableName, "one digit away", called("many-colours2"), "note"],
  [releaseConfusableName, "one letter away, and used by many itself", called("many-colour", ["many-colour"]), "absent"],
  [releaseConfusableName, "the one that many use", called("many-colours"), "absent"],
  [releaseConfusableDependency, "one letter away", needsOneCalled("many-colour"), "review"],
  [releaseConfusableDependency, "two letters changed about", needsOneCalled("many-coluors"), "review"],
  [releaseConfusableDependency, "one letter away from one of many", needsOneCalled("many-colour", thousand), "absent"],
  [releaseConfusableDependency, "one digit away", needsOneCalled("many-colours2"), "absent"],
  [releaseConfusableDependency, "the one that many use", needsOneCalled("many-colours"), "absent"],
  [
    releaseConfusableDependency,
    "more of them than are compared",
    {
      popular: ["many-colours"],
      newDependencies: Array.from({ length: 501 }, (_, at) => ({
        name: `own-${at}`,
        path: "p/package.json",
        lines: [1, 1],
        requirement: "1",
      })),
    },
    "not-assessed",
  ],
  [releaseConfusableDependency, "of names that nobody counts", needs("2019-01-31"), "not-assessed"],
  [releaseConfusableName, "a name of its own", called("quiet-note"), "absent"],
  [releaseUntrustedWorkflow, "text in a script, with write rights", workflow("text", ["write rights"]), "review"],
  [releaseUntrustedWorkflow, "text in a script, with default rights", workflow("text", ["default rights"]), "note"],
  [releaseUntrustedWorkflow, "code that is checked out", workflow("code", ["secrets"]), "note"],
  [releaseUntrustedWorkflow, "no rights", workflow("text", []), "absent"],
  [releaseImpersonatedBot, "another address and committer", bot({}), "review"],
  [releaseImpersonatedBot, "another address and committer, no file that runs", bot({ paths: ["README"] }), "note"],
  [releaseImpersonatedBot, "its own address", bot({ address: "tidy@example.org" }), "absent"],
  [releaseImpersonatedBot, "applied by its own committer", bot({ committer: "forge@example.org" }), "absent"],
]

describe("facts of a release", () => {
  it.each(rows.map(([rule, name, ...rest]) => [rule.id, name, rule, ...rest] as const))(
    "%s: %s",
    (_, __, rule, facts, outcome, signature) => {
      expect(told(rule, facts, signature)).toBe(outcome)
    },
  )

  it.each([...new Set(rows.map(([rule]) => rule))].map((rule) => [rule.id, rule] as const))("%s: nothing is known", (_, rule) => {
    expect(told(rule, undefined)).toBe("not-assessed")
    expect(told(rule, {})).toBe("not-assessed")
  })

  it("says why a registry gave no answer", () => {
    const facts = { why: "the registry is not to be reached" }
    for (const rule of [releaseDormant, releaseWeakerProvenance])
      expect(rule.check(asked({ facts }))).toEqual({ outcome: "not-assessed", why: facts.why })
  })
})

import { expect, test } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import type { Artifact, Provenance } from "../../model/artifact.ts"
import { detect } from "../index.ts"

const sha256 = sha256Of("release")

function asked(provenance: Partial<Provenance>, format = "gzip+tar"): ReturnType<typeof detect> {
  const artifact: Artifact = {
    target: "p-1.tar.gz",
    name: "p-1.tar.gz",
    size: 1,
    sha256,
    format,
    root: "p-1/",
    layers: [],
    entries: [],
    anomalies: [],
    provenance: { chain: [], notLookedAt: [], ...provenance },
    openEntry: async () => ({ layers: [], entries: [], anomalies: [] }),
    close: async () => undefined,
  }
  return detect({ artifact, ledger: { entries: [] }, origins: undefined })
}

test("a bad signature is an alarm with evidence", () => {
  const { rules, findings } = asked({ signature: { kind: "bad", fingerprint: "ab12", why: "signed digest did not match" } })
  expect(rules[0]).toMatchObject({ rule: "release/signature", version: 1, outcome: "present" })
  expect(findings).toEqual([
    {
      rule: "release/signature",
      version: 1,
      severity: "alarm",
      message: "the release signature by ab12 is bad: signed digest did not match",
      at: { path: "p-1.tar.gz" },
      evidence: [
        { what: "the release", where: "p-1.tar.gz", digest: `sha256:${sha256}` },
        { what: "the key that its signature names", where: "the keys that were given or kept beside it", digest: "openpgp:ab12" },
      ],
    },
  ])
})

test.each<[string, Partial<Provenance>, string, string, string]>([
  [
    "a verified one is the only good news",
    { signature: { kind: "valid", fingerprint: "ab12", signer: "One", keyFrom: "keys.asc", created: "" } },
    "gzip+tar",
    "absent",
    "valid, by ab12",
  ],
  ["an unknown key assesses nothing", { signature: { kind: "unknown-key", keyId: "cd34" } }, "gzip+tar", "not-assessed", "key cd34"],
  ["neither does a missing signature", {}, "gzip+tar", "not-assessed", "no signature was found"],
  [
    "why it was not checked is said as it was met",
    { notLookedAt: ["the signature p-1.tar.gz.asc: no key was given (--keyring FILE)", "other things"] },
    "gzip+tar",
    "not-assessed",
    "no key was given (--keyring FILE)",
  ],
  ["a folder has none", {}, "directory", "not-applicable", "a folder"],
])("%s", (_, provenance, format, outcome, why) => {
  const { rules, findings } = asked(provenance, format)
  expect(findings).toEqual([])
  expect(rules[0]).toEqual({ rule: "release/signature", version: 1, outcome, why: expect.stringContaining(why) })
  expect(rules[0]?.why).not.toContain("other things")
})

import { expect, test } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Ledger } from "../../model/ledger.ts"
import { report } from "./report.ts"
import { trustedBaseOf } from "./trusted-base.ts"

const ledger: Ledger = { entries: [], layers: [], absent: [], anomalies: [], accepted: undefined, gone: [] }
const tool = { name: "everybyte", version: "0", trustedBase: [{ name: "git", version: "2.40.0" }] } as const

function artifact(some: Partial<Artifact>): Artifact {
  return {
    target: "p-1.tar",
    name: "p-1.tar",
    size: 1,
    sha256: sha256Of(""),
    format: "tar",
    root: "p-1/",
    layers: [],
    entries: [],
    anomalies: [],
    provenance: { chain: [], notLookedAt: [] },
    openEntry: async () => ({ layers: [], entries: [], anomalies: [] }),
    close: async () => undefined,
    ...some,
  }
}

test("a bad signature is the verdict alarm, its finding the first reason", async () => {
  const signature = { kind: "bad", fingerprint: "ab12", why: "digest" } as const
  const made = await report({
    artifact: artifact({ provenance: { chain: [], notLookedAt: [], signature } }),
    snapshot: undefined,
    ledger,
    previous: undefined,
    origins: undefined,
    tool,
  })
  expect(made).toMatchObject({ verdict: "alarm", rules: [{ outcome: "present" }, {}], findings: [{ severity: "alarm" }] })
  expect(made.reasons[0]).toBe("the release signature by ab12 is bad: digest")
})

test("no entries, and one empty file, are nothing that could be accounted for", async () => {
  const reasons = async (some: Partial<Artifact>) =>
    (await report({ artifact: artifact(some), snapshot: undefined, ledger, previous: undefined, origins: undefined, tool })).reasons
  expect(await reasons({})).toEqual(["the artifact has no entries"])
  expect(await reasons({ format: "file", size: 0 })).toContain("the artifact is an empty file")
})

test("a tool is marked when the audited project is what it is built from", () => {
  const tools = ["git", "node", "openpgp", "xz", "xz-decompress (WASM)"].map((name) => ({ name, version: "1" }))
  const marked = (some: Partial<Artifact>) =>
    trustedBaseOf(tools, artifact(some)).flatMap(({ name, sharesSource }) => (sharesSource === true ? [name] : []))
  expect(marked({})).toEqual([])
  expect(marked({ purl: "pkg:deb/debian/xz-utils@5.8.1-1?arch=source", root: "xz-5.8.1/" })).toEqual(["xz", "xz-decompress (WASM)"])
  expect(marked({ name: "xz-5.8.1.tar.gz", root: "" })).toEqual(["xz", "xz-decompress (WASM)"])
  expect(marked({ name: "v2.40.0.tar.gz", root: "git-2.40.0/" })).toEqual(["git"])
  expect(marked({ purl: "pkg:deb/debian/zlib@1.3?arch=source", root: "zlib-1.3/" })).toEqual(["git", "node"])
  expect(marked({ purl: "pkg:npm/openpgp@6.3.2", root: "package/" })).toEqual(["openpgp"])
  expect(marked({ name: "openpgp-6.3.2.tgz", root: "package/" })).toEqual(["openpgp"])
  // npm's package of that name is another project.
  expect(marked({ purl: "pkg:npm/git@0.1.5", root: "package/" })).toEqual([])
  expect(marked({ purl: "pkg:npm/%40scope/openpgp@1.0.0", root: "package/" })).toEqual([])
})

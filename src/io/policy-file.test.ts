import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { stringify as tomlText } from "smol-toml"
import { afterAll, describe, expect, test } from "vitest"
import { stringify as yamlText } from "yaml"
import { faultsOf, type Result } from "../core/fault.ts"
import { limitsDefault } from "../core/limits.ts"
import type { Policy } from "../model/policy.ts"
import { readPolicy } from "./policy-file.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-policy-"))
afterAll(() => rmSync(folder, { recursive: true }))

function read(name: string, text: string | Uint8Array, limits = limitsDefault): Promise<Result<Policy>> {
  writeFileSync(join(folder, name), text)
  return faultsOf(() => readPolicy(join(folder, name), ["release/signature", "origin/claimed-version"], limits))
}

/** What is wrong with a policy, without the folder. */
async function refusal(name: string, text: string | Uint8Array): Promise<string> {
  const result = await read(name, text)
  if (result.ok) return "read"
  expect(result.fault.kind).toBe("usage")
  return result.fault.kind === "usage" ? result.fault.why.replaceAll(`${folder}/`, "") : ""
}

const exemption = {
  path: "configure",
  sha256: "a".repeat(64),
  rule: "origin/claimed-version",
  reason: "read by hand",
  owner: "Ada",
  expires: "2027-01-01",
}
const written = {
  schema: "everybyte.policy/1",
  failOn: "alarm",
  toReadMax: 500,
  rules: { "release/signature": "review" },
  unexplained: { "translations and prose": "note" },
  undetermined: "review",
  origins: ["gnulib"],
  generators: ["autotools"],
  signers: ["AB".repeat(20)],
  exemptions: [exemption],
  reviewers: [{ name: "Ada", key: "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n" }],
  packages: {
    "pkg:npm/@scope/name": {
      repository: "../r",
      subdirectory: "packages/name",
      submodules: { "deps/a": "https://example.org/a.git" },
      signers: [],
    },
  },
}
const syntaxes = [
  ["p.json", (value: object) => JSON.stringify(value, undefined, "\t")],
  ["p.yaml", (value: object) => yamlText(value)],
  ["p.yml", (value: object) => yamlText(value, { collectionStyle: "flow" })],
  ["p.toml", (value: object) => tomlText(value)],
] as const

describe("a policy", () => {
  test.each(syntaxes)("says the same in each syntax: %s", async (name, write) => {
    const result = await read(name, write(written))
    expect(result).toMatchObject({
      ok: true,
      value: {
        source: { path: join(folder, name), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        failOn: "alarm",
        toReadMax: 500,
        undetermined: "review",
        exemptions: [exemption],
        reviewers: [{ name: "Ada" }],
      },
    })
    if (!result.ok) return
    expect([...result.value.rules]).toEqual([["release/signature", "review"]])
    expect([...result.value.unexplained]).toEqual([["translations and prose", "note"]])
    // Canonical, as the artifact's own package URL will be; places are from the policy's folder.
    expect(
      [...result.value.packages].map(([purl, { repository, signers, submodules }]) => [purl, repository, signers, [...submodules]]),
    ).toEqual([["pkg:npm/%40scope/name", join(folder, "..", "r"), [], [["deps/a", "https://example.org/a.git"]]]])
  })

  test("may say nothing, and TOML's own days are days", async () => {
    expect(await read("p.yaml", "schema: everybyte.policy/1\n")).toMatchObject({ ok: true, value: { exemptions: [], reviewers: [] } })
    const text = tomlText({ schema: written.schema, exemptions: [exemption] }).replace('"2027-01-01"', "2027-01-01")
    expect(await read("p.toml", text)).toMatchObject({ ok: true, value: { exemptions: [exemption] } })
  })
})

describe("what is wrong is refused with its line", () => {
  const schema = {
    json: '{\n "schema": "everybyte.policy/1",\n',
    yaml: "# ours\nschema: everybyte.policy/1\n",
    toml: '# ours\nschema = "everybyte.policy/1"\n',
  }
  test.each([
    ["p.json", `${schema.json} "failon": "alarm"\n}\n`, 'p.json:3: unknown key "failon"'],
    ["p.yaml", `${schema.yaml}failon: alarm\n`, 'p.yaml:3: unknown key "failon"'],
    ["p.toml", `${schema.toml}failon = "alarm"\n`, 'p.toml:3: unknown key "failon"'],
    ["p.json", `${schema.json} "packages": {"pkg:npm/a": {\n  "rule": {}}}\n}\n`, 'p.json:4: unknown key "rule"'],
    ["p.yaml", `${schema.yaml}reviewer:\n  - name: you\n`, 'p.yaml:3: unknown key "reviewer"'],
    ["p.yaml", `${schema.yaml}packages:\n  pkg:npm/a:\n    rule: {}\n`, 'p.yaml:5: unknown key "rule"'],
    ["p.toml", `${schema.toml}[packages]\n[packages."pkg:npm/a"]\nrule = {}\n`, 'p.toml:5: unknown key "rule"'],
    ["p.toml", `${schema.toml}[rules]\n"a=b/c" = "fine"\n`, "p.toml:4: rules a=b/c: "],
    [
      "p.yaml",
      `${schema.yaml}rules:\n  release/sigature: alarm\n`,
      'p.yaml:4: unknown rule "release/sigature"; there are release/signature, ',
    ],
    ["p.yaml", `${schema.yaml}packages:\n  pkg:npm/a:\n    rules: {a/b: note}\n`, 'p.yaml:5: unknown rule "a/b"'],
    ["p.yaml", `${schema.yaml}packages:\n  pkg:npm/a: {}\n  pkg:NPM/a: {}\n`, 'p.yaml:5: "pkg:NPM/a" is the package of "pkg:npm/a"'],
    ["p.toml", `${schema.toml}packages."pkg:npm/a".rule = {}\n`, 'p.toml:3: unknown key "rule"'],
    [
      "p.toml",
      `${schema.toml}[[reviewers]]\nname="a"\nkey="k"\n[[reviewers]]\nname="b"\nkey="k"\nowner="c"\n`,
      'p.toml:9: unknown key "owner"',
    ],
    ["p.json", `${schema.json} "failOn": "never"\n}\n`, "p.json:3: failOn: "],
    ["p.yaml", `${schema.yaml}unexplained: {prose: note}\n`, "p.yaml:3: "],
    ["p.toml", `${schema.toml}[rules]\n"a/b" = "fine"\n`, "p.toml:4: rules a/b: "],
    ["p.yaml", `${schema.yaml}exemptions:\n  - path: a\n    sha256: abc\n`, "p.yaml:4: "],
    [
      "p.yaml",
      `${schema.yaml}exemptions:\n  - ${JSON.stringify({ ...exemption, expires: "2027-02-30" })}\n`,
      "p.yaml:4: exemptions 0 expires: ",
    ],
    ["p.yaml", `${schema.yaml}packages:\n  pkg:npm/a@1.0: {}\n`, "p.yaml:4: packages pkg:npm/a@1.0: a package URL without a version"],
    ["p.yaml", `${schema.yaml}packages:\n  left-pad: {}\n`, "p.yaml:4: packages left-pad: a package URL"],
    ["p.yaml", "failOn: alarm\n", "p.yaml:1: schema: "],
    ["p.yaml", "", "p.yaml:1: "],
    ["p.json", "[]", "p.json:1: "],
  ])("%s %j", async (name, text, says) => {
    expect(await refusal(name, text)).toContain(says)
  })

  test.each([
    ["cut JSON", "p.json", `${schema.json} "failOn": "alarm"`, "p.json:3: "],
    ["JSON with a comment", "p.json", `${schema.json} // no\n}`, "p.json:3: "],
    ["a key of JSON twice", "p.json", `${schema.json} "failOn": "alarm",\n "failOn": "review"\n}`, "p.json:4: "],
    ["a key of YAML twice", "p.yaml", `${schema.yaml}failOn: alarm\nfailOn: review\n`, "p.yaml:4: "],
    ["a key of TOML twice", "p.toml", `${schema.toml}failOn = "alarm"\nfailOn = "review"\n`, "p.toml:4: "],
    ["a second document", "p.yaml", `${schema.yaml}---\nfailOn: alarm\n`, "p.yaml:3: "],
    ["a tag", "p.yaml", `${schema.yaml}failOn: !!js/function alarm\n`, "p.yaml:3: "],
    ["an alias", "p.yaml", `${schema.yaml}origins: &o [a]\ngenerators: *o\n`, "p.yaml:4: "],
    ["a merge", "p.yaml", `${schema.yaml}<<: {failOn: alarm}\n`, 'p.yaml:3: unknown key "<<"'],
    [
      "a prototype in JSON",
      "p.json",
      `${schema.json} "rules": {\n"__proto__": {"failOn": "alarm"}}\n}`,
      'p.json:4: unknown key "__proto__"',
    ],
    ["a prototype in YAML", "p.yaml", `${schema.yaml}__proto__: {failOn: alarm}\n`, 'p.yaml:3: unknown key "__proto__"'],
    ["a prototype in TOML", "p.toml", `${schema.toml}[__proto__]\nfailOn = "alarm"\n`, 'p.toml:3: unknown key "__proto__"'],
    ["bytes that are no text", "p.yaml", Buffer.from([0xff, 0xfe]), "p.yaml: it is not UTF-8"],
    ["a name without syntax", "policy", schema.yaml, "policy: its name does not tell its syntax"],
  ])("%s", async (_, name, text, says) => {
    expect(await refusal(name, text)).toContain(says)
  })

  test.each([
    [
      "aliases that would be a billion",
      "p.yaml",
      `a: &a [x,x]\n${[..."bcdefghij"].map((k, i) => `${k}: &${k} [*${"abcdefghi"[i]},*${"abcdefghi"[i]}]`).join("\n")}\n`,
    ],
    ["flow lists in lists", "p.yaml", "[".repeat(50_000)],
    ["lists in lists by indentation", "p.yaml", "- ".repeat(50_000)],
    ["objects in objects", "p.json", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
    ["tables in tables", "p.toml", `a = ${"[".repeat(50_000)}${"]".repeat(50_000)}`],
    [
      "a text of many words and equals signs",
      "p.toml",
      `a = """\n${`${"word ".repeat(100)}\n${"a".repeat(900)}\n${"=".repeat(900)}\n`.repeat(50)}"""`,
    ],
    ["objects in objects, not as deep", "p.json", `{"rules":${'{"a":'.repeat(3000)}1${"}".repeat(3001)}`],
    ["a dotted key of many parts", "p.toml", `${"a.".repeat(20_000)}a = 1`],
  ])("deep or wide: %s", async (_, name, text) => {
    expect(await refusal(name, text)).toMatch(/^p\.\w+:\d+: /)
  })

  test("larger than the limit, missing, or a folder: could not be read", async () => {
    expect(await read("p.yaml", "#".repeat(100), { ...limitsDefault, policyBytesMax: 99 })).toMatchObject({
      fault: { kind: "over-limit", limit: "policyBytesMax" },
    })
    expect(await faultsOf(() => readPolicy(join(folder, "none.yaml"), [], limitsDefault))).toMatchObject({ fault: { kind: "unavailable" } })
    expect(await faultsOf(() => readPolicy(folder, [], limitsDefault))).toMatchObject({ fault: { kind: "unavailable" } })
  })

  test("damaged anyhow it is a policy or a refusal with a line, never a defect", async () => {
    const texts = syntaxes.map(([name, write]) => ({ name, text: write(written) }))
    const damage = fc.record({ of: fc.constantFrom(...texts), at: fc.nat(2000), length: fc.nat(20), put: fc.string({ maxLength: 12 }) })
    await fc.assert(
      fc.asyncProperty(damage, async ({ of, at, length, put }) => {
        const start = at % of.text.length
        const said = await refusal(of.name, of.text.slice(0, start) + put + of.text.slice(start + length))
        expect(said).toMatch(/^(?:read$|p\.\w+:[1-9]\d*: |p\.\w+: it is not UTF-8)/)
      }),
      { numRuns: 500 },
    )
  })
})

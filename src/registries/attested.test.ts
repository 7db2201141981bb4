import { describe, expect, it } from "vitest"
import { createContext } from "../io/create-context.ts"
import { type Attested, attestedBy } from "./attested.ts"
import type { Checked } from "./sigstore.ts"

const commit = "c".repeat(40)
const fingerprint = `spki-sha256:${"0".repeat(64)}`
const repository = "https://forge.example/Ann/it"
const own: Extract<Checked, { kind: "verified" }> = {
  kind: "verified",
  predicateType: "https://slsa.dev/provenance/v1",
  signer: { identity: `${repository}/.ci/release.yml@refs/tags/v1`, issuer: "https://tokens.example", repository, commit, fingerprint },
  created: "2026-01-01T00:00:00.000Z",
  keyFrom: "a trust root",
  boundBy: undefined,
}
const told = (given: readonly Checked[], declared?: string): Promise<Attested> =>
  attestedBy(given, (one) => Promise.resolve(one), { repository: declared }, createContext({ cache: "/nonexistent", environment: {} }))

describe("a sound certificate, which anybody gets,", () => {
  it.each([undefined, "https://forge.example/Ann/other", "https://other.example/Ann/it", "https://forge.example/Ann/it/more"])(
    "of a repository other than the package declares (%s) is not relied on, and chooses no commit",
    async (declared) => {
      const { chain, signature, commit: chosen } = await told([own], declared)
      expect(chain.join()).toContain("by an identity that nothing binds to the project")
      expect([signature?.kind, chosen]).toEqual(["weak", undefined])
    },
  )

  it.each([repository, "https://forge.example/ann/it.git", "ssh://git@forge.example/Ann/it.git/"])(
    "of the repository that the package declares (%s) is valid, and so is its commit",
    async (declared) => {
      const { chain, signature, commit: chosen } = await told([own], declared)
      expect(chain.join()).toContain("bound to it by the repository that the package declares")
      expect([signature, chosen]).toEqual([expect.objectContaining({ kind: "valid", signer: own.signer.identity }), commit])
    },
  )

  it("of the publisher that the index names is valid, whatever the package declares", async () => {
    expect(await told([{ ...own, boundBy: "the publisher" }], "https://other.example/it")).toMatchObject({
      commit,
      signature: { kind: "valid" },
    })
  })

  it("without a repository, as of a person, is bound by nothing", async () => {
    const signer = { ...own.signer, identity: "ann@example.org", repository: undefined, commit: undefined }
    expect(await told([{ ...own, signer }], repository)).toMatchObject({ signature: { kind: "weak" } })
  })

  it("that is bound stands before one that is not, and a bad attestation before both", async () => {
    const stranger = {
      ...own,
      signer: { ...own.signer, identity: "stranger", repository: "https://forge.example/eve/it", commit: "e".repeat(40) },
    }
    expect(await told([stranger, own], repository)).toMatchObject({ commit, signature: { kind: "valid", signer: own.signer.identity } })
    expect(await told([stranger, own, { kind: "bad", why: "why" }], repository)).toMatchObject({ signature: { kind: "bad" } })
  })
})

it("the registry's own key is a link of the chain, which needs no bond and gives no signature", async () => {
  const signer = { ...own.signer, identity: "a key of the registry", issuer: undefined, repository: undefined, commit: undefined }
  const { chain, signature } = await told([{ ...own, signer }])
  expect([chain[0], signature]).toEqual([expect.stringMatching(/signed by a key of the registry; verified with/), undefined])
})

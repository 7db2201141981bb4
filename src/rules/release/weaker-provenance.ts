import type { Published } from "../../model/registry-facts.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** A project whose workflow publishes, and says so, does not go back to a token on somebody's machine without a reason. Who stole the token must. */
export const releaseWeakerProvenance: Rule<InspectedSubject> = {
  id: "release/weaker-provenance",
  version: 1,
  question: "Did the version before this one say by attestation or signature where it comes from, and this one does not?",
  check: answer,
}

function answer({ artifact: { name, sha256, provenance }, facts = {} }: InspectedSubject): Answer {
  const { versions = [], version, previous } = facts
  const evidence = [{ what: "the release", where: name, digest: `sha256:${sha256}` }]
  const own = versions.find((one) => one.version === version)
  const before = own === undefined ? undefined : beforeIn(versions, own)
  if (own?.attested === false && before?.attested === true) {
    const by =
      own.publisher === before.publisher
        ? ""
        : `; ${before.publisher ?? "somebody"} published that one, ${own.publisher ?? "somebody"} this one`
    const message = `${before.version} has an attestation of how it was published, ${own.version} has none${by}`
    return { outcome: "present", why: message, findings: [{ severity: "review", message, at: { path: name }, evidence }] }
  }
  if (previous?.signature?.kind === "valid" && provenance.signature === undefined) {
    const { fingerprint } = previous.signature
    const message = `the release before it was signed by ${fingerprint}, and this one has no signature that was found`
    const signed = {
      what: "the signer of the release before it",
      where: previous.version ?? "the release before it",
      digest: digestOf(fingerprint),
    }
    return {
      outcome: "present",
      why: message,
      findings: [{ severity: "note", message, at: { path: name }, evidence: [...evidence, signed] }],
    }
  }
  if (own?.attested !== undefined && before?.attested !== undefined)
    return { outcome: "absent", why: own.attested ? "it has an attestation" : "neither it nor the version before it has an attestation" }
  if (provenance.signature?.kind === "valid") return { outcome: "absent", why: "it has a valid signature" }
  return { outcome: "not-assessed", why: facts.why ?? "no registry says which versions have attestations" }
}

/** The latest that was published before, of the same line if there is one: old lines are published otherwise than the new one. */
function beforeIn(versions: readonly Published[], own: Published): Published | undefined {
  const earlier = versions
    .filter(({ published }) => Date.parse(published) < Date.parse(own.published))
    .toSorted((a, b) => Date.parse(b.published) - Date.parse(a.published))
  const line = (version: string): string => /\d+/.exec(version)?.[0] ?? ""
  return earlier.find((one) => line(one.version) === line(own.version)) ?? earlier[0]
}

const digestOf = (fingerprint: string): string => (fingerprint.includes(":") ? fingerprint : `openpgp:${fingerprint}`)

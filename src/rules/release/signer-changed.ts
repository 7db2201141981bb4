import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** Projects have several who sign, and keys end: alone it is told and weighs nothing. A workflow of another repository is another project. */
export const releaseSignerChanged: Rule<InspectedSubject> = {
  id: "release/signer-changed",
  version: 1,
  question: "Is the release signed by somebody else than the one before it?",
  check: answer,
}

function answer({ artifact: { name, provenance }, facts }: InspectedSubject): Answer {
  const before = facts?.previous?.signature
  const now = provenance.signature
  if (before?.kind !== "valid" || now?.kind !== "valid")
    return { outcome: "not-assessed", why: "there are no valid signatures of this release and of one before it" }
  const [was, is] = [identityOf(before.fingerprint, before.signer), identityOf(now.fingerprint, now.signer)]
  if (was === is) return { outcome: "absent", why: `both are signed by ${now.signer}` }
  const message = `signed by ${now.signer} (${now.fingerprint}), the release before it by ${before.signer} (${before.fingerprint})`
  const evidence = [
    { what: "signer of this release", where: name, digest: digestOf(now.fingerprint) },
    {
      what: "signer of the release before it",
      where: facts?.previous?.version ?? "the release before it",
      digest: digestOf(before.fingerprint),
    },
  ]
  const isOtherProject = placeOf(before.signer) !== undefined && placeOf(before.signer) !== placeOf(now.signer)
  return {
    outcome: "present",
    why: message,
    findings: [{ severity: isOtherProject ? "review" : "note", message, at: { path: name }, evidence }],
  }
}

/** A workflow gets a new certificate for each run: its address without the ref is who it is. */
const identityOf = (fingerprint: string, signer: string): string =>
  placeOf(signer) === undefined ? fingerprint : (signer.split("@")[0] ?? signer)

/** Host, owner and name of a workflow's repository. */
function placeOf(signer: string): string | undefined {
  if (!/^https?:\/\//.test(signer) || !URL.canParse(signer)) return undefined
  const { hostname, pathname } = new URL(signer)
  return `${hostname}/${pathname.split("/").slice(1, 3).join("/")}`.toLowerCase()
}

const digestOf = (fingerprint: string): string => (fingerprint.includes(":") ? fingerprint : `openpgp:${fingerprint}`)

import { escapeForeign } from "../core/escape.ts"
import type { Context } from "../io/context.ts"
import type { Signature } from "../model/artifact.ts"
import type { Checked } from "./sigstore.ts"

/** What is said of a release's attestations: each verified one in the chain, each other one among what was not looked at, and the worst as its signature. */
export interface Attested {
  readonly chain: readonly string[]
  readonly notLookedAt: readonly string[]
  readonly signature?: Signature
  /** Of a run whose identity is bound to the project. */
  readonly commit?: string
}

interface Declared {
  /** The repository that the package itself declares. */
  readonly repository: string | undefined
}

/** Checks each of a release's attestations, as many as are looked at. */
export async function attestedBy<T>(
  given: readonly T[],
  check: (one: T) => Promise<Checked>,
  declared: Declared,
  { limits }: Context,
): Promise<Attested> {
  const answers: Checked[] = []
  for (const one of given.slice(0, limits.attestationsMax)) answers.push(await check(one))
  const said = toldOf(answers, declared)
  const rest = given.length - answers.length
  return rest === 0 ? said : { ...said, notLookedAt: [...said.notLookedAt, `${rest} more attestations were not looked at`] }
}

type Verified = Extract<Checked, { kind: "verified" }>

function toldOf(answers: readonly Checked[], { repository }: Declared): Attested {
  const verified = answers
    .flatMap((one) => (one.kind === "verified" ? [one] : []))
    .map((one) => ({ ...one, boundBy: boundBy(one, repository) }))
  const commit = verified
    .filter((one) => one.boundBy !== undefined)
    .map(({ signer }) => signer.commit)
    .find((one) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(one ?? ""))
  const signature = signatureOf(answers, verified)
  return {
    chain: verified.map((one) => escapeForeign(linkOf(one, repository))),
    notLookedAt: answers.flatMap((one) => {
      if (one.kind === "unverified") return [`an attestation was not verified: ${one.why}; its signature counts nothing`]
      return one.kind === "other"
        ? [escapeForeign(`an attestation of another type was not looked at: ${JSON.stringify(one.predicateType.slice(0, 200))}`)]
        : []
    }),
    ...(signature === undefined ? {} : { signature }),
    ...(commit === undefined ? {} : { commit }),
  }
}

/**
 * That a certificate is sound says that somebody signed, and anybody gets one. What makes the signer the project's: its registry names the publisher,
 * or the repository that its issuer saw is the one that the package declares.
 */
function boundBy({ boundBy: known, signer }: Verified, declared: string | undefined): string | undefined {
  const isOwn = signer.repository !== undefined && declared !== undefined && placeOf(signer.repository) === placeOf(declared)
  return known ?? (isOwn ? "the repository that the package declares" : undefined)
}

/** Host and path, by which two addresses of one repository are the same: forges do not look at the case of either. */
function placeOf(address: string): string {
  const { hostname, pathname } = URL.canParse(address) ? new URL(address) : { hostname: "", pathname: address }
  return `${hostname}${pathname}`
    .toLowerCase()
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
}

/** What the registry's own key says of itself is a link of the chain, no signature of the publisher's. */
function signatureOf(answers: readonly Checked[], verified: readonly Verified[]): Signature | undefined {
  const bad = answers.find((one) => one.kind === "bad")
  if (bad !== undefined)
    return { kind: "bad", fingerprint: "sigstore:unknown", why: `an attestation that the registry gives is bad: ${bad.why}` }
  const certified = verified.filter(({ signer }) => signer.issuer !== undefined)
  const first = certified.find((one) => one.boundBy !== undefined) ?? certified[0]
  if (first === undefined) return undefined
  const { signer, keyFrom, created } = first
  const { fingerprint } = signer
  const identity = escapeForeign(signer.identity)
  return first.boundBy === undefined
    ? { kind: "weak", fingerprint, why: `nothing binds its signer, ${identity}, to the project` }
    : { kind: "valid", fingerprint, signer: identity, keyFrom, created }
}

function linkOf({ predicateType, signer, keyFrom, boundBy: bond }: Verified, declared: string | undefined): string {
  const { identity, issuer, repository = "", commit } = signer
  const run = `${issuer === undefined ? "" : ` (${issuer})`}${commit === undefined ? "" : ` at ${repository} ${commit}`}`
  const other = declared === undefined ? "" : ` (the package declares ${declared})`
  const bound =
    issuer === undefined
      ? ""
      : bond === undefined
        ? `, by an identity that nothing binds to the project${other}`
        : `, bound to it by ${bond}`
  return `attestation ${predicateType} about these bytes, signed by ${identity}${run}${bound}; verified with ${keyFrom}`
}

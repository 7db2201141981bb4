import { sign, verify } from "node:crypto"
import { z } from "zod"
import { isSha256, type Sha256 } from "../core/digest.ts"
import type { Limits } from "../core/limits.ts"
import type { SigningKey, TrustedKey } from "./signing-key.ts"

/** in-toto Attestation Framework, Statement v1: what is said, and of which bytes. */
export interface Statement {
  readonly subject: readonly { readonly name: string; readonly sha256: Sha256 }[]
  /** A URI that says how `predicate` is to be read. */
  readonly predicateType: string
  readonly predicate: unknown
}

/** A Dead Simple Signing Envelope (DSSE 1.0) whose form is right. `statement` is anybody's until a signature fits. */
export interface Envelope {
  readonly statement: Statement
  /** The very bytes that are signed. */
  readonly signed: Uint8Array
  readonly signatures: readonly { readonly keyId: string; readonly bytes: Uint8Array }[]
}

const payloadType = "application/vnd.in-toto+json" as const
const statementType = "https://in-toto.io/Statement/v1"
const signaturesMax = 16

/** Only the one spelling that an encoder makes: another would be other bytes with the same meaning. */
const Base64 = z.string().transform((text, { addIssue }) => {
  const bytes = Buffer.from(text, "base64")
  if (bytes.toString("base64") !== text) addIssue("not base64")
  return bytes
})

const EnvelopeForm = z.object({
  payloadType: z.literal(payloadType),
  payload: Base64,
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: Base64 })).max(signaturesMax),
})

const StatementForm = z.object({
  _type: z.literal(statementType),
  subject: z
    .array(z.object({ name: z.string(), digest: z.object({ sha256: z.string().refine((text): text is Sha256 => isSha256(text)) }) }))
    .min(1)
    .max(10_000),
  predicateType: z.string(),
  predicate: z.unknown(),
})

/** DSSE, Pre-Authentication Encoding: type and payload with their lengths, so that neither can pass for a part of the other. */
const authenticated = (payload: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.byteLength} `), payload])

/** A statement, signed: one line of JSON. */
export function signStatement({ subject, predicateType, predicate }: Statement, { keyId, key }: SigningKey): string {
  const form = {
    _type: statementType,
    subject: subject.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType,
    predicate,
  } satisfies z.input<typeof StatementForm>
  const payload = Buffer.from(JSON.stringify(form))
  const sig = sign(null, authenticated(payload), key).toString("base64")
  const envelope = { payloadType, payload: payload.toString("base64"), signatures: [{ keyid: keyId, sig }] }
  return `${JSON.stringify(envelope satisfies z.input<typeof EnvelopeForm>)}\n`
}

/** An envelope by its form alone, or what is wrong with it. */
export function readEnvelope(bytes: Uint8Array, { envelopeBytesMax }: Limits): Envelope | string {
  if (bytes.byteLength > envelopeBytesMax) return `it is larger than envelopeBytesMax (${envelopeBytesMax} bytes)`
  const envelope = EnvelopeForm.safeParse(jsonOf(bytes))
  if (!envelope.success) return `it is no signed in-toto statement (${firstProblem(envelope.error)})`
  const { payload, signatures } = envelope.data
  const statement = StatementForm.safeParse(jsonOf(payload))
  if (!statement.success) return `what it holds is no in-toto statement (${firstProblem(statement.error)})`
  const { subject, predicateType, predicate } = statement.data
  return {
    statement: { subject: subject.map(({ name, digest: { sha256 } }) => ({ name, sha256 })), predicateType, predicate },
    signed: authenticated(payload),
    signatures: signatures.map(({ keyid = "", sig }) => ({ keyId: keyid, bytes: sig })),
  }
}

/** The first trusted key that signed it, or why none did. A key that an envelope carries is nobody's; its key id only says which to try. */
export function signerOf({ signed, signatures }: Envelope, trusted: readonly TrustedKey[]): TrustedKey | string {
  if (signatures.length === 0) return "it is not signed"
  let near: TrustedKey | undefined
  for (const { keyId, bytes } of signatures)
    for (const one of trusted) {
      if (keyId !== "" && keyId !== one.keyId) continue
      if (verify(null, signed, one.key, bytes)) return one
      if (keyId !== "") near = one
    }
  if (near !== undefined) return `the signature of ${near.name} does not fit: it was changed, or is of something else`
  const ids = signatures.map(({ keyId }) => (keyId === "" ? "without a name" : keyId.slice(0, 16))).join(", ")
  return `it is signed by a key that is not trusted here (${ids})`
}

/** What JSON text says; undefined for bytes that are none. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** Where zod stopped, for a reader. */
export const firstProblem = ({ issues: [issue] }: z.ZodError): string =>
  issue === undefined ? "" : `${issue.path.length === 0 ? "" : `${issue.path.join(".")}: `}${issue.message}`

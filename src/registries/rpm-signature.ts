import { type ByteSource, collect, latin1, sliceSource } from "../core/bytes.ts"
import { explainFault, faultsOf } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import type { Provenance, Signature } from "../model/artifact.ts"
import { detectFormat } from "../parsers/index.ts"
import type { EntryHeader, Indexed, Sink } from "../parsers/parser.ts"
import { checkDetached, type Keys, signatureBytesMax, trustedKeys } from "./signature.ts"

/** What a package's own signatures say: a link of the chain each that could be judged, and the worst of them. */
export interface PackageSignature extends Pick<Provenance, "chain" | "notLookedAt" | "signature"> {
  /** How many OpenPGP signatures it has, whether or not they could be judged. */
  readonly count: number
}

/**
 * OpenPGP signatures of the signature header, by the name of their entry (rpm, docs/manual/signatures_digests.md): those of today are of the header, which
 * states a digest of the payload; older ones are of header and payload.
 */
const kinds: ReadonlyMap<string, "header" | "whole"> = new Map([
  ["rsa-header", "header"],
  ["dsa-header", "header"],
  ["openpgp", "header"],
  ["pgp", "whole"],
  ["gpg", "whole"],
])

/** Of a package that comes from nowhere in particular: with the keys that the user gave. What cannot be walked is refused when it is opened. */
export async function ownSignature(name: string, bytes: ByteSource, ctx: Context): Promise<Omit<PackageSignature, "count">> {
  const none = { chain: [], notLookedAt: [] }
  if ((await rpmParser(bytes)) === undefined) return none
  if (ctx.keyrings.length === 0) return { ...none, notLookedAt: [`signatures in the package ${name}: no key was given (--keyring FILE)`] }
  const checked = await faultsOf(async () => packageSignature(name, bytes, await trustedKeys(ctx), ctx))
  if (!checked.ok) return { ...none, notLookedAt: [`signatures in the package ${name}: ${explainFault(checked.fault)}`] }
  return checked.value.count > 0 ? checked.value : { ...none, notLookedAt: [`the package ${name} has no OpenPGP signature in it`] }
}

/** The parser of rpm packages, when these bytes begin as one does. */
async function rpmParser(bytes: ByteSource): Promise<Indexed | undefined> {
  const parser = detectFormat(await bytes.read(0, Math.min(512, bytes.size)))
  return parser?.kind === "indexed" && parser.format === "rpm" ? parser : undefined
}

/** Checks the signatures in an rpm package with the keys that were given, as `rpm -K` does with its own. */
export async function packageSignature(
  name: string,
  bytes: ByteSource,
  keys: readonly Keys[],
  { limits }: Context,
): Promise<PackageSignature> {
  const parser = await rpmParser(bytes)
  if (parser === undefined) return { chain: [], notLookedAt: [], count: 0 }
  const read = new Read()
  await parser.walk(bytes, { layer: name, limits }, read)
  const answers: { readonly what: string; readonly answer: Signature }[] = []
  const notLookedAt = [...read.tooLarge].map((what) => `the signature ${what} of the package is too large to be one and was not checked`)
  for (const { kind, packets } of read.signatures.slice(0, limits.rpmSignaturesMax)) {
    const what = `${kind} of ${name}`
    const end = kinds.get(kind) === "whole" ? bytes.size : read.header.end
    const checked = await checkDetached(what, sliceSource(bytes, read.header.start, end), packets, keys)
    if (checked.ok) answers.push({ what, answer: kinds.get(kind) === "whole" ? checked.value : read.withPayload(checked.value) })
    else notLookedAt.push(`the signature ${what} could not be checked: ${explainFault(checked.fault)}`)
  }
  const rest = read.signatures.length - limits.rpmSignaturesMax
  if (rest > 0) notLookedAt.push(`${rest} more signatures of the package were not looked at`)
  return { ...described(answers, notLookedAt), count: read.signatures.length + read.tooLarge.size }
}

/** What a walk tells that signatures are checked by. */
class Read implements Sink {
  readonly signatures: { readonly kind: string; readonly packets: Uint8Array }[] = []
  readonly tooLarge = new Set<string>()
  header = { start: 0, end: 0 }
  #digests: "held" | "other" | "none" = "held"

  claim(): void {}

  anomaly({ kind, offset = 0 }: Parameters<Sink["anomaly"]>[0]): void {
    if (kind === "undigested-payload" && this.#digests !== "other") this.#digests = "none"
    // What stands before the header is in no signature.
    if (kind === "digest-mismatch" && offset >= this.header.start) this.#digests = "other"
  }

  async entry({ path, size, extents }: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> {
    const start = extents?.[0]?.at ?? 0
    if (path === "header") this.header = { start, end: start + size }
    const kind = path.startsWith("signatures/") ? path.slice("signatures/".length) : ""
    const isRead = kinds.has(kind) && size <= signatureBytesMax
    if (kinds.has(kind) && !isRead) this.tooLarge.add(kind)
    if (!isRead) for await (const _ of body);
    else for (const packets of packetsOf(kind, await collect(body))) this.signatures.push({ kind, packets })
  }

  /** A valid signature of the header vouches for the payload by the digest that it states. */
  withPayload(answer: Signature): Signature {
    if (answer.kind !== "valid" || this.#digests === "held") return answer
    const { fingerprint } = answer
    return this.#digests === "other"
      ? { kind: "bad", fingerprint, why: "the payload is not the one whose digest the signed header states" }
      : { kind: "weak", fingerprint, why: "it is of the header alone, which states no digest of the payload" }
  }
}

/** `openpgp` is a list, each in base64 (rpm, docs/manual/format_v6.md). */
const packetsOf = (kind: string, bytes: Uint8Array): readonly Uint8Array[] =>
  kind === "openpgp"
    ? latin1(bytes)
        .split("\0")
        .filter((text) => text !== "")
        .map((text) => Buffer.from(text, "base64"))
    : [bytes]

function described(
  answers: readonly { readonly what: string; readonly answer: Signature }[],
  notLookedAt: readonly string[],
): Pick<Provenance, "chain" | "notLookedAt" | "signature"> {
  const signature = (["bad", "valid", "weak", "unknown-key"] as const)
    .map((kind) => answers.find(({ answer }) => answer.kind === kind)?.answer)
    .find((answer) => answer !== undefined)
  return {
    chain: answers.flatMap(({ what, answer }) => linkOf(what, answer)),
    notLookedAt: [
      ...notLookedAt,
      ...answers.flatMap(({ what, answer }) =>
        answer.kind === "unknown-key"
          ? [`the signature ${what} was not verified: its key ${answer.keyId} was not given (--keyring FILE)`]
          : [],
      ),
    ],
    ...(signature === undefined ? {} : { signature }),
  }
}

function linkOf(what: string, answer: Signature): readonly string[] {
  if (answer.kind === "valid") return [`${what}: valid signature by ${answer.fingerprint} (key from ${answer.keyFrom})`]
  if (answer.kind === "bad") return [`${what}: BAD signature by ${answer.fingerprint}: ${answer.why}`]
  return answer.kind === "weak" ? [`${what}: signature by ${answer.fingerprint} that is not relied on: ${answer.why}`] : []
}

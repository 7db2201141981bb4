import type { GitOid } from "../core/digest.ts"
import type { GitObject } from "./git-objects.ts"

/** A commit or tag that carries a signature, and what is signed of it. */
export interface SignedObject {
  readonly payload: Uint8Array
  /** Armored. */
  readonly signature: Uint8Array
  readonly form: "openpgp" | "ssh" | "x509" | "unknown"
  /** Seconds since 1970, as its committer or tagger states them. */
  readonly stated: number
}

/** gitformat-signature(5), "Description". */
const forms = [
  ["-----BEGIN PGP SIGNATURE-----", "openpgp"],
  ["-----BEGIN PGP MESSAGE-----", "openpgp"],
  ["-----BEGIN SSH SIGNATURE-----", "ssh"],
  ["-----BEGIN SIGNED MESSAGE-----", "x509"],
] as const

/** Of a commit or tag; undefined when it has no signature, or states no date. */
export function signedObject(oid: GitOid, { type, bytes }: GitObject): SignedObject | undefined {
  if (type !== "commit" && type !== "tag") return undefined
  const object = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = readHeader(object, type === "commit" ? "committer" : "tagger")
  if (header.stated === undefined) return undefined
  if (type === "tag") return signedTag(object, header.kept, header.stated)
  const own = header.signatures.filter(({ name }) => name === (oid.length === 64 ? "gpgsig-sha256" : "gpgsig"))
  const [first] = own
  if (first === undefined) return undefined
  const payload = Buffer.concat([...header.kept, object.subarray(header.end)])
  return { payload, signature: first.value, form: own.length === 1 ? formOf(first.value) : "unknown", stated: header.stated }
}

/** The signature of a tag is the end of its message, from the last line that begins one. */
function signedTag(object: Buffer, kept: readonly Buffer[], stated: number): SignedObject | undefined {
  const start = Math.max(...forms.map(([begin]) => object.lastIndexOf(`\n${begin}`))) + 1
  if (start === 0) return undefined
  const headerEnd = endOfHeader(object)
  if (start <= headerEnd) return undefined
  const signature = object.subarray(start)
  return { payload: Buffer.concat([...kept, object.subarray(headerEnd, start)]), signature, form: formOf(signature), stated }
}

const formOf = (signature: Buffer): SignedObject["form"] =>
  forms.find(([begin]) => signature.subarray(0, begin.length).equals(Buffer.from(begin)))?.[1] ?? "unknown"

interface Header {
  /** All lines but those of signatures. */
  readonly kept: readonly Buffer[]
  readonly signatures: readonly { readonly name: string; readonly value: Buffer }[]
  readonly end: number
  readonly stated: number | undefined
}

function endOfHeader(object: Buffer): number {
  const blank = object.indexOf("\n\n")
  return blank < 0 ? object.byteLength : blank + 1
}

/**
 * Header lines up to the first empty one; a line that begins with a space goes on with the one before it:
 *
 *     gpgsig SP -----BEGIN PGP SIGNATURE----- LF SP ... LF SP -----END PGP SIGNATURE----- LF
 *
 * git signs the object without `gpgsig` and `gpgsig-sha256`, as it is before either is put in (hash-function-transition, "Signed Commits").
 */
function readHeader(object: Buffer, dated: "committer" | "tagger"): Header {
  const end = endOfHeader(object)
  const kept: Buffer[] = []
  const signatures: { name: string; parts: Buffer[] }[] = []
  let within: Buffer[] | undefined
  let stated: number | undefined
  for (let at = 0; at < end; ) {
    const next = object.indexOf(10, at) + 1
    const line = object.subarray(at, next > 0 && next <= end ? next : end)
    at += line.byteLength
    if (line[0] === 32) {
      if (within === undefined) kept.push(line)
      else within.push(line.subarray(1))
      continue
    }
    const name = /^gpgsig(?:-sha256)?(?= )/.exec(line.subarray(0, 20).toString("latin1"))?.[0]
    if (name === undefined) {
      within = undefined
      kept.push(line)
      if (line.subarray(0, dated.length + 1).toString("latin1") === `${dated} `) stated ??= dateOf(line)
    } else {
      within = [line.subarray(name.length + 1)]
      signatures.push({ name, parts: within })
    }
  }
  return { kept, signatures: signatures.map(({ name, parts }) => ({ name, value: Buffer.concat(parts) })), end, stated }
}

function dateOf(line: Buffer): number | undefined {
  const digits = /> (\d{1,12}) [+-]\d{4}\n$/.exec(line.subarray(-30).toString("latin1"))?.[1]
  return digits === undefined ? undefined : Number(digits)
}

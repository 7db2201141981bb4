import { createHash } from "node:crypto"
import { latin1 } from "../../core/bytes.ts"
import { plural } from "../../core/count.ts"

/*
 * What packers put before an archive, which the programs that take it read:
 *
 *   #!/usr/bin/env python3\n                      zipapp, pex, shiv (PEP 441)
 *   JM\1\0                                        jmod (jdk.internal.jmod.JmodFile)
 *   Cr24  version 3[4]  length[4]  CrxFileHeader  Chrome's extensions (components/crx_file/crx3.proto)
 *
 *   CrxFileHeader   2: proof...  3: proof...  10000: signed { 1: id[16] }     proof { 1: public key  2: signature }
 */

/** Python with options that take no value: whatever else a line starts may take the archive for a script. */
const pythonLine = /^#!\s?(?:\/usr\/bin\/env |\/[\w./+-]*\/)(?:python|pypy)[\d.]*(?: -[bBdEIOPqsSuvx]+)*\r?\n$/
/** As much as every Linux reads of such a line. */
const lineBytesMax = 127
const jmodMagic = "JM\x01\x00"
const crxMagic = Buffer.from("4372323403000000", "hex")

/** What a prefix is; undefined for one that nothing is known to read. */
export function prefixOf(bytes: Buffer): string | undefined {
  const text = latin1(bytes.subarray(0, lineBytesMax + 1))
  if (text === jmodMagic) return "a module of Java"
  if (text.length <= lineBytesMax && pythonLine.test(text)) return `started by ${text.slice(2).trim()}`
  return bytes.subarray(0, 8).equals(crxMagic) && bytes.byteLength >= 12 ? crxOf(bytes) : undefined
}

function crxOf(bytes: Buffer): string | undefined {
  if (bytes.readUInt32LE(8) !== bytes.byteLength - 12) return undefined
  const fields = fieldsOf(bytes.subarray(12))
  const signed = fields?.filter(({ number }) => number === 10000) ?? []
  const [id, ...more] = fieldsOf(signed[0]?.value) ?? []
  if (fields === undefined || signed.length !== 1 || id?.number !== 1 || more.length > 0) return undefined
  const proofs = fields
    .filter((field) => field !== signed[0])
    .map(({ number, value }) => (number === 2 || number === 3 ? keyOf(value) : undefined))
  const ids = proofs.map((key) => key && createHash("sha256").update(key).digest().subarray(0, 16))
  if (ids.includes(undefined) || !ids.some((one) => one?.equals(id.value))) return undefined
  return `an extension of Chrome, ${id.value.toString("hex")}, signed by ${plural(ids.length, "key")}: no signature was checked`
}

/** The key of a proof that has a key and a signature no longer than one of RSA with 8192 bits, and nothing else. */
function keyOf(proof: Buffer): Buffer | undefined {
  const [key, signature, ...more] = fieldsOf(proof) ?? []
  const isProof = key?.number === 1 && signature?.number === 2 && signature.value.byteLength <= 1024 && more.length === 0
  return isProof ? key.value : undefined
}

interface Field {
  readonly number: number
  readonly value: Buffer
}

/** Fields of a message of protocol buffers in which each is a run of bytes; undefined for any other. */
function fieldsOf(bytes: Buffer | undefined): readonly Field[] | undefined {
  const fields: Field[] = []
  for (let at = 0; bytes !== undefined && at < bytes.byteLength; ) {
    const tag = varintAt(bytes, at)
    const length = tag && varintAt(bytes, tag.end)
    if (tag === undefined || length === undefined || tag.value % 8 !== 2 || length.value > bytes.byteLength - length.end) return undefined
    at = length.end + length.value
    fields.push({ number: Math.floor(tag.value / 8), value: bytes.subarray(length.end, at) })
  }
  return fields
}

/** A number below 2^28, in as few bytes as it needs: no two spellings of one header. */
function varintAt(bytes: Buffer, start: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let at = start; at < start + 4; at += 1) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 128 ** (at - start)
    if (byte < 0x80) return byte === 0 && at > start ? undefined : { value, end: at + 1 }
  }
  return undefined
}

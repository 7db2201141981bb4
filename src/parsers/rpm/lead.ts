import { isAllZero, latin1 } from "../../core/bytes.ts"
import type { Odd, Scribe } from "../scribe.ts"
import { type Header, string } from "./header.ts"
import { tag } from "./tags.ts"

/*
 * The lead, of old times: programs of today read no more of it than the magic and the two types (rpm, docs/manual/format_lead.md).
 *
 *   0 ed ab ee db[4]  4 major[1]  5 minor[1]  6 type[2]  8 architecture[2]  10 name[66]  76 system[2]  78 signature type[2]  80 reserved[16]
 */
export const leadMagic = "\xed\xab\xee\xdb"
export const leadBytes = 96
const [nameAt, nameEnd, reservedAt] = [10, 76, 80]
/** A header is the signature. */
const headerSignature = 5

export function checkLead(lead: Buffer, scribe: Scribe): void {
  if (lead.byteLength < leadBytes) throw scribe.malformed(lead.byteLength, "a whole lead")
  if (latin1(lead.subarray(0, 4)) !== leadMagic) throw scribe.malformed(0, "the magic of an rpm")
  if (lead[4] !== 3 && lead[4] !== 4) throw scribe.malformed(4, "format 3 or 4 in the lead")
  if (lead.readUInt16BE(6) > 1) throw scribe.malformed(6, "a binary or a source package")
  if (lead.readUInt16BE(78) !== headerSignature) throw scribe.malformed(78, "a signature that is a header")
}

/** What the lead says that the header does not. */
export function leadOdds(lead: Buffer, main: Header): readonly Odd[] {
  const field = lead.subarray(nameAt, nameEnd)
  const ends = field.indexOf(0)
  const name = latin1(ends < 0 ? field : field.subarray(0, ends))
  const full = [tag.name, tag.version, tag.release].map((one) => string(main, one) ?? "").join("-")
  const why = `the lead names it ${JSON.stringify(name)}, the header ${JSON.stringify(full.slice(0, 200))}: what reads the lead shows the one, rpm the other`
  const isOther = name !== full.slice(0, name.length) || (name.length < full.length && name.length < 65)
  return [
    ...(isOther ? [{ start: nameAt, end: nameAt + name.length, kind: "lead-name", why }] : []),
    ...(isAllZero(field.subarray(name.length))
      ? []
      : [{ start: nameAt + name.length, end: nameEnd, kind: "behind-name", why: "bytes behind the name in the lead" }]),
    ...(isAllZero(lead.subarray(reservedAt))
      ? []
      : [{ start: reservedAt, end: leadBytes, kind: "lead-reserved", why: "bytes of the lead that mean nothing" }]),
  ]
}

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
const [majorAt, minorAt, typeAt, machineAt, nameAt, nameEnd, reservedAt] = [4, 5, 6, 8, 10, 76, 80]
const systemAt = nameEnd
/** A header is the signature. */
const headerSignature = 5

export function checkLead(lead: Buffer, scribe: Scribe): void {
  if (lead.byteLength < leadBytes) throw scribe.malformed(lead.byteLength, "a whole lead")
  if (latin1(lead.subarray(0, 4)) !== leadMagic) throw scribe.malformed(0, "the magic of an rpm")
  if (lead[majorAt] !== 3 && lead[majorAt] !== 4) throw scribe.malformed(majorAt, "format 3 or 4 in the lead")
  if (lead.readUInt16BE(6) > 1) throw scribe.malformed(6, "a binary or a source package")
  if (lead.readUInt16BE(78) !== headerSignature) throw scribe.malformed(78, "a signature that is a header")
}

/** Numbers of machines (rpm, rpmrc.in, arch_canon): those of today by the names that headers have, and the highest of all. */
const machines: readonly (readonly [names: RegExp, number: number])[] = [
  [/^(?:i[3-6]86|x86_64(?:_v[234])?|amd64|ia32e|athlon|geode|pentium[34])$/, 1],
  [/^ppc64/, 16],
  [/^ppc/, 5],
  [/^armv\d/, 12],
  [/^s390$/, 14],
  [/^s390x$/, 15],
  [/^aarch64$/, 19],
  [/^riscv/, 22],
  [/^loongarch64$/, 23],
]
const [machineMax, systemMax] = [23, 21]
const linux = 1
/** What a machine or a system without a number has. */
const unknown = 255

/** What the lead says that the header does not. */
export function leadOdds(lead: Buffer, main: Header): readonly Odd[] {
  return [...nameOdds(lead, main), ...numberOdds(lead, main)]
}

/**
 * The lead has the numbers of the machine that built it: of a package for any machine, or of source, they may be those of any. Its major number is 3, and 4 from
 * version 6 of the format on (rpm, lib/rpmlead.cc).
 */
export function leadNotes(lead: Buffer, main: Header): readonly string[] {
  const { machine, system, name } = numbersOf(lead, main)
  const major = main.tags.has(tag.format) ? 4 : 3
  const [, expected] = machines.find(([names]) => names.test(name)) ?? []
  return [
    ...(lead[majorAt] === major
      ? []
      : [`the lead is of format ${lead[majorAt]}, and rpm writes ${major} before such a header; rpm of today does not look`]),
    ...(name === "noarch" || machine === expected
      ? []
      : [`the lead names the machine ${machine}, the header ${JSON.stringify(name)}; nobody reads the lead's`]),
    ...(system === linux ? [] : [`the lead names the system ${system}, which was compared with nothing; nobody reads it`]),
  ]
}

function numbersOf(lead: Buffer, main: Header): { readonly machine: number; readonly system: number; readonly name: string } {
  return { machine: lead.readUInt16BE(machineAt), system: lead.readUInt16BE(systemAt), name: (string(main, tag.arch) ?? "").slice(0, 100) }
}

function numberOdds(lead: Buffer, main: Header): readonly Odd[] {
  const { machine, system } = numbersOf(lead, main)
  const isKnown = (number: number, max: number): boolean => (number > 0 && number <= max) || number === unknown
  const isSource = !main.tags.has(tag.sourceRpm)
  const isSaidSource = lead.readUInt16BE(typeAt) === 1
  const odd = (start: number, size: number, kind: string, why: string): Odd => ({ start, end: start + size, kind, why })
  return [
    ...(lead[minorAt] === 0
      ? []
      : [odd(minorAt, 1, "lead-version", `the lead is of format ${lead[majorAt]}.${lead[minorAt]}, which no rpm of today writes`)]),
    ...(isSource === isSaidSource
      ? []
      : [
          odd(
            typeAt,
            2,
            "lead-type",
            `the lead says ${kindOf(isSaidSource)}, the header ${kindOf(isSource)}: what reads the lead takes it for the one`,
          ),
        ]),
    ...(isKnown(machine, machineMax) ? [] : [odd(machineAt, 2, "lead-machine", `the lead names the machine ${machine}, which is none`)]),
    ...(isKnown(system, systemMax) ? [] : [odd(systemAt, 2, "lead-system", `the lead names the system ${system}, which is none`)]),
  ]
}

const kindOf = (isSource: boolean): string => (isSource ? "a source package" : "a binary package")

function nameOdds(lead: Buffer, main: Header): readonly Odd[] {
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

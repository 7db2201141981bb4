import { latin1 } from "../../core/bytes.ts"
import { withoutCode } from "../../model/object-code.ts"
import type { Recogniser } from "../object-format.ts"

const machines: ReadonlyMap<number, string> = new Map([
  [0x14c, "x86"],
  [0x8664, "x86-64"],
  [0x1c0, "ARM"],
  [0x1c4, "ARM"],
  [0xaa64, "AArch64"],
  [0x200, "IA-64"],
  [0xebc, "EFI byte code"],
  [0x5032, "RISC-V"],
  [0x5064, "RISC-V 64"],
])
const libraryFlag = 0x2000
const sectionHeaderBytes = 40
/** IMAGE_SCN_CNT_CODE, IMAGE_SCN_MEM_EXECUTE. */
const codeFlags = 0x20 | 0x20000000
/** The Windows loader takes no more. */
const sectionsMax = 96

/** Microsoft's PE Format: images of Windows and EFI, and the objects that they are linked of. */
export const pe: Recogniser = {
  format: "pe",
  recognise(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return image(view, bytes) ?? object(view, bytes)
  },
}

/** "MZ" ... 0x3c: offset of "PE\0\0", then the COFF header, then an optional header that begins 0x10b (32 bits) or 0x20b (64). */
function image(view: DataView, bytes: Uint8Array): string | undefined {
  if (view.byteLength < 0x40 || latin1(bytes.subarray(0, 2)) !== "MZ") return undefined
  const at = view.getUint32(0x3c, true)
  if (at + 26 > view.byteLength || latin1(bytes.subarray(at, at + 4)) !== "PE\0\0") return undefined
  const [machine, sections] = [machines.get(view.getUint16(at + 4, true)), view.getUint16(at + 6, true)]
  const [optionalBytes, flags, magic] = [at + 20, at + 22, at + 24].map((place) => view.getUint16(place, true))
  if (machine === undefined || sections > sectionsMax || optionalBytes === 0 || (magic !== 0x10b && magic !== 0x20b)) return undefined
  if (at + 24 + (optionalBytes ?? 0) + sections * sectionHeaderBytes > view.byteLength) return undefined
  return `${machine} ${((flags ?? 0) & libraryFlag) === 0 ? "executable" : "library"}`
}

/** machine[2] sections[2] time[4] symbols[4] count[4] optional[2] flags[2], then sections: name[8] ... size[4] at 16, place[4] at 20. It has no magic, so all of it is to fit. */
function object(view: DataView, bytes: Uint8Array): string | undefined {
  if (view.byteLength < 20 + sectionHeaderBytes) return undefined
  const machine = machines.get(view.getUint16(0, true))
  const [sections, optionalBytes] = [view.getUint16(2, true), view.getUint16(16, true)]
  const [symbols, count] = [view.getUint32(8, true), view.getUint32(12, true)]
  if (machine === undefined || sections === 0 || sections > 0x7fff || optionalBytes !== 0 || count === 0) return undefined
  if (symbols < 20 + sections * sectionHeaderBytes || symbols + 18 * count > view.byteLength) return undefined
  let hasCode = false
  for (let index = 0; index < sections; index += 1) {
    const at = 20 + index * sectionHeaderBytes
    hasCode ||= (view.getUint32(at + 36, true) & codeFlags) !== 0
    if (!/^[\w.$/]+\0*$/.test(latin1(bytes.subarray(at, at + 8)))) return undefined
    const [size, place] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)]
    if (place !== 0 && place + size > view.byteLength) return undefined
  }
  return hasCode ? `${machine} object` : `${machine} object${withoutCode}`
}

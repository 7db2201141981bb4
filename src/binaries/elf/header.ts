import { latin1 } from "../../core/bytes.ts"
import { View } from "./view.ts"

export const magic = "\x7fELF"
export const fileTypes = { relocatable: 1, executable: 2, shared: 3, core: 4 } as const

/** Machines whose names are said (gABI, "e_machine"); another is told by its number. */
const machines: ReadonlyMap<number, string> = new Map([
  [2, "SPARC"],
  [3, "x86"],
  [4, "m68k"],
  [8, "MIPS"],
  [15, "PA-RISC"],
  [20, "PowerPC"],
  [21, "PowerPC64"],
  [22, "S/390"],
  [40, "ARM"],
  [42, "SuperH"],
  [43, "SPARC V9"],
  [50, "IA-64"],
  [62, "x86-64"],
  [83, "AVR"],
  [183, "AArch64"],
  [243, "RISC-V"],
  [247, "BPF"],
  [258, "LoongArch"],
])
export const machineOf = (number: number): string => machines.get(number) ?? `machine ${number}`
export const machine = { x86: 3, x86_64: 62 } as const

/**
 * The ELF header (gABI, "ELF Header"; word is 4 or 8 bytes):
 *
 *   0 magic[4]  4 class  5 data  6 version  7 OS ABI  8 ABI version  9 padding[7]  16 type  18 machine  20 version[4]
 *   24 entry[word]  phoff[word]  shoff[word]  flags[4]  ehsize[2]  phentsize[2]  phnum[2]  shentsize[2]  shnum[2]  shstrndx[2]
 */
export interface Header {
  readonly view: View
  readonly type: number
  readonly machine: number
  readonly entry: number
  readonly programHeaders: Table
  readonly sectionHeaders: Table
  /** The section that names the sections. */
  readonly namesIndex: number
  readonly size: number
}

/** Rows of one size in the file. */
export interface Table {
  readonly at: number
  readonly count: number
  readonly rowBytes: number
}

export const headerBytes = (is64: boolean): number => (is64 ? 64 : 52)
export const programHeaderBytes = (is64: boolean): number => (is64 ? 56 : 32)
export const sectionHeaderBytes = (is64: boolean): number => (is64 ? 64 : 40)

/** Undefined: no ELF header, or of a class, byte order or version that is not defined. What is behind the header is not looked at, but for counts that do not fit into it. */
export function headerOf(bytes: Uint8Array): Header | undefined {
  if (latin1(bytes.subarray(0, 4)) !== magic) return undefined
  const [, , , , kind, order, version] = bytes
  if ((kind !== 1 && kind !== 2) || (order !== 1 && order !== 2) || version !== 1) return undefined
  const view = new View(bytes, { is64: kind === 2, isLittle: order === 1 })
  if (bytes.byteLength < headerBytes(view.is64) || view.u32(20) !== 1) return undefined
  const { wordBytes } = view
  const at = 24 + 3 * wordBytes
  const [phoff, shoff] = [view.word(24 + wordBytes), view.word(24 + 2 * wordBytes)]
  const counts = { phnum: view.u16(at + 8), shnum: view.u16(at + 12), shstrndx: view.u16(at + 14) }
  const { phnum, shnum, shstrndx } = extended(view, shoff, counts)
  return {
    view,
    type: view.u16(16),
    machine: view.u16(18),
    entry: view.word(24),
    programHeaders: { at: phoff, count: phnum, rowBytes: view.u16(at + 6) },
    sectionHeaders: { at: shoff, count: shnum, rowBytes: view.u16(at + 10) },
    namesIndex: shstrndx,
    size: view.u16(at + 4),
  }
}

/** Numbers that do not fit stand in the first section header: PN_XNUM, SHN_XINDEX, and a count of sections from 0xff00 on as zero (gABI, "ELF Header"). */
function extended(view: View, shoff: number, counts: { phnum: number; shnum: number; shstrndx: number }): typeof counts {
  const { wordBytes } = view
  if (shoff === 0 || !view.has(shoff, sectionHeaderBytes(view.is64))) return counts
  // sh_size, sh_link and sh_info: behind name, type, flags, address and offset.
  const sizeAt = shoff + 8 + 3 * wordBytes
  return {
    phnum: counts.phnum === 0xffff ? view.u32(sizeAt + wordBytes + 4) : counts.phnum,
    shnum: counts.shnum === 0 ? view.word(sizeAt) : counts.shnum,
    shstrndx: counts.shstrndx === 0xffff ? view.u32(sizeAt + wordBytes) : counts.shstrndx,
  }
}

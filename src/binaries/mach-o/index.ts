import type { Recogniser } from "../object-format.ts"

/** Apple's "Mach-O Programming Topics" and mach-o/loader.h: kinds of files by number. */
const kinds: ReadonlyMap<number, string> = new Map([
  [1, "object"],
  [2, "executable"],
  [4, "core dump"],
  [6, "library"],
  [7, "dynamic linker"],
  [8, "bundle"],
  [9, "library stub"],
  [10, "debug symbols"],
  [11, "kernel extension"],
  [12, "file set"],
])
const machines: ReadonlyMap<number, string> = new Map([
  [7, "x86"],
  [0x01000007, "x86-64"],
  [12, "ARM"],
  [0x0100000c, "AArch64"],
  [18, "PowerPC"],
  [0x01000012, "PowerPC64"],
])
const architecturesMax = 64

/** Mach-O files of one machine, and those that hold several. */
export const machO: Recogniser = {
  format: "mach-o",
  recognise(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return single(view) ?? universal(view)
  },
}

/** magic[4] cputype[4] cpusubtype[4] filetype[4] ncmds[4] sizeofcmds[4] flags[4]  reserved[4, 64-bit], then commands: cmd[4] cmdsize[4]. */
function single(view: DataView): string | undefined {
  if (view.byteLength < 36) return undefined
  const magic = view.getUint32(0)
  const isLittle = magic === 0xcefaedfe || magic === 0xcffaedfe
  if (!isLittle && magic !== 0xfeedface && magic !== 0xfeedfacf) return undefined
  const is64 = magic === 0xcffaedfe || magic === 0xfeedfacf
  const [machine, kind, commands, bytes] = [4, 12, 16, 20].map((at) => view.getUint32(at, isLittle))
  const name = kinds.get(kind ?? 0)
  const headerBytes = is64 ? 32 : 28
  if (name === undefined || commands === undefined || bytes === undefined) return undefined
  if (commands === 0 || bytes < 8 * commands || headerBytes + bytes > view.byteLength) return undefined
  const first = view.getUint32(headerBytes + 4, isLittle)
  if (first < 8 || first % 4 !== 0 || first > bytes) return undefined
  return `${is64 ? 64 : 32}-bit ${machines.get(machine ?? 0) ?? `machine ${machine}`} ${name}`
}

/** magic[4] count[4], then cputype[4] cpusubtype[4] offset[4 or 8] size[4 or 8] align[4] ... each, big-endian. Java's class files share the magic. */
function universal(view: DataView): string | undefined {
  if (view.byteLength < 8) return undefined
  const magic = view.getUint32(0)
  const [isWide, count] = [magic === 0xcafebabf, view.getUint32(4)]
  const rowBytes = isWide ? 32 : 20
  if ((!isWide && magic !== 0xcafebabe) || count === 0 || count > architecturesMax || 8 + count * rowBytes > view.byteLength)
    return undefined
  const inside = Array.from({ length: count }, (_, index) => {
    const at = 8 + index * rowBytes
    const [start, size] = isWide
      ? [Number(view.getBigUint64(at + 8)), Number(view.getBigUint64(at + 16))]
      : [view.getUint32(at + 8), view.getUint32(at + 12)]
    if (start + size > view.byteLength) return undefined
    return single(new DataView(view.buffer, view.byteOffset + start, size))
  })
  return inside.every((one) => one !== undefined) ? `of several machines: ${inside.join(", ")}` : undefined
}

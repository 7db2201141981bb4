import type { Recogniser } from "../object-format.ts"

/** Bytes behind the tag of each constant (JVMS 4.4); that of text states its own. */
const constantBytes: ReadonlyMap<number, number> = new Map([
  [3, 4],
  [4, 4],
  [5, 8],
  [6, 8],
  [7, 2],
  [8, 2],
  [9, 4],
  [10, 4],
  [11, 4],
  [12, 4],
  [15, 3],
  [16, 2],
  [17, 4],
  [18, 4],
  [19, 2],
  [20, 2],
])
const [textTag, longTag, doubleTag] = [1, 5, 6]
/** That of JDK 1.0.2; no later one is smaller. */
const majorMin = 45
const majorMax = 100

/** The Java Virtual Machine Specification, 4.1: 0xcafebabe minor[2] major[2] count[2] constants... flags[2] this[2] super[2]. */
export const javaClass: Recogniser = {
  format: "java-class",
  recognise(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (bytes.byteLength < 24 || view.getUint32(0) !== 0xcafebabe) return undefined
    const major = view.getUint16(6)
    if (major < majorMin || major > majorMax || !hasConstants(view)) return undefined
    return `class file of version ${major}`
  },
}

function hasConstants(view: DataView): boolean {
  const count = view.getUint16(8)
  let at = 10
  for (let index = 1; index < count; index += 1) {
    if (at + 3 > view.byteLength) return false
    const tag = view.getUint8(at)
    const bytes = tag === textTag ? 2 + view.getUint16(at + 1) : constantBytes.get(tag)
    if (bytes === undefined) return false
    if (tag === longTag || tag === doubleTag) index += 1 // takes two numbers
    at += 1 + bytes
  }
  return at + 8 <= view.byteLength
}

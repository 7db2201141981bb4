/** Systems with modes of Unix: 3, and Darwin. */
export const unixSystems: ReadonlySet<number> = new Set([3, 19])
/** FAT, NTFS and VFAT: their files have attributes of Windows. */
const windowsSystems: ReadonlySet<number> = new Set([0, 10, 14])
/** Those of the second byte (winnt.h, FILE_ATTRIBUTE_TEMPORARY to _ENCRYPTED), but for that of a reparse point, which a reader may make a link of. */
const windowsAttributes = 0x7b00
/** 7z says by it that the upper half is a mode (p7zip and 7-Zip, FILE_ATTRIBUTE_UNIX_EXTENSION). */
const hasMode = 0x8000

/** Whether the second byte of the external attributes says what nothing means. */
export function areAttributesOdd(system: number, attributes: number): boolean {
  const second = attributes & 0xff00
  if (windowsSystems.has(system)) return (second & ~windowsAttributes) !== 0
  return second !== 0 && !(unixSystems.has(system) && second === hasMode && attributes >>> 16 !== 0)
}

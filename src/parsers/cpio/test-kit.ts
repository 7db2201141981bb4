/** Builds archives of cpio, the odd ones too that no writer would write. Tests only. */
export interface Member {
  readonly name?: string
  readonly content?: string
  readonly fields?: Readonly<Record<string, number>>
  readonly magic?: string
  readonly padding?: string
}

const names = ["ino", "mode", "uid", "gid", "nlink", "mtime", "size", "devMajor", "devMinor", "rdevMajor", "rdevMinor", "nameSize", "check"]

/** A member of newc or crc. */
export function member(given: Member = {}): Buffer {
  const { name = "a", content = "", magic = "070701", padding = "\0\0\0", fields = {} } = given
  const values: Record<string, number> = { mode: 0o100644, nlink: 1, size: content.length, nameSize: name.length + 1, ...fields }
  const header = magic + names.map((field) => (values[field] ?? 0).toString(16).padStart(8, "0")).join("")
  const fill = (text: string): string => text + padding.slice(0, (4 - (text.length % 4)) % 4)
  return Buffer.from(fill(`${header}${name}\0`) + fill(content), "latin1")
}
export const trailer = (magic = "070701"): Buffer => member({ name: "TRAILER!!!", magic, fields: { mode: 0 } })
export const archive = (...members: readonly Buffer[]): Buffer => Buffer.concat([...members, trailer()])
/** A header of the old binary form, with its name. */
export function binary(name: string, content: string, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(26)
  const values = [0o070707, 1, 2, 0o100644, 0, 0, 1, 0, 0, 1, name.length + 1, 0, content.length]
  for (const [index, value] of values.entries())
    if (isLittle) bytes.writeUInt16LE(value, 2 * index)
    else bytes.writeUInt16BE(value, 2 * index)
  const even = (text: string): string => (text.length % 2 === 0 ? text : `${text}\0`)
  return Buffer.concat([bytes, Buffer.from(even(`${name}\0`) + even(content))])
}

import { isUtf8 } from "node:buffer"
import { decodeName, nameDanger } from "../../core/name.ts"
import type { EntryType } from "../parser.ts"
import { unixSystems } from "./attributes.ts"
import type { Listed } from "./directory.ts"
import { flag } from "./layout.ts"
import type { Remark } from "./scribe.ts"

const review = (kind: string, message: string): Remark => ({ kind, severity: "review", message })

/** What is dangerous about a name, and what readers make different names of. */
export function nameRemarks({ name, unicode, fields }: Listed): readonly Remark[] {
  const path = decodeName(Buffer.from(name, "latin1"))
  const danger = nameDanger(path)
  const remarks: Remark[] = danger === undefined ? [] : [review("dangerous-name", danger)]
  if (name.includes("\\"))
    remarks.push(review("dangerous-name", "a backslash in the name: unzip and bsdtar read it as a slash, Python and Go do not"))
  const isMarked = (fields.flags & flag.utf8) !== 0
  if (isMarked && !isUtf8(Buffer.from(name, "latin1")))
    remarks.push(review("name-encoding", "marked as UTF-8, which it is not: Python, Java and bsdtar refuse it"))
  if (!isMarked && unicode === undefined && /[^\0-\x7f]/.test(name))
    remarks.push(
      review("name-encoding", "no ASCII, and nothing says what else: Python reads it as code page 437, Go, Java and bsdtar as UTF-8"),
    )
  if (unicode !== undefined && unicode !== name) {
    const other = JSON.stringify(decodeName(Buffer.from(unicode, "latin1")))
    remarks.push(review("two-names", `an extra field names it ${other}: unzip, bsdtar and newer Pythons heed it, Go and Java do not`))
  }
  return remarks
}

/** In the lower half of the external attributes. */
const dosFolder = 0x10
const fileType = { mask: 0o170000, file: 0o100000, directory: 0o040000, link: 0o120000 } as const

export interface Kind {
  readonly type: EntryType
  readonly mode: number
  readonly remark: Remark | undefined
}

/** Type and mode: of the upper half of the external attributes where a Unix wrote them, and of the slash at the end of a folder's name. */
export function kindOf({ name, size, system, attributes }: Pick<Listed, "name" | "size" | "system" | "attributes">): Kind {
  const stated = attributes >>> 16
  const isUnix = unixSystems.has(system)
  const type = isUnix ? stated & fileType.mask : 0
  const isFolder = type === fileType.directory || (attributes & dosFolder) !== 0
  const of = (kind: EntryType, remark?: Remark): Kind => {
    const usual = kind === "directory" ? 0o755 : 0o644
    return { type: kind, mode: isUnix && stated !== 0 ? stated & 0o7777 : usual, remark }
  }
  if (name.endsWith("/")) {
    if (size > 0) return of("special", review("folder-with-content", "named as a folder, with content: only some readers hand it out"))
    const isOther = type !== 0 && type !== fileType.directory
    return of("directory", isOther ? review("two-types", "named as a folder, and of another type by its mode") : undefined)
  }
  if (isFolder)
    return of("special", review("two-types", "a folder, but not by its name: Go and bsdtar make a folder, Python and unzip a file"))
  if (type === fileType.link)
    return of("link", { kind: "link-by-mode", severity: "note", message: "a link: unzip and bsdtar make one, Python and Java a file" })
  if (type !== 0 && type !== fileType.file)
    return of("special", review("two-types", "a device, pipe or socket by its mode: Python and Java make a file of it, bsdtar does not"))
  if (isUnix || (stated & 0o111) === 0) return of("file")
  const remark = review("two-types", "executable by a mode that its system has not: pip heeds it, unzip and Go do not")
  return { type: "file", mode: 0o755, remark }
}

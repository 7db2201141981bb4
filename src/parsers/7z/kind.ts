import { nameDanger } from "../../core/name.ts"
import type { EntryType } from "../parser.ts"
import type { Listed } from "./files.ts"

/** In the lower half of attributes, those of Windows: a folder; a link or the like; and that the upper half is a mode of Unix. */
const attribute = { directory: 0x10, reparse: 0x400, unix: 0x8000 } as const
const fileType = { mask: 0o170000, file: 0o100000, directory: 0o040000, link: 0o120000 } as const

export interface Remark {
  readonly kind: string
  readonly message: string
}

export interface Kind {
  readonly type: EntryType
  readonly mode: number
  readonly remark?: Remark
}

/** What a file is. Where readers go by different things for it (7z by streams and Windows's attributes, bsdtar by streams and the mode of Unix), that is told. */
export function kindOf({ hasStream, isEmptyFile, isAnti, attributes }: Listed): Kind {
  const stated = attributes ?? 0
  const isUnix = (stated & attribute.unix) !== 0
  const type = isUnix ? (stated >>> 16) & fileType.mask : 0
  const isFolder = !hasStream && !isEmptyFile
  const mode = isUnix ? (stated >>> 16) & 0o7777 : isFolder ? 0o755 : 0o644
  const odd = (kind: EntryType, message: string): Kind => ({ type: kind, mode, remark: { kind: "two-types", message } })
  if (isAnti)
    return { type: "special", mode, remark: { kind: "anti-item", message: "an anti item: 7z deletes what has this name, bsdtar makes it" } }
  if (isFolder) {
    const isSaid = type === fileType.directory || (type === 0 && (attributes === undefined || (stated & attribute.directory) !== 0))
    return isSaid
      ? { type: "directory", mode }
      : odd("directory", "a folder by its streams, and not by its attributes: 7z and bsdtar make a folder")
  }
  if ((stated & attribute.directory) !== 0)
    return odd("special", "a folder by its attributes, and not by its streams: for 7z a folder, for bsdtar a file")
  if (type === fileType.directory) return odd("special", "a folder by its mode, and not by its streams: for bsdtar a folder, for 7z a file")
  if ((stated & attribute.reparse) !== 0) return odd("special", "a reparse point: 7z makes a link of it on Windows, bsdtar a file")
  if (type === fileType.link)
    return hasStream ? { type: "link", mode } : odd("special", "a link without a target: bsdtar makes a file of it")
  if (type === 0 && stated >>> 16 !== 0)
    return odd("file", "the upper half of its attributes is no mode of a file: bsdtar takes it for one and drops the content, 7z does not")
  if (type !== 0 && type !== fileType.file)
    return odd("special", "a device, pipe or socket by its mode: bsdtar makes one, for 7z it is a file")
  return { type: "file", mode }
}

/** A name that is no UTF-16 has what is wrong with it spelled out. */
export const pathOf = ({ name }: Listed, isDirectory: boolean): string => {
  const path = name.isWellFormed() ? name : name.replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
  return isDirectory ? path.replace(/\/+$/, "") : path
}

export function nameRemarks({ name }: Listed, path: string): readonly Remark[] {
  const danger = nameDanger(path)
  return [
    ...(danger === undefined ? [] : [{ kind: "dangerous-name", message: danger }]),
    ...(name.includes("\\")
      ? [{ kind: "dangerous-name", message: "a backslash in the name: 7z on Windows reads it as a separator, others do not" }]
      : []),
    ...(name.endsWith("/") ? [{ kind: "dangerous-name", message: "a slash at the end of the name, which 7z does not write" }] : []),
    ...(name.isWellFormed() ? [] : [{ kind: "name-encoding", message: "not UTF-16: readers make different names of it" }]),
  ]
}

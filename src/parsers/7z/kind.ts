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

/** What a file is: for 7z by its streams, and a link by its mode; for bsdtar by mode and attributes before all. */
export function kindOf({ hasStream, isEmptyFile, isAnti, ...listed }: Listed): Kind {
  const { attributes = 0 } = listed
  const isUnix = (attributes & attribute.unix) !== 0
  const stated = isUnix ? attributes >>> 16 : 0
  const type = stated & fileType.mask
  const isFolder = !hasStream && !isEmptyFile
  const mode = isUnix ? stated & 0o7777 : isFolder ? 0o755 : 0o644
  const odd = (message: string): Kind => ({ type: "special", mode, remark: { kind: "two-types", message } })
  if (isAnti)
    return { type: "special", mode, remark: { kind: "anti-item", message: "an anti item: 7z deletes what has this name, bsdtar makes it" } }
  const saysFolder = type === fileType.directory || (type === 0 && (attributes & attribute.directory) !== 0)
  if (isFolder) {
    if (saysFolder || listed.attributes === undefined) return { type: "directory", mode }
    return odd("no content and no mark of an empty file, so a folder for 7z, and none by its attributes, which bsdtar heeds")
  }
  if (saysFolder) return odd("a folder by its attributes, which bsdtar heeds, and a file for 7z by its content")
  if ((attributes & attribute.reparse) !== 0) return odd("a reparse point of Windows: 7z makes a link of it there, others a file")
  if (type === fileType.link) return hasStream ? { type: "link", mode } : odd("a link to nowhere")
  if (type !== 0 && type !== fileType.file) return odd("a device, pipe or socket by its mode: 7z makes a file of it, bsdtar does not")
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

import type { Odd } from "../scribe.ts"
import { type FieldName, type Fields, numberOf } from "./form.ts"

const odd = (fields: Fields, name: FieldName, why: string): readonly Odd[] => {
  const field = fields.get(name)
  return field === undefined ? [] : [{ start: field.at, end: field.end, kind: "cpio-field", why }]
}

/** Fields that say something where nobody reads them. Offsets are from the start of the header. */
export function headerOdds(fields: Fields, isCrc: boolean): readonly Odd[] {
  const mode = numberOf(fields, "mode")
  const type = mode & 0o170000
  const isDevice = type === 0o020000 || type === 0o060000
  const isUnread = (["rdevMajor", "rdevMinor"] as const).filter((name) => !isDevice && numberOf(fields, name) !== 0)
  return [
    ...(mode > 0xffff ? odd(fields, "mode", "a mode of more than 16 bits") : []),
    ...isUnread.flatMap((name) => odd(fields, name, "the number of a device, of what is none")),
    ...(numberOf(fields, "check") !== 0 && !(isCrc && type === 0o100000) ? odd(fields, "check", "a checksum that nobody compares") : []),
  ]
}

/** The trailer is its name: every reader ends there, whatever its other fields say. */
export function trailerOdds(fields: Fields): readonly Odd[] {
  const isFree = (name: FieldName, value: number): boolean => name === "nameSize" || value === 0 || (name === "nlink" && value === 1)
  return [...fields].flatMap(([name, { value }]) =>
    isFree(name, value) ? [] : odd(fields, name, "a field of the trailer that says something, which nobody reads"),
  )
}

/** A tree has few owners and devices; a new one for each member is a message (`ownersMax`). */
export class Owners {
  readonly #known = new Set<string>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  odds(fields: Fields): readonly Odd[] {
    const names = ["uid", "gid", "devMajor", "devMinor"] as const
    const owner = names.map((name) => numberOf(fields, name)).join(":")
    if (this.#known.has(owner)) return []
    if (this.#known.size >= this.#max) return names.flatMap((name) => odd(fields, name, "one more owner or device than a tree has"))
    this.#known.add(owner)
    return []
  }
}

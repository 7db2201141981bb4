import { latin1 } from "../../core/bytes.ts"
import type { Image } from "./image.ts"
import { sectionTypes, segmentTypes } from "./tables.ts"

/** One note (gABI, "Note Section"): who defines it, its kind, and its content. */
export interface ElfNote {
  readonly owner: string
  readonly type: number
  readonly content: Uint8Array
}

/** namesz[4] descsz[4] type[4] name desc, both padded to 4 bytes, or to 8 where the segment is so aligned. */
export function* notesOf(image: Image): Generator<ElfNote> {
  const { view, telling, segments, sections } = image
  const loaded = segments
    .filter(({ type }) => type === segmentTypes.note)
    .map(({ offset, fileSize, align }) => ({ offset, size: fileSize, align }))
  const places = loaded.length > 0 ? loaded : sections.filter(({ type }) => type === sectionTypes.note)
  for (const { offset, size, align } of places) {
    const padding = align === 8 ? 8 : 4
    const end = Math.min(view.size, offset + size)
    for (let at = offset; at + 12 <= end; ) {
      const [nameBytes, contentBytes] = [view.u32(at), view.u32(at + 4)]
      const contentAt = padded(at + 12 + nameBytes - offset, padding) + offset
      if (contentAt + contentBytes > end) {
        telling.review("note-outside", "a note that does not fit into its segment", at)
        break
      }
      const owner = latin1(view.bytes.subarray(at + 12, at + 12 + nameBytes)).replace(/\0$/, "")
      yield { owner, type: view.u32(at + 8), content: view.bytes.subarray(contentAt, contentAt + contentBytes) }
      at = padded(contentAt + contentBytes - offset, padding) + offset
    }
  }
}

const padded = (at: number, to: number): number => Math.ceil(at / to) * to

/** What identifies the link that made the file (NT_GNU_BUILD_ID). */
export function buildIdOf(image: Image): string | undefined {
  for (const { owner, type, content } of notesOf(image)) if (owner === "GNU" && type === 3) return Buffer.from(content).toString("hex")
  return undefined
}

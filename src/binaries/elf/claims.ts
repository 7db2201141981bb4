import { isAllZero } from "../../core/bytes.ts"
import type { Role } from "../../core/claim.ts"
import { order } from "../../core/order.ts"
import { headerBytes, machine } from "./header.ts"
import type { Image } from "./image.ts"
import { sectionTypes, segmentFlags, segmentTypes } from "./tables.ts"

interface Part {
  readonly start: number
  readonly end: number
  readonly role: Role
  readonly what: string
}

/** Sections that hold tables of the format itself. */
const indexTypes: ReadonlySet<number> = new Set(
  Object.entries(sectionTypes).flatMap(([name, type]) =>
    /^(?:note|nobits|null|initArray|finiArray|preinitArray)$/.test(name) ? [] : [type],
  ),
)
/** What a linker fills the end of code with, so that a stray jump traps: `int3` of x86. */
const trap = 0xcc

/** Claims every byte: what headers name by what it is, zeros between as padding, and the rest as unexplained. */
export function claimAll(image: Image): void {
  const { telling, view } = image
  const isStripped = image.sections.length === 0
  let done = 0
  for (const { start, end, role, what } of partsOf(image)) {
    if (start < done && !isStripped) telling.note("overlap", `${what} lies over what was named before`, start)
    if (end <= done) continue
    gap(image, done, Math.max(done, start))
    telling.notes.claim({ start: Math.max(done, start), end, role })
    done = end
  }
  gap(image, done, view.size)
}

/** By place, the header first. Without section headers, what the segments load. */
function partsOf({ header, view, segments, sections }: Image): readonly Part[] {
  const parts: Part[] = [
    { start: 0, end: Math.min(view.size, Math.max(header.size, headerBytes(view.is64))), role: "header", what: "the header" },
  ]
  for (const { what, table } of [
    { what: "program headers", table: header.programHeaders },
    { what: "section headers", table: header.sectionHeaders },
  ])
    if (table.at > 0)
      parts.push({ start: table.at, end: table.at + table.count * table.rowBytes, role: "index", what: `the table of ${what}` })
  for (const { name, type, offset, size } of sections) {
    if (type === sectionTypes.null || type === sectionTypes.nobits) continue
    parts.push({
      start: offset,
      end: offset + size,
      role: indexTypes.has(type) ? "index" : "content",
      what: `section ${JSON.stringify(name)}`,
    })
  }
  const isStripped = sections.length === 0
  for (const { index, type, offset, fileSize } of segments)
    if (isStripped && (type === segmentTypes.load || type === segmentTypes.note || type === segmentTypes.interpreter))
      parts.push({ start: offset, end: offset + fileSize, role: "content", what: `segment ${index}` })
  const [first, ...rest] = parts.filter(({ start, end }) => end > start && start >= 0 && end <= view.size)
  return [...(first === undefined ? [] : [first]), ...rest.sort((a, b) => order(a.start, b.start) || order(b.end, a.end))]
}

function gap(image: Image, start: number, end: number): void {
  if (end <= start) return
  const { telling, view, segments } = image
  const bytes = view.bytes.subarray(start, end)
  const segment = segments.find(({ type, offset, fileSize }) => type === segmentTypes.load && start >= offset && end <= offset + fileSize)
  if (isAllZero(bytes) || (segment !== undefined && isTrap(image, bytes, segment.flags))) {
    telling.notes.claim({ start, end, role: "padding" })
    return
  }
  const why =
    segment !== undefined
      ? "bytes in no section, which are loaded"
      : end === view.size
        ? "bytes behind what the headers name"
        : "bytes in no section or segment"
  telling.review(end === view.size ? "trailing-bytes" : "gap", why, start)
  telling.notes.claim({ start, end, role: "unexplained", why })
}

const isTrap = ({ header }: Image, bytes: Uint8Array, flags: number): boolean =>
  (header.machine === machine.x86 || header.machine === machine.x86_64) &&
  (flags & segmentFlags.execute) !== 0 &&
  bytes.every((byte) => byte === trap)

import { crc32 } from "node:zlib"
import { latin1 } from "../../core/bytes.ts"
import type { Run } from "./field.ts"
import type { TarHeader } from "./header.ts"
import type { Subject } from "./scribe.ts"

/*
 * Where a pax record or a GNU long name gives the real name, a header still has a name of its own, which no reader looks at. Writers derive it
 * from the real one, each in its own way, and these are the ways that were seen or read in their source:
 *
 *   the real name, cut to the field             GNU tar, Python, Go, node-tar
 *   the same with non-ASCII as "?" or left out  Python; Go
 *   leading folders, then the (cut) last part   libarchive, node-tar
 *   dir/PaxHeaders.123/last part, cut           GNU tar, Go, libarchive (PaxHeader), node-tar (PaxHeader/last part)
 *   dir/GNUSparseFile.123/last part             GNU tar, libarchive
 *   a fixed text                                GNU long names, Python, star, tar-stream, libarchive (for "." and "/")
 *   @PathCut/_pc_crc32/<of the folder>/last part  7-Zip (@PathCut/_pc_root/ where there is no folder)
 *   @PaxHeader, then PaxHeaders/12; PaxHeaders/12, then PaxEntries/12   maturin; uv (the count of such headers before it)
 *   <blob id>.data, <blob id>.paxheader         git archive (archive-tar.c, write_tar_entry)
 *
 * Anything else carries what nobody reads.
 */

/** A field that is cut may lose some bytes more: a NUL, a slash, the rest of a character. */
const cutBytesMin = 96
const fieldBytes = 100

interface Stored {
  readonly text: string
  readonly cut: boolean
}

const fixedOfPax: ReadonlySet<string> = new Set([
  "././@PaxHeader",
  "@PaxHeader",
  "PaxHeader",
  "PaxHeader/@PaxHeader",
  "PaxHeader/currentdir",
  "/PaxHeader/rootdir",
])
const fixedOfGnu: ReadonlySet<string> = new Set(["././@LongLink", "././@LongName"])
const fixedLinks: ReadonlySet<string> = new Set(["././@LongSymLink", "././@LongHardLink", "PaxHeader"])
/** GNU tar: `/tmp/GlobalHead.123.1`, or without the process number, and with the folder for temporary files. */
const globalName = /^(?:pax_global_header|(?:\/(?:var\/)?tmp\/)?GlobalHead(?:\.[0-9]{1,7}){1,2}|PaxHeader\/?|\.\/\.\/@PaxHeader)$/
const paxMark = /^PaxHeaders?(?:\.(?:[0-9]{1,7}|X))?$/
const cutPaxMark = /^(?:P(?:a(?:x(?:H(?:e(?:a(?:d(?:er?)?)?)?)?)?)?)?|PaxHeaders?(?:\.[0-9]{0,7})?)?$/
/** A count of headers, as long as a number of a process may be. */
const countedName = /^Pax(?:Headers|Entries)\/(?:0|[1-9][0-9]{0,6})$/
const pathCut = /^@PathCut\/_pc_(root|crc32\/[0-9A-F]{8})\/[^/]*$/
const sparseMark = /^GNUSparseFile\.[0-9]{1,7}$/

/** Whether the name in the header of a member is derived from the names that took its place. */
export function isNameDerived(header: TarHeader, subject: Subject): boolean {
  const stored = storedName(header)
  if (stored.text === "PaxHeader" || (subject.paxPath !== undefined && countedName.test(stored.text))) return true
  if (subject.sparseName !== undefined && subject.paxPath === undefined) return isSparseName(stored, subject.sparseName)
  const real = subject.paxPath ?? subject.path
  if (real.byteLength > fieldBytes && gitId(stored.text, /\.data$/) !== undefined) return true
  return isPathCut(stored, real) || spellings(real).some((spelling) => isPlain(stored, spelling))
}

function isPathCut(stored: Stored, real: Uint8Array): boolean {
  const [, crc] = pathCut.exec(stored.text) ?? []
  const name = bare(latin1(real))
  const folder = folderOf(name)
  const expected = folder === "" ? "root" : `crc32/${crc32(Buffer.from(folder, "latin1")).toString(16).toUpperCase().padStart(8, "0")}`
  return crc === expected && isLast(stored, name)
}

export function isLinkDerived(link: Uint8Array, real: Uint8Array): boolean {
  const text = latin1(link)
  if (fixedLinks.has(text)) return true
  if (real.byteLength > fieldBytes && seenId(text) !== undefined) return true
  const cut = text.length >= cutBytesMin
  return spellings(real).some((spelling) => spelling === text || (cut && spelling.startsWith(text)))
}

/** Whether the name in the header of a pax or GNU extended header is one that writers give it. `subject`: the member it stands before. */
export function isExtendedNameKnown(header: TarHeader, subject: Subject | undefined): boolean {
  const stored = storedName(header)
  if (header.typeflag === "g") return globalName.test(stored.text)
  if (header.typeflag !== "x") return fixedOfGnu.has(stored.text)
  if (fixedOfPax.has(stored.text) || countedName.test(stored.text)) return true
  if (subject === undefined) return false
  const id = gitId(stored.text, /\.paxheader$/)
  if (id !== undefined) return id === gitId(latin1(subject.header.name), /\.data$/) || id === seenId(latin1(subject.header.link))
  return namesOf(subject).some((name) => spellings(name).some((spelling) => isMarked(stored, spelling, paxMark)))
}

/** Where a header names the target of a link. */
export const linkStart = 157

/** libarchive leaves the target of the member, cut, in the headers of GNU long names before it. */
export const isExtendedLinkKnown = ({ typeflag, link }: TarHeader, subject: Subject | undefined): boolean =>
  (typeflag === "L" || typeflag === "K") && subject?.isLink === true && isLinkDerived(link, subject.target)

/** A pax path beside GNU.sparse.name: `dir/GNUSparseFile.123/name`, never cut. */
export const isSparsePath = (path: Uint8Array, name: Uint8Array): boolean => isSparseName({ text: bare(latin1(path)), cut: false }, name)

const isSparseName = (stored: Stored, name: Uint8Array): boolean =>
  spellings(name).some((spelling) => isMarked(stored, spelling, sparseMark) || isPlain(stored, spelling))

/** The fields of the name, as what nothing reads. */
export function nameRuns({ name, prefix }: TarHeader): readonly Run[] {
  const why = "a name that another one takes the place of"
  return [
    { start: 0, end: name.byteLength, why },
    { start: 345, end: 345 + prefix.byteLength, why },
  ]
}

const namesOf = ({ path, paxPath }: Subject): readonly Uint8Array[] => (paxPath === undefined ? [path] : [path, paxPath])

const gitId = (text: string, suffix: RegExp): string | undefined => {
  const id = text.replace(suffix, "")
  return id !== text && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id) ? id : undefined
}
const seenId = (link: string): string | undefined => (link.startsWith("see ") ? gitId(link.slice(4), /\.paxheader$/) : undefined)

function storedName({ name, prefix }: TarHeader): Stored {
  const text = prefix.byteLength === 0 ? latin1(name) : `${latin1(prefix)}/${latin1(name)}`
  return { text: bare(text), cut: name.byteLength >= cutBytesMin }
}

const bare = (name: string): string => name.replace(/(?<=[^/])\/+$/, "")

/** The real name as writers spell it in a field of ASCII. One character a byte, as in `latin1`. */
function spellings(path: Uint8Array): readonly string[] {
  const raw = bare(latin1(path))
  if (!foreign.test(raw)) return [raw]
  const text = bare(new TextDecoder().decode(path))
  return [raw, text.replace(foreignAll, "?"), text.replace(foreignAll, ""), raw.replace(foreignAll, "?")]
}
const foreign = /[^\0-\x7f]/
const foreignAll = /[^\0-\x7f]/gu

function isPlain(stored: Stored, real: string): boolean {
  if (stored.text === bare(real) || (stored.cut && real.startsWith(stored.text))) return true
  return isLeading(folderOf(stored.text), folderOf(real)) && isLast(stored, real)
}

function isMarked(stored: Stored, real: string, mark: RegExp): boolean {
  const folder = folderOf(stored.text)
  if (mark.test(lastOf(folder)) && isLeading(folderOf(folder), folderOf(real)) && isLast(stored, real)) return true
  // Apache Commons Compress: ./PaxHeaders.X/ and all of the name.
  const [, first, rest] = /^(?:\.\/)?([^/]+)\/(.*)$/s.exec(stored.text) ?? []
  if (first !== undefined && rest !== undefined && mark.test(first) && isPlain({ text: rest, cut: stored.cut }, real)) return true
  const before = folderOf(real) === "" ? "" : `${folderOf(real)}/`
  if (!stored.cut) return false
  return before.startsWith(stored.text) || (stored.text.startsWith(before) && cutPaxMark.test(stored.text.slice(before.length)))
}

const isLeading = (folder: string, of: string): boolean => folder === "" || folder === "." || of === folder || of.startsWith(`${folder}/`)

function isLast(stored: Stored, real: string): boolean {
  const last = lastOf(stored.text)
  return last === lastOf(real) || (stored.cut && lastOf(real).startsWith(last))
}

const folderOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("/")))
const lastOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1)

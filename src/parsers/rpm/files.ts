import type { ListedFile, Listing } from "../../core/listing.ts"
import { decodeName } from "../../core/name.ts"
import type { Scribe } from "../scribe.ts"
import { type Header, number, numbers, strings } from "./header.ts"
import { fileTag, hashAlgorithms } from "./tags.ts"

/** Where no tag names the algorithm of files' digests (rpm, docs/manual/tags.md). */
const md5 = 1
/** RPMFILE_GHOST (rpm, include/rpm/rpmfiles.h). */
const ghost = 0x40

/** The files that the header lists, each tag an array with an entry a file (rpm, docs/manual/tags.md, "File information"). Undefined: what it says is no list. */
export function listingOf(main: Header, scribe: Scribe): Listing | undefined {
  const byParts = main.tags.get(fileTag.baseNames)
  const names = byParts ?? main.tags.get(fileTag.oldNames)
  const { count, start } = names ?? { count: 0, start: main.start }
  const { entriesMax } = scribe.options.limits
  if (count > entriesMax) throw scribe.overLimit("entriesMax")
  const wrong = (why: string): undefined => {
    scribe.review("file-list", `${why}: rpm refuses the package, rpm2cpio and libarchive do not look`, start)
  }
  for (const tag of perFile) {
    const found = main.tags.get(tag)
    if (found !== undefined && found.count !== count) return wrong(`tag ${tag} has ${found.count} entries for ${count} files`)
  }
  const paths = byParts === undefined ? strings(main, fileTag.oldNames, count) : joined(main, count)
  const modes = numbers(main, fileTag.modes) ?? []
  const sizes = numbers(main, fileTag.longSizes) ?? numbers(main, fileTag.sizes) ?? []
  const stated = main.tags.has(fileTag.digests) ? strings(main, fileTag.digests, count) : undefined
  const targets = main.tags.has(fileTag.targets) ? strings(main, fileTag.targets, count) : undefined
  const flags = main.tags.has(fileTag.flags) ? (numbers(main, fileTag.flags) ?? []) : undefined
  if ([paths, modes, sizes, stated ?? paths, targets ?? paths, flags ?? paths].some((values) => values?.length !== count))
    return wrong("files without a name, a folder, a mode or a size, or of another type than these have")
  const algorithm = algorithmOf(main, scribe)
  const digests = algorithm === undefined ? undefined : stated
  const pathOf = boundedPaths(scribe)
  const files = (paths ?? []).map((path, index) => {
    const type = typeOf(modes[index] ?? 0)
    const [digest = "", target = ""] = [digests?.[index], targets?.[index]]
    return {
      path: pathOf(path),
      type,
      mode: (modes[index] ?? 0) & 0o7777,
      size: sizes[index] ?? 0,
      isGhost: ((flags?.[index] ?? 0) & ghost) !== 0,
      ...(digest === "" ? {} : { digest: digest.toLowerCase() }),
      ...(type === "link" ? { target: decodeName(Buffer.from(target, "latin1")) } : {}),
    }
  })
  return { algorithm: algorithm ?? "", files }
}

/** Tags that have an entry for each file, as far as they are here. */
const perFile = [
  fileTag.oldNames,
  fileTag.baseNames,
  fileTag.folderIndexes,
  fileTag.modes,
  fileTag.sizes,
  fileTag.longSizes,
  fileTag.digests,
  fileTag.targets,
  fileTag.flags,
]

/** Names by folder and name in it. Undefined: an index that no folder has. */
function joined(main: Header, count: number): readonly string[] | undefined {
  const folders = strings(main, fileTag.folders, main.tags.get(fileTag.folders)?.count ?? 0)
  const indexes = numbers(main, fileTag.folderIndexes) ?? []
  if (indexes.length !== count || indexes.some((index) => index >= folders.length)) return undefined
  return strings(main, fileTag.baseNames, count).map((name, index) => `${folders[indexes[index] ?? 0] ?? ""}${name}`)
}

/** A folder's name stands once and is in the path of each of its files, so many paths may be much longer than the header. */
function boundedPaths(scribe: Scribe): (path: string) => string {
  const { nameBytesMax, rpmHeaderBytesMax } = scribe.options.limits
  let all = 0
  return (path) => {
    if (path.length > nameBytesMax) throw scribe.overLimit("nameBytesMax")
    all += path.length
    if (all > rpmHeaderBytesMax) throw scribe.overLimit("rpmHeaderBytesMax")
    return decodeName(Buffer.from(path, "latin1"))
  }
}

function algorithmOf(main: Header, scribe: Scribe): string | undefined {
  const code = number(main, fileTag.digestAlgorithm) ?? md5
  const algorithm = hashAlgorithms.get(code)
  if (algorithm === undefined)
    scribe.review("unknown-digest", `digests of files by algorithm ${code}, which is not known`, main.tags.get(fileTag.digests)?.start ?? 0)
  return algorithm
}

function typeOf(mode: number): ListedFile["type"] {
  const type = mode & 0o170000
  if (type === 0o100000) return "file"
  if (type === 0o120000) return "link"
  return type === 0o040000 ? "directory" : "special"
}

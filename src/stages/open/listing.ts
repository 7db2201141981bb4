import { createHash } from "node:crypto"
import type { Anomaly } from "../../core/anomaly.ts"
import type { ByteSource } from "../../core/bytes.ts"
import type { ListedFile, Listing } from "../../core/listing.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Unpacked } from "./unpack.ts"

interface Comparing {
  /** The archive's own name. */
  readonly layer: string
  readonly say: (anomaly: Anomaly) => void
  /** Accounts for bytes that are read once more. */
  readonly spend: (bytes: number) => void
}

/** Who goes by the archive alone. */
const others = "rpm2cpio and libarchive"

/** What rpm's header lists against what the payload holds: rpm goes by the one or refuses both, others extract the other. */
export async function compareListing(contents: Unpacked, listing: Listing, comparing: Comparing): Promise<void> {
  const review = (kind: string, path: string, message: string): void =>
    comparing.say({ kind, severity: "review", layer: comparing.layer, path, message })
  if (contents.layers.at(-1)?.format !== "cpio") {
    review("payload-format", comparing.layer, "the payload is no archive of cpio: rpm fails, libarchive goes by the content")
    return
  }
  const listed = new Map<string, ListedFile>()
  for (const file of listing.files) {
    const at = keyOf(file.path)
    if (listed.has(at)) review("duplicate-name", file.path, "the header lists it twice")
    listed.set(at, file)
  }
  const digestOf = digests(listing.algorithm, comparing)
  const held = new Set<string>()
  for (const entry of [...foldersOf(contents), ...contents.entries]) {
    const at = keyOf(entry.path)
    const file = listed.get(at)
    held.add(at)
    if (file === undefined)
      review(
        "unlisted-member",
        entry.path,
        `the header does not list it: rpm -ql does not name it and rpm refuses the package, ${others} extract it`,
      )
    else if (file.isGhost)
      review("ghost-member", entry.path, `the header says that the payload does not have it: rpm passes over it, ${others} extract it`)
    else for (const { kind, message } of await differences(file, entry, digestOf)) review(kind, entry.path, message)
  }
  for (const [at, { path, isGhost }] of listed)
    if (!isGhost && !held.has(at))
      review(
        "missing-member",
        path,
        `the header lists it, the payload does not have it: rpm refuses the package, ${others} extract what there is`,
      )
}

/** rpm writes `./usr/x` for `/usr/x`; packages of source have no folders (rpm, lib/rpmfi.cc). */
const keyOf = (path: string): string => path.replace(/^\.?(?:\/+|$)/, "")

type Held = Pick<Entry, "path" | "mode" | "size" | "target"> & {
  readonly type: Entry["type"] | "directory"
  readonly content?: ByteSource
  readonly sha256?: string
}

const foldersOf = ({ folders }: Unpacked): readonly Held[] =>
  [...folders].map(([path, mode]) => ({ path, mode, size: 0, type: "directory" }))

interface Difference {
  readonly kind: string
  readonly message: string
}

async function differences(file: ListedFile, held: Held, digestOf: (held: Held) => Promise<string>): Promise<readonly Difference[]> {
  const type = held.type === "hardlink" ? "file" : held.type
  if (type !== file.type)
    return [
      {
        kind: "two-types",
        message: `the header lists a ${file.type}, the payload has a ${type}: rpm goes by the first, ${others} by the second`,
      },
    ]
  const found: Difference[] = []
  if (held.mode !== file.mode)
    found.push({
      kind: "two-modes",
      message: `mode ${file.mode.toString(8)} in the header, ${held.mode.toString(8)} in the payload: rpm sets the first, ${others} the second`,
    })
  if (type === "link" && held.target !== file.target)
    found.push({
      kind: "two-targets",
      message: `links to ${file.target ?? ""} by the header, to ${held.target ?? ""} by the payload: rpm makes the first, ${others} the second`,
    })
  if (type !== "file") return found
  if (held.size !== file.size)
    found.push({
      kind: "size-disagrees",
      message: `${held.size} bytes, of which the header lists ${file.size}: rpm refuses the package, ${others} extract it`,
    })
  else if (file.digest !== undefined && file.digest !== (await digestOf(held)))
    found.push({
      kind: "digest-mismatch",
      message: `its digest is not the one that the header lists: rpm refuses the package, ${others} extract it`,
    })
  return found
}

/** Each content once, though it may have many names. */
function digests(algorithm: string, { spend }: Comparing): (held: Held) => Promise<string> {
  const known = new Map<ByteSource, string>()
  return async ({ content, size, sha256 = "" }) => {
    if (algorithm === "sha256" || content === undefined) return sha256
    const before = known.get(content)
    if (before !== undefined) return before
    spend(size)
    const hash = createHash(algorithm)
    for await (const chunk of content.stream()) hash.update(chunk)
    const digest = hash.digest("hex")
    known.set(content, digest)
    return digest
  }
}

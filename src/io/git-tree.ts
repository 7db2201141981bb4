import type { Anomaly } from "../core/anomaly.ts"
import { type GitOid, isGitOid, type ObjectFormat } from "../core/digest.ts"
import { decodeName, nameDanger } from "../core/name.ts"

export interface TreeItem {
  readonly name: string
  /** 100644, 100755, 120000, 160000, or 40000 for a tree. */
  readonly mode: string
  readonly oid: GitOid
}

export interface ParsedTree {
  readonly items: readonly TreeItem[]
  readonly anomalies: readonly Anomaly[]
}

const space = 0x20
const modeDigitsMax = 7

/**
 * One tree object, hostile names as data:
 *
 *     mode (octal digits) SP name NUL oid (20 or 32 bytes)      repeated to the end
 *
 * Undefined when the bytes are not that. `git fsck` calls the oddities named here badTree, duplicateEntries, hasDotdot,
 * hasDotgit and badFilemode; git itself reads such trees without a word.
 */
export function parseTree(bytes: Uint8Array, format: ObjectFormat): ParsedTree | undefined {
  const width = format === "sha1" ? 20 : 32
  const items: TreeItem[] = []
  const anomalies: Anomaly[] = []
  const names = new Set<string>()
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (at < buffer.byteLength) {
    const gap = buffer.indexOf(space, at)
    const end = gap < 0 ? -1 : buffer.indexOf(0, gap + 1)
    if (end < 0 || gap === at || gap - at > modeDigitsMax || end + 1 + width > buffer.byteLength) return undefined
    const mode = buffer.toString("latin1", at, gap)
    const oid = buffer.toString("hex", end + 1, end + 1 + width)
    if (!/^[0-7]+$/.test(mode) || !isGitOid(oid)) return undefined
    const name = decodeName(buffer.subarray(gap + 1, end))
    note(anomalies, at, oddityOf(name, names), name)
    names.add(name)
    const normal = normalMode(mode)
    if (normal !== mode) anomalies.push({ ...tell("odd-mode", "note", `mode ${mode} is read as ${normal}`, name), offset: at })
    items.push({ name, mode: normal, oid })
    at = end + 1 + width
  }
  return { items, anomalies }
}

const tell = (kind: string, severity: Anomaly["severity"], message: string, path: string): Anomaly => ({
  kind,
  severity,
  message,
  layer: "tree",
  path,
})

function note(anomalies: Anomaly[], offset: number, oddity: readonly [string, string] | undefined, name: string): void {
  if (oddity !== undefined) anomalies.push({ ...tell(oddity[0], "review", oddity[1], name), offset })
}

function oddityOf(name: string, seen: ReadonlySet<string>): readonly [string, string] | undefined {
  if (seen.has(name)) return ["duplicate-name", "the tree has this name twice"]
  if (name.includes("/")) return ["slash-in-name", "a name in a tree has a slash"]
  if (name === "." || name === "..") return ["dangerous-name", "a name in a tree is `.` or `..`"]
  // What HFS+ and NTFS also take for .git: ignored code points, case, the short name (git's hasDotgit).
  if (/^(?:\.git|git~1)[ .]*$/i.test(name.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")))
    return ["dangerous-name", "a name in a tree is `.git`"]
  const danger = nameDanger(name)
  return danger === undefined ? undefined : ["dangerous-name", danger]
}

/** git's canon_mode: only type and the owner's executable bit count; a name for anything else is a submodule. */
function normalMode(mode: string): string {
  const value = Number.parseInt(mode, 8)
  const type = value & 0o170000
  if (type === 0o100000) return (value & 0o100) === 0 ? "100644" : "100755"
  if (type === 0o120000) return "120000"
  return type === 0o040000 ? "40000" : "160000"
}

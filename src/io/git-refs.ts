import { closeSync, constants, lstatSync, openSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import type { Anomaly } from "../core/anomaly.ts"
import { latin1 } from "../core/bytes.ts"
import { type GitOid, isGitOid, type ObjectFormat } from "../core/digest.ts"
import { type Fault, FaultError } from "../core/fault.ts"
import { decodeName, nameDanger } from "../core/name.ts"
import type { Context } from "./context.ts"
import { itemsOf, lstatOf } from "./file-looks.ts"

/** A branch, a tag or a remote's branch, as stored; a tag's oid may be that of a tag object. */
export interface Ref {
  /** In full: `refs/tags/v1`. */
  readonly name: string
  readonly oid: GitOid
}

export interface Refs {
  readonly refs: readonly Ref[]
  /** What HEAD names: a ref, or a commit when it is detached. */
  readonly head: string | undefined
  readonly anomalies: readonly Anomaly[]
}

/** Pull requests and notes are other people's words about a repository, not its history: they are not read. */
const kinds = ["refs/heads/", "refs/tags/", "refs/remotes/"]
const refDepthMax = 16
const refBytesMax = 1024

/** Refs that git could not have made are data for an attack on whoever prints or uses them (git-check-ref-format(1)). */
export const isRefName = (name: string): boolean =>
  kinds.some((kind) => name.startsWith(kind) && name.length > kind.length) &&
  name.length <= refBytesMax &&
  nameDanger(name) === undefined &&
  !/\.\.|@\{|[ ~^:?*[\\]|\/\/|\/\.|\/-|\.lock(?:\/|$)|\/$|\.$/.test(name)

const anomaly = (kind: string, message: string): Anomaly => ({ kind, severity: "note", message, layer: "repository" })

/**
 * packed-refs (git-pack-refs(1)): `<oid> SP <name>` lines, each perhaps followed by `^<peeled oid>`, after a `#` header.
 * The peeled ids are not used: a tag is peeled by reading it.
 */
export function parsePackedRefs(
  bytes: Uint8Array,
  format: ObjectFormat,
  refsMax: number,
): { refs: readonly Ref[]; anomalies: readonly Anomaly[] } {
  const width = format === "sha1" ? 40 : 64
  const refs: Ref[] = []
  let strange = 0
  for (const line of latin1(bytes).split("\n")) {
    if (line === "" || line.startsWith("#") || line.startsWith("^")) continue
    // Not read, and of a forge's mirror nearly all.
    if (line.startsWith(" refs/pull/", width)) continue
    const oid = line.slice(0, width)
    const name = decodeName(Buffer.from(line.slice(width + 1), "latin1"))
    if (line[width] !== " " || !isGitOid(oid) || oid.length !== width) strange += 1
    else if (isRefName(name)) refs.push({ name, oid })
    else if (kinds.some((kind) => name.startsWith(kind))) strange += 1
    if (refs.length > refsMax) throw new FaultError({ kind: "over-limit", layer: "refs", limit: "refsMax", max: refsMax })
  }
  return {
    refs,
    anomalies: strange === 0 ? [] : [anomaly("strange-ref", `${strange} lines of packed-refs are not refs git would write; not used`)],
  }
}

/** `extensions.objectFormat` and `extensions.refStorage` of a git config file; nothing else of it is looked at, and no include followed. */
export function parseExtensions(bytes: Uint8Array): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let section = ""
  for (const line of latin1(bytes).split(/\r?\n/)) {
    const header = /^\s*\[\s*([A-Za-z0-9.-]+)\s*\](.*)$/.exec(line) ?? (/^\s*\[/.test(line) ? ["", "", ""] : undefined)
    if (header !== undefined) section = (header[1] ?? "").toLowerCase()
    const pair = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*"?([A-Za-z0-9]*)"?\s*(?:[;#].*)?$/.exec(header === undefined ? line : (header[2] ?? ""))
    if (section === "extensions" && pair !== null) found.set((pair[1] ?? "").toLowerCase(), (pair[2] ?? "").toLowerCase())
  }
  return found
}

const reftable = (location: string): Fault => ({
  kind: "unavailable",
  source: location,
  why: "its refs are in the reftable format, which is not read",
  remedy: "run `git refs migrate --ref-format=files` in a copy, or give a bundle (`git bundle create all.bundle --all`)",
})

/** HEAD of `gitDirectory`, and the loose and packed refs of `commonDirectory`. Throws a FaultError. */
export function readRefs(
  at: { readonly location: string; readonly gitDirectory: string; readonly commonDirectory: string; readonly format: ObjectFormat },
  ctx: Context,
): Refs {
  const head = smallFile(join(at.gitDirectory, "HEAD"))
  if (/^ref: refs\/heads\/\.invalid\s*$/.test(head ?? "")) throw new FaultError(reftable(at.location))
  const packedBytes = regularFile(join(at.commonDirectory, "packed-refs"), ctx.limits.refsMax * (refBytesMax + 66))
  const packed = parsePackedRefs(packedBytes ?? new Uint8Array(0), at.format, ctx.limits.refsMax)
  const found = new Map(packed.refs.map((ref) => [ref.name, ref.oid]))
  const links = linksAmong([
    join(at.gitDirectory, "HEAD"),
    ...["packed-refs", "shallow", "refs", ...kinds.map((kind) => kind.slice(0, -1))].map((name) => join(at.commonDirectory, name)),
  ])
  const anomalies = [...packed.anomalies, ...links.map((path) => anomaly("ref-link", `${basename(path)} is a symbolic link; not followed`))]
  const whole = !links.includes(join(at.commonDirectory, "refs"))
  for (const kind of kinds.filter((one) => whole && !links.includes(join(at.commonDirectory, one.slice(0, -1)))))
    walkLoose({ folder: at.commonDirectory, name: kind, depth: 0, found, anomalies, refsMax: ctx.limits.refsMax })
  const width = at.format === "sha1" ? 40 : 64
  const refs = [...found].filter(([, oid]) => oid.length === width).map(([name, oid]) => ({ name, oid }))
  refs.sort((a, b) => (a.name < b.name ? -1 : 1))
  return { refs, head: head?.trim().replace(/^ref:\s*/, ""), anomalies }
}

const linksAmong = (paths: readonly string[]): readonly string[] => paths.filter((path) => lstatOf(path)?.isSymbolicLink() === true)

interface Walk {
  readonly folder: string
  readonly name: string
  readonly depth: number
  readonly found: Map<string, GitOid>
  readonly anomalies: Anomaly[]
  readonly refsMax: number
}

/** Loose refs, one file each. A symbolic link among them is not followed: it could name any file of this machine. */
function walkLoose(walk: Walk): void {
  const listing = itemsOf(join(walk.folder, walk.name)) ?? []
  for (const item of listing) {
    const name = walk.name + item.name
    if (item.isSymbolicLink()) walk.anomalies.push(anomaly("ref-link", `${name} is a symbolic link; not followed`))
    else if (item.isDirectory() && walk.depth < refDepthMax) walkLoose({ ...walk, name: `${name}/`, depth: walk.depth + 1 })
    else if (item.isDirectory()) walk.anomalies.push(anomaly("deep-ref", `${name} is nested too deep; not read`))
    else if (item.isFile()) readLoose(walk, name)
    if (walk.found.size > walk.refsMax) throw new FaultError({ kind: "over-limit", layer: "refs", limit: "refsMax", max: walk.refsMax })
  }
}

function readLoose(walk: Walk, name: string): void {
  const text = smallFile(join(walk.folder, name))?.trim() ?? ""
  // A symbolic ref (refs/remotes/origin/HEAD) names a ref that is read itself.
  if (text.startsWith("ref:") || name.endsWith(".lock")) return
  if (isGitOid(text) && isRefName(name)) walk.found.set(name, text)
  else walk.anomalies.push(anomaly("strange-ref", `${name} is not a ref git would write; not used`))
}

const smallFile = (path: string): string | undefined => {
  const bytes = regularFile(path, 4096)
  return bytes === undefined ? undefined : latin1(bytes)
}

/** At once, as most are a few bytes: the bytes of a regular file of at most `max` bytes; a device or a pipe is never opened, a symbolic link never followed. */
export function regularFile(path: string, max: number): Buffer | undefined {
  try {
    const found = lstatSync(path)
    if (!found.isFile() || found.size > max) return undefined
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      return readFileSync(file)
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}

import { belowRoot } from "../../core/path.ts"
import type { Context } from "../../io/context.ts"
import type { Catalogue } from "../../io/origin-catalogue.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import { learnableLines } from "./text-lines.ts"

export interface ReleaseOrigin {
  readonly origin: string
  readonly version: string
  readonly day: number
  /** Which paths, from the release's root, are learned. */
  readonly wants: (path: string) => boolean
  /** An archive inside that holds earlier releases, one folder each, with the day of each by its version. */
  readonly archive?: { readonly path: RegExp; readonly folder: RegExp; dayOf(version: string): number | undefined } | undefined
}

/** Learns the wanted files of a release. Gives back the versions that it held. */
export async function learnRelease(
  artifact: Artifact,
  from: ReleaseOrigin,
  catalogue: Catalogue,
  ctx: Context,
): Promise<ReadonlySet<string>> {
  const { origin, version, day } = from
  const versions = new Set([version])
  for (const [index, entry] of artifact.entries.entries()) {
    ctx.progress(`learning ${artifact.name}`, index, artifact.entries.length)
    const path = belowRoot(entry.path, artifact.root)
    if (from.wants(path)) await learnEntry(entry, { origin, path, version, day }, catalogue, ctx)
    if (from.archive?.path.test(path) === true && entry.format !== undefined)
      for (const inner of (await artifact.openEntry(entry)).entries) {
        const held = await learnArchived(inner, from, catalogue, ctx)
        if (held !== undefined) versions.add(held)
      }
  }
  return versions
}

type At = Parameters<Catalogue["add"]>[1]

async function learnEntry(entry: Entry, at: At, catalogue: Catalogue, { limits }: Context): Promise<void> {
  if (entry.type !== "file" || entry.unread !== undefined) return
  const readable = !catalogue.contents.has(entry.sha256) && entry.encoding !== undefined && entry.size <= limits.originTextBytesMax
  const lines = readable ? learnableLines(await entry.content.read(0, entry.size), limits) : undefined
  catalogue.add(entry.sha256, at, lines)
}

/** `archive.dir.tar!gettext-0.19.8/m4/po.m4`: m4/po.m4 of 0.19.8. */
async function learnArchived(entry: Entry, from: ReleaseOrigin, catalogue: Catalogue, ctx: Context): Promise<string | undefined> {
  const inner = entry.path.slice(entry.path.lastIndexOf("!") + 1)
  const [folder = "", version] = from.archive?.folder.exec(inner) ?? []
  if (version === undefined) return undefined
  const path = inner.slice(folder.length)
  const day = from.archive?.dayOf(version) ?? from.day
  if (from.wants(path)) await learnEntry(entry, { origin: from.origin, path, version, day }, catalogue, ctx)
  return version
}

import { lstat, readdir } from "node:fs/promises"
import { join } from "node:path"
import { latin1 } from "../core/bytes.ts"
import type { Context } from "./context.ts"
import { sha256OfFile } from "./files.ts"
import { parseExtensions, readRefs, regularFile } from "./git-refs.ts"
import { placeOf } from "./repository-place.ts"

/**
 * All that a repository's answers depend on, told without git: where its refs and HEAD are, where its history is cut, and which files its objects are in. Undefined: only reading it tells, as for an address or where it borrows objects.
 */
export async function repositoryState(location: string, ctx: Context): Promise<unknown> {
  const place = await placeOf(location)
  if (place.kind === "address") return undefined
  if (place.kind === "bundle") return { bundle: await sha256OfFile(place.path) }
  const { gitDirectory, commonDirectory } = place
  const objects = await objectsIn(join(commonDirectory, "objects"))
  if (objects === undefined) return undefined
  const extensions = parseExtensions(regularFile(join(commonDirectory, "config"), 1 << 20) ?? new Uint8Array(0))
  const format = extensions.get("objectformat") === "sha256" ? "sha256" : "sha1"
  const refs = readRefs({ location, gitDirectory, commonDirectory, format }, ctx)
  const shallow = regularFile(join(commonDirectory, "shallow"), 64 * 2 ** 20)
  return { extensions: [...extensions], refs, shallow: latin1(shallow ?? new Uint8Array(0)), objects }
}

/** Loose objects, packs and what else stands there by name, size and when it was changed. Undefined: a link, or objects of another repository. */
async function objectsIn(folder: string): Promise<readonly string[] | undefined> {
  if (!(await lstat(folder)).isDirectory()) return undefined
  const found: string[] = []
  for (const item of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!item.isDirectory()) return undefined
    for (const inner of await readdir(join(folder, item.name), { withFileTypes: true })) {
      const name = `${item.name}/${inner.name}`
      if (name === "info/alternates" || name === "info/http-alternates" || !inner.isFile()) return undefined
      const { size, mtimeMs, ctimeMs } = await lstat(join(folder, name))
      found.push(`${name} ${size} ${mtimeMs} ${ctimeMs}`)
    }
  }
  return found.sort()
}

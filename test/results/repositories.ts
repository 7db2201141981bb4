import { existsSync } from "node:fs"
import { join } from "node:path"

export type Found = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly why: string }

/** A repository `owner/name` in the folder that EVERYBYTE_REPOSITORIES names, in one of the layouts that mirrors use. */
export function findRepository(name: string, folder = process.env["EVERYBYTE_REPOSITORIES"]): Found {
  if (folder === undefined || folder === "") return { ok: false, why: "EVERYBYTE_REPOSITORIES names no folder" }
  const flat = name.replace("/", "+")
  const candidates = [join(flat, "repo"), `${flat}.git`, flat, name, `${name}.git`].map((path) => join(folder, path))
  const path = candidates.find((candidate) => existsSync(join(candidate, "HEAD")) || existsSync(join(candidate, ".git")))
  return path === undefined ? { ok: false, why: `no repository ${name} in EVERYBYTE_REPOSITORIES` } : { ok: true, path }
}

import { readdirSync, realpathSync, statSync } from "node:fs"
import { open } from "node:fs/promises"
import { basename, dirname, join, resolve, sep } from "node:path"
import { latin1 } from "../core/bytes.ts"
import { type Fault, FaultError } from "../core/fault.ts"
import { lstatOf, realPathOf, statOf } from "./file-looks.ts"
import { regularFile } from "./git-refs.ts"

/** What the user's R turned out to be. */
export type RepositoryPlace =
  | {
      readonly kind: "directory"
      /** The root of the work tree; of a bare repository its own folder. */
      readonly folder: string
      /** Holds HEAD; differs from the common directory in a linked worktree (gitrepository-layout(5), `commondir`). */
      readonly gitDirectory: string
      readonly commonDirectory: string
    }
  | { readonly kind: "bundle"; readonly path: string }
  | { readonly kind: "address"; readonly address: string; readonly scheme: string }

const addressForm = /^(https?|ssh):\/\/[^\s-]\S*$/i
/** `user@host:path`, git's short form for ssh; neither part may start like an option (CVE-2017-1000117). */
const shortSshForm = /^[A-Za-z0-9._]+@[A-Za-z0-9][A-Za-z0-9.-]*:[^\s-]\S*$/

export function addressOf(location: string): { readonly address: string; readonly scheme: string } | undefined {
  const match = addressForm.exec(location)
  if (match !== null) return { address: location, scheme: (match[1] ?? "").toLowerCase() }
  return shortSshForm.test(location) ? { address: location, scheme: "ssh" } : undefined
}

const notFound = (location: string, why: string): Fault => ({
  kind: "unavailable",
  source: location,
  why,
  remedy: "give a worktree, a bare repository, a bundle, or an https, http or ssh address",
})

const refused = (location: string, why: string): Fault => ({
  kind: "refused",
  source: location,
  why,
  remedy: "if you trust it, give that git directory itself",
})

/** Finds R by looking at files only; no git is started. Throws a FaultError. */
export async function placeOf(location: string): Promise<RepositoryPlace> {
  const address = addressOf(location)
  if (address !== undefined) return { kind: "address", ...address }
  const path = realPathOf(resolve(location))
  if (path === undefined) throw new FaultError(notFound(location, "there is nothing"))
  if (statSync(path).isFile()) {
    if (await isBundle(path)) return { kind: "bundle", path }
    throw new FaultError(notFound(location, "the file is not a git bundle"))
  }
  for (let folder = path; ; folder = dirname(folder)) {
    const gitDirectory = gitDirectoryIn(folder)
    if (gitDirectory !== undefined) return { kind: "directory", folder, gitDirectory, commonDirectory: commonOf(gitDirectory) }
    if (dirname(folder) === folder) break
  }
  throw new FaultError(notFound(location, "this is not a git repository"))
}

async function isBundle(path: string): Promise<boolean> {
  const file = await open(path, "r")
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0)
    return /^# v[23] git bundle\n/.test(latin1(buffer.subarray(0, bytesRead)))
  } finally {
    await file.close()
  }
}

const isDirectory = (path: string): boolean => statOf(path)?.isDirectory() === true
const looksLikeGit = (path: string): boolean =>
  statOf(join(path, "HEAD"))?.isFile() === true && (isDirectory(join(path, "objects")) || statOf(join(path, "commondir")) !== undefined)

/** The folder itself when it is bare, its `.git` folder, or what its `.git` file names (`gitdir: PATH`). */
function gitDirectoryIn(folder: string): string | undefined {
  const dotGit = join(folder, ".git")
  const found = lstatOf(dotGit)
  if (found?.isSymbolicLink() === true && !liesInside(dotGit, folder)) {
    throw new FaultError(refused(folder, "its .git is a symbolic link that leaves it"))
  }
  if (isDirectory(dotGit)) return looksLikeGit(dotGit) ? dotGit : undefined
  if (found?.isFile() === true) {
    const named = /^gitdir: (.+?)\s*$/.exec(latin1(regularFile(dotGit, 4096) ?? Buffer.alloc(0)))?.[1]
    const target = named === undefined ? undefined : resolve(folder, named)
    if (target !== undefined && looksLikeGit(target)) {
      if (!liesInside(target, folder) && !pointsBack(target, folder))
        throw new FaultError(refused(folder, "its .git names a git directory elsewhere that does not know this folder"))
      return realpathSync.native(target)
    }
  }
  return looksLikeGit(folder) ? folder : undefined
}

/**
 * A git directory elsewhere is followed only when it claims this folder itself, which a hostile checkout cannot make it do: by `gitdir`
 * (gitrepository-layout(5), a linked worktree) or by `core.worktree` (a submodule's checkout).
 */
function pointsBack(gitDirectory: string, folder: string): boolean {
  const real = realpathSync.native(folder)
  const pointer = textOf(join(gitDirectory, "gitdir"))
  if (pointer !== undefined) {
    const dotGit = resolve(gitDirectory, pointer)
    return basename(dotGit) === ".git" && realPathOf(dirname(dotGit)) === real
  }
  const worktree = /^\s*worktree\s*=\s*"?([^"\n]+?)"?\s*$/m.exec(textOf(join(gitDirectory, "config")) ?? "")?.[1]
  return worktree !== undefined && realPathOf(resolve(gitDirectory, worktree)) === real
}

const textOf = (path: string): string | undefined =>
  regularFile(path, 1 << 16)
    ?.toString("utf8")
    .trim()

/** Only a linked worktree's own folder, `<common>/worktrees/<name>`, may name a common directory outside itself. */
function commonOf(gitDirectory: string): string {
  const named = textOf(join(gitDirectory, "commondir"))
  if (named === undefined) return gitDirectory
  const common = resolve(gitDirectory, named)
  const worktrees = dirname(realpathSync.native(gitDirectory))
  if (!liesInside(common, gitDirectory) && worktrees !== join(realPathOf(common) ?? common, "worktrees"))
    throw new FaultError(refused(gitDirectory, "its commondir names a folder that it is not a worktree of"))
  return common
}

function liesInside(path: string, folder: string): boolean {
  const real = realPathOf(path)
  const root = realPathOf(folder) ?? folder
  return real !== undefined && (real === root || real.startsWith(root + sep))
}

const alternateDepthMax = 5

/**
 * Why git must not be started on this objects folder, or undefined. git follows alternates and symbolic links by itself, so a
 * repository could show another one's private objects as its own; both are followed only inside R. What is neither file nor
 * folder could block a read for ever.
 */
export function objectsDanger(objects: string, root: string, depth = 0): string | undefined {
  if (!isDirectory(objects)) return "it has no objects folder"
  if (!liesInside(objects, root)) return "its objects folder is a symbolic link that leaves it"
  const listing = readdirSync(objects, { withFileTypes: true })
  for (const item of listing) {
    const path = join(objects, item.name)
    const danger = itemDanger(path, item, root)
    if (danger !== undefined) return danger
    const inner = /^(?:[0-9a-f]{2}|pack|info)$/.test(item.name) && isDirectory(path) ? readdirSync(path, { withFileTypes: true }) : []
    for (const one of inner) {
      const found = itemDanger(join(path, one.name), one, root)
      if (found !== undefined) return found
    }
  }
  return alternatesDanger(objects, root, depth)
}

type Item = { isSymbolicLink(): boolean; isFile(): boolean; isDirectory(): boolean }

function itemDanger(path: string, item: Item, root: string): string | undefined {
  const shown = path.startsWith(root + sep) ? path.slice(root.length + 1) : path
  if (item.isSymbolicLink()) return liesInside(path, root) ? undefined : `${shown} is a symbolic link that leaves the repository`
  return item.isFile() || item.isDirectory() ? undefined : `${shown} is neither a file nor a folder`
}

function alternatesDanger(objects: string, root: string, depth: number): string | undefined {
  if (statOf(join(objects, "info", "http-alternates")) !== undefined) return "it borrows objects over http (objects/info/http-alternates)"
  const alternates = join(objects, "info", "alternates")
  const found = statOf(alternates)
  if (found === undefined) return undefined
  const text = regularFile(alternates, 64 * 1024)
  if (text === undefined || depth >= alternateDepthMax) return "its objects/info/alternates cannot be followed"
  for (const line of latin1(text).split("\n")) {
    if (line === "" || line.startsWith("#")) continue
    if (line.startsWith('"')) return "its objects/info/alternates has a quoted path"
    const target = resolve(objects, Buffer.from(line, "latin1").toString("utf8"))
    if (!liesInside(target, root)) return "it borrows objects from outside itself (objects/info/alternates)"
    const danger = objectsDanger(target, root, depth + 1)
    if (danger !== undefined) return danger
  }
  return undefined
}

import { lstat, open, readdir, realpath, stat } from "node:fs/promises"
import { basename, dirname, join, resolve, sep } from "node:path"
import { latin1 } from "../core/bytes.ts"
import { type Fault, FaultError } from "../core/fault.ts"
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
  const path = await realpath(resolve(location)).catch(() => undefined)
  if (path === undefined) throw new FaultError(notFound(location, "there is nothing"))
  if ((await stat(path)).isFile()) {
    if (await isBundle(path)) return { kind: "bundle", path }
    throw new FaultError(notFound(location, "the file is not a git bundle"))
  }
  for (let folder = path; ; folder = dirname(folder)) {
    const gitDirectory = await gitDirectoryIn(folder)
    if (gitDirectory !== undefined) return { kind: "directory", folder, gitDirectory, commonDirectory: await commonOf(gitDirectory) }
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

const isDirectory = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() === true
const looksLikeGit = async (path: string): Promise<boolean> =>
  (await stat(join(path, "HEAD")).catch(() => undefined))?.isFile() === true &&
  ((await isDirectory(join(path, "objects"))) || (await stat(join(path, "commondir")).catch(() => undefined)) !== undefined)

/** The folder itself when it is bare, its `.git` folder, or what its `.git` file names (`gitdir: PATH`). */
async function gitDirectoryIn(folder: string): Promise<string | undefined> {
  const dotGit = join(folder, ".git")
  const found = await lstat(dotGit).catch(() => undefined)
  if (found?.isSymbolicLink() === true && !(await liesInside(dotGit, folder))) {
    throw new FaultError(refused(folder, "its .git is a symbolic link that leaves it"))
  }
  if (await isDirectory(dotGit)) return (await looksLikeGit(dotGit)) ? dotGit : undefined
  if (found?.isFile() === true) {
    const named = /^gitdir: (.+?)\s*$/.exec(latin1((await regularFile(dotGit, 4096)) ?? Buffer.alloc(0)))?.[1]
    const target = named === undefined ? undefined : resolve(folder, named)
    if (target !== undefined && (await looksLikeGit(target))) {
      if (!(await liesInside(target, folder)) && !(await pointsBack(target, folder)))
        throw new FaultError(refused(folder, "its .git names a git directory elsewhere that does not know this folder"))
      return await realpath(target)
    }
  }
  return (await looksLikeGit(folder)) ? folder : undefined
}

/**
 * A git directory elsewhere is followed only when it claims this folder itself, which a hostile checkout cannot make it do: by `gitdir`
 * (gitrepository-layout(5), a linked worktree) or by `core.worktree` (a submodule's checkout).
 */
async function pointsBack(gitDirectory: string, folder: string): Promise<boolean> {
  const real = await realpath(folder)
  const pointer = await textOf(join(gitDirectory, "gitdir"))
  if (pointer !== undefined) {
    const dotGit = resolve(gitDirectory, pointer)
    return basename(dotGit) === ".git" && (await realpath(dirname(dotGit)).catch(() => undefined)) === real
  }
  const worktree = /^\s*worktree\s*=\s*"?([^"\n]+?)"?\s*$/m.exec((await textOf(join(gitDirectory, "config"))) ?? "")?.[1]
  return worktree !== undefined && (await realpath(resolve(gitDirectory, worktree)).catch(() => undefined)) === real
}

const textOf = async (path: string): Promise<string | undefined> => (await regularFile(path, 1 << 16))?.toString("utf8").trim()

/** Only a linked worktree's own folder, `<common>/worktrees/<name>`, may name a common directory outside itself. */
async function commonOf(gitDirectory: string): Promise<string> {
  const named = await textOf(join(gitDirectory, "commondir"))
  if (named === undefined) return gitDirectory
  const common = resolve(gitDirectory, named)
  const worktrees = dirname(await realpath(gitDirectory))
  if (!(await liesInside(common, gitDirectory)) && worktrees !== join(await realpath(common).catch(() => common), "worktrees"))
    throw new FaultError(refused(gitDirectory, "its commondir names a folder that it is not a worktree of"))
  return common
}

async function liesInside(path: string, folder: string): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined)
  const root = await realpath(folder).catch(() => folder)
  return real !== undefined && (real === root || real.startsWith(root + sep))
}

const alternateDepthMax = 5

/**
 * Why git must not be started on this objects folder, or undefined. git follows alternates and symbolic links by itself, so a
 * repository could show another one's private objects as its own; both are followed only inside R. What is neither file nor
 * folder could block a read for ever.
 */
export async function objectsDanger(objects: string, root: string, depth = 0): Promise<string | undefined> {
  if (!(await isDirectory(objects))) return "it has no objects folder"
  if (!(await liesInside(objects, root))) return "its objects folder is a symbolic link that leaves it"
  const listing = await readdir(objects, { withFileTypes: true })
  for (const item of listing) {
    const path = join(objects, item.name)
    const danger = await itemDanger(path, item, root)
    if (danger !== undefined) return danger
    const inner =
      /^(?:[0-9a-f]{2}|pack|info)$/.test(item.name) && (await isDirectory(path)) ? await readdir(path, { withFileTypes: true }) : []
    for (const one of inner) {
      const found = await itemDanger(join(path, one.name), one, root)
      if (found !== undefined) return found
    }
  }
  return await alternatesDanger(objects, root, depth)
}

type Item = { isSymbolicLink(): boolean; isFile(): boolean; isDirectory(): boolean }

async function itemDanger(path: string, item: Item, root: string): Promise<string | undefined> {
  const shown = path.startsWith(root + sep) ? path.slice(root.length + 1) : path
  if (item.isSymbolicLink()) return (await liesInside(path, root)) ? undefined : `${shown} is a symbolic link that leaves the repository`
  return item.isFile() || item.isDirectory() ? undefined : `${shown} is neither a file nor a folder`
}

async function alternatesDanger(objects: string, root: string, depth: number): Promise<string | undefined> {
  if ((await stat(join(objects, "info", "http-alternates")).catch(() => undefined)) !== undefined)
    return "it borrows objects over http (objects/info/http-alternates)"
  const alternates = join(objects, "info", "alternates")
  const found = await stat(alternates).catch(() => undefined)
  if (found === undefined) return undefined
  const text = await regularFile(alternates, 64 * 1024)
  if (text === undefined || depth >= alternateDepthMax) return "its objects/info/alternates cannot be followed"
  for (const line of latin1(text).split("\n")) {
    if (line === "" || line.startsWith("#")) continue
    if (line.startsWith('"')) return "its objects/info/alternates has a quoted path"
    const target = resolve(objects, Buffer.from(line, "latin1").toString("utf8"))
    if (!(await liesInside(target, root))) return "it borrows objects from outside itself (objects/info/alternates)"
    const danger = await objectsDanger(target, root, depth + 1)
    if (danger !== undefined) return danger
  }
  return undefined
}

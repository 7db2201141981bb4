import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { lstat, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { shapedJson } from "../core/shape.ts"
import { isToolchainNote, type Toolchain, type ToolchainNote } from "../model/toolchain.ts"
import type { Context } from "./context.ts"
import { makeFolder, namesIn, readSmallFile, writeAtomically } from "./files.ts"
import { isAlive } from "./http-partial.ts"

/*
 * CACHE/toolchains/NAME-DIGEST16/   root/ and toolchain.json, complete: it is named when it is whole, and never changed
 * CACHE/tmp/toolchain-PID-RANDOM/   one that is being built
 */
const noteName = "toolchain.json"
const noteBytesMax = 16 << 20
const shownDigits = 16

const storeFolder = (ctx: Context): string => join(ctx.cache, "toolchains")
const folderOf = ({ name, digest }: Pick<ToolchainNote, "name" | "digest">): string => `${name}-${digest.slice(0, shownDigits)}`

/** The toolchain in a folder of the store; undefined when it is not one, or damaged. */
async function toolchainAt(folder: string): Promise<Toolchain | undefined> {
  const bytes = await readSmallFile(join(folder, noteName), noteBytesMax).catch(() => undefined)
  const note = bytes === undefined ? undefined : shapedJson(Buffer.from(bytes).toString("utf8"), isToolchainNote)
  const root = join(folder, "root")
  return note !== undefined && folder.endsWith(`/${folderOf(note)}`) && existsSync(root) ? { ...note, root } : undefined
}

/** Every complete toolchain, by name, the newest of a name first. */
export async function storedToolchains(ctx: Context, only?: string): Promise<readonly Toolchain[]> {
  const names = (await namesIn(storeFolder(ctx))).filter((name) => only === undefined || name.slice(0, -shownDigits - 1) === only)
  const dated: { readonly toolchain: Toolchain; readonly of: number; readonly made: number }[] = []
  for (const name of names) {
    const folder = join(storeFolder(ctx), name)
    const toolchain = await toolchainAt(folder)
    if (toolchain !== undefined) dated.push({ toolchain, of: Date.parse(toolchain.date) || 0, made: (await stat(folder)).mtimeMs })
  }
  const order = (a: Toolchain, b: Toolchain): number => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1)
  return dated.sort((a, b) => order(a.toolchain, b.toolchain) || b.of - a.of || b.made - a.made).map(({ toolchain }) => toolchain)
}

/** The very toolchain with this digest. */
export const storedToolchain = async (note: Pick<ToolchainNote, "name" | "digest">, ctx: Context): Promise<Toolchain | undefined> =>
  (await storedToolchains(ctx, note.name)).find(({ digest }) => digest === note.digest)

/** Where a toolchain is being built. */
export interface Workshop {
  readonly folder: string
  /** What becomes the toolchain's root. */
  readonly root: string
}

/** An empty folder to build in. What builds left behind that were broken off is removed. */
export async function toolchainWorkshop(ctx: Context): Promise<Workshop> {
  const tmp = join(ctx.cache, "tmp")
  for (const name of await namesIn(tmp)) {
    const pid = Number(/^toolchain-(\d+)-[0-9a-f]+$/.exec(name)?.[1] ?? process.pid)
    if (pid !== process.pid && !isAlive(pid)) await removeTree(join(tmp, name))
  }
  const folder = join(tmp, `toolchain-${process.pid}-${randomBytes(6).toString("hex")}`)
  const root = join(folder, "root")
  await makeFolder(root)
  return { folder, root }
}

/** Names a whole build, or gives the one that another run finished first. */
export async function keepToolchain({ folder }: Workshop, note: ToolchainNote, ctx: Context): Promise<Toolchain> {
  await writeAtomically(join(folder, noteName), `${JSON.stringify(note, null, 1)}\n`)
  const place = join(storeFolder(ctx), folderOf(note))
  await makeFolder(storeFolder(ctx))
  const before = await toolchainAt(place)
  if (before !== undefined) return before
  await removeTree(place)
  await rename(folder, place)
  return { ...note, root: join(place, "root") }
}

/** Removes a toolchain and says how many bytes its files had. It loses its name first, so that nobody takes a half of it for a whole one. */
export async function discardToolchain(toolchain: Toolchain, ctx: Context): Promise<number> {
  const place = join(storeFolder(ctx), folderOf(toolchain))
  const away = join(ctx.cache, "tmp", `toolchain-${process.pid}-${randomBytes(6).toString("hex")}`)
  await makeFolder(join(ctx.cache, "tmp"))
  await rename(place, away)
  await removeTree(away)
  return toolchain.installedBytes
}

export const removeTree = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })

/** What stands in a folder of a tree: names, and whether each is a folder. Links are not followed. */
export async function membersOf(folder: string): Promise<readonly { readonly name: string; readonly folder: boolean }[]> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return []
  const found = await readdir(folder, { withFileTypes: true })
  return found.map((one) => ({ name: one.name, folder: one.isDirectory() })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

import { mkdtemp, realpath, rename, rm, stat, writeFile } from "node:fs/promises"
import { basename, dirname, join, resolve, sep } from "node:path"
import { failed, faultsOf, ok, type Result } from "../core/fault.ts"
import { placeOf } from "./repository-place.ts"

/** Writes a report whole or not at all: a full disk leaves the old file as it was. */
export async function writeOutput(path: string, text: string): Promise<Result<undefined>> {
  let folder: string | undefined
  try {
    const real = await realpath(path).catch(() => path) // a link stays, what it leads to is replaced
    const there = await stat(real).catch(() => undefined)
    if (there !== undefined && !there.isFile()) {
      await writeFile(real, text) // a device or a pipe is written to, never replaced
      return ok(undefined)
    }
    folder = await mkdtemp(join(dirname(real), ".everybyte-"))
    await writeFile(join(folder, "report"), text, { flush: true })
    await rename(join(folder, "report"), real)
    return ok(undefined)
  } catch (error) {
    return failed({
      kind: "unavailable",
      source: path,
      why: `the report could not be written (${error instanceof Error ? error.message : String(error)})`,
      remedy: "choose another place with -o, or free the disk",
    })
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The input that a report at `path` would damage: a file that it would replace, a folder that is read as a release, or the git directory of a
 * repository. A worktree's own files are not read, so a report may lie among them.
 */
export async function harmedBy(
  path: string,
  inputs: { readonly artifacts: readonly string[]; readonly repositories: readonly string[] },
): Promise<string | undefined> {
  const target = await landing(path)
  for (const input of inputs.artifacts) if (isIn(target, await realpath(input).catch(() => undefined))) return input
  for (const input of inputs.repositories) {
    const place = await faultsOf(() => placeOf(input))
    if (!place.ok || place.value.kind === "address") continue
    const folders = place.value.kind === "bundle" ? [place.value.path] : [place.value.gitDirectory, place.value.commonDirectory]
    for (const folder of folders) if (isIn(target, await realpath(folder))) return input
  }
  return undefined
}

/** The artifact or repository that has this file, by its own name or by what it leads to: what is audited must not say how it is audited. */
export async function heldBy(
  path: string,
  inputs: { readonly artifacts: readonly string[]; readonly repositories: readonly string[] },
): Promise<string | undefined> {
  const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)))
  const places = [resolve(path), join(folder, basename(path)), await landing(path)]
  const histories = await Promise.all(places.map((place) => commonDirectoryOf(dirname(place))))
  const isHeld = (by: string | undefined): boolean => places.some((place) => isIn(place, by))
  for (const input of inputs.artifacts) if (isHeld(await realpath(input).catch(() => undefined))) return input
  for (const input of inputs.repositories) {
    const place = await faultsOf(() => placeOf(input))
    if (!place.ok || place.value.kind !== "directory") continue
    const { folder: tree, gitDirectory, commonDirectory } = place.value
    const beside = basename(gitDirectory) === ".git" ? [dirname(gitDirectory)] : []
    for (const one of [tree, gitDirectory, commonDirectory, ...beside]) if (isHeld(await realpath(one))) return input
    // Another work tree of it, or the whole of one whose git directory was named.
    if (histories.includes(await commonDirectoryOf(input))) return input
  }
  return undefined
}

async function commonDirectoryOf(path: string): Promise<string | undefined> {
  const place = await faultsOf(() => placeOf(path))
  return place.ok && place.value.kind === "directory" ? await realpath(place.value.commonDirectory) : undefined
}

/** Where the bytes end up, links followed, also when nothing is there yet. */
async function landing(path: string): Promise<string> {
  const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)))
  return await realpath(path).catch(() => join(folder, basename(path)))
}

const isIn = (path: string, folder: string | undefined): boolean =>
  folder !== undefined && (path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep))

import { lstat, mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { failed, ok, type Result } from "../core/fault.ts"

/** Writes a report whole or not at all: a full disk leaves the old file as it was. */
export async function writeOutput(path: string, text: string): Promise<Result<undefined>> {
  let folder: string | undefined
  try {
    const there = await lstat(path).catch(() => undefined)
    if (there !== undefined && !there.isFile()) {
      await writeFile(path, text) // a device, a pipe or a link is written to, never replaced
      return ok(undefined)
    }
    folder = await mkdtemp(join(dirname(path), ".everybyte-"))
    await writeFile(join(folder, "report"), text, { flush: true })
    await rename(join(folder, "report"), path)
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

/** The one of `inputs` that is the same file as `path`, if any. */
export async function sameFile(path: string, inputs: readonly (string | undefined)[]): Promise<string | undefined> {
  const real = (one: string): Promise<string | undefined> => realpath(one).catch(() => undefined)
  const target = await real(path)
  for (const input of inputs) if (input !== undefined && target !== undefined && (await real(input)) === target) return input
  return undefined
}

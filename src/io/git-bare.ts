import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import type { GitOid, ObjectFormat } from "../core/digest.ts"
import type { Context } from "./context.ts"
import type { Ref } from "./git-refs.ts"

const configOf = (format: ObjectFormat): string =>
  format === "sha1"
    ? "[core]\n\trepositoryFormatVersion = 0\n\tbare = true\n"
    : "[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n"

/** Writes an empty bare repository by hand, at once: no template, no hook, no process. `probe` only tells whether one is there. */
export async function makeBare(folder: string, format: ObjectFormat | "probe", _ctx: Context): Promise<boolean> {
  if (format === "probe") return (await stat(join(folder, "HEAD")).catch(() => undefined)) !== undefined
  mkdirSync(join(folder, "objects"), { recursive: true })
  mkdirSync(join(folder, "refs"), { recursive: true })
  writeFileSync(join(folder, "config"), configOf(format))
  writeFileSync(join(folder, "HEAD"), "ref: refs/heads/none\n")
  return true
}

/** One that is removed when the repository that borrows it is closed. */
export async function makeTemporaryBare(format: ObjectFormat, ctx: Context): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const parent = join(ctx.cache, "tmp")
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, "git-"))
  await makeBare(folder, format, ctx)
  return { folder, remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * What `git log` and `%(describe)` may know beside the objects: where a shallow clone ends (gitrepository-layout(5), `shallow`), and the
 * tags. Written from parsed values, so that nothing of R's own files reaches git.
 */
export async function tellBare(folder: string, shallow: readonly GitOid[], refs: readonly Ref[]): Promise<void> {
  if (shallow.length > 0) writeFileSync(join(folder, "shallow"), `${shallow.join("\n")}\n`)
  const tags = refs.filter((ref) => ref.name.startsWith("refs/tags/"))
  if (tags.length > 0) writeFileSync(join(folder, "packed-refs"), tags.map((ref) => `${ref.oid} ${ref.name}\n`).join(""))
}

import { createHash } from "node:crypto"
import { join } from "node:path"
import { z } from "zod"
import { type ByteSource, sliceSource } from "../core/bytes.ts"
import { canonicalJson } from "../core/canonical-json.ts"
import { finishSha256, isGitOid, isSha256, type Sha256, sha256Of } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Replay, ReplayedFile } from "../model/replay.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { type FileSource, fileSource, readSmallFile, writeAtomically } from "./files.ts"

/** A replay as it is kept: its description, and the contents of its files behind each other in one file. */
const Kept = z.object({
  generator: z.string(),
  revision: z.number(),
  commands: z.string(),
  toolchain: z.object({ name: z.string(), digest: z.string(), date: z.string() }),
  sandbox: z.string(),
  originals: z.array(z.string()),
  collation: z.string(),
  tools: z.array(z.object({ tool: z.string(), stated: z.string().optional(), used: z.string().optional() })),
  sources: z.array(z.string()),
  steps: z.array(z.object({ step: z.string(), code: z.number() })),
  contents: z.string().refine(isSha256),
  files: z.array(
    z.object({
      path: z.string(),
      mode: z.number(),
      size: z.number(),
      sha256: z.string().refine(isSha256),
      gitOid: z.string().refine(isGitOid),
      encoding: z.enum(["utf-8", "8-bit"]).optional(),
      unstable: z.union([z.literal("all"), z.array(z.object({ line: z.number(), under: z.string().optional() }))]),
    }),
  ),
})
type Kept = z.infer<typeof Kept>

export interface KeptReplay {
  readonly replay: Replay
  close(): Promise<void>
}

const noteBytesMax = 256 * 2 ** 20

/** What a replay depends on, all of it, as the name under which it is kept. */
export const replayKey = (depends: unknown): Sha256 => sha256Of(canonicalJson(depends))

const pathOf = (key: Sha256, ctx: Context): string => join(ctx.cache, "replays", key)

/** A replay that was made before of the same inputs. What cannot be read, or is not what was kept, is made again. */
export async function keptReplay(key: Sha256, ctx: Context): Promise<KeptReplay | undefined> {
  const path = pathOf(key, ctx)
  const bytes = await readSmallFile(`${path}.json`, noteBytesMax).catch(() => undefined)
  const note = bytes === undefined ? undefined : Kept.safeParse(jsonOf(bytes)).data
  if (note === undefined) return undefined
  const contents = await fileSource(path).catch(() => undefined)
  if (contents === undefined) return undefined
  if ((await digestOf(contents)) !== note.contents) {
    await contents.close()
    return undefined
  }
  await touch(path)
  return opened(note, contents)
}

/** Keeps a replay for the next run, and hands it out as that run will read it. */
export async function keepReplay(
  key: Sha256,
  made: Omit<Replay, "files"> & { readonly files: readonly ReplayedFile[] },
  ctx: Context,
): Promise<KeptReplay> {
  const path = pathOf(key, ctx)
  const parts: Uint8Array[] = []
  for (const { content, size } of made.files) parts.push(await content.read(0, size))
  const contents = Buffer.concat(parts)
  await writeAtomically(path, contents)
  const files = made.files.map(({ content: _, encoding, ...file }) => ({ ...file, ...(encoding === undefined ? {} : { encoding }) }))
  await writeAtomically(`${path}.json`, canonicalJson({ ...made, files, contents: sha256Of(contents) }))
  const kept = await keptReplay(key, ctx)
  if (kept !== undefined) return kept
  throw new FaultError({
    kind: "unavailable",
    source: path,
    why: "what was just written cannot be read back",
    remedy: "check the disk of the cache folder, or name another with --cache",
  })
}

function opened(note: Kept, contents: FileSource): KeptReplay {
  let at = 0
  const files = note.files.map(({ encoding, unstable, ...file }): readonly [string, ReplayedFile] => {
    const content: ByteSource = sliceSource(contents, at, at + file.size)
    at += file.size
    const lines = unstable === "all" ? unstable : unstable.map(({ line, under }) => ({ line, under }))
    return [file.path, { ...file, encoding, unstable: lines, content }]
  })
  const tools = note.tools.map(({ tool, stated, used }) => ({ tool, stated, used }))
  return { replay: { ...note, tools, files: new Map(files) }, close: () => contents.close() }
}

async function digestOf(source: ByteSource): Promise<Sha256> {
  const hash = createHash("sha256")
  for await (const chunk of source.stream()) hash.update(chunk)
  return finishSha256(hash)
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"))
  } catch {
    return undefined
  }
}

import { createHash } from "node:crypto"
import { join } from "node:path"
import { z } from "zod"
import { type ByteSource, latin1, sliceSource } from "../core/bytes.ts"
import { canonicalJson } from "../core/canonical-json.ts"
import { finishSha256, isGitOid, isSha256, type Sha256, sha256Of } from "../core/digest.ts"
import { FaultError, faultsOf } from "../core/fault.ts"
import type { Replay, ReplayedFile } from "../model/replay.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { type FileSource, fileSource, writeAtomically } from "./files.ts"

/** What a replay says of itself and its files, beside their contents. */
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

/*
 * CACHE/replays/KEY, one file, so that two runs that keep the same replay never mix theirs:
 *   64 hexadecimal digits  SHA-256 of all that follows
 *    8 hexadecimal digits  bytes of the note
 *   the note, then the contents of its files behind each other, in its order
 */
const digestLength = 64
const headLength = digestLength + 8
const noteBytesMax = 256 * 2 ** 20

/** What a replay depends on, all of it, as the name under which it is kept. */
export const replayKey = (depends: unknown): Sha256 => sha256Of(canonicalJson(depends))

const pathOf = (key: Sha256, ctx: Context): string => join(ctx.cache, "replays", key)

/** A replay that was made before of the same inputs. What cannot be read, or is not what was kept, is made again. */
export async function keptReplay(key: Sha256, ctx: Context): Promise<KeptReplay | undefined> {
  const path = pathOf(key, ctx)
  const file = await fileSource(path).catch(() => undefined)
  if (file === undefined) return undefined
  const found = await faultsOf(() => whole(file))
  const kept = found.ok ? found.value : undefined
  if (kept === undefined) await file.close()
  else await touch(path)
  return kept
}

async function whole(file: FileSource): Promise<KeptReplay | undefined> {
  if (file.size < headLength) return undefined
  const head = latin1(await file.read(0, headLength))
  if (!/^[0-9a-f]+$/.test(head)) return undefined
  const noteEnd = headLength + Number.parseInt(head.slice(digestLength), 16)
  if (noteEnd > Math.min(file.size, headLength + noteBytesMax)) return undefined
  const hash = createHash("sha256")
  for await (const chunk of file.stream(digestLength)) hash.update(chunk)
  if (finishSha256(hash) !== head.slice(0, digestLength)) return undefined
  const note = Kept.safeParse(jsonOf(await file.read(headLength, noteEnd))).data
  const bytes = note?.files.reduce((sum, { size }) => sum + size, noteEnd)
  return note === undefined || bytes !== file.size ? undefined : opened(note, file, noteEnd)
}

/** Keeps a replay for the next run, and hands it out as that run will read it. */
export async function keepReplay(
  key: Sha256,
  made: Omit<Replay, "files"> & { readonly files: readonly ReplayedFile[] },
  ctx: Context,
): Promise<KeptReplay> {
  const path = pathOf(key, ctx)
  const files = made.files.map(({ content: _, ...file }) => file)
  const note = Buffer.from(canonicalJson({ ...made, files }))
  const parts: Uint8Array[] = [Buffer.from(note.byteLength.toString(16).padStart(headLength - digestLength, "0")), note]
  for (const { content, size } of made.files) parts.push(await content.read(0, size))
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  await writeAtomically(path, Buffer.concat([Buffer.from(finishSha256(hash)), ...parts]))
  const kept = await keptReplay(key, ctx)
  if (kept !== undefined) return kept
  throw new FaultError({
    kind: "unavailable",
    source: path,
    why: "what was just written cannot be read back",
    remedy: "check the disk of the cache folder, or name another with --cache",
  })
}

function opened(note: Kept, contents: FileSource, start: number): KeptReplay {
  let at = start
  const files = note.files.map(({ encoding, unstable, ...file }): readonly [string, ReplayedFile] => {
    const content: ByteSource = sliceSource(contents, at, at + file.size)
    at += file.size
    const lines = unstable === "all" ? unstable : unstable.map(({ line, under }) => ({ line, under }))
    return [file.path, { ...file, encoding, unstable: lines, content }]
  })
  const tools = note.tools.map(({ tool, stated, used }) => ({ tool, stated, used }))
  return { replay: { ...note, tools, files: new Map(files) }, close: () => contents.close() }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"))
  } catch {
    return undefined
  }
}

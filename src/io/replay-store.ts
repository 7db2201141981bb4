import { createHash } from "node:crypto"
import { join } from "node:path"
import { type ByteSource, latin1, sliceSource } from "../core/bytes.ts"
import { canonicalJson } from "../core/canonical-json.ts"
import { finishSha256, type GitOid, isGitOid, isSha256, type Sha256, sha256Of } from "../core/digest.ts"
import { FaultError, faultsOf } from "../core/fault.ts"
import { isList, isNumber, isRecord, isText, isWord, type Shaped, shapedJson } from "../core/shape.ts"
import type { Replay, ReplayedFile } from "../model/replay.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { writeAtomically } from "./files.ts"
import { type FileSource, fileSource } from "./open-file.ts"

const isUnstable = isRecord({ line: isNumber }, { under: isText })
const isEncoding = isWord("utf-8", "8-bit")

const isFile = isRecord(
  {
    path: isText,
    mode: isNumber,
    size: isNumber,
    sha256: (value): value is Sha256 => isText(value) && isSha256(value),
    gitOid: (value): value is GitOid => isText(value) && isGitOid(value),
    unstable: (value): value is "all" | readonly Shaped<typeof isUnstable>[] => value === "all" || isList(isUnstable)(value),
  },
  { encoding: isEncoding },
)

/** What a replay says of itself and its files, beside their contents. */
const isKept = isRecord(
  {
    generator: isText,
    revision: isNumber,
    commands: isText,
    toolchain: isRecord({ name: isText, digest: isText, date: isText }),
    sandbox: isText,
    originals: isList(isText),
    collation: isText,
    tools: isList(isRecord({ tool: isText }, { stated: isText, used: isText })),
    sources: isList(isText),
    steps: isList(isRecord({ step: isText, code: isNumber })),
    files: isList(isFile),
  },
  { without: isList(isText), packages: isRecord({ count: isNumber, undigested: isNumber, digest: isText }) },
)
type Kept = Shaped<typeof isKept>

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
  else touch(path)
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
  const note = shapedJson(Buffer.from(await file.read(headLength, noteEnd)).toString("utf8"), isKept)
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

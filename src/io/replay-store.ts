import { createHash } from "node:crypto"
import { join } from "node:path"
import { type ByteSource, sliceSource } from "../core/bytes.ts"
import { canonicalJson } from "../core/canonical-json.ts"
import { finishSha256, type GitOid, isGitOid, isSha256, type Sha256, sha256Of } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import { isFlag, isList, isNumber, isRecord, isText, isWord, type Shaped, shapedJson } from "../core/shape.ts"
import type { Replay, ReplayedFile } from "../model/replay.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { type FileSource, fileSource, readSmallFile, writeAtomically } from "./files.ts"

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

/** A replay as it is kept: its description, and the contents of its files behind each other in one file. */
const isKept = isRecord(
  {
    generator: isText,
    revision: isNumber,
    commands: isText,
    toolchain: isRecord({ name: isText, digest: isText, date: isText }),
    sandbox: isRecord({ tool: isText, version: isText, seccomp: isFlag }),
    originals: isList(isText),
    collation: isText,
    tools: isList(isRecord({ tool: isText }, { stated: isText, used: isText })),
    sources: isList(isText),
    steps: isList(isRecord({ step: isText, code: isNumber })),
    contents: isText,
    files: isList(isFile),
  },
  { without: isList(isText), packages: isRecord({ count: isNumber, undigested: isNumber, digest: isText }) },
)
type Kept = Shaped<typeof isKept>

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
  const note = bytes === undefined ? undefined : shapedJson(Buffer.from(bytes).toString("utf8"), isKept)
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

import { collect, type Spill, sliceSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { nameDanger } from "../../core/name.ts"
import { encodingOf } from "../../core/text.ts"
import type { Replay, ReplayedFile } from "../../model/replay.ts"
import { detectFormat, zip } from "../../parsers/index.ts"
import type { EntryHeader } from "../../parsers/parser.ts"

/** What one run wrote. What it packed for the release comes before what it left in the tree. */
export interface Outputs {
  readonly steps: Replay["steps"]
  readonly files: ReadonlyMap<string, Output>
}
export type Output = Omit<ReplayedFile, "unstable">

const places = ["dist/", "tree/"] as const
/** A wheel that was built: what is in it is what was packed. */
const wheel = /^wheel\/[^/]+\.whl$/

/**
 * Reads the archive that came out of the sandbox with the bounded walkers: nothing of it becomes a name on this machine. What a wheel in it has compressed is
 * put behind the archive's own bytes, so that it can be read again.
 */
export async function readOutputs(archive: Spill, limits: Limits): Promise<Outputs> {
  const layer = "the result of a replay"
  const cursor = new Cursor(archive.stream())
  const parser = detectFormat(await cursor.peek(512))
  if (parser?.kind !== "container" || parser.format !== "tar")
    throw new FaultError({ kind: "malformed", layer, offset: 0, expected: "a tar archive; the commands did not come to their end" })
  const byPlace = new Map<string, Map<string, Output>>(places.map((place) => [place, new Map()]))
  const wheels: { readonly path: string; readonly at: number; readonly size: number }[] = []
  let steps: Replay["steps"] = []
  const entry = async (header: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> => {
    const path = header.path.replace(/^\.\//, "")
    const isWheel = wheel.test(path) && isPlain(header)
    if (isWheel) wheels.push({ path, at: header.extents?.[0]?.at ?? 0, size: header.size })
    const wanted = !isWheel && isPlain(header) && header.size <= limits.textBytesMax
    const bytes = wanted ? await collect(body) : await skip(body)
    if (bytes === undefined) return
    if (path === "steps") steps = stepsIn(bytes)
    const place = places.find((one) => path.startsWith(one))
    const below = path.slice(place?.length ?? 0)
    const files = byPlace.get(place ?? "")
    if (files === undefined || nameDanger(below) !== undefined) return
    const at = header.extents?.[0]?.at ?? 0
    files.set(below, { ...outputOf(below, header.mode, bytes), content: sliceSource(archive, at, at + header.size) })
  }
  await parser.walk(cursor, { layer, limits }, { claim: () => undefined, anomaly: () => undefined, entry })
  const files = new Map([...(byPlace.get("tree/") ?? []), ...(byPlace.get("dist/") ?? [])])
  for (const one of wheels) for (const file of await filesIn(one, archive, limits)) files.set(file.path, file)
  return { steps, files }
}

/** The files of a wheel that stands in the archive at a place. */
async function filesIn(
  { path: layer, at, size }: { readonly path: string; readonly at: number; readonly size: number },
  archive: Spill,
  limits: Limits,
): Promise<readonly Output[]> {
  const files: Output[] = []
  const entry = async (header: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> => {
    const { path, type, mode, extents, unread } = header
    const isFile = type === "file" && unread === undefined && nameDanger(path) === undefined
    const bytes = isFile && header.size <= limits.textBytesMax ? await collect(body) : await skip(body)
    if (bytes === undefined) return
    const [stored] = extents ?? []
    const start = stored === undefined ? archive.size : at + stored.at
    if (stored === undefined) await archive.append(bytes)
    files.push({ ...outputOf(path, mode, bytes), content: sliceSource(archive, start, start + header.size) })
  }
  const layerBytesMax = Math.min(limits.layerBytesMax, limits.sandboxOutputBytesMax)
  const sink = { claim: () => undefined, anomaly: () => undefined, entry }
  await zip.walk(sliceSource(archive, at, at + size), { layer, limits: { ...limits, layerBytesMax } }, sink)
  return files
}

/** A file whose bytes stand in the archive as they are: of a sparse one, other bytes would be read later than were measured. */
const isPlain = ({ type, size, extents }: EntryHeader): boolean =>
  type === "file" && (size === 0 || (extents?.length === 1 && extents[0]?.start === 0 && extents[0].size === size))

async function skip(body: AsyncIterable<Uint8Array>): Promise<undefined> {
  for await (const _ of body);
  return undefined
}

const outputOf = (path: string, mode: number, bytes: Uint8Array): Omit<Output, "content"> => ({
  path,
  mode,
  size: bytes.byteLength,
  sha256: sha256Of(bytes),
  gitOid: gitOidOf("blob", bytes),
  encoding: encodingOf(bytes),
})

/** `CODE COMMAND` a line, as the script wrote it. */
const stepsIn = (bytes: Uint8Array): Replay["steps"] =>
  Buffer.from(bytes.subarray(0, stepsBytesMax))
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [, code, step] = /^(\d{1,3}) (.{1,500})$/.exec(line) ?? []
      return code === undefined || step === undefined ? [] : [{ step, code: Number(code) }]
    })
    .slice(0, stepsMax)
const stepsMax = 32
const stepsBytesMax = 32 * 1024

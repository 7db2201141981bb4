import { type ByteSource, collect, sliceSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { nameDanger } from "../../core/name.ts"
import { encodingOf } from "../../core/text.ts"
import type { Replay, ReplayedFile } from "../../model/replay.ts"
import { detectFormat } from "../../parsers/index.ts"
import type { EntryHeader } from "../../parsers/parser.ts"

/** What one run wrote. What it packed for the release comes before what it left in the tree. */
export interface Outputs {
  readonly steps: Replay["steps"]
  readonly files: ReadonlyMap<string, Output>
}
export type Output = Omit<ReplayedFile, "unstable">

const places = ["dist/", "tree/"] as const

/** Reads the archive that came out of the sandbox with the bounded walker: nothing of it becomes a name on this machine. */
export async function readOutputs(archive: ByteSource, limits: Limits): Promise<Outputs> {
  const layer = "the result of a replay"
  const cursor = new Cursor(archive.stream())
  const parser = detectFormat(await cursor.peek(512))
  if (parser?.kind !== "container" || parser.format !== "tar")
    throw new FaultError({ kind: "malformed", layer, offset: 0, expected: "a tar archive; the commands did not come to their end" })
  const byPlace = new Map<string, Map<string, Output>>(places.map((place) => [place, new Map()]))
  let steps: Replay["steps"] = []
  const entry = async (header: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> => {
    const wanted = isPlain(header) && header.size <= limits.textBytesMax
    const bytes = wanted ? await collect(body) : await skip(body)
    const path = header.path.replace(/^\.\//, "")
    if (bytes === undefined) return
    if (path === "steps") steps = stepsIn(bytes)
    const place = places.find((one) => path.startsWith(one))
    const below = path.slice(place?.length ?? 0)
    const files = byPlace.get(place ?? "")
    if (files === undefined || nameDanger(below) !== undefined) return
    files.set(below, outputOf(below, header, bytes, archive))
  }
  await parser.walk(cursor, { layer, limits }, { claim: () => undefined, anomaly: () => undefined, entry })
  return { steps, files: new Map([...(byPlace.get("tree/") ?? []), ...(byPlace.get("dist/") ?? [])]) }
}

/** A file whose bytes stand in the archive as they are: of a sparse one, other bytes would be read later than were measured. */
const isPlain = ({ type, size, extents }: EntryHeader): boolean =>
  type === "file" && (size === 0 || (extents?.length === 1 && extents[0]?.start === 0 && extents[0].size === size))

async function skip(body: AsyncIterable<Uint8Array>): Promise<undefined> {
  for await (const _ of body);
  return undefined
}

function outputOf(path: string, { mode, size, extents }: EntryHeader, bytes: Uint8Array, archive: ByteSource): Output {
  const at = extents?.[0]?.at ?? 0
  return {
    path,
    mode,
    size,
    sha256: sha256Of(bytes),
    gitOid: gitOidOf("blob", bytes),
    encoding: encodingOf(bytes),
    content: sliceSource(archive, at, at + size),
  }
}

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

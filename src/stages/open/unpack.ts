import { createHash } from "node:crypto"
import type { Anomaly } from "../../core/anomaly.ts"
import { assert } from "../../core/assert.ts"
import type { ByteSource, Spill } from "../../core/bytes.ts"
import { Tiling } from "../../core/claim.ts"
import { Cursor } from "../../core/cursor.ts"
import { finishSha256 } from "../../core/digest.ts"
import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { baseName } from "../../core/path.ts"
import type { Contents, Entry, Layer } from "../../model/artifact.ts"
import { detectFormat, detectTail } from "../../parsers/index.ts"
import {
  type ByProgram,
  type Codec,
  type Compression,
  type Decompress,
  type EntrySink,
  tailBytes,
  type WalkOptions,
} from "../../parsers/parser.ts"
import type { Budget } from "./budget.ts"
import { addEntry, decodedPlace, spillTo } from "./entries.ts"
import { measure } from "./measure.ts"
import { NameCheck } from "./names.ts"
import { unreadFormat, unreadHeadBytes } from "./unread-format.ts"

/** What unpacking may use of the machine. */
export interface Machine {
  readonly limits: Limits
  /** One for the artifact and every container inside it. */
  readonly budget: Budget
  readonly spill: () => Promise<Spill>
  readonly decompress: (
    compression: Compression,
    chunks: AsyncIterable<Uint8Array>,
    into: { readonly spill: Spill; readonly bytesMax: number },
  ) => AsyncIterable<Uint8Array>
  readonly byProgram: ByProgram
  readonly opened: (what: string, bytes: number, total: number | undefined) => void
}

export interface Unpacked extends Contents {
  /** Directory names too: they decide the common root, though they are framing. */
  readonly names: readonly string[]
  /** Modes of directories by their names. */
  readonly folders: ReadonlyMap<string, number>
  readonly embeddedCommit: string | undefined
  readonly newestModification: number | undefined
}

interface Growing {
  readonly layers: Layer[]
  readonly entries: Entry[]
  readonly anomalies: Anomaly[]
  readonly names: string[]
  readonly folders: Map<string, number>
  embeddedCommit: string | undefined
  newestModification: number | undefined
}

/** A layer that is being read: its bytes as they come, and where they can be read again. */
interface Incoming {
  readonly name: string
  readonly chunks: AsyncIterable<Uint8Array>
  readonly content: ByteSource
}

/** Opens a container, through any codecs around it, in one forward reading. What is no container is one entry. */
export async function unpack(name: string, source: ByteSource, machine: Machine): Promise<Unpacked> {
  const growing: Growing = {
    layers: [],
    entries: [],
    anomalies: [],
    names: [],
    folders: new Map(),
    embeddedCommit: undefined,
    newestModification: undefined,
  }
  await openLayer({ name, chunks: source.stream(), content: source }, growing, machine)
  return growing
}

async function openLayer(incoming: Incoming, growing: Growing, machine: Machine): Promise<void> {
  const { limits } = machine
  if (growing.layers.length >= limits.depthMax)
    throw new FaultError({ kind: "over-limit", layer: incoming.name, limit: "depthMax", max: limits.depthMax })
  const watched = watch(incoming, machine)
  const cursor = new Cursor(watched.chunks)
  const head = await cursor.peek(512)
  const byHead = detectFormat(head)
  if (byHead?.kind === "container") {
    const walk: Walk = async (options, sink) => {
      await byHead.walk(cursor, options, sink)
      assert((await cursor.take(1)).byteLength === 0, `${byHead.format} walker left bytes of ${incoming.name} unread`)
      return { size: cursor.position, sha256: watched.sha256() }
    }
    return openContainer(byHead.format, walk, incoming, growing, machine)
  }
  for await (const _ of rest(cursor)); // the others read their source again: they may need to look ahead
  const { content } = incoming
  const sha256 = watched.sha256()
  const parser = byHead ?? detectTail(await content.read(Math.max(0, content.size - tailBytes), content.size))
  if (parser === undefined) await addOnly(incoming, growing, machine)
  else if (parser.kind === "codec") await openCodec(parser, { ...incoming, sha256 }, growing, machine)
  else {
    const walk: Walk = async (options, sink) => {
      await parser.walk(content, { ...options, byProgram: machine.byProgram }, sink)
      return { size: content.size, sha256 }
    }
    await openContainer(parser.format, walk, incoming, growing, machine)
  }
}

/** Walks a layer; gives back what is known of it in the end. */
type Walk = (options: WalkOptions, sink: EntrySink) => Promise<Pick<Layer, "size" | "sha256">>

async function openContainer(format: string, walk: Walk, { name, content }: Incoming, growing: Growing, machine: Machine): Promise<void> {
  const tiling = tilingOf(machine)
  const say = sayer(name, growing, machine)
  const names = new NameCheck((anomaly) => say({ ...anomaly, layer: name }))
  const decoded = decodedPlace(machine.spill, (bytes) => machine.budget.spend("spilledBytesRunMax", bytes, name))
  const place = { content, names, entries: growing.entries, say, layer: name, decoded }
  const walked = await walk(
    { layer: name, limits: machine.limits },
    {
      claim: (claim) => tiling.add(claim),
      anomaly: say,
      embeddedCommit: (id) => {
        growing.embeddedCommit ??= id
      },
      modified: (seconds) => {
        growing.newestModification = Math.max(growing.newestModification ?? seconds, seconds)
      },
      entry: async (header, body) => {
        machine.budget.spend("entriesRunMax", 1, name)
        machine.budget.spend("unpackedBytesRunMax", header.size, name)
        growing.names.push(header.type === "directory" ? `${header.path}/` : header.path)
        if (header.type === "directory") {
          names.addDirectory(header.path, header.mode)
          growing.folders.set(header.path, header.mode)
          for await (const _ of body);
        } else await addEntry(header, body, place)
      },
    },
  )
  tiling.finish(walked.size)
  machine.budget.listed.unexplainedRuns += tiling.unexplained.length
  names.finish()
  growing.layers.push({ name, format, ...walked, tiling, content })
}

async function openCodec(codec: Codec, outer: Incoming & { sha256: Layer["sha256"] }, growing: Growing, machine: Machine): Promise<void> {
  const { limits } = machine
  const { name, content } = outer
  const tiling = tilingOf(machine)
  growing.layers.push({ name, format: codec.format, size: content.size, sha256: outer.sha256, tiling, content })
  const say = sayer(name, growing, machine)
  const spilled = await machine.spill()
  // The decoder may run ahead of what is spent, so it is stopped there too.
  const decompress: Decompress = (compression, chunks, bytesMax) =>
    machine.decompress(compression, chunks, { spill: spilled, bytesMax: Math.min(bytesMax, machine.budget.left("spilledBytesRunMax")) })
  const decoded = codec.decode(content, { layer: name, limits, decompress }, { claim: (claim) => tiling.add(claim), anomaly: say })
  const inner = `${name}!${innerName(ownName(name), codec)}`
  await openLayer(
    {
      name: inner,
      chunks: spillTo(spilled, decoded, (bytes) => machine.budget.spend("spilledBytesRunMax", bytes, name)),
      content: spilled,
    },
    growing,
    machine,
  )
  tiling.finish(content.size)
  machine.budget.listed.unexplainedRuns += tiling.unexplained.length
}

/** A stream that is no container: the layer is the content of one entry. */
async function addOnly(incoming: Incoming, growing: Growing, machine: Machine): Promise<void> {
  const { content } = incoming
  const path = ownName(incoming.name)
  const unread = unreadFormat(await content.read(0, Math.min(content.size, unreadHeadBytes)))
  if (unread !== undefined)
    sayer(
      incoming.name,
      growing,
      machine,
    )({
      kind: "unread-format",
      severity: "review",
      layer: incoming.name,
      message: `looks like ${unread}, which is not read yet: what is in it was not looked at`,
    })
  machine.budget.spend("entriesRunMax", 1, incoming.name)
  const measured = await measure(content.stream(), content.size)
  growing.names.push(path)
  growing.entries.push({ path, type: "file", mode: 0o644, size: content.size, content, ...measured })
}

function watch(incoming: Incoming, machine: Machine): { chunks: AsyncIterable<Uint8Array>; sha256: () => Layer["sha256"] } {
  const hash = createHash("sha256")
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let seen = 0
    for await (const chunk of incoming.chunks) {
      seen += chunk.byteLength
      machine.budget.spend("unpackedBytesRunMax", chunk.byteLength, incoming.name)
      hash.update(chunk)
      machine.opened(`opening ${incoming.name}`, seen, undefined)
      yield chunk
    }
  }
  return { chunks: chunks(), sha256: () => finishSha256(hash) }
}

async function* rest(cursor: Cursor): AsyncGenerator<Uint8Array> {
  for (let chunk = await cursor.some(1 << 20); chunk !== undefined; chunk = await cursor.some(1 << 20)) yield chunk
}

/** A layer's name without those around it. */
const ownName = (name: string): string => baseName(name.slice(name.lastIndexOf("!") + 1))

/** `x.tar.xz` -> `x.tar`, `x.tgz` -> `x.tar`; a name without the suffix gets none taken off. */
function innerName(name: string, codec: Codec): string {
  for (const [suffix, left] of codec.suffixes) if (name.toLowerCase().endsWith(suffix)) return `${name.slice(0, -suffix.length)}${left}`
  return name
}

const tilingOf = ({ limits, budget }: Machine): Tiling => new Tiling(Math.max(0, limits.unexplainedRunsMax - budget.listed.unexplainedRuns))

/** Lists anomalies, as many as there may be of an artifact and all containers inside it. */
export function sayer(layer: string, growing: Pick<Growing, "anomalies">, { limits, budget }: Machine): (anomaly: Anomaly) => void {
  return (anomaly) => {
    budget.listed.anomalies += 1
    if (budget.listed.anomalies <= limits.anomaliesMax) growing.anomalies.push(anomaly)
    else if (growing.anomalies.at(-1)?.kind !== "too-many-anomalies")
      growing.anomalies.push({
        kind: "too-many-anomalies",
        severity: "review",
        layer,
        message: `more than ${limits.anomaliesMax} anomalies; the rest is not listed`,
      })
  }
}

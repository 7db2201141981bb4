import { createHash } from "node:crypto"
import type { Anomaly } from "../../core/anomaly.ts"
import { assert } from "../../core/assert.ts"
import { type ByteSource, memorySource, type Spill, sliceSource } from "../../core/bytes.ts"
import { Tiling } from "../../core/claim.ts"
import { Cursor } from "../../core/cursor.ts"
import { finishSha256 } from "../../core/digest.ts"
import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { baseName } from "../../core/path.ts"
import type { Contents, Entry, Layer } from "../../model/artifact.ts"
import { detectFormat } from "../../parsers/index.ts"
import type { Codec, Container, Decompress, EntryHeader, Extent } from "../../parsers/parser.ts"
import type { Budget } from "./budget.ts"
import { measure } from "./measure.ts"
import { NameCheck } from "./names.ts"
import { unreadFormat } from "./unread-format.ts"

/** What unpacking may use of the machine. */
export interface Machine {
  readonly limits: Limits
  /** One for the artifact and every container inside it. */
  readonly budget: Budget
  readonly spill: () => Promise<Spill>
  readonly decompress: (
    chunks: AsyncIterable<Uint8Array>,
    into: { readonly spill: Spill; readonly bytesMax: number },
  ) => AsyncIterable<Uint8Array>
  readonly opened: (what: string, bytes: number, total: number | undefined) => void
}

export interface Unpacked extends Contents {
  /** Directory names too: they decide the common root, though they are framing. */
  readonly names: readonly string[]
  readonly embeddedCommit: string | undefined
  readonly newestModification: number | undefined
}

interface Growing {
  readonly layers: Layer[]
  readonly entries: Entry[]
  readonly anomalies: Anomaly[]
  readonly names: string[]
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
  const growing: Growing = { layers: [], entries: [], anomalies: [], names: [], embeddedCommit: undefined, newestModification: undefined }
  await openLayer({ name, chunks: source.stream(), content: source }, growing, machine)
  return growing
}

async function openLayer(incoming: Incoming, growing: Growing, machine: Machine): Promise<void> {
  const { limits } = machine
  if (growing.layers.length >= limits.depthMax)
    throw new FaultError({ kind: "over-limit", layer: incoming.name, limit: "depthMax", max: limits.depthMax })
  const watched = watch(incoming, machine)
  const cursor = new Cursor(watched.chunks)
  const parser = detectFormat(await cursor.peek(512))
  if (parser === undefined) await addOnly(incoming, cursor, growing, machine)
  else if (parser.kind === "container") await openContainer(parser, incoming, { cursor, sha256: watched.sha256 }, growing, machine)
  else {
    for await (const _ of rest(cursor)); // a codec reads its source again: it may need to look ahead
    await openCodec(parser, { ...incoming, sha256: watched.sha256() }, growing, machine)
  }
}

async function openContainer(
  parser: Container,
  incoming: Incoming,
  input: { cursor: Cursor; sha256: () => Layer["sha256"] },
  growing: Growing,
  machine: Machine,
): Promise<void> {
  const { name, content } = incoming
  const tiling = tilingOf(machine)
  const say = sayer(name, growing, machine)
  const names = new NameCheck((anomaly) => say({ ...anomaly, layer: name }))
  await parser.walk(
    input.cursor,
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
          for await (const _ of body);
        } else await addEntry(header, body, { content, names, growing, say, layer: name })
      },
    },
  )
  assert((await input.cursor.take(1)).byteLength === 0, `${parser.format} walker left bytes of ${name} unread`)
  tiling.finish(input.cursor.position)
  machine.budget.listed.unexplainedRuns += tiling.unexplained.length
  names.finish()
  growing.layers.push({ name, format: parser.format, size: input.cursor.position, sha256: input.sha256(), tiling, content })
}

async function openCodec(codec: Codec, outer: Incoming & { sha256: Layer["sha256"] }, growing: Growing, machine: Machine): Promise<void> {
  const { limits } = machine
  const { name, content } = outer
  const tiling = tilingOf(machine)
  growing.layers.push({ name, format: codec.format, size: content.size, sha256: outer.sha256, tiling, content })
  const say = sayer(name, growing, machine)
  const spilled = await machine.spill()
  const decompress: Decompress = (chunks, bytesMax) => {
    machine.budget.demand("spilledBytesRunMax", bytesMax, name) // the decoder may run ahead of what is spent
    return machine.decompress(chunks, { spill: spilled, bytesMax })
  }
  const decoded = codec.decode(content, { layer: name, limits, decompress }, { claim: (claim) => tiling.add(claim), anomaly: say })
  const inner = `${name}!${innerName(baseName(name), codec)}`
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

async function* spillTo(spill: Spill, chunks: AsyncIterable<Uint8Array>, spend: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const chunk of chunks) {
    spend(chunk.byteLength)
    seen += chunk.byteLength
    if (spill.size < seen) await spill.append(chunk) // else the decoder has put it there itself
    yield chunk
  }
}

/** A stream that is no container: the layer is the content of one entry. */
async function addOnly(incoming: Incoming, cursor: Cursor, growing: Growing, machine: Machine): Promise<void> {
  const path = baseName(incoming.name.slice(incoming.name.lastIndexOf("!") + 1))
  const unread = unreadFormat(await cursor.peek(8))
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
  for await (const _ of rest(cursor));
  machine.budget.spend("entriesRunMax", 1, incoming.name)
  const { content } = incoming
  const measured = await measure(content.stream(), content.size)
  growing.names.push(path)
  growing.entries.push({ path, type: "file", mode: 0o644, size: content.size, content, ...measured })
}

interface Place {
  readonly content: ByteSource
  readonly names: NameCheck
  readonly growing: Growing
  readonly say: (anomaly: Anomaly) => void
  readonly layer: string
}

async function addEntry(header: EntryHeader, body: AsyncIterable<Uint8Array>, place: Place): Promise<void> {
  const { path, mode, target } = header
  const own = await measure(body, header.size)
  const add = (entry: Entry): void => {
    place.names.add(entry)
    place.growing.entries.push(entry)
  }
  if (header.type === "link") {
    const content = memorySource(Buffer.from(target ?? ""))
    return add({
      path,
      type: "link",
      mode,
      size: content.size,
      target: target ?? "",
      content,
      ...(await measure(content.stream(), content.size)),
    })
  }
  if (header.type === "hardlink") {
    const original = place.names.get(target ?? "")
    // A hard link to a link is a link again once it is restored, and is compared as one.
    if (original !== undefined && header.size === 0)
      return add({ ...original, path, ...(original.type === "file" ? { type: "hardlink", target: target ?? "" } : {}) })
    if (original === undefined)
      place.say({
        kind: "broken-hard-link",
        severity: "review",
        layer: place.layer,
        path,
        message: `hard link to ${target ?? ""}, which no earlier entry is`,
      })
  }
  const type = header.type === "directory" ? "special" : header.type
  add({
    path,
    type,
    mode,
    size: header.size,
    ...(target === undefined ? {} : { target }),
    content: extentSource(place.content, header.extents, header.size),
    ...own,
  })
}

/** The content of an entry, read from its layer; what no extent covers are zeros (sparse files). */
function extentSource(layer: ByteSource, extents: readonly Extent[], size: number): ByteSource {
  const [only] = extents
  if (size === 0) return memorySource(new Uint8Array(0))
  if (only !== undefined && extents.length === 1 && only.size === size) return sliceSource(layer, only.at, only.at + size)
  async function* stream(start = 0, end = size): AsyncGenerator<Uint8Array> {
    let at = start
    let index = 0
    while (at < end) {
      while (index < extents.length && (extents[index]?.start ?? 0) + (extents[index]?.size ?? 0) <= at) index += 1
      const extent = extents[index]
      const holeEnd = Math.min(end, extent?.start ?? size, at + (1 << 20))
      if (extent === undefined || extent.start > at) {
        yield new Uint8Array(holeEnd - at)
        at = holeEnd
        continue
      }
      const runEnd = Math.min(end, extent.start + extent.size)
      yield* layer.stream(extent.at + at - extent.start, extent.at + runEnd - extent.start)
      at = runEnd
    }
  }
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const parts: Uint8Array[] = []
    for await (const part of stream(start, end)) parts.push(part)
    return Buffer.concat(parts)
  }
  return { size, read, stream }
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

/** `x.tar.xz` -> `x.tar`, `x.tgz` -> `x.tar`; a name without the suffix gets none taken off. */
function innerName(name: string, codec: Codec): string {
  for (const [suffix, left] of codec.suffixes) if (name.toLowerCase().endsWith(suffix)) return `${name.slice(0, -suffix.length)}${left}`
  return name
}

const tilingOf = ({ limits, budget }: Machine): Tiling => new Tiling(Math.max(0, limits.unexplainedRunsMax - budget.listed.unexplainedRuns))

function sayer(layer: string, growing: Growing, { limits, budget }: Machine): (anomaly: Anomaly) => void {
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

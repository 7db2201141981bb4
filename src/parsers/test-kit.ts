import type { Anomaly } from "../core/anomaly.ts"
import type { ByteSource } from "../core/bytes.ts"
import { type Claim, Tiling } from "../core/claim.ts"
import { Cursor } from "../core/cursor.ts"
import { FaultError } from "../core/fault.ts"
import { type Limits, limitsDefault } from "../core/limits.ts"
import type { ByProgram, Codec, Container, Decompress, EntryHeader, Indexed } from "./parser.ts"

/** Runs parsers for tests: everything they told, with the claims proven to tile the input. No part of the product. */
export interface Told {
  readonly claims: readonly Claim[]
  readonly anomalies: readonly Anomaly[]
  readonly commits: readonly string[]
}
export interface WalkedEntry extends EntryHeader {
  readonly bytes: Buffer
}
export interface Walked extends Told {
  readonly entries: readonly WalkedEntry[]
}
export interface Decoded extends Told {
  readonly bytes: Buffer
}

const none: Decompress = () => {
  throw new Error("this codec needs no decoder")
}

class Notes {
  readonly claims: Claim[] = []
  readonly anomalies: Anomaly[] = []
  readonly commits: string[] = []
  readonly entries: WalkedEntry[] = []
  readonly tiling = new Tiling(1_000_000)

  claim(claim: Claim): void {
    this.tiling.add(claim)
    this.claims.push(claim)
  }
  anomaly(anomaly: Anomaly): void {
    this.anomalies.push(anomaly)
  }
  embeddedCommit(id: string): void {
    this.commits.push(id)
  }
  async entry(header: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> {
    const bytes = await joined(body)
    if (bytes.byteLength !== header.size) throw new Error(`${header.path}: ${bytes.byteLength} bytes of ${header.size}`)
    this.entries.push({ ...header, bytes })
  }
}

export async function walked(
  parser: Container | Indexed,
  chunks: readonly Uint8Array[],
  limits: Partial<Limits> = {},
  byProgram: ByProgram = () => undefined,
): Promise<Walked> {
  const notes = new Notes()
  const { claims, anomalies, commits, entries } = notes
  const options = { layer: "t", limits: { ...limitsDefault, ...limits } }
  if (parser.kind === "container") await parser.walk(new Cursor(stream(chunks)), options, notes)
  else await parser.walk(sourceOf(chunks), { ...options, byProgram }, notes)
  notes.tiling.finish(sizeOf(chunks))
  return { claims, anomalies, commits, entries }
}

export async function decoded(
  codec: Codec,
  chunks: readonly Uint8Array[],
  options: { limits?: Partial<Limits>; decompress?: Decompress } = {},
): Promise<Decoded> {
  const notes = new Notes()
  const { claims, anomalies, commits } = notes
  const limits = { ...limitsDefault, ...options.limits }
  const bytes = await joined(codec.decode(sourceOf(chunks), { layer: "t", limits, decompress: options.decompress ?? none }, notes))
  notes.tiling.finish(sizeOf(chunks))
  return { claims, anomalies, commits, bytes }
}

/** The fault that `work` ends with; a failure of the test when it ends well or with something else. */
export async function faultOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error("no fault"),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof FaultError)) throw error
  const { fault } = error
  if (fault.kind === "over-limit") return fault.limit
  return fault.kind === "malformed" ? `malformed at ${fault.offset}: ${fault.expected}` : fault.kind
}

/** A fault is fine for hostile bytes; anything else is ours and is thrown on. */
export async function faultOrValue<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof FaultError) return undefined
    throw error
  })
}

/** `role start-end` of each claim. */
export const shape = (told: Told): readonly string[] => told.claims.map(({ role, start, end }) => `${role} ${start}-${end}`)
export const kinds = (told: Told): readonly string[] => told.anomalies.map(({ kind }) => kind)

/** The bytes in pieces; `seed` decides where they are cut. */
export function cut(bytes: Uint8Array, seed: number, longest: number): readonly Uint8Array[] {
  const random = randoms(seed)
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    const size = 1 + (random() % longest)
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

/** Bit flips, cuts and splices of `bytes`, the same ones for the same seed. */
export function mutant(bytes: Uint8Array, seed: number): Buffer {
  const random = randoms(seed)
  const copy = Buffer.from(bytes)
  const kind = random() % 4
  if (kind === 0) return copy.subarray(0, random() % (copy.byteLength + 1))
  if (kind === 1) {
    const from = random() % copy.byteLength
    const size = random() % 600
    return Buffer.concat([
      copy.subarray(0, from),
      copy.subarray(random() % copy.byteLength).subarray(0, size),
      copy.subarray(from + (random() % 2) * size),
    ])
  }
  for (let flips = 1 + (random() % 4); flips > 0; flips -= 1) {
    const at = random() % copy.byteLength
    copy[at] = (copy[at] ?? 0) ^ (1 << (random() % 8))
  }
  return copy
}

/** xorshift32: numbers without a clock. */
export function randoms(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

const sizeOf = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

function sourceOf(chunks: readonly Uint8Array[]): ByteSource {
  const whole = Buffer.concat(chunks)
  return {
    size: whole.byteLength,
    read: async (start, end) => whole.subarray(start, end),
    async *stream(start = 0, end = whole.byteLength) {
      let at = 0
      for (const chunk of chunks) {
        const part = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at))
        at += chunk.byteLength
        if (part.byteLength > 0) yield part
      }
    },
  }
}

import { type ChildProcess, spawn } from "node:child_process"
import { closeSync } from "node:fs"
import { PassThrough, pipeline, Readable } from "node:stream"
import { type FileWriter, memorySource, type Spill } from "../core/bytes.ts"
import { escapeForeign } from "../core/escape.ts"
import { FaultError } from "../core/fault.ts"
import type { ByProgram, Compression } from "../parsers/parser.ts"
import type { Context } from "./context.ts"
import { type Decoder, type DecoderProgram, decoders } from "./decoders.ts"
import { feed, findProgram, versionOf } from "./program.ts"
import { WholeFile } from "./whole-file.ts"

/**
 * Undoes a compression: with the system's program as a child without environment or network of ours, else in this process, as the table of `decoders` has it.
 * Of our files the program gets the one that it decodes, to read, where it decodes all of one, and `into`, where it writes itself: through a pipe the bytes would be copied twice more (measured on linux's 1.4 GB:
 * 1.5 of 19 seconds of processor time). Other decoders leave that to whoever takes the chunks.
 * Which of them ran is in the report's trusted base. EVERYBYTE_NO_SYSTEM_DECODERS=1 takes none of the system.
 */
export function decompressor(
  ctx: Context,
): (compression: Compression, chunks: AsyncIterable<Uint8Array>, into?: Into) => AsyncIterable<Uint8Array> {
  const program = byProgram(ctx)
  return (compression, chunks, into) => {
    const decoded = program(compression, chunks, into)
    if (decoded !== undefined) return decoded
    const { builtIn } = decoders[compression]
    if (builtIn.tool !== undefined) ctx.toolsUsed.set(...builtIn.tool)
    return builtIn.decode(chunks, ctx)
  }
}

/** The programs of the system alone. */
export function byProgram(
  ctx: Context,
): (compression: Compression, chunks: AsyncIterable<Uint8Array>, into?: Into) => ReturnType<ByProgram> {
  return (compression, chunks, into) => {
    if (ctx.environment["EVERYBYTE_NO_SYSTEM_DECODERS"] === "1") return undefined
    const { programs, pieces, builtIn, first } = decoders[compression]
    const find = (program: DecoderProgram): Found | undefined => {
      const path = findProgram(program.name, ctx)
      return path === undefined ? undefined : { ...program, path, compression }
    }
    const whole = (of: AsyncIterable<Uint8Array>, to?: Into): ReturnType<ByProgram> => {
      const found = programs.map(find).find((one) => one !== undefined)
      if (found === undefined) return undefined
      return named(pieces === undefined ? throughProgram(found, of, to) : byPieces(found, pieces(of)), found, ctx)
    }
    const fast = first === undefined ? undefined : find(first.program)
    if (first === undefined || fast === undefined) return whole(chunks, into)
    return firstFaster({ ...first, found: fast }, { chunks, into, whole: (of, to) => whole(of, to) ?? builtIn.decode(of, ctx) }, ctx)
  }
}

interface Whole {
  readonly chunks: AsyncIterable<Uint8Array>
  readonly into: Into | undefined
  readonly whole: (chunks: AsyncIterable<Uint8Array>, into?: Into) => AsyncIterable<Uint8Array>
}

/** The first stream by the faster program, where that is new enough, and what stands behind it as all else. */
async function* firstFaster(
  { found, since, cut }: NonNullable<Decoder["first"]> & { readonly found: Found },
  { chunks, into, whole }: Whole,
  ctx: Context,
): AsyncGenerator<Uint8Array> {
  const version = ctx.toolsUsed.get(found.name) ?? (await versionOf(found.path))
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number)
  if (major < since[0] || (major === since[0] && minor < since[1])) return yield* whole(chunks, into)
  const streams = cut(chunks)
  try {
    ctx.toolsUsed.set(found.name, version)
    yield* throughProgram(found, streams.first, into)
    if (!streams.isSound()) throw faultOf(found, "its end does not state its size")
    if (streams.hasRest()) yield* whole(streams.rest)
  } finally {
    await streams.close()
  }
}

/** A file that the decoder may write itself, and how many bytes are promised. */
export interface Into {
  readonly spill: Spill
  readonly bytesMax: number
}

/** The chunks, and beside them the program's version for the trusted base: asked once, while it decodes. */
async function* named(chunks: AsyncIterable<Uint8Array>, { name, path }: Found, ctx: Context): AsyncGenerator<Uint8Array> {
  const version = ctx.toolsUsed.has(name) ? undefined : versionOf(path)
  try {
    yield* chunks
  } finally {
    if (version !== undefined) ctx.toolsUsed.set(name, await version)
  }
}

interface Found extends DecoderProgram {
  readonly path: string
  readonly compression: Compression
}

async function* throughProgram(program: Found, chunks: AsyncIterable<Uint8Array>, into?: Into): AsyncGenerator<Uint8Array> {
  let running: Running | undefined
  const file = chunks instanceof WholeFile ? chunks.reopen() : undefined
  const start = (stdout: number | "pipe"): Running => {
    const child = spawn(program.path, program.args, { cwd: "/", env: {}, stdio: [file ?? "pipe", stdout, "pipe"] })
    running = { child, exited: exitOf(child), fed: file === undefined ? feed(child, chunks) : Promise.resolve() }
    return running
  }
  try {
    if (into !== undefined) yield* into.spill.follow((fd) => writerOf(start(fd)), into.bytesMax)
    else if (file === undefined) yield* start("pipe").child.stdout ?? []
    else yield* inLargeChunks(start("pipe").child.stdout)
    const [failure, exit] = await Promise.all([running?.fed, running?.exited])
    if (failure !== undefined) throw failure
    if (exit !== undefined && exit !== "") throw faultOf(program, exit)
  } finally {
    running?.child.kill("SIGKILL")
    if (file !== undefined) closeSync(file)
  }
}

/** What Node reads of a pipe at most at a time, and how long we wait for more where there was less. */
const large = { bytes: 1 << 16, waitMs: 0.2 }

/**
 * xz writes 8 KiB at a time, and each of these would wake us: it costs xz more than to write them (measured: 0.16 of 2.8 seconds). Node's timers
 * are too slow by ten times, and the buffer would be full; so this thread sleeps. For a program that reads its file itself: another waits for us to feed it.
 */
async function* inLargeChunks(stdout: Readable | null): AsyncGenerator<Uint8Array> {
  const never = new Int32Array(new SharedArrayBuffer(4))
  for await (const chunk of stdout ?? []) {
    yield chunk
    if (chunk.byteLength < large.bytes) Atomics.wait(never, 0, 0, large.waitMs)
  }
}

/** So many pieces at a time, as with xz, and what is held of one that is not asked for yet. */
const atOnce = 2
const aheadBytes = 16 << 20

/** What pieces decode to, in their order, each by a process of its own. */
async function* byPieces(program: Found, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const running: { readonly output: Readable; readonly ahead: PassThrough }[] = []
  const source = pieces[Symbol.asyncIterator]()
  const start = async (): Promise<void> => {
    const next = await source.next()
    if (next.done === true) return
    const output = Readable.from(throughProgram(program, memorySource(next.value).stream()))
    running.push({ output, ahead: pipeline(output, new PassThrough({ highWaterMark: aheadBytes }), () => undefined) })
  }
  try {
    for (let count = 0; count < atOnce; count += 1) await start()
    for (let first = running[0]; first !== undefined; first = running[0]) {
      yield* first.ahead
      running.shift()
      await start()
    }
  } finally {
    for (const { output, ahead } of running) {
      ahead.destroy()
      output.destroy()
    }
    await source.return?.()
  }
}

interface Running {
  readonly child: ChildProcess
  readonly exited: Promise<string>
  readonly fed: Promise<unknown>
}

const writerOf = ({ child, exited }: Running): FileWriter => ({ ended: exited, stop: () => void child.kill("SIGKILL") })

/** What says nothing against the stream, as xz (message_strm in message.c), zstd (error_private.c) and lzip word it, and what helps. */
const beyondProgram: readonly (readonly [said: RegExp, remedy: (name: string) => string])[] = [
  [/unsupported (?:options|type of integrity check)/i, (name) => `install a newer ${name}, which may know this filter or check`],
  [
    /memory usage limit reached|cannot allocate memory|frame requires too much memory|not enough memory/i,
    (name) => `look at it with ${name} itself, and as much memory as it asks for`,
  ],
]

/** A disk that is full says nothing against the stream, nor does what the program does not know or may not have. */
function faultOf({ name, path, compression }: Found, said: string): FaultError {
  const why = `${path} says: ${escapeForeign(said)}`
  const form = compression === "zstd-unchecked" ? "zstd" : compression // who compares its checksum is nothing to a reader
  const [, beyond] = beyondProgram.find(([words]) => words.test(said)) ?? []
  if (beyond !== undefined)
    return new FaultError({ kind: "unavailable", source: path, why: `it says: ${escapeForeign(said)}`, remedy: beyond(name) })
  if (!/write error|no space left/i.test(said))
    return new FaultError({ kind: "malformed", layer: form, offset: 0, expected: `a sound ${form} stream; ${why}` })
  const remedy = "free some space, run `everybyte cache prune`, or choose another folder with --cache"
  const isFull = /no space left/i.test(said)
  return new FaultError({
    kind: "unavailable",
    source: "the temporary file for what is decoded",
    why: isFull ? "the disk is full" : why,
    remedy,
  })
}

/** What the program said when it failed, or "" when it did not. */
function exitOf(child: ChildProcess): Promise<string> {
  let said = ""
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-2000)
  })
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message))
    child.on("close", (code, signal) => resolve(code === 0 ? "" : said.trim() || `ended with ${code ?? signal}`))
  })
}

import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import { afterAll, describe, expect, test } from "vitest"
import { made, missing } from "../../test/fixtures/decoders.ts"
import { FaultError } from "../core/fault.ts"
import { limitsDefault } from "../core/limits.ts"
import { randoms } from "../parsers/test-kit.ts"
import type { Context } from "./context.ts"
import { byProgram, decompressor } from "./decompress.ts"
import { fileSource } from "./open-file.ts"
import { spill } from "./spill.ts"

const content = Buffer.from(Uint32Array.from({ length: 1_500_000 }, (_, at) => (at * 2654435761) % (1 + (at >> 4))).buffer)
const compressed = execFileSync("xz", ["-c", "-0", "-T2", "--block-size=2MiB"], { input: content, maxBuffer: 1 << 26 })

const folder = mkdtempSync(join(tmpdir(), "everybyte-decompress-"))
afterAll(() => rmSync(folder, { recursive: true }))

function context(environment: Record<string, string | undefined>): Context {
  return {
    limits: limitsDefault,
    cache: folder,
    offline: true,
    progress: () => undefined,
    keyrings: [],
    toolsUsed: new Map(),
    environment,
    day: "2026-01-01",
  }
}

/** Decodes into a file; what it then holds is what was handed out. */
async function* throughFile(ctx: Context, chunks: AsyncIterable<Uint8Array>, bytesMax = 1 << 30): AsyncGenerator<Uint8Array> {
  const spilled = await spill(ctx)
  const handedOut: Uint8Array[] = []
  for await (const chunk of decompressor(ctx)("xz", chunks, { spill: spilled, bytesMax })) {
    handedOut.push(chunk)
    if (ctx.toolsUsed.has("xz-decompress (WASM)")) await spilled.append(chunk)
    yield chunk
  }
  expect((await all(spilled.stream())).equals(Buffer.concat(handedOut))).toBe(true)
  await spilled.close()
}

const throughPipe = (ctx: Context, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => decompressor(ctx)("xz", chunks)

async function* pieces(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

/** xz and bzip2 processes that this process started. */
function children(): number {
  let count = 0
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? []
      if (/^(?:xz|bzip2)$/.test(name) && rest.split(" ")[1] === String(process.pid) && !rest.startsWith("Z")) count += 1
    } catch {
      // it ended meanwhile
    }
  }
  return count
}

async function gone(): Promise<number> {
  for (let tries = 0; tries < 100 && children() > 0; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20))
  return children()
}

describe.each([
  ["the system's xz", { PATH: process.env["PATH"] }, /^xz$/, throughPipe],
  ["the system's xz, which writes the file itself", { PATH: process.env["PATH"] }, /^xz$/, throughFile],
  ["the worker", { PATH: process.env["PATH"], EVERYBYTE_NO_SYSTEM_DECODERS: "1" }, /^xz-decompress \(WASM\)$/, throughFile],
  ["the worker, where no xz is on PATH", { PATH: "/nonexistent" }, /^xz-decompress \(WASM\)$/, throughPipe],
])("%s", (_, environment, tool, decode) => {
  test("decodes, and is named in the trusted base", async () => {
    const ctx = context(environment)
    expect((await all(decode(ctx, pieces(compressed)))).equals(content)).toBe(true)
    const [[name = "", version = ""] = []] = [...ctx.toolsUsed]
    expect(name).toMatch(tool)
    expect(version).toMatch(/\d/)
    expect(ctx.toolsUsed.size).toBe(1)
  })

  test("decodes streams one after another, small pieces, and nothing at all", async () => {
    const two = Buffer.concat([compressed.subarray(0), Buffer.alloc(4), execFileSync("xz", ["-c"], { input: "tail" })])
    expect((await all(decode(context(environment), pieces(two, 9999)))).equals(Buffer.concat([content, Buffer.from("tail")]))).toBe(true)
    const empty = execFileSync("xz", ["-c"], { input: "" })
    expect((await all(decode(context(environment), pieces(empty, 1)))).byteLength).toBe(0)
  })

  test.each([
    ["cut in the middle", compressed.subarray(0, 500_000)],
    ["cut in the footer", compressed.subarray(0, -5)],
    ["no xz", Buffer.from("this is no xz stream at all")],
    ["nothing", Buffer.alloc(0)],
    [
      "a flipped bit",
      Buffer.concat([compressed.subarray(0, 300_000), Buffer.from([(compressed[300_000] ?? 0) ^ 4]), compressed.subarray(300_001)]),
    ],
  ])("refuses what is broken: %s", async (_name, bytes) => {
    const error: unknown = await all(decode(context(environment), pieces(bytes))).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FaultError)
    expect(error instanceof FaultError && error.fault.kind).toBe("malformed")
  })

  test("a consumer that stops early leaves no process and closes its source", async () => {
    let closed = false
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* pieces(compressed)
      } finally {
        closed = true
      }
    }
    let chunks = 0
    for await (const _chunk of decode(context(environment), source())) {
      chunks += 1
      break
    }
    expect(chunks).toBe(1)
    expect(await gone()).toBe(0)
    for (let tries = 0; tries < 100 && !closed; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(closed).toBe(true)
  })

  test("a source that throws ends it with that error", async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield compressed.subarray(0, 200_000)
      throw new Error("the disk is gone")
    }
    await expect(all(decode(context(environment), source()))).rejects.toThrow("the disk is gone")
    expect(await gone()).toBe(0)
  })
})

test("what the worker cannot decode is no fault of the stream", async () => {
  const worker = context({ EVERYBYTE_NO_SYSTEM_DECODERS: "1" })
  for (const option of ["--check=sha256", "--lzma2=dict=128MiB"]) {
    const bytes = execFileSync("xz", ["-c", option], { input: "hello" })
    await expect(all(decompressor(worker)("xz", pieces(bytes)))).rejects.toThrow("install xz")
    expect((await all(decompressor(context({ PATH: process.env["PATH"] }))("xz", pieces(bytes)))).toString()).toBe("hello")
  }
})

/** A stream whose first filter is another than it was made with: x86 by its number in the block header, whose checksum is made again (xz-file-format, section 3.1). */
function withFilter(id: number): Buffer {
  const bytes = Buffer.from(execFileSync("xz", ["-c", "--x86", "--lzma2=preset=0"], { input: "hello" }))
  const end = 12 + 4 * ((bytes[12] ?? 0) + 1) - 4
  bytes[14] = id
  bytes.writeUInt32LE(crc32(bytes.subarray(12, end)), end)
  return bytes
}

test("a fault names zstd, whoever compares its checksum", async () => {
  const broken = (environment: NodeJS.ProcessEnv) =>
    all(decompressor(context(environment))("zstd-unchecked", pieces(Buffer.from("no zstd"))))
  for (const environment of [{ PATH: process.env["PATH"] }, { EVERYBYTE_NO_SYSTEM_DECODERS: "1" }])
    await expect(broken(environment)).rejects.toMatchObject({ fault: { kind: "malformed", layer: "zstd" } })
})

test("what the system's xz does not know, or has no memory for, is no fault of the stream", async () => {
  const system = decompressor(context({ PATH: process.env["PATH"] }))
  expect((await all(system("xz", pieces(withFilter(4))))).toString()).toBe("hello")
  await expect(all(system("xz", pieces(withFilter(0x3f))))).rejects.toMatchObject({
    fault: { kind: "unavailable", remedy: "install a newer xz, which may know this filter or check" },
  })
  const large = Buffer.from(execFileSync("xz", ["-c", "--format=lzma"], { input: "hello" }))
  large.writeUInt32LE(2 ** 31, 1)
  await expect(all(system("lzma", pieces(large)))).rejects.toMatchObject({
    fault: { kind: "unavailable", remedy: "look at it with xz itself, and as much memory as it asks for" },
  })
})

test("of more bytes than were promised one is handed out, and the process is ended", async () => {
  const parts: Uint8Array[] = []
  const read = async (): Promise<void> => {
    for await (const chunk of throughFile(context({ PATH: process.env["PATH"] }), pieces(compressed), 100_000)) parts.push(chunk)
  }
  await read().catch((error: unknown) => expect(error).toBeInstanceOf(FaultError)) // unless it had ended before it was stopped
  expect(Buffer.concat(parts).equals(content.subarray(0, 100_001))).toBe(true)
  expect(await gone()).toBe(0)
})

test("a disk that is full says nothing against the stream", async () => {
  const ctx = context({ PATH: process.env["PATH"] })
  const spilled = await spill(ctx)
  const full: typeof spilled.follow = (start) => spilled.follow(() => start(openSync("/dev/full", "w")), 1 << 30)
  const decoded = decompressor(ctx)("xz", pieces(compressed), { spill: { ...spilled, size: 0, follow: full }, bytesMax: 1 << 30 })
  await expect(all(decoded)).rejects.toThrow(/the disk is full; free some space/)
})

describe.skipIf(missing("bzip2") !== undefined)(`bzip2 in several pieces ${missing("bzip2") ?? ""}`, () => {
  const noise = Buffer.from(Uint8Array.from({ length: 4_000_000 }, randoms(7)))
  const packed = made("bzip2", ["-c", "-9"], noise)
  const decode = (bytes: Uint8Array): AsyncIterable<Uint8Array> =>
    decompressor(context({ PATH: process.env["PATH"] }))("bzip2", pieces(bytes))

  test("is what it is in one", async () => {
    expect((await all(decode(packed))).equals(noise)).toBe(true)
    expect(await gone()).toBe(0)
  })

  test("of which one is broken is a fault, wherever it stands", async () => {
    for (const at of [100_000, 1_500_000, packed.byteLength - 300_000, packed.byteLength - 2]) {
      const broken = Buffer.from(packed)
      broken[at] = (broken[at] ?? 0) ^ 1
      await expect(all(decode(broken))).rejects.toMatchObject({ fault: { kind: "malformed" } })
      expect(await gone()).toBe(0)
    }
  })

  test("that is left in the middle leaves no process behind", async () => {
    for await (const _ of decode(packed)) break
    expect(await gone()).toBe(0)
  })
})

test("by programs alone: where the system has none, nothing is decoded", async () => {
  const [some, none] = [{ PATH: process.env["PATH"] }, { PATH: process.env["PATH"], EVERYBYTE_NO_SYSTEM_DECODERS: "1" }]
  const decoded = byProgram(context(some))("xz", pieces(compressed))
  expect((await all(decoded ?? pieces(Buffer.alloc(0)))).equals(content)).toBe(true)
  expect([byProgram(context(none))("xz", pieces(compressed)), byProgram(context({}))("xz", pieces(compressed))]).toEqual([
    undefined,
    undefined,
  ])
})

describe.skipIf(!existsSync("/proc/self/fd"))("all of a file is read by the program itself", () => {
  test("from its first byte on each time, though its name is gone, and no chunk of it is asked for", async () => {
    const file = join(folder, "whole.xz")
    writeFileSync(file, compressed)
    const source = await fileSource(file)
    unlinkSync(file)
    for (const decode of [throughPipe, throughFile, throughPipe]) {
      const chunks = source.stream()
      const never = { value: () => expect.unreachable("it was asked for a chunk") }
      Object.defineProperty(chunks, Symbol.asyncIterator, never)
      expect((await all(decode(context({ PATH: process.env["PATH"] }), chunks))).equals(content)).toBe(true)
    }
    await source.close()
  })

  test("but a part of it is fed to it, and a broken one is refused", async () => {
    const file = join(folder, "part.xz")
    writeFileSync(file, Buffer.concat([compressed, Buffer.from("behind")]))
    const source = await fileSource(file)
    const ctx = context({ PATH: process.env["PATH"] })
    expect((await all(throughPipe(ctx, source.stream(0, compressed.byteLength)))).equals(content)).toBe(true)
    await expect(all(throughPipe(ctx, source.stream()))).rejects.toThrow(FaultError)
    await source.close()
  })

  test("one that is let go of early ends, and leaves no file open", async () => {
    const file = join(folder, "early.xz")
    writeFileSync(file, compressed)
    const source = await fileSource(file)
    const open = (): number => readdirSync("/proc/self/fd").length
    const before = open()
    for await (const _chunk of throughPipe(context({ PATH: process.env["PATH"] }), source.stream())) break
    expect(await gone()).toBe(0)
    for (let tries = 0; tries < 100 && open() > before; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(open()).toBeLessThanOrEqual(before)
    await source.close()
  })
})

import { execFileSync, spawnSync } from "node:child_process"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Limits, limitsDefault } from "../core/limits.ts"
import { decompressor } from "../io/decompress.ts"
import { fixtureContext } from "../io/git-fixture.ts"
import { parsers } from "../parsers/index.ts"
import { randoms } from "../parsers/test-kit.ts"
import { Look } from "./inside.ts"

function lookOf(limits: Partial<Limits> = {}): Look {
  const decode = decompressor(fixtureContext())
  return new Look({ limits: { ...limitsDefault, ...limits }, decompress: (compression, chunks) => decode(compression, chunks) })
}
const inside = (bytes: Uint8Array, limits: Partial<Limits> = {}) => lookOf(limits).file(bytes)

const nothing = { unexplained: { bytes: 0, runs: [] }, anomalies: { count: 0, first: [] } }
const noise = (size: number, seed = 1): Buffer => {
  const next = randoms(seed)
  return Buffer.from(Array.from({ length: size }, () => next() & 0xff))
}

/** A ustar archive of plain files (POSIX.1-1988). */
function tarOf(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, bytes]) => {
    const header = Buffer.alloc(512)
    header.write(name, 0, "latin1")
    header.write("0000644\0", 100)
    header.write("0000000\0", 108)
    header.write("0000000\0", 116)
    header.write(`${bytes.byteLength.toString(8).padStart(11, "0")}\0`, 124)
    header.write("00000000000\0        0", 136)
    header.write("ustar\x0000", 257, "latin1")
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148)
    return [header, bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

test("folders, links and devices of an archive were counted as texts of it", async () => {
  const archive = tarOf({
    text: Buffer.from("text\n"),
    opaque: noise(100),
    link: Buffer.alloc(0),
    fifo: Buffer.alloc(0),
    folder: Buffer.alloc(0),
  })
  for (const [at, type] of [
    [512 * 4, "2"],
    [512 * 5, "6"],
    [512 * 6, "5"],
  ] as const) {
    archive.write(type, at + 156)
    archive.write(type === "2" ? "/etc/passwd" : "", at + 157)
    archive.fill(" ", at + 148, at + 156)
    const sum = archive.subarray(at, at + 512).reduce((total, byte) => total + byte, 0)
    archive.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148)
  }
  const { structure } = await inside(archive)
  expect(structure?.stopped).toBeUndefined()
  expect(structure?.members).toMatchObject({ texts: 1, opaque: 1, bytes: 105 })
})

test("a stream that decodes whole: what it decodes to, its encoding, entropy and repeats", async () => {
  const text = Buffer.from("abcdefghijk".repeat(100))
  expect(await inside(gzipSync(text))).toEqual({
    repeats: { bytes: 0, runs: 0, longest: [] },
    structure: {
      ...nothing,
      content: {
        size: 1100,
        encoding: "utf-8",
        entropy: 3.459,
        repeats: { bytes: 1100, runs: 1, longest: [{ period: 11, start: 0, end: 1100 }] },
      },
    },
  })
})

test("bytes behind a stream are unexplained, with their place; zeros are padding", async () => {
  const stream = gzipSync("text")
  const { structure } = await inside(Buffer.concat([stream, Buffer.from("hidden")]))
  expect(structure?.unexplained).toMatchObject({ bytes: 6, runs: [{ start: stream.byteLength, end: stream.byteLength + 6 }] })
  expect(structure?.anomalies.first).toEqual([expect.stringContaining(`at ${stream.byteLength}`)])
  expect([structure?.stopped, structure?.content?.size]).toEqual([undefined, 4])
  expect((await inside(Buffer.concat([stream, Buffer.alloc(6)]))).structure?.unexplained.bytes).toBe(0)
})

test("a stream that is cut or changed is refused, with the byte and what was expected there, and has no content", async () => {
  const whole = gzipSync(noise(1000))
  const changed = Buffer.from(whole)
  changed[whole.byteLength - 8] = (changed[whole.byteLength - 8] ?? 0) ^ 1
  expect((await inside(changed)).structure).toEqual({
    ...nothing,
    stopped: { kind: "malformed", at: whole.byteLength - 8, why: "expected the CRC32 of the decoded bytes" },
  })
  expect((await inside(whole.subarray(0, 500))).structure?.stopped).toMatchObject({ kind: "malformed", at: 500 })
})

test("an archive in a stream: its members, texts counted, opaque ones looked into as deep as they go", async () => {
  const inner = gzipSync(noise(300))
  const { structure } = await inside(gzipSync(tarOf({ README: Buffer.from("text\n"), "a.gz": inner, "b.bin": Buffer.alloc(100) })))
  expect(structure?.content).toMatchObject({
    format: "tar",
    structure: { members: { texts: 1, opaque: 2, bytes: 5 + 100 + inner.byteLength } },
  })
  expect(structure?.content?.structure?.members?.listed).toMatchObject([
    { path: "a.gz", format: "gzip", structure: { content: { size: 300 } } },
    { path: "b.bin", size: 100, repeats: { bytes: 100, runs: 1, longest: [{ period: 1, start: 0, end: 100 }] } },
  ])
})

test("bytes that no parser knows have no structure", async () => {
  expect(await inside(noise(5000))).toEqual({ repeats: { bytes: 0, runs: 0, longest: [] } })
  expect(await inside(Buffer.concat([Buffer.of(0), noise(999)]))).not.toHaveProperty("structure")
})

test("the longest eight runs are told by place, all are counted, and what two share counts once", async () => {
  const parts = Array.from({ length: 20 }, (_, index) => [noise(50, index + 2), Buffer.alloc(100 + index)]).flat()
  const { repeats } = await inside(Buffer.concat(parts))
  expect([repeats.runs, repeats.longest.length]).toEqual([20, 8])
  expect(repeats.longest.map(({ start, end }) => end - start >= 112)).toEqual(Array.from({ length: 8 }, () => true))
  expect(repeats.longest.map(({ start }) => start)).toEqual(repeats.longest.map(({ start }) => start).toSorted((a, b) => a - b))
  const shared = Buffer.concat([Buffer.alloc(99, 1), Buffer.from("\x01\x02".repeat(50), "latin1")])
  expect((await inside(shared)).repeats).toMatchObject({ bytes: 199, runs: 2 })
})

test("runs of one length at equal distances are told as a row; one that stands elsewhere, or two, are none", async () => {
  const part = (seed: number, size: number): Buffer =>
    Buffer.concat([Buffer.alloc(100), Buffer.of(1), noise(size - 102, seed), Buffer.of(1)])
  const row = [part(1, 300), part(2, 300), part(3, 300), part(4, 300)]
  const repeats = async (parts: readonly Buffer[]) => (await inside(Buffer.concat([noise(30), Buffer.of(1), ...parts]))).repeats
  expect((await repeats(row)).row).toMatchObject({ period: 1, bytes: 100, runs: 4, start: 31, distance: 300, between: 7.652 })
  expect(await repeats([...row.slice(0, 2), part(5, 301), part(6, 300)])).not.toHaveProperty("row")
  expect(await repeats(row.slice(0, 2))).toMatchObject({ runs: 2 })
  expect(await repeats(row.slice(0, 2))).not.toHaveProperty("row")
})

describe("hostile contents end at a maximum, which is named", () => {
  const over = (limit: keyof Limits, max: number) => ({ kind: "over-limit", why: `${limit} (${max})` })

  test("a bomb", async () => {
    const look = lookOf({ insideBytesMax: 2 ** 20 })
    expect((await look.file(gzipSync(Buffer.alloc(2 ** 24)))).structure?.stopped).toEqual(over("insideBytesMax", 2 ** 20))
    expect(look.cost.bytes).toBeLessThan(2 ** 21)
  })

  test("bombs in an archive share what one file may cost", async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 19))
    const { structure } = await inside(tarOf({ "a.gz": bomb, "b.gz": bomb, "c.gz": bomb }), { insideBytesMax: 2 ** 20 })
    expect(structure?.members?.listed.map((one) => one.structure?.stopped?.kind)).toEqual([undefined, "over-limit", "over-limit"])
  })

  test("a stream in a stream in a stream", async () => {
    let bytes: Buffer = gzipSync("x")
    for (let depth = 1; depth < 5; depth += 1) bytes = gzipSync(bytes)
    const stops = async (limits: Partial<Limits>) => {
      const found: unknown[] = []
      for (let one = (await inside(bytes, limits)).structure; one !== undefined; one = one.content?.structure) found.push(one.stopped)
      return found
    }
    expect(await stops({})).toEqual([undefined, undefined, undefined, undefined, undefined])
    expect(await stops({ depthMax: 2 })).toEqual([undefined, undefined, over("depthMax", 2)])
    expect(await stops({ insideLayersMax: 3 })).toEqual([undefined, undefined, undefined, over("insideLayersMax", 3)])
  })

  test("a sentence that repeats a long name of a member is cut", async () => {
    const local = Buffer.alloc(30)
    local.write("PK\x03\x04", "latin1")
    local.writeUInt16LE(3000, 26) // of a name that the directory does not list (APPNOTE.TXT 4.3.7)
    const end = Buffer.alloc(22)
    end.write("PK\x05\x06", "latin1")
    end.writeUInt32LE(3030, 16)
    const { anomalies, unexplained } = (await inside(Buffer.concat([local, Buffer.alloc(3000, "n"), end]))).structure ?? {}
    expect(anomalies?.first.map(({ length }) => length)).toEqual([1000])
    expect(unexplained).toMatchObject({ bytes: 3030, runs: [{ why: expect.stringMatching(/^"n{999}$/) }] })
  })

  test("more opaque members than are listed of one file are counted, and not looked into", async () => {
    const members = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`${index}.bin`, Buffer.alloc(9)]))
    const look = lookOf({ insideMembersMax: 3 })
    const { structure } = await look.file(tarOf(members))
    expect([structure?.members?.opaque, structure?.members?.listed.length, look.cost]).toMatchObject([7, 3, { layers: 1, members: 3 }])
    const nested = await inside(tarOf({ "a.tar": tarOf(members), "b.tar": tarOf(members) }), { insideMembersMax: 3 })
    expect(nested.structure?.members?.listed.map(({ structure }) => structure?.members?.listed.length)).toEqual([2])
    expect(nested.structure?.members?.opaque).toBe(2)
  })
})

const hasXz = spawnSync("xz", ["--version"]).status === 0
const why = hasXz ? "" : " (NOT RUN: xz is absent)"
test.skipIf(!hasXz)(`what the walker of xz cannot see, its decoder says, without a place${why}`, async () => {
  const whole = execFileSync("xz", ["-c"], { input: noise(2000) })
  expect((await inside(whole)).structure).toMatchObject({ ...nothing, content: { size: 2000 } })
  const changed = Buffer.from(whole)
  changed[500] = (changed[500] ?? 0) ^ 1
  const { stopped } = (await inside(changed)).structure ?? {}
  expect(stopped).toMatchObject({ kind: "malformed", why: expect.stringContaining("a sound xz stream") })
  expect(stopped).not.toHaveProperty("at")
})

test.skipIf(!hasXz)(
  `what is told of a stream of xz is what xz -t says of it, changed, cut and with something behind it${why}`,
  async () => {
    const whole = execFileSync("xz", ["-c", "--check=crc32"], { input: Buffer.concat([noise(150), Buffer.alloc(500)]) })
    const changed = Array.from({ length: 30 }, (_, index) => {
      const bytes = Buffer.from(whole)
      const at = (index * 37) % bytes.byteLength
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (index % 8))
      return bytes
    })
    const behind = ["", "\0", "\0\0\0\0", "\0\0\0\0\0\0\0\0", "text"].map((tail) => Buffer.concat([whole, Buffer.from(tail)]))
    const all = [...changed, ...behind, whole.subarray(0, -1), whole.subarray(0, 20), Buffer.concat([whole, whole])]
    const told = await Promise.all(
      all.map(async (bytes) => {
        const { structure } = await inside(bytes)
        const isWhole = structure !== undefined && structure.stopped === undefined
        return isWhole && structure.unexplained.bytes === 0
      }),
    )
    const xz = all.map((input) => spawnSync("xz", ["-t", "--format=xz"], { input }).status === 0)
    expect(told).toEqual(xz)
    expect(told.filter((isWhole) => isWhole)).toHaveLength(4) // with zeros, fours of them, and twice
  },
)

test("whatever begins as a format does is told or refused: nothing throws, and no more bytes are told than there are", async () => {
  const heads = [
    "\x1f\x8b\x08",
    "\xfd7zXZ\0",
    "BZh9",
    "\x28\xb5\x2f\xfd",
    "LZIP\x01",
    "!<arch>\n",
    "070701",
    "\xed\xab\xee\xdb",
    "# v2 git bundle\n",
    "7z\xbc\xaf\x27\x1c",
    "PK\x03\x04",
    "PK\x05\x06",
  ]
  const some = fc
    .tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }))
    .map(([head, rest]) => Buffer.concat([Buffer.from(head, "latin1"), rest]))
  const real = fc
    .tuple(fc.constantFrom(gzipSync(noise(200)), tarOf({ a: noise(600), b: Buffer.alloc(99) })), fc.nat(), fc.nat(255))
    .map(([bytes, at, byte]) => {
      const changed = Buffer.from(bytes)
      changed[at % changed.byteLength] = byte
      return changed
    })
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.oneof(some, real), async (bytes) => {
      const { repeats, structure } = await inside(bytes)
      expect(repeats.bytes).toBeLessThanOrEqual(bytes.byteLength)
      expect(structure?.unexplained.bytes ?? 0).toBeLessThanOrEqual(bytes.byteLength)
      for (const { format, detect } of parsers) if (structure !== undefined && detect(bytes.subarray(0, 512))) seen.add(format)
    }),
    { numRuns: 150 },
  )
  expect(seen.size).toBeGreaterThan(3)
})

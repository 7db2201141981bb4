import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { made, missing } from "../../test/fixtures/decoders.ts"
import { collect } from "../core/bytes.ts"
import type { Compression } from "../parsers/parser.ts"
import { cut, faultOf, randoms } from "../parsers/test-kit.ts"
import type { Context } from "./context.ts"
import { createContext } from "./create-context.ts"
import { decoders } from "./decoders.ts"
import { decompressor } from "./decompress.ts"
import { spill } from "./spill.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-decoders-"))
afterAll(() => rmSync(folder, { recursive: true }))

const random = randoms(3)
const content = Buffer.concat([
  Buffer.from(Uint8Array.from({ length: 100_000 }, (_, at) => (at % 3000 < 1500 ? random() : at >> 9))),
  Buffer.alloc(400_000, "line\n"),
])

interface Form {
  readonly compression: Compression
  /** Programs that must be here to make and to decode it. */
  readonly needs: readonly string[]
  readonly make: (bytes: Uint8Array) => Buffer
  readonly tool: string
  /** As the trusted base names what stands in for the program; "" for our own. */
  readonly builtIn: string
  /** Whether streams may stand one after another. */
  readonly joins: boolean
}

const forms: readonly Form[] = [
  { compression: "bzip2", needs: ["bzip2"], make: (bytes) => made("bzip2", ["-c"], bytes), tool: "bzip2", builtIn: "", joins: true },
  {
    compression: "zstd",
    needs: ["zstd"],
    make: (bytes) => made("zstd", ["-cq"], bytes),
    tool: "zstd",
    builtIn: "zstd (node:zlib)",
    joins: true,
  },
  { compression: "lzip", needs: ["lzip", "xz"], make: (bytes) => made("lzip", ["-c"], bytes), tool: "xz", builtIn: "", joins: true },
  {
    compression: "lzma",
    needs: ["xz"],
    make: (bytes) => made("xz", ["-c", "--format=lzma"], bytes),
    tool: "xz",
    builtIn: "",
    joins: false,
  },
]

/** A machine with its programs, or one without. */
function context(isBare: boolean): Context {
  const ctx = createContext({ cache: folder, offline: true })
  return { ...ctx, environment: { PATH: process.env["PATH"], ...(isBare ? { EVERYBYTE_NO_SYSTEM_DECODERS: "1" } : {}) } }
}

async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function decode(compression: Compression, chunks: readonly Uint8Array[], ctx: Context): Promise<Buffer> {
  return Buffer.from(await collect(decompressor(ctx)(compression, stream(chunks))))
}

describe.each(forms)("$compression", ({ compression, needs, make, tool, builtIn, joins }) => {
  const gone = missing(...needs)
  const ways = [
    ["the system's program", false, tool],
    ["this process", true, builtIn],
  ] as const
  describe.skipIf(gone !== undefined).each(ways)(`by %s ${gone ?? ""}`, (_, isBare, name) => {
    test("decodes in any cuts, and is named in the trusted base", async () => {
      const ctx = context(isBare)
      const bytes = make(content)
      expect((await decode(compression, [bytes], ctx)).equals(content)).toBe(true)
      expect((await decode(compression, cut(bytes, 1, 700), ctx)).equals(content)).toBe(true)
      expect([...ctx.toolsUsed.keys()].filter((tool) => tool !== "node")).toEqual(name === "" ? [] : [name])
      expect([...ctx.toolsUsed.values()].every((version) => /\d\.\d/.test(version))).toBe(true)
      expect(await decode(compression, [make(Buffer.alloc(0))], ctx)).toEqual(Buffer.alloc(0))
    })

    test("streams one after another", async () => {
      const both = [make(content), make(Buffer.from("tail"))]
      const work = decode(compression, both, context(isBare))
      if (joins) expect((await work).equals(Buffer.concat([content, Buffer.from("tail")]))).toBe(true)
      else expect(await faultOf(work)).toMatch(/^malformed/)
    })

    test.each([
      ["cut in the middle", (bytes: Buffer) => bytes.subarray(0, bytes.byteLength >> 1)],
      ["cut at the end", (bytes: Buffer) => bytes.subarray(0, -1)],
      ["with a flipped bit", (bytes: Buffer) => bytes.fill((bytes[30_000] ?? 0) ^ 16, 30_000, 30_001)],
      ["none at all", () => Buffer.from("this is no compressed stream")],
    ])("refuses what is broken: %s", async (_name, broken) => {
      expect(await faultOf(decode(compression, [broken(make(content))], context(isBare)))).toMatch(/^malformed/)
    })
  })

  test.skipIf(gone !== undefined)(`the program writes the file of a layer itself, unless several are at work ${gone ?? ""}`, async () => {
    const ctx = context(false)
    const spilled = await spill(ctx)
    const decoded = await collect(decompressor(ctx)(compression, stream([make(content)]), { spill: spilled, bytesMax: content.byteLength }))
    const written = decoders[compression].pieces === undefined ? content : Buffer.alloc(0)
    expect([Buffer.from(decoded).equals(content), spilled.size]).toEqual([true, written.byteLength])
    expect(Buffer.from(await spilled.read(0, spilled.size)).equals(written)).toBe(true)
    await spilled.close()
  })
})

test("bytes behind the last stream are a fault where no walker can see its end", async () => {
  if (missing("xz", "lzip") !== undefined) return expect(missing("xz", "lzip")).toMatch(/^not run/)
  for (const { compression, make } of forms.filter((form) => ["lzip", "lzma"].includes(form.compression)))
    for (const isBare of [false, true])
      expect(await faultOf(decode(compression, [make(content), Buffer.from("behind")], context(isBare)))).toMatch(/^malformed/)
})

describe.skipIf(missing("xz", "lzip") !== undefined)(`lzip by two programs ${missing("xz", "lzip") ?? ""}`, () => {
  const member = made("lzip", ["-c"], content)

  test("a first member by xz, and those behind it by lzip; none of either by an older xz", async () => {
    const ctx = context(false)
    expect((await decode("lzip", cut(Buffer.concat([member, member]), 1, 9000), ctx)).byteLength).toBe(2 * content.byteLength)
    expect([...ctx.toolsUsed.keys()].filter((tool) => tool !== "node").sort()).toEqual(["lzip", "xz"])
    const old = context(false)
    old.toolsUsed.set("xz", "xz (XZ Utils) 5.2.10")
    expect((await decode("lzip", [member], old)).equals(content)).toBe(true)
    expect(old.toolsUsed.has("lzip")).toBe(true)
  })

  test("xz took a member for whole that states its end too early, and passed over what stood behind: it is given no more than is stated", async () => {
    // The size of what stands before it, and a magic, as a member that was made for it could have them inside.
    const early = Buffer.from(member)
    early.writeBigUInt64LE(50_000n, 49_992)
    early.write("LZIP", 50_000, "latin1")
    expect(await faultOf(decode("lzip", [early], context(false)))).toMatch(/^malformed/)
    expect(await faultOf(decode("lzip", [Buffer.concat([member, Buffer.from("hidden"), member.subarray(-8)])], context(false)))).toMatch(
      /^malformed/,
    )
  })

  test.each([
    ["bytes between members", Buffer.concat([member, Buffer.from("between"), member])],
    ["another size of the member", Buffer.concat([member.subarray(0, -8), Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), member])],
    ["bytes behind the second", Buffer.concat([member, member, Buffer.from("behind")])],
    ["a second that is cut", Buffer.concat([member, member.subarray(0, -1)])],
  ])("refuses %s", async (_, bytes) => {
    expect(await faultOf(decode("lzip", [bytes], context(false)))).toMatch(/^malformed/)
  })
})

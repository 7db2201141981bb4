import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { collect, memorySource } from "./bytes.ts"
import { canonicalJson } from "./canonical-json.ts"
import { Tiling } from "./claim.ts"
import { Cursor } from "./cursor.ts"
import { gitOidOf } from "./digest.ts"
import { EncodingScan } from "./encoding-scan.ts"
import { escapeForeign } from "./escape.ts"
import { decodeName, nameDanger } from "./name.ts"
import { commonRoot, resolveLink } from "./path.ts"
import { encodingOf, hasControl, lineCost, linesOf } from "./text.ts"

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const size of sizes) {
    yield bytes.subarray(at, at + size)
    at += size
  }
  yield bytes.subarray(at)
}

test("git's own ids of the empty blob and of `hello`", () => {
  expect(gitOidOf("blob", new Uint8Array(0))).toBe("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
  expect(gitOidOf("blob", Buffer.from("hello\n"))).toBe("ce013625030ba8dba906f756967f9e9ca394464a")
})

describe("text", () => {
  test.each([
    ["plain\ttext\n", "utf-8"],
    ["Grüße\n", "utf-8"],
  ])("%j is %s", (content, encoding) => expect(encodingOf(Buffer.from(content))).toBe(encoding))
  test("Latin-1 is 8-bit, a NUL or another control is opaque", () => {
    expect(encodingOf(Buffer.from([0x47, 0xfc, 0x0a]))).toBe("8-bit")
    expect(encodingOf(Buffer.from("a\0b"))).toBeUndefined()
    expect(encodingOf(Buffer.from("a\x01b"))).toBeUndefined()
  })
  test("property: every control character is found wherever it stands, and nothing else is", () => {
    const text = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((byte) => (byte < 0x20 || byte === 0x7f ? 0x41 : byte)))
    fc.assert(
      fc.property(text, fc.nat(40), fc.nat(255), fc.nat(7), (clean, at, byte, offset) => {
        const place = new Uint8Array(64).subarray(offset, offset + clean.length)
        place.set(clean)
        expect(hasControl(place)).toBe(false)
        if (at >= place.length) return
        place[at] = byte
        expect(hasControl(place)).toBe(/[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(String.fromCharCode(byte)))
      }),
      { numRuns: 5000 },
    )
  })
  test("property: a scan in any cuts answers as the whole does", () => {
    const bytes = fc.oneof(
      fc.string({ unit: "grapheme" }).map((content) => Buffer.from(content)),
      fc.uint8Array(),
      fc.string({ unit: "binary" }).map((content) => Buffer.from(content.replaceAll(/\p{Cc}/gu, "x")).subarray(0, 40)),
    )
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(5)), (content, sizes) => {
        const scan = new EncodingScan()
        let at = 0
        for (const size of [...sizes, content.length]) {
          scan.update(content.subarray(at, at + size))
          at += size
        }
        expect(scan.finish()).toBe(encodingOf(content))
      }),
      { numRuns: 2000 },
    )
  })
  test("a missing last newline makes another line; a minified line is not one", () => {
    expect(linesOf(Buffer.from("a\nb"))).toEqual(["a\n", "b"])
    expect(linesOf(Buffer.from("a\nb\n"))).toEqual(["a\n", "b\n"])
    expect(lineCost("x".repeat(401))).toBe(3)
    expect(lineCost("\n")).toBe(1)
  })
})

describe("names", () => {
  test.each(["/etc/passwd", "a/../../b", "C:\\x", "a\0b", "a\u202eb", "a\nb", ""])("%j is dangerous", (path) =>
    expect(nameDanger(path)).toBeDefined(),
  )
  test.each(["a/b.c", "..a/b..", "größe"])("%j is not", (path) => expect(nameDanger(path)).toBeUndefined())
  test("bytes that are not UTF-8 keep their value", () => expect(decodeName(Buffer.from([0x61, 0xff]))).toBe("a\\xff"))
  test("the common root is a directory that all share", () => {
    expect(commonRoot(["a/b", "a/c"])).toBe("a/")
    expect(commonRoot(["a/b", "c"])).toBe("")
    expect(commonRoot([])).toBe("")
    expect(commonRoot(["./a", "./b/c"])).toBe("./")
    expect(commonRoot(["foo-1.0/a", "foo-1.0/b", "evil"])).toBe("foo-1.0/")
    expect(commonRoot(["src/a", "src/b", "src/c", "README"])).toBe("")
    expect(commonRoot(["foo.py", ...["METADATA", "RECORD", "WHEEL"].map((name) => `foo-1.0.dist-info/${name}`)])).toBe("")
    expect(commonRoot(["../a", "../b"])).toBe("")
  })
  test("links are resolved without following anything", () => {
    expect(resolveLink("a/b/c", "../d")).toBe("a/d")
    expect(resolveLink("a/b", "../../etc")).toBeUndefined()
    expect(resolveLink("a", "/etc")).toBeUndefined()
  })
})

test("property: what is escaped holds no control, bidirectional or invisible character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (foreign) => {
      expect(escapeForeign(foreign)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
    }),
  )
})

test("canonical JSON does not depend on insertion order and drops undefined", () => {
  expect(canonicalJson({ b: 1, a: { d: undefined, c: [{ y: 1, x: 2 }] } })).toBe(canonicalJson({ a: { c: [{ x: 2, y: 1 }] }, b: 1 }))
})

describe("claims", () => {
  test("a gap, an overlap and a short sum are bugs", () => {
    const tiling = new Tiling(10)
    tiling.add({ start: 0, end: 5, role: "header" })
    expect(() => tiling.add({ start: 6, end: 7, role: "content" })).toThrow(/does not follow/)
    expect(() => tiling.add({ start: 4, end: 7, role: "content" })).toThrow(/does not follow/)
    expect(() => tiling.finish(6)).toThrow(/claims end at 5/)
  })
  test("runs over the limit are counted though not listed", () => {
    const tiling = new Tiling(1)
    tiling.add({ start: 0, end: 1, role: "unexplained" })
    tiling.add({ start: 1, end: 2, role: "unexplained" })
    expect([tiling.unexplained.length, tiling.unlisted]).toEqual([1, 1])
  })
})

test("property: a cursor gives the same bytes in any cuts, with bytes put back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(9)), fc.array(fc.nat(9)), async (bytes, sizes, takes) => {
      const cursor = new Cursor(cut(bytes, sizes))
      const parts: Uint8Array[] = []
      for (const take of takes) {
        expect(Buffer.from(await cursor.peek(take))).toEqual(Buffer.from(bytes.subarray(cursor.position, cursor.position + take)))
        parts.push(await cursor.take(take))
      }
      for (let chunk = await cursor.some(3); chunk !== undefined; chunk = await cursor.some(3)) parts.push(chunk)
      expect(Buffer.concat(parts)).toEqual(Buffer.from(bytes))
      expect(cursor.position).toBe(bytes.length)
    }),
  )
})

test("a source in memory streams a part of itself", async () => {
  expect(Buffer.from(await collect(memorySource(Buffer.from("abcdef")).stream(2, 4))).toString()).toBe("cd")
})

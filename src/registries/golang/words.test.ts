import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type ZipMember, zipOf } from "../../../test/fixtures/zip.ts"
import { memorySource } from "../../core/bytes.ts"
import { limitsDefault } from "../../core/limits.ts"
import { zipHash } from "./dirhash.ts"
import { type GoMod, parseGoMod, retraction, retractions } from "./go-mod.ts"
import { escaped, isModulePath, matchesPatterns } from "./module-path.ts"
import { proxyList } from "./proxies.ts"

const goMod = (text: string): GoMod => parseGoMod(Buffer.from(text), limitsDefault)

describe("module paths", () => {
  it.each(["a.example/b", "a.example", "a-b.example/~x/v2", "a.example/B_c"])("%s is one", (path) => expect(isModulePath(path)).toBe(true))
  it.each(["a/b", "A.example/b", "a.example/", "a.example//b", "a.example/.b", "a.example/b.", "a.example/b c", "../a.example", ""])(
    "%j is none",
    (path) => expect(isModulePath(path)).toBe(false),
  )

  it("escaped, they differ also where capitals do not count, and can be read back", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9./-]{0,20}$/), (path) => {
        expect(escaped(path)).toMatch(/^[^A-Z]*$/)
        expect(escaped(path).replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase())).toBe(path)
      }),
    )
  })
})

describe("patterns of GOPRIVATE", () => {
  it.each([
    ["a.example", "a.example/b", true],
    ["a.example/b", "a.example", false],
    ["*.example", "git.example/x", true],
    ["*.example", "git.other/x", false],
    ["*", "git.example/x", true],
    ["a.example/*/c", "a.example/b/c/d", true],
    ["a.example/*/c", "a.example/b/b/c", false],
    ["a.example/[a-c]x", "a.example/bx", true],
    ["a.example/[^a-c]x", "a.example/bx", false],
    ["a.example/b?", "a.example/bc", true],
    ["a.example/[", "a.example/[", false],
    ["a.example/\\*", "a.example/x", false],
    [",x.example,a.example/", "a.example/b", true],
    ["", "a.example", false],
    ["a.example/*b*c", "a.example/abbcbc", true],
  ])("%j on %s: %s", (patterns, path, expected) => expect(matchesPatterns(patterns, path)).toBe(expected))

  it("of a hostile shape ends", () =>
    expect(matchesPatterns(`a.example/${"*a".repeat(2000)}`, `a.example/${"a".repeat(1500)}b`)).toBe(false))
})

describe("the hash of a zip", () => {
  const hashOf = (members: readonly ZipMember[]): Promise<string> =>
    zipHash({ layer: "zip", bytes: memorySource(zipOf(members)), limits: limitsDefault })
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

  it("is that of the list which sha256sum would print, in the order of bytes, whatever the order and the packing", async () => {
    const list = `${sha256("z")}  m@v1.0.0/Z\n${sha256("")}  m@v1.0.0/a/\n${sha256("a")}  m@v1.0.0/a/b\n`
    const expected = `h1:${createHash("sha256").update(list).digest("base64")}`
    const members = [
      { name: "m@v1.0.0/a/b", content: "a", method: 0 },
      { name: "m@v1.0.0/Z", content: "z" },
      { name: "m@v1.0.0/a/", content: "" },
    ]
    expect([await hashOf(members), await hashOf(members.toReversed())]).toEqual([expected, expected])
  })

  it("of a zip that unpacks to more than may be is a fault", async () => {
    const bytes = memorySource(zipOf([{ name: "m@v1.0.0/a", content: Buffer.alloc(1 << 20) }]))
    const limits = { ...limitsDefault, ratioFreeBytes: 1 << 16, ratioMax: 10 }
    await expect(zipHash({ layer: "zip", bytes, limits })).rejects.toThrow(/ratioMax/)
    await expect(zipHash({ layer: "zip", bytes, limits: { ...limitsDefault, entriesMax: 0 } })).rejects.toThrow(/entriesMax/)
  })
})

it("GOPROXY ends with direct or off, and a host alone is one of https", () => {
  expect(proxyList("a.example/p/|http://b.example , direct,c.example")).toEqual([
    { base: "https://a.example/p", fallsBack: true },
    { base: "http://b.example", fallsBack: false },
    { base: "direct", fallsBack: false },
  ])
})

describe("go.mod", () => {
  it.each([
    ["retract v1.0.0 // why", "v1.0.0", "why"],
    ["// above\n// more\nretract v1.0.0", "v1.0.0", "above more"],
    ["// far\n\nretract v1.0.0", "v1.0.0", ""],
    ["retract [v1.0.0, v1.9.0]", "v1.5.0", ""],
    ["retract [v1.0.0,v1.9.0]", "v1.9.1", undefined],
    ["retract (\n\tv1.0.0\n\t[v2.0.0, v2.1.0] // two\n)", "v2.0.5", "two"],
    ['retract "v1.0.0"', "v1.0.0", ""],
    ["retract latest", "v1.0.0", undefined],
    ["require (\n\tx.example/y v1.0.0\n)", "v1.0.0", undefined],
    ["retract v1.0.0\r\n", "v1.0.0", ""],
  ])("%j takes %s back: %j", (text, version, why) => expect(retraction(goMod(text), version)).toBe(why))

  it("says that it is deprecated above its module line or behind it", () => {
    expect(goMod("// Text.\n// Deprecated: gone\nmodule x\n").deprecated).toBe("gone")
    expect(goMod("module x // Deprecated: gone\n").deprecated).toBe("gone")
    expect(goMod("// Deprecated: far\n\nmodule x\n").deprecated).toBe(undefined)
  })

  it("any bytes are read to an end", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => parseGoMod(bytes, limitsDefault).retracted.length <= 10_000))
    expect(goMod("retract (\n".repeat(200_000)).retracted).toEqual([])
  })

  it("comments without an end, which were copied for each line, are over a limit, and so are retractions", () => {
    expect(() => goMod("//\n".repeat(5_000_000))).toThrow(/goModCommentsMax/)
    expect(() => goMod("retract v1.0.0\n".repeat(10_001))).toThrow(/goModRetractionsMax/)
    expect(goMod(`${"//\n".repeat(9_999)}retract v1.0.0 // why`).retracted).toMatchObject([{ why: "why" }])
  })

  it("a line of megabytes, which was too much for an expression, is a line", () => {
    expect(goMod(`${"a".repeat(8_000_000)}\nretract v1.0.0`).retracted).toHaveLength(1)
  })

  it("many versions against many retractions: what one says of each, the other says of all", () => {
    const version = fc
      .tuple(fc.nat(4), fc.nat(4), fc.constantFrom("", "-a", "-b.1"))
      .map(([major, minor, pre]) => `v${major}.${minor}.0${pre}`)
    fc.assert(
      fc.property(fc.array(fc.tuple(version, version)), fc.array(version), (spans, versions) => {
        const words = goMod(spans.map(([from, to]) => `retract [${from}, ${to}]\n`).join(""))
        const isRetracted = retractions(words)
        for (const one of versions) expect([one, isRetracted(one)]).toEqual([one, retraction(words, one) !== undefined])
      }),
    )
  })
})

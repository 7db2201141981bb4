import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { noteKeyOf, openNote, treeHeadOf } from "./note.ts"
import { DatabaseFixture, rootOf } from "./sumdb-fixture.ts"
import { hashIn, leafHash, placeOf, rootWith, tilePath } from "./tlog.ts"

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

describe("the tree of a checksum database", () => {
  it("has the hashes of RFC 6962's test vectors", () => {
    expect(hex(leafHash(Buffer.alloc(0)))).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    expect(hex(rootOf([leafHash(Buffer.alloc(0)), leafHash(Buffer.of(0))]))).toBe(
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    )
  })

  it("gives the root that its leaves have, from tiles, for each leaf; another leaf gives another", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1200 }), fc.nat(), async (size, at) => {
        const database = new DatabaseFixture("sums.example")
        for (let index = 0; index < size; index += 1) database.add(`record ${index}\n`)
        const leaves = Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`record ${index}\n`)))
        const tiles = database.tiles()
        const stored = async (level: number, index: number): Promise<Uint8Array> => {
          const place = placeOf(level, index, size)
          const tile = tiles.get(tilePath(place, false))
          if (tile === undefined) throw new Error(`no ${tilePath(place, false)}`)
          return hashIn(tile, place.first, place.count)
        }
        const index = at % size
        const own = { index, hash: leaves[index] ?? Buffer.alloc(0) }
        expect(hex(await rootWith(own, size, stored))).toBe(hex(rootOf(leaves)))
        expect(hex(await rootWith({ index, hash: leafHash(Buffer.from("other")) }, size, stored))).not.toBe(hex(rootOf(leaves)))
      }),
      { numRuns: 30 },
    )
  })

  it("names tiles as the database does", () => {
    expect(tilePath(placeOf(8, 1_234_067, 2 ** 40), false)).toBe("tile/8/1/x004/820")
    expect(tilePath(placeOf(0, 300, 301), false)).toBe("tile/8/0/001.p/45")
    expect(tilePath(placeOf(0, 300, 301), true)).toBe("tile/8/0/001")
    expect(tilePath(placeOf(0, 256 * 1_234_567, 2 ** 40), false)).toBe("tile/8/0/x001/x234/567")
  })
})

describe("a signed note", () => {
  const database = new DatabaseFixture("sums.example")
  const key = noteKeyOf(database.key)
  if (key === undefined) throw new Error("no key")

  it("opens for the key that signed it, also among other signers", () => {
    const note = database.signed("text\n\nmore\n")
    expect(openNote(note, key)).toBe("text\n\nmore\n")
    expect(openNote(note.replace("\n\n\u2014", "\n\n\u2014 other.example AAAA\n\u2014"), key)).toBe("text\n\nmore\n")
  })

  it("opens for no other text, name, key or signature", () => {
    const note = database.signed("text\n")
    const other = noteKeyOf(new DatabaseFixture("sums.example").key)
    if (other === undefined) throw new Error("no key")
    for (const one of [
      note.replace("text", "Text"),
      note.replace("sums", "suns"),
      note.replace("\n\n", "\n"),
      note.replace("\u2014", "-"),
      "",
      "\n\n",
    ])
      expect(openNote(one, key)).toBe(undefined)
    expect(openNote(note, other)).toBe(undefined)
  })

  it("any text at all is read without an end or a throw", () => {
    fc.assert(fc.property(fc.string(), (text) => (openNote(text, key) ?? "none") === "none" && (treeHeadOf(text) ?? "none") === "none"))
  })

  it("a key is taken only with its own hash", () => {
    const [name, hash = "", base64 = ""] = database.key.split("+")
    expect(noteKeyOf(`${name}+${hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))}+${base64}`)).toBe(undefined)
    const short = createHash("sha256").update("sums.example\n").update(Buffer.of(1)).digest("hex").slice(0, 8)
    expect(noteKeyOf(`sums.example+${short}+${Buffer.of(1).toString("base64")}`)).toBe(undefined)
  })
})

import { expect, test } from "vitest"
import { gzip, told, unlooked } from "../../../test/fixtures/opaque-rules.ts"
import { libraryOf, objectOf } from "../../binaries/elf/elf-fixture.ts"
import { randoms } from "../../parsers/test-kit.ts"
import { opaqueEntropyOutlier } from "./entropy-outlier.ts"
import { opaqueFiller } from "./filler.ts"
import { opaqueObjectCode } from "./object-code.ts"

const noise = (size: number, seed = 1): Buffer => {
  const next = randoms(seed)
  return Buffer.from(Array.from({ length: size }, () => next() & 0xff))
}

test.each([opaqueObjectCode, opaqueFiller, opaqueEntropyOutlier])(
  "$id: plain noise is nothing to say, nothing opaque neither",
  async (rule) => {
    expect(await told(rule, { files: { "t/a.bin": noise(5000) } })).toBe("absent")
    expect(await told(rule, { files: {} })).toBe("not-applicable")
    expect(unlooked(rule).outcome).toBe("not-assessed")
  },
)

test("opaque/object-code: by what it is, and by what its name says", async () => {
  const of = (path: string, bytes: Uint8Array = objectOf([])): Promise<string> => told(opaqueObjectCode, { files: { [path]: bytes } })
  expect(await of("lib/a.o")).toBe("note: elf: 64-bit x86-64 object")
  expect(await of("lib/liba.so.1.2", libraryOf())).toMatch(/^note/)
  expect(await of("bin/tool", libraryOf())).toMatch(/^note/)
  expect(await of("t/picture.png")).toBe("alarm: elf: 64-bit x86-64 object, which its name does not say")
  expect(await of("t/files/some.xz")).toMatch(/^alarm/)
  expect(await of("t/a.xyz")).toMatch(/^review/)
  expect(await of("t/data.gz", gzip(objectOf([])))).toBe("note: object code inside: what it decodes to is elf, 64-bit x86-64 object")
  expect(await of("t/photo.png.gz", gzip(objectOf([])))).toMatch(/^review/)
})

test("opaque/filler: noise between filler at equal distances, also in what a file decodes to; bytes behind the end", async () => {
  const pieces = Array.from({ length: 6 }, (_, index) => [Buffer.alloc(1024, "A"), noise(2048, index + 1)])
  const woven = Buffer.concat(pieces.flat())
  const firing = /^alarm: .*6 runs of 1,024 bytes of period 1 at every 3,072 bytes, and noise between \(7\.\d\d bits a byte\)$/
  expect(await told(opaqueFiller, { files: { "t/a.bin": woven } })).toMatch(firing)
  expect(await told(opaqueFiller, { files: { "t/a.gz": gzip(woven) } })).toMatch(firing)
  const table = Buffer.concat(
    Array.from({ length: 6 }, () => [Buffer.alloc(1024), Buffer.from("name and value ".repeat(20)), noise(3)]).flat(),
  )
  expect(await told(opaqueFiller, { files: { "t/a.bin": table } })).toBe("absent")
  expect(await told(opaqueFiller, { files: { "t/a.gz": Buffer.concat([gzip(noise(50)), noise(30)]) } })).toMatch(
    /^note: 30 bytes that are no part of its format/,
  )
  expect(await told(opaqueFiller, { files: { "a.so": Buffer.concat([libraryOf(), noise(9)]) } })).toMatch(
    /^note: 9 bytes .* behind what the headers name/,
  )
})

test("opaque/entropy-outlier: one that is unlike ten siblings; not among four, nor among files that all differ", async () => {
  const low = (seed: number): Buffer => Buffer.from(noise(2000, seed).map((byte) => byte & 3))
  const files = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`t/${index}.dat`, low(index + 1)]))
  expect(await told(opaqueEntropyOutlier, { files })).toBe("absent")
  expect(await told(opaqueEntropyOutlier, { files: { ...files, "t/x.dat": noise(2000) } })).toMatch(
    /^note: 7\.\d\d bits a byte, where 11 files \.dat here have 2\.0\d in the middle$/,
  )
  expect(await told(opaqueEntropyOutlier, { files: { ...files, "u/x.dat": noise(2000) } })).toBe("absent")
  const spread = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [
      `t/${index}.dat`,
      Buffer.from(noise(2000, index + 1).map((byte) => byte % Math.round(2 ** (1 + 0.7 * index)))),
    ]),
  )
  expect(await told(opaqueEntropyOutlier, { files: spread })).toBe("absent")
})

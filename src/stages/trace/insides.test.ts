import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { number } from "../../core/count.ts"
import { GitFixture } from "../../io/git-fixture.ts"
import { binary, datedCommit, opaqueOf } from "./opaque-fixture.ts"

test("what is inside, and where a file stands among its siblings", async () => {
  const fixture = new GitFixture()
  fixture.commit({ "t/a.bin": binary(1), "t/b.bin": "\0".repeat(100), "t/c.bin": "\0\x01".repeat(200), "u/d.bin": binary(4) })
  const { files, limits } = await opaqueOf(fixture)
  expect(limits).toEqual([])
  expect(files.map(({ siblings }) => siblings?.sizeRank)).toEqual([3, 2, 1, undefined])
  expect(files[2]).toMatchObject({
    siblings: { of: ".bin", count: 3, sizeMedian: 100, entropyRank: 2, entropyMedian: 1 },
    repeats: { bytes: 400, runs: 1, longest: [{ period: 2, start: 0, end: 400 }] },
  })
  expect(files.map(({ structure }) => structure)).toEqual([undefined, undefined, undefined, undefined])
})

test("the last changed are looked into first, and what a maximum left out is said", async () => {
  const fixture = new GitFixture()
  datedCommit(fixture, { "a.bin": binary(1), "old.bin": "\0".repeat(900) }, 1000)
  datedCommit(fixture, { "b.bin": binary(2), "c.bin": binary(3), "d.bin": binary(4), "e.bin": binary(5) }, 2000)
  const few = await opaqueOf(fixture, { limits: { insideBytesRunMax: 1 } })
  expect(few.files.filter(({ repeats }) => repeats !== undefined).map(({ path }) => path)).toEqual(["b.bin", "c.bin", "d.bin", "e.bin"])
  expect(few.limits).toEqual([expect.stringMatching(/^inside 2 opaque contents, those changed longest ago, as 1 bytes.*insideBytesRunMax/)])
  const members = await opaqueOf(fixture, { limits: { insideMembersRunMax: 0 } })
  expect([members.files.every(({ repeats }) => repeats === undefined), members.limits.length]).toEqual([true, 1])
  const small = await opaqueOf(fixture, { limits: { insideBytesMax: 899 } })
  expect(small.files.filter(({ repeats }) => repeats === undefined).map(({ path }) => path)).toEqual(["old.bin"])
  expect(small.limits).toEqual(["inside 1 opaque content of more than 899 bytes (insideBytesMax)"])
})

test("10,000 opaque files in one folder, each a bomb: all are listed, the run's maximum ends the looking, and it is said", async () => {
  const fixture = new GitFixture({ bare: true })
  const bomb = gzipSync(Buffer.alloc(100_000))
  const stream = ["commit refs/heads/main\ncommitter A <a@example.org> 1 +0000\ndata 1\nx"]
  for (let index = 0; index < 10_000; index += 1) {
    bomb.writeUInt32LE(index, 4) // the time in the header, so that no two are one content
    stream.push(`\nM 100644 inline f/${index}.gz\ndata ${bomb.byteLength}\n${bomb.toString("latin1")}`)
  }
  fixture.git(["fast-import", "--quiet"], Buffer.from(`${stream.join("")}\n`, "latin1"))
  const { files, limits } = await opaqueOf(fixture, { limits: { insideBytesRunMax: 3_000_000, insideBytesMax: 50_000 } })
  expect(files.length).toBe(10_000)
  const looked = files.filter(({ repeats }) => repeats !== undefined)
  expect(looked.map(({ structure }) => structure?.stopped?.kind)).toEqual(looked.map(() => "over-limit"))
  expect([looked.length > 0, looked.length < 100]).toEqual([true, true])
  expect(limits).toEqual([expect.stringContaining(`${number(10_000 - looked.length)} opaque contents`)])
  expect(files.every(({ siblings }) => siblings?.count === 10_000)).toBe(true)
})

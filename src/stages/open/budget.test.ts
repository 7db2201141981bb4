import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, expect, test } from "vitest"
import { made, missing } from "../../../test/fixtures/decoders.ts"
import { type Member, tarOf } from "../../../test/fixtures/tar.ts"
import { faultsOf, orThrow } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { createContext } from "../../io/create-context.ts"
import type { Artifact } from "../../model/artifact.ts"
import { open } from "./open.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-budget-"))
afterAll(() => rmSync(folder, { recursive: true }))

const odd: Member = { name: "../odd", content: "x", padding: "y" }
const inner = (...more: readonly Member[]): Buffer => gzipSync(tarOf([{ name: "a", content: "a".repeat(20_000) }, odd, ...more]))

async function opened(limits: Partial<Limits>, count: number): Promise<Artifact> {
  const path = join(folder, "made-1.0.tar")
  writeFileSync(path, tarOf(Array.from({ length: count }, (_, index) => ({ name: `d/${index}.tar.gz`, content: inner() }))))
  return orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true, limits })))
}

/** What opening the containers inside comes to, one after another: how many entries, or the limit that was reached. */
async function outcomes(limits: Partial<Limits>, count = 4): Promise<readonly (number | string)[]> {
  const artifact = await opened(limits, count)
  const found: (number | string)[] = []
  for (const entry of artifact.entries) {
    const result = await faultsOf(() => artifact.openEntry(entry))
    if (result.ok) found.push(result.value.entries.length)
    else found.push(result.fault.kind === "over-limit" ? result.fault.limit : result.fault.kind)
  }
  await artifact.close()
  return found
}

test.each<[keyof Limits, number]>([
  ["spilledBytesRunMax", 60_000],
  ["unpackedBytesRunMax", 120_000],
  ["entriesRunMax", 4 + 2 * 2],
])("containers that are each within their limits went on without an end: %s is one for all of them", async (limit, max) => {
  expect(await outcomes({})).toEqual([2, 2, 2, 2])
  expect(await outcomes({ [limit]: max })).toEqual([2, 2, limit, limit])
})

test.each([
  ["bzip2", "bz2"],
  ["xz", "xz"],
])("a decoder that runs ahead is stopped where the budget ends: %s", async (program, suffix) => {
  const gone = missing(program)
  if (gone !== undefined) return expect(gone).toMatch(/^not run/)
  const path = join(folder, `made-1.0.tar.${suffix}`)
  writeFileSync(path, made(program, ["-c"], tarOf([{ name: "a", content: "a".repeat(5_000_000) }])))
  const openWith = (limits: Partial<Limits>) =>
    open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true, limits }))
  await orThrow(await openWith({ spilledBytesRunMax: 6_000_000 })).close()
  expect(await openWith({ spilledBytesRunMax: 1_000_000 })).toMatchObject({ fault: { kind: "over-limit", limit: "spilledBytesRunMax" } })
})

test("the outermost container counts as well", async () => {
  await expect(opened({ entriesRunMax: 3 }, 4)).rejects.toMatchObject({ fault: { kind: "over-limit", limit: "entriesRunMax", max: 3 } })
})

test("anomalies and unexplained runs are listed up to one maximum over all containers, and counted beyond it", async () => {
  const artifact = await opened({ anomaliesMax: 2, unexplainedRunsMax: 2 }, 4)
  const inside = []
  for (const entry of artifact.entries) inside.push(await artifact.openEntry(entry))
  await artifact.close()
  expect(inside.map(({ anomalies }) => anomalies.map(({ kind }) => kind))).toEqual([
    ["dangerous-name"],
    ["dangerous-name"],
    ["too-many-anomalies"],
    ["too-many-anomalies"],
  ])
  const tilings = inside.map(({ layers }) => layers.map(({ tiling }) => [tiling.unexplained.length, tiling.unlisted]))
  expect(tilings.map((layers) => layers.reduce(([a = 0, b = 0], [c = 0, d = 0]) => [a + c, b + d], [0, 0]))).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
    [0, 1],
  ])
})

test("each codec within another doubled the name of its layer: eight of them made a name of 10 KB", async () => {
  const path = join(folder, "deep.gz")
  writeFileSync(path, gzipSync(gzipSync(gzipSync("text"))))
  const artifact = orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true })))
  expect(artifact.layers.map(({ name }) => name)).toEqual(["deep.gz", "deep.gz!deep", "deep.gz!deep!deep"])
  await artifact.close()
})

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, expect, test } from "vitest"
import { tarOf } from "../../../test/fixtures/tar.ts"
import { type ZipMember, zipOf } from "../../../test/fixtures/zip.ts"
import { collect } from "../../core/bytes.ts"
import { sha256Of } from "../../core/digest.ts"
import { faultsOf, orThrow } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { createContext } from "../../io/create-context.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import { open } from "./open.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-zip-"))
afterAll(() => rmSync(folder, { recursive: true }))

async function opened(name: string, bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<Artifact> {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true, limits })))
}

const textOf = async ({ content }: Entry): Promise<string> => Buffer.from(await collect(content.stream())).toString()

const members: readonly ZipMember[] = [
  { name: "demo.py", content: "x = 1\n" },
  { name: "stored.txt", content: "stored\n", method: 0 },
  { name: "large.txt", content: "line\n".repeat(400_000) },
  ...["METADATA", "WHEEL", "RECORD"].map((name) => ({ name: `demo-1.0.dist-info/${name}`, content: `${name}\n` })),
]

test("a wheel is opened: its members can be read again, whole and in part, though it has them compressed", async () => {
  const wheel = await opened("demo-1.0-py3-none-any.whl", zipOf(members))
  expect([wheel.format, wheel.root, wheel.version, wheel.anomalies]).toEqual(["zip", "", "1.0", []])
  expect(wheel.layers.map(({ size, tiling }) => size === wheel.size && tiling.unexplained.length)).toEqual([0])
  for (const [index, entry] of wheel.entries.entries()) {
    expect(await textOf(entry)).toBe(members[index]?.content)
    expect(entry.sha256).toBe(sha256Of(Buffer.from(members[index]?.content ?? "")))
  }
  const [, , large] = wheel.entries
  expect(Buffer.from((await large?.content.read(1_000_000, 1_000_005)) ?? []).toString()).toBe("line\n")
  await wheel.close()
})

test("it is known by its content, behind a prefix and inside of others too", async () => {
  const stub = zipOf(members, { prefix: "#!/usr/bin/env python3\n" })
  const named = await opened("demo-1.0", stub)
  expect([named.format, named.entries.length, named.anomalies.map(({ kind }) => kind)]).toEqual(["zip", 6, ["prefix"]])
  await named.close()
  const nested = tarOf([
    { name: "p-1.0/a.jar", content: zipOf(members) },
    { name: "p-1.0/run", content: stub },
    { name: "p-1.0/text", content: "PK\x05\x06" },
  ])
  const outer = await opened("p-1.0.tar.gz", gzipSync(nested))
  expect(outer.entries.map(({ format }) => format)).toEqual(["zip", "zip", undefined])
  for (const entry of outer.entries.slice(0, 2)) {
    const inner = await outer.openEntry(entry)
    expect(inner.entries.map(({ path }) => path)).toEqual(members.map(({ name }) => `${entry.path}!${String(name)}`))
    expect(await textOf(inner.entries[0] ?? entry)).toBe("x = 1\n")
  }
  await outer.close()
})

test("of a member that cannot be read is said why", async () => {
  const archive = await opened("p.zip", zipOf([{ name: "a", flags: 1 }, { name: "b" }]))
  expect(archive.entries.map(({ unread }) => unread?.slice(0, 15))).toEqual(["it is encrypted", undefined])
  expect(archive.anomalies.map(({ kind }) => kind)).toEqual(["unread-member"])
  await archive.close()
})

test("one name twice, as readers write it, was two entries in peace", async () => {
  const archive = await opened("p.zip", zipOf([{ name: "d//a" }, { name: "./d/a" }, { name: "d/./A" }]))
  expect(archive.anomalies.map(({ kind }) => kind)).toEqual(["duplicate-name", "case-collision"])
  await archive.close()
})

test.each<[keyof Limits, number]>([
  ["spilledBytesRunMax", 1_000_000],
  ["unpackedBytesRunMax", 1_000_000],
  ["entriesRunMax", 3],
  ["layerBytesMax", 1_000_000],
])("what is decompressed is bounded: %s", async (limit, max) => {
  const result = await faultsOf(() => opened("p.zip", zipOf(members), { [limit]: max }))
  expect(result.ok ? undefined : result.fault).toMatchObject({ kind: "over-limit", limit })
})

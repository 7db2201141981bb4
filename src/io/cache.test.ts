import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { sha256Of } from "../core/digest.ts"
import { listCache, pruneCache, touch } from "./cache.ts"
import { createContext } from "./create-context.ts"
import { download, fetchMetadata } from "./http.ts"
import { listening } from "./proxy-fixture.ts"

let folder: string
let server: Server | undefined
const context = () => createContext({ cache: folder, limits: { retriesMax: 0 }, environment: {} })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-cache-"))
})
afterEach(async () => {
  server?.close()
  server = undefined
  await rm(folder, { recursive: true })
})

async function put(path: string, content: string | Uint8Array, usedAt?: number): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
  if (usedAt !== undefined) await utimes(join(folder, path), usedAt, usedAt)
}
const shown = async (): Promise<readonly string[]> => (await listCache(context())).map(({ kind, name }) => `${kind} ${name}`)

describe("the list of the cache", () => {
  it("says what each thing was fetched as, in a stable order, without secrets", async () => {
    server = createServer((request, response) => (request.url === "/none" ? response.writeHead(404).end() : response.end(request.url)))
    const base = `http://me:secret@127.0.0.1:${await listening(server)}`
    const shownBase = base.replace("me:secret@", "")
    await download(`${base}/b`, { what: "npm:it@1.0.0" }, context())
    await download(`${base}/a?token=secret`, { what: `${base}/a?token=secret` }, context())
    await download(`${base}/c`, { what: "main/source/Sources.xz of stable", index: true }, context())
    await fetchMetadata(`${base}/m`, { what: "InRelease of stable", maxAgeSeconds: 0 }, context())
    await fetchMetadata(`${base}/none`, { what: "npm:it@2", maxAgeSeconds: 0 }, context())
    await put(`indexes/${sha256Of("/c")}.sqlite`, "x")
    await put("repositories/1/everybyte.json", '{"what":"https://forge.example/it.git"}')
    await put("repositories/2/HEAD", "x")
    expect(await shown()).toEqual([
      `artifact ${shownBase}/a  sha256 ${sha256Of("/a?token=secret").slice(0, 12)}`,
      `artifact npm:it@1.0.0  sha256 ${sha256Of("/b").slice(0, 12)}`,
      `index main/source/Sources.xz of stable  sha256 ${sha256Of("/c").slice(0, 12)}`,
      "index main/source/Sources.xz of stable, made for lookup",
      "metadata InRelease of stable",
      "metadata npm:it@2 (there is none)",
      "repository https://forge.example/it.git",
      "repository repositories/2",
    ])
    expect(await shown()).toEqual(await shown())
  })

  it("takes hostile, damaged and missing notes for what they are", async () => {
    await put(`objects/${"a".repeat(64)}`, "x")
    await put("indexes/pointers/1.json", JSON.stringify({ sha256: "a".repeat(64), what: "\u001b[2J".repeat(1000) }))
    await put("indexes/pointers/2.json", JSON.stringify({ sha256: "../../etc/passwd", what: "x" }))
    await put("indexes/pointers/3.json", "{")
    await put("indexes/metadata/1.json", JSON.stringify({ what: 7 }))
    await put("indexes/metadata/2.json", "x".repeat(100_000))
    await mkdir(join(folder, "indexes", "metadata", "3.json"))
    await put("indexes/checked/1.json", "digest\n{}")
    const names = await shown()
    expect(names[0]?.length).toBeLessThan(250)
    expect(names.slice(1)).toEqual([
      "metadata indexes/metadata/1.json",
      "metadata indexes/metadata/2.json",
      "metadata indexes/metadata/3.json",
      "other answers of earlier checks",
      "other notes of downloads that are gone",
      "other notes of downloads that are gone",
    ])
  })
})

describe("pruning the cache", () => {
  it("removes what was used longest ago first, with its notes, and old leftovers always", async () => {
    const hundred = Buffer.alloc(100)
    await put("objects/old", hundred, 1000)
    await put("objects/new", hundred, 4000)
    const pointer = JSON.stringify({ sha256: "new", what: "it" }).padEnd(100)
    await put("indexes/pointers/new.json", pointer, 9000)
    await put("repositories/r/objects/p", hundred)
    await utimes(join(folder, "repositories/r"), 2000, 2000)
    await put("indexes/checked/i.json", hundred, 3000)
    await put("tmp/left", hundred, 10)
    await put("tmp/young", hundred)
    await put("partial/young", hundred)
    touch(join(folder, "objects/old"))
    const dry = await pruneCache(context(), 350, true)
    expect(existsSync(join(folder, "tmp/left"))).toBe(true)
    const { removed, left } = await pruneCache(context(), 350)
    expect(removed).toEqual(dry.removed)
    expect(removed.flatMap(({ paths }) => paths).sort()).toEqual(
      ["indexes/checked/i.json", "indexes/pointers/new.json", "objects/new", "repositories/r", "tmp/left"].sort(),
    )
    expect(left.map(({ paths, bytes }) => `${paths.join()} ${bytes}`).sort()).toEqual([
      "objects/old 100",
      "partial/young 100",
      "tmp/young 100",
    ])
    expect(existsSync(join(folder, "objects/new"))).toBe(false)
    expect(await readFile(join(folder, "objects/old"))).toEqual(hundred)
  })

  it("does not count looking at the list as use", async () => {
    await put("indexes/metadata/a", "1", 1000)
    await put("indexes/metadata/a.json", '{"what":"a","sha256":"x"}', 5000)
    await put("indexes/metadata/b.json", '{"what":"b"}', 2000)
    const used = async () => (await listCache(context())).map(({ usedAt }) => usedAt)
    await used()
    expect(await used()).toEqual([1_000_000, 2_000_000])
  })
})

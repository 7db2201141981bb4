import { existsSync } from "node:fs"
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { cacheCommand } from "./cache.ts"

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-cli-cache-"))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(path: string, content: string | Uint8Array, usedAt: number): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
  await utimes(join(folder, path), usedAt, usedAt)
}

async function said(...words: readonly string[]): Promise<string> {
  const parts: string[] = []
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => parts.push(String(text)) > 0)
  try {
    await cacheCommand().parseAsync([...words, "--cache", folder], { from: "user" })
  } finally {
    write.mockRestore()
  }
  return parts.join("")
}

test("the list has kinds, sizes, times and names that cannot move the cursor, and a sum", async () => {
  const sha256 = "ab".repeat(32)
  await put(`objects/${sha256}`, Buffer.alloc(3 << 20), 1_700_000_000)
  await put("indexes/pointers/1.json", JSON.stringify({ sha256, what: "it_1.0\u001b[2J.tar.xz" }), 1_700_000_000)
  for (const name of ["1", "2"]) await put(`indexes/checked/${name}.json`, "x".repeat(1000), 1_800_000_000)
  expect(await said("list")).toBe(
    `kind              size  last used (UTC)   what
artifact       3.0 MiB  2023-11-14 22:13  it_1.0\\x1b[2J.tar.xz  sha256 abababababab
other          2.0 KiB  2027-01-15 08:00  answers of earlier checks  (2 items)
3 items (3.0 MiB) in ${folder}
`,
  )
})

test("an empty cache has nothing to list and nothing to prune", async () => {
  expect(await said("list")).toBe(`0 items (0 B) in ${folder}\n`)
  expect(await said("prune")).toBe("removed 0 items (0 B); 0 items (0 B) stay\n")
})

test("pruning says what it frees and what stays; a dry run only says it", async () => {
  await put("objects/old", Buffer.alloc(2048), 1_600_000_000)
  await put("objects/new", Buffer.alloc(1024), 1_700_000_000)
  const dry = await said("prune", "--max-size", "1k", "--dry-run")
  expect(dry).toMatch(/objects\/old\nwould remove 1 item \(2\.0 KiB\); 1 item \(1\.0 KiB\) would stay\n$/)
  expect(existsSync(join(folder, "objects/old"))).toBe(true)
  expect(await said("prune", "--max-size", "1k")).toMatch(/objects\/old\nremoved 1 item \(2\.0 KiB\); 1 item \(1\.0 KiB\) stay\n$/)
  expect(existsSync(join(folder, "objects/old"))).toBe(false)
  expect(await said("prune")).toBe("removed 0 items (0 B); 1 item (1.0 KiB) stay\n")
})

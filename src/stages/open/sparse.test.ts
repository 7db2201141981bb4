import { execFileSync, spawnSync } from "node:child_process"
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import { orThrow } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { open } from "./open.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-sparse-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** Holes before, between and behind 100 segments: an old-GNU header holds 4 of them and an extension block 21 more. */
function sparseFile(): Buffer {
  const path = join(folder, "sparse")
  writeFileSync(path, "")
  const file = openSync(path, "r+")
  for (let index = 1; index <= 100; index += 1) writeSync(file, `segment ${index}\n`.repeat(50), index * 131_072)
  closeSync(file)
  truncateSync(path, 102 * 131_072)
  return readFileSync(path)
}
const restored = sparseFile()

const writers: readonly (readonly [name: string, program: string, ...words: string[]])[] = [
  ["old GNU", "tar", "--format=gnu", "-S"],
  ["pax 0.0", "tar", "--format=posix", "-S", "--sparse-version=0.0"],
  ["pax 0.1", "tar", "--format=posix", "-S", "--sparse-version=0.1"],
  ["pax 1.0", "tar", "--format=posix", "-S", "--sparse-version=1.0"],
  ["pax of libarchive", "bsdtar", "--format=pax"],
]

for (const [name, program, ...words] of writers)
  test.skipIf(spawnSync(program, ["--version"]).status !== 0)(
    `${name}: the digest is that of the restored file, which can be read again in any part`,
    async () => {
      const path = join(folder, "sparse.tar")
      execFileSync(program, [...words, "-cf", path, "-C", folder, "sparse"])
      const artifact = orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true })))
      const [entry] = artifact.entries
      expect([entry?.size, entry?.sha256, artifact.anomalies]).toEqual([restored.byteLength, sha256Of(restored), []])
      expect(artifact.size).toBeLessThan(restored.byteLength / 5)
      for (const [start, end] of [
        [0, 9],
        [131_070, 131_080],
        [131_072 * 2 - 3, 131_072 * 3 + 700],
        [restored.byteLength - 5, restored.byteLength],
      ] as const)
        expect(Buffer.from((await entry?.content.read(start, end)) ?? []).equals(restored.subarray(start, end))).toBe(true)
      await artifact.close()
    },
  )

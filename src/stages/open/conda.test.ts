import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { zstdCompressSync } from "node:zlib"
import { afterAll, expect, test } from "vitest"
import { tarOf } from "../../../test/fixtures/tar.ts"
import { zipOf } from "../../../test/fixtures/zip.ts"
import { orThrow } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import { open } from "./open.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-conda-"))
afterAll(() => rmSync(folder, { recursive: true }))

const packed = (name: string) => zstdCompressSync(tarOf([{ name, content: "1\n" }]))
const metadata = { name: "metadata.json", content: '{"conda_pkg_format_version": 2}' }
const info = { name: "info-a-1-0.tar.zst", content: packed("info/index.json") }
const pkg = { name: "pkg-a-1-0.tar.zst", content: packed("lib/a.py") }

test.each([
  ["of a package", [metadata, pkg, info], [pkg.name, info.name]],
  ["without metadata", [pkg, info], []],
  ["alone", [metadata, pkg], []],
  ["in a folder", [metadata, pkg, { ...info, name: `a/${info.name}` }], []],
])("the archives %s of conda were opaque files", async (_, members, parts) => {
  const path = join(folder, "a-1-0.conda")
  writeFileSync(path, zipOf(members))
  const artifact = orThrow(await open(path, { kind: "path", path }, createContext({ cache: join(folder, "cache"), offline: true })))
  const wrapping = artifact.entries.filter(({ isWrapping }) => isWrapping === true)
  expect(wrapping.map((entry) => entry.path)).toEqual(parts)
  for (const entry of wrapping)
    expect((await artifact.openEntry(entry)).entries.map((inner) => inner.path)).toEqual([
      `${entry.path}!${entry === wrapping[0] ? "lib/a.py" : "info/index.json"}`,
    ])
  await artifact.close()
})

import { createZstdDecompress, deflateRawSync, zstdCompressSync } from "node:zlib"
import { expect, test } from "vitest"
import { randoms } from "../parsers/test-kit.ts"
import { collect } from "./bytes.ts"
import { Cursor } from "./cursor.ts"
import { inflateMember, zlibMember } from "./inflate.ts"

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, randoms(2)))
const disk = new Error("the disk is gone")

/** So many bytes, then what no input should do. */
async function* breaking(bytes: Uint8Array, at: number): AsyncGenerator<Uint8Array> {
  if (at > 0) yield bytes.subarray(0, at)
  throw disk
}

test.each([0, 10, 200_000])("an input that breaks after %i bytes ends the output with its own error", async (at) => {
  await expect(collect(inflateMember(new Cursor(breaking(deflateRawSync(content), at))))).rejects.toBe(disk)
  const zstd = zlibMember(createZstdDecompress(), new Cursor(breaking(zstdCompressSync(content), at)), (error) => error)
  await expect(collect(zstd)).rejects.toBe(disk)
})

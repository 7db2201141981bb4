import { createHash } from "node:crypto"
import { emptyBytes } from "../../core/bytes.ts"
import { finishGitOid, finishSha256, gitHash } from "../../core/digest.ts"
import { EncodingScan } from "../../core/encoding-scan.ts"
import type { Entry } from "../../model/artifact.ts"
import { detectFormat, detectTail } from "../../parsers/index.ts"
import { tailBytes } from "../../parsers/parser.ts"

export type Measured = Pick<Entry, "sha256" | "gitOid" | "encoding" | "format">

/** One pass over a content of known size: its digests, whether it is text, and which container it looks like. */
export async function measure(chunks: AsyncIterable<Uint8Array>, size: number): Promise<Measured> {
  const sha256 = createHash("sha256")
  const git = gitHash("sha1", "blob", size)
  const encoding = new EncodingScan()
  let head: Uint8Array = emptyBytes
  let tail: Uint8Array = emptyBytes
  for await (const chunk of chunks) {
    if (head.byteLength < 512) head = Buffer.concat([head, chunk.subarray(0, 512 - head.byteLength)])
    tail = chunk.byteLength >= tailBytes ? chunk.subarray(-tailBytes) : Buffer.concat([tail, chunk]).subarray(-tailBytes)
    sha256.update(chunk)
    git.update(chunk)
    encoding.update(chunk)
  }
  const format = (detectFormat(head) ?? detectTail(tail))?.format
  return {
    sha256: finishSha256(sha256),
    gitOid: finishGitOid(git),
    encoding: encoding.finish(),
    ...(format === undefined ? {} : { format }),
  }
}

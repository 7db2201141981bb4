import { createHash } from "node:crypto"
import { finishGitOid, finishSha256, gitHash } from "../../core/digest.ts"
import { EncodingScan } from "../../core/encoding-scan.ts"
import type { Entry } from "../../model/artifact.ts"
import { detectFormat } from "../../parsers/index.ts"

export type Measured = Pick<Entry, "sha256" | "gitOid" | "encoding" | "format">

/** One pass over a content of known size: its digests, whether it is text, and which container it looks like. */
export async function measure(chunks: AsyncIterable<Uint8Array>, size: number): Promise<Measured> {
  const sha256 = createHash("sha256")
  const git = gitHash("sha1", "blob", size)
  const encoding = new EncodingScan()
  let head: Uint8Array = new Uint8Array(0)
  for await (const chunk of chunks) {
    if (head.byteLength < 512) head = Buffer.concat([head, chunk.subarray(0, 512 - head.byteLength)])
    sha256.update(chunk)
    git.update(chunk)
    encoding.update(chunk)
  }
  const format = detectFormat(head)?.format
  return {
    sha256: finishSha256(sha256),
    gitOid: finishGitOid(git),
    encoding: encoding.finish(),
    ...(format === undefined ? {} : { format }),
  }
}

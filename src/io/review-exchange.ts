import { FaultError } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { readSmallFile } from "./files.ts"
import { readReview } from "./review-statement.ts"
import { envelopesIn, keepReview } from "./review-store.ts"

/** Reviews behind each other, one a line: of the artifacts whose digests begin so, or all. What is no review is not handed on. */
export async function* exportReviews(folder: string, digests: readonly string[], ctx: Context): AsyncGenerator<string> {
  for await (const { bytes } of envelopesIn(folder, ctx)) {
    const read = typeof bytes === "string" ? bytes : readReview(bytes, ctx.limits)
    if (typeof bytes === "string" || typeof read === "string") continue
    const { sha256 } = read.said.artifact
    if (digests.length > 0 && !digests.some((start) => sha256.startsWith(start))) continue
    yield `${JSON.stringify(JSON.parse(Buffer.from(bytes).toString("utf8")))}\n`
  }
}

/** Takes what somebody exported into a store, all or nothing. Whether one counts is asked each time it is used, not here. */
export async function importReviews(path: string, folder: string, ctx: Context): Promise<readonly string[]> {
  const { reviewBytesRunMax, reviewsMax } = ctx.limits
  const bytes = await readSmallFile(path, reviewBytesRunMax, "reviewBytesRunMax")
  if (bytes === undefined)
    throw new FaultError({ kind: "unavailable", source: path, why: "there is no such file", remedy: "check the path" })
  const lines: string[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    const newline = bytes.indexOf(0x0a, at)
    const end = newline === -1 ? bytes.byteLength : newline
    const read = readReview(bytes.subarray(at, end), ctx.limits)
    if (typeof read === "string")
      throw new FaultError({ kind: "malformed", layer: path, offset: at, expected: `a signed review on each line (${read})` })
    if (lines.push(`${Buffer.from(bytes.subarray(at, end)).toString("utf8")}\n`) > reviewsMax)
      throw new FaultError({ kind: "over-limit", layer: path, limit: "reviewsMax", max: reviewsMax })
    at = end + 1
  }
  const paths: string[] = []
  for (const line of lines) paths.push(await keepReview(folder, line))
  return paths
}

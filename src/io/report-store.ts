import { join } from "node:path"
import { canonicalJson } from "../core/canonical-json.ts"
import { type Sha256, sha256Of } from "../core/digest.ts"
import { isRecord, isWord, shapedJson } from "../core/shape.ts"
import type { Report } from "../model/report.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { readSmallFile, writeAtomically } from "./files.ts"

/*
 * CACHE/reports/KEY   64 hexadecimal digits, the SHA-256 of what follows behind a line feed: the report as JSON
 */
const digestLength = 64

/** What a report depends on, all of it, as the name under which it is kept. */
export const reportKey = (depends: unknown): Sha256 => sha256Of(canonicalJson(depends))

const pathOf = (key: Sha256, ctx: Context): string => join(ctx.cache, "reports", key)

/** A report that was kept under the key. What is not whole is none. */
export async function storedReport(key: Sha256, ctx: Context): Promise<Report | undefined> {
  const path = pathOf(key, ctx)
  const bytes = await readSmallFile(path, ctx.limits.keptReportBytesMax).catch(() => undefined)
  const text = bytes === undefined ? "" : Buffer.from(bytes).toString("utf8")
  const body = text.slice(digestLength + 1)
  if (bytes === undefined || sha256Of(body) !== text.slice(0, digestLength)) return undefined
  touch(path)
  return shapedJson(body, isReport)
}

/** This very program wrote it (its digest is part of the key), and the bytes are what it wrote: what a whole schema would add is time. */
const isReport = (value: unknown): value is Report => isRecord({ schema: isWord("everybyte.report/1") })(value)

/** Keeps a report for the next run. One that is too large, or a cache that cannot be written, costs that run its time and nothing else. */
export async function keepReport(key: Sha256, report: Report, ctx: Context): Promise<void> {
  const body = JSON.stringify(report)
  const text = `${sha256Of(body)}\n${body}`
  if (Buffer.byteLength(text) > ctx.limits.keptReportBytesMax) return
  await writeAtomically(pathOf(key, ctx), text).catch(() => undefined)
}

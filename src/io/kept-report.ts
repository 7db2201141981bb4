import { FaultError, faultsOf, type Result } from "../core/fault.ts"
import type { Report } from "../model/report.ts"
import { ReportSchema } from "../model/report-schema.ts"
import type { Context } from "./context.ts"
import { readSmallFile } from "./files.ts"

/** A report that was kept as JSON, to print it in another form. What it says is its writer's word: nothing is looked at again. */
export const readReport = (path: string, ctx: Context): Promise<Result<Report>> =>
  faultsOf(async () => {
    const bytes = await readSmallFile(path, ctx.limits.metadataBytesMax)
    if (bytes === undefined)
      throw new FaultError({ kind: "unavailable", source: path, why: "there is no such file", remedy: "check the path" })
    const value = jsonOf(bytes)
    if (isReport(value)) return value
    throw new FaultError({
      kind: "usage",
      why: `${path} is no report (schema/report.schema.json says what one has)`,
      remedy: "make one with --format json -o FILE",
    })
  })

/** Held to the type field by field (test/report-schema.test.ts), but for the brands of digests. */
const isReport = (value: unknown): value is Report => ReportSchema.safeParse(value).success

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"))
  } catch {
    return undefined
  }
}

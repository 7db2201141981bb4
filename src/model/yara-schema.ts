import { z } from "zod"

const text = z.string()
const count = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const listOf = <T extends z.ZodType>(item: T) => z.array(item)

export const yara = z
  .object({
    engine: text,
    files: listOf(z.object({ path: text, sha256 })),
    scanned: count,
    unscanned: z.object({ count, first: listOf(z.object({ path: text, why: text })) }),
  })
  .describe("The YARA rules that the user asked for, how many contents were scanned, and the first of those that were not.")

import { join } from "node:path"
import type { z } from "zod"
import { sha256Of } from "../../core/digest.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile, writeAtomically } from "../../io/files.ts"

const bytesMax = 4 << 20

/**
 * The answer to a question that was answered before, else `answer()`, kept. `question` must name everything the answer depends on,
 * by digest; so a second run verifies no signature again. The answer is kept with a digest: a damaged one is asked again.
 */
export async function kept<T>(kind: string, question: string, schema: z.ZodType<T>, answer: () => Promise<T>, ctx: Context): Promise<T> {
  const path = join(ctx.cache, "indexes", "checked", `${sha256Of(`${kind} ${question}`)}.json`)
  const known = parse(await readSmallFile(path, bytesMax), schema)
  if (known !== undefined) return known
  const fresh = await answer()
  const text = JSON.stringify(fresh)
  await writeAtomically(path, `${sha256Of(text)}\n${text}`)
  return fresh
}

function parse<T>(bytes: Uint8Array | undefined, schema: z.ZodType<T>): T | undefined {
  const text = Buffer.from(bytes ?? Buffer.alloc(0)).toString("utf8")
  const body = text.slice(65)
  if (text.length < 66 || text.slice(0, 64) !== sha256Of(body)) return undefined
  const parsed = schema.safeParse(JSON.parse(body))
  return parsed.success ? parsed.data : undefined
}

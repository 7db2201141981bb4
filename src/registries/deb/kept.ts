import { join } from "node:path"
import { sha256Of } from "../../core/digest.ts"
import { type Shape, shapedJson } from "../../core/shape.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile, writeAtomically } from "../../io/files.ts"

const bytesMax = 4 << 20

/**
 * The answer to a question that was answered before, else `answer()`, kept. `question` must name everything the answer depends on,
 * by digest; so a second run verifies no signature again. The answer is kept with a digest: a damaged one is asked again.
 */
export async function kept<T>(kind: string, question: string, shape: Shape<T>, answer: () => Promise<T>, ctx: Context): Promise<T> {
  const path = join(ctx.cache, "indexes", "checked", `${sha256Of(`${kind} ${question}`)}.json`)
  const known = parse(await readSmallFile(path, bytesMax), shape)
  if (known !== undefined) return known
  const fresh = await answer()
  const text = JSON.stringify(fresh)
  await writeAtomically(path, `${sha256Of(text)}\n${text}`)
  return fresh
}

function parse<T>(bytes: Uint8Array | undefined, shape: Shape<T>): T | undefined {
  const text = Buffer.from(bytes ?? Buffer.alloc(0)).toString("utf8")
  const body = text.slice(65)
  return text.length < 66 || text.slice(0, 64) !== sha256Of(body) ? undefined : shapedJson(body, shape)
}

import { z } from "zod"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { readSmallFile } from "./files.ts"

/** `{"schema": "everybyte.aliases/1", "people": [["a@one.org", "a@two.org"], ...]}`: addresses that a person who looked says are one person's. */
const AliasFile = z.strictObject({
  schema: z.literal("everybyte.aliases/1"),
  people: z.array(z.array(z.string().min(3)).min(2)),
})

/** Throws a FaultError that says what is wrong with the file. */
export async function readAliases(path: string, limits: Limits): Promise<readonly (readonly string[])[]> {
  const bytes = await readSmallFile(path, limits.policyBytesMax, "policyBytesMax")
  if (bytes === undefined)
    throw new FaultError({ kind: "unavailable", source: path, why: "there is no such file", remedy: "check the path" })
  const { people } = parsed(bytes, path)
  const seen = new Set<string>()
  for (const address of people.flat()) {
    if (seen.has(address)) throw refused(path, `${JSON.stringify(address)} stands in it twice`)
    seen.add(address)
  }
  return people
}

function parsed(bytes: Uint8Array, path: string): z.infer<typeof AliasFile> {
  try {
    const result = AliasFile.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)))
    if (result.success) return result.data
    const [issue] = result.error.issues
    throw refused(path, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not as it should be"}`)
  } catch (error) {
    throw error instanceof FaultError ? error : refused(path, error instanceof Error ? error.message : "it is no JSON")
  }
}

const refused = (path: string, why: string): FaultError =>
  new FaultError({
    kind: "usage",
    why: `${path}: ${why}`,
    remedy: 'write {"schema": "everybyte.aliases/1", "people": [["a@one.org", "a@two.org"]]}',
  })

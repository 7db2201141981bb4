import { bounded } from "../core/bytes.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import type { ForgeExports, Pull } from "../model/pull.ts"
import { forgeShapes } from "./forge-shapes.ts"
import { type JsonObject, jsonObjects } from "./json-objects.ts"
import { fileSource } from "./open-file.ts"

/** Merged pulls of exports that somebody made (docs/trace.md has the commands). Of one that stands in them twice the last counts. Throws a FaultError that says what is wrong, and where. */
export async function readForgeExports(paths: readonly string[], limits: Limits): Promise<ForgeExports> {
  const pulls = new Map<string, Pull>()
  let unmerged = 0
  let parts = 0
  for (const path of paths)
    for await (const object of objectsOf(path, limits)) {
      const pull = pullOf(object, path)
      if (pull === undefined) unmerged += 1
      else pulls.set(pull.address, pull)
      parts += 1 + (pull?.commits.length ?? 0) + (pull?.opinions.length ?? 0)
      const max = limits.forgePartsMax
      if (parts > max) throw new FaultError({ kind: "over-limit", layer: path, limit: "forgePartsMax", max })
    }
  return { pulls: [...pulls.values()], unmerged }
}

async function* objectsOf(path: string, { forgeExportBytesMax, forgePullBytesMax }: Limits): AsyncGenerator<JsonObject> {
  const source = await fileSource(path)
  try {
    const chunks = bounded(source.stream(), { layer: path, limit: "forgeExportBytesMax", max: forgeExportBytesMax })
    yield* jsonObjects(chunks, { path, limit: "forgePullBytesMax", max: forgePullBytesMax })
  } finally {
    await source.close()
  }
}

function pullOf({ bytes, line }: JsonObject, path: string): Pull | undefined {
  const value = parsed(bytes, `${path}: line ${line}`)
  const shape = forgeShapes.find(({ field }) => Object.hasOwn(value, field))
  if (shape === undefined) {
    const fields = forgeShapes.map(({ forge, field }) => `${field} (${forge})`).join(", ")
    throw refused(`${path}: line ${line}: it is no pull of a forge that is known here, which has one of the fields ${fields}`)
  }
  const read = shape.read(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const where = [`a pull of ${shape.forge}`, issue?.path.join(".") ?? ""].filter((part) => part !== "").join(": ")
  throw refused(`${path}: line ${line}: ${where}: ${issue?.message ?? "not as it should be"}`)
}

function parsed(bytes: Uint8Array, where: string): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
    if (typeof value === "object" && value !== null) return value
  } catch (error) {
    throw refused(`${where}: ${error instanceof Error ? error.message : "it is no JSON"}`)
  }
  throw refused(`${where}: it is no object`)
}

const refused = (why: string): FaultError =>
  new FaultError({ kind: "usage", why, remedy: 'write it with the commands of docs/trace.md, "Reviews on a forge"' })

import { assert } from "../../core/assert.ts"
import { bounded } from "../../core/bytes.ts"
import { type Fault, FaultError, faultsOf, orThrow, type Result } from "../../core/fault.ts"
import { type Shape, shapedJson } from "../../core/shape.ts"
import { type IndexRow, indexPath, readIndex, writeIndex } from "../../io/cache-index.ts"
import type { Context } from "../../io/context.ts"
import { decompressed } from "../../io/decompressed.ts"
import { type Downloaded, download } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import type { AptSource } from "./apt-sources.ts"
import { isTool, type Release, type Tool } from "./schema.ts"
import { fieldsOf, type ListedFile, stanzas } from "./stanza.ts"

const endings = [".xz", ".gz", ""] as const

/** A kind of index that a suite has for each of its components, and the facts that are kept of it for lookup. */
export interface IndexKind {
  /** Inside the component's folder, without the ending of its compression. */
  readonly path: string
  facts(fields: ReadonlyMap<string, string>): Iterable<IndexRow>
}

/** Which index of a verified suite. */
export interface IndexOf {
  readonly kind: IndexKind
  readonly release: Release
  readonly component: string
}

export interface Facts<T> {
  readonly facts: readonly T[]
  /** The index's name in the suite. */
  readonly file: string
}

/** The facts under a key in one index of a verified suite; undefined when the suite has no such index. */
export async function factsOf<T>(
  key: string,
  shape: Shape<T>,
  source: AptSource,
  { kind, release, component }: IndexOf,
  ctx: Context,
): Promise<Facts<T> | undefined> {
  const listed = endings.flatMap((ending) => release.indexes.filter((file) => file.name === `${component}/${kind.path}${ending}`))
  const parsed = (values: readonly string[], { name: file }: ListedFile): Facts<T> => ({
    facts: values.map((value) => rowOf(value, shape)),
    file,
  })
  for (const file of listed) {
    const [values, tools = []] = (await readIndex(indexPath(ctx, file.sha256), key, toolsKey)) ?? []
    if (values === undefined) continue
    for (const tool of tools) noteTool(tool, ctx)
    return parsed(values, file)
  }
  let fault: Fault | undefined
  // A mirror may list a compression that it does not keep; the next one has the same stanzas.
  for (const file of listed) {
    const values = await faultsOf(() => builtIndex(key, source, { kind, release, file }, ctx))
    if (values.ok) return parsed(values.value, file)
    if (values.fault.kind !== "unavailable") throw new FaultError(values.fault)
    fault ??= values.fault
  }
  if (fault !== undefined) throw new FaultError(fault)
  return undefined
}

/** No package has this name: under it stand the programs that decoded the index, which are trusted by every run that reads it. */
const toolsKey = ""

function noteTool(text: string, ctx: Context): void {
  const { name, version } = rowOf(text, isTool)
  ctx.toolsUsed.set(name, version)
}

/** A row has the digest that we gave it, so that it is what this version of its format says. */
function rowOf<T>(text: string, shape: Shape<T>): T {
  const value = shapedJson(text, shape)
  assert(value !== undefined, "a row of an index of packages has another shape")
  return value
}

interface Wanted {
  readonly kind: IndexKind
  readonly release: Release
  readonly file: ListedFile
}

async function builtIndex(key: string, source: AptSource, wanted: Wanted, ctx: Context): Promise<readonly string[]> {
  const { kind, file } = wanted
  const what = `${file.name} of ${source.suite}`
  const path = indexPath(ctx, file.sha256)
  const downloaded = orThrow(await downloadIndex(what, source, wanted, ctx))
  const bytes = await fileSource(downloaded.path)
  try {
    const own: Context = { ...ctx, toolsUsed: new Map() }
    const text = bounded(decompressed(file.name, bytes.stream(), own), {
      layer: what,
      limit: "metadataBytesMax",
      max: ctx.limits.metadataBytesMax,
    })
    await writeIndex(path, rowsAndTools(rows(text, what, kind), own), ctx)
    for (const [name, version] of own.toolsUsed) ctx.toolsUsed.set(name, version)
  } finally {
    await bytes.close()
  }
  const [values] = (await readIndex(path, key)) ?? []
  if (values !== undefined) return values
  throw new FaultError({
    kind: "unavailable",
    source: what,
    why: "its index in the cache cannot be read back",
    remedy: "check the disk of the cache folder, or name another with --cache",
  })
}

/** By its digest where the mirror offers that, so that an update in between does no harm (DebianRepository/Format, "Acquire-By-Hash"). */
async function downloadIndex(what: string, source: AptSource, { release, file }: Wanted, ctx: Context): Promise<Result<Downloaded>> {
  const folder = `${source.uri}dists/${source.suite}/`
  const options = { what, index: true, expect: { algorithm: "sha256", hex: file.sha256, size: file.size } } as const
  const byName = `${folder}${file.name}`
  if (!release.byHash) return download(byName, options, ctx)
  const answer = await download(`${byName.slice(0, byName.lastIndexOf("/"))}/by-hash/SHA256/${file.sha256}`, options, ctx)
  return answer.ok || answer.fault.kind !== "unavailable" ? answer : download(byName, options, ctx)
}

/** The tools are known once the last row is read. */
async function* rowsAndTools(rows: AsyncIterable<IndexRow>, { toolsUsed }: Context): AsyncGenerator<IndexRow> {
  yield* rows
  for (const [name, version] of toolsUsed) yield { key: toolsKey, value: JSON.stringify({ name, version } satisfies Tool) }
}

async function* rows(text: AsyncIterable<Uint8Array>, what: string, kind: IndexKind): AsyncGenerator<IndexRow> {
  for await (const stanza of stanzas(text, what)) yield* kind.facts(fieldsOf(stanza))
}

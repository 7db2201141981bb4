import { createGunzip, type Gunzip } from "node:zlib"
import { assert } from "../../core/assert.ts"
import { bounded } from "../../core/bytes.ts"
import { type Fault, FaultError, faultsOf, orThrow, type Result } from "../../core/fault.ts"
import { nameDanger } from "../../core/name.ts"
import { type Shape, shapedJson } from "../../core/shape.ts"
import { type IndexRow, indexPath, readIndex, writeIndex } from "../../io/cache-index.ts"
import type { Context } from "../../io/context.ts"
import { xzDecompress } from "../../io/decompress.ts"
import { fileSource } from "../../io/files.ts"
import { type Downloaded, download } from "../../io/http.ts"
import type { AptSource } from "./apt-sources.ts"
import { isSourcePackage, isTool, type Release, type SourcePackage, type Tool } from "./schema.ts"
import { fieldsOf, type ListedFile, listedFiles, stanzas } from "./stanza.ts"

const endings = [".xz", ".gz", ""] as const

/** The packages of this name in one component of a verified suite; undefined when it has no source index. */
export async function sourcePackages(
  name: string,
  source: AptSource,
  { release, component }: { readonly release: Release; readonly component: string },
  ctx: Context,
): Promise<{ readonly packages: readonly SourcePackage[]; readonly file: string } | undefined> {
  const listed = endings.flatMap((ending) => release.indexes.filter((file) => file.name === `${component}/source/Sources${ending}`))
  for (const file of listed) {
    const values = await readIndex(indexPath(ctx, file.sha256), name)
    if (values === undefined) continue
    for (const tool of (await readIndex(indexPath(ctx, file.sha256), toolsKey)) ?? []) noteTool(tool, ctx)
    return parsed(values, file)
  }
  let fault: Fault | undefined
  // A mirror may list a compression that it does not keep; the next one has the same stanzas.
  for (const file of listed) {
    const values = await faultsOf(() => builtIndex(name, indexPath(ctx, file.sha256), source, release, file, ctx))
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

const parsed = (values: readonly string[], { name: file }: ListedFile) => ({
  packages: values.map((value) => rowOf(value, isSourcePackage)),
  file,
})

/** A row has the digest that we gave it, so that it is what this version of its format says. */
function rowOf<T>(text: string, shape: Shape<T>): T {
  const value = shapedJson(text, shape)
  assert(value !== undefined, "a row of the index of source packages has another shape")
  return value
}

async function builtIndex(
  name: string,
  path: string,
  source: AptSource,
  release: Release,
  listed: ListedFile,
  ctx: Context,
): Promise<readonly string[]> {
  const what = `${listed.name} of ${source.suite}`
  const { path: file } = orThrow(await downloadIndex(what, source, release, listed, ctx))
  const bytes = await fileSource(file)
  try {
    const own: Context = { ...ctx, toolsUsed: new Map() }
    const text = bounded(decompressed(listed.name, bytes.stream(), own), {
      layer: what,
      limit: "metadataBytesMax",
      max: ctx.limits.metadataBytesMax,
    })
    await writeIndex(path, rowsAndTools(rows(text, what), own), ctx)
    for (const [name, version] of own.toolsUsed) ctx.toolsUsed.set(name, version)
  } finally {
    await bytes.close()
  }
  const values = await readIndex(path, name)
  if (values !== undefined) return values
  throw new FaultError({
    kind: "unavailable",
    source: what,
    why: "its index in the cache cannot be read back",
    remedy: "check the disk of the cache folder, or name another with --cache",
  })
}

/** By its digest where the mirror offers that, so that an update in between does no harm (DebianRepository/Format, "Acquire-By-Hash"). */
async function downloadIndex(
  what: string,
  source: AptSource,
  release: Release,
  listed: ListedFile,
  ctx: Context,
): Promise<Result<Downloaded>> {
  const folder = `${source.uri}dists/${source.suite}/`
  const options = { what, index: true, expect: { algorithm: "sha256", hex: listed.sha256, size: listed.size } } as const
  const byName = `${folder}${listed.name}`
  if (!release.byHash) return download(byName, options, ctx)
  const answer = await download(`${byName.slice(0, byName.lastIndexOf("/"))}/by-hash/SHA256/${listed.sha256}`, options, ctx)
  return answer.ok || answer.fault.kind !== "unavailable" ? answer : download(byName, options, ctx)
}

function decompressed(name: string, chunks: AsyncIterable<Uint8Array>, ctx: Context): AsyncIterable<Uint8Array> {
  if (name.endsWith(".xz")) return xzDecompress(ctx)(chunks)
  return name.endsWith(".gz") ? gunzipped(chunks, name) : chunks
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>, layer: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  const feeding = feed(gunzip, chunks)
  try {
    for await (const chunk of gunzip) yield chunk
    await feeding
  } catch (error) {
    if (error instanceof FaultError) throw error
    throw new FaultError({ kind: "malformed", layer, offset: 0, expected: "a sound gzip stream" })
  } finally {
    gunzip.destroy()
  }
}

async function feed(gunzip: Gunzip, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (gunzip.destroyed) return
      if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once("drain", resolve).once("close", resolve))
    }
    gunzip.end()
  } catch (error) {
    gunzip.destroy(error instanceof Error ? error : undefined)
  }
}

/** The tools are known once the last row is read. */
async function* rowsAndTools(rows: AsyncIterable<IndexRow>, { toolsUsed }: Context): AsyncGenerator<IndexRow> {
  yield* rows
  for (const [name, version] of toolsUsed) yield { key: toolsKey, value: JSON.stringify({ name, version } satisfies Tool) }
}

async function* rows(text: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<IndexRow> {
  for await (const stanza of stanzas(text, what)) {
    const fields = fieldsOf(stanza)
    const [key, version, directory] = [fields.get("package"), fields.get("version"), fields.get("directory")]
    if (key === undefined || version === undefined || directory === undefined || nameDanger(directory) !== undefined) continue
    const homepage = fields.get("homepage")
    const files = listedFiles(fields.get("checksums-sha256")).filter(({ name }) => /^[A-Za-z0-9][A-Za-z0-9.+~_%-]*$/.test(name))
    const value: SourcePackage = { version, directory, files, ...(homepage === undefined ? {} : { homepage }) }
    yield { key, value: JSON.stringify(value) }
  }
}

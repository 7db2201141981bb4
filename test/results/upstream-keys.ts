import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { sha256Of } from "../../src/core/digest.ts"
import { explainFault, faultsOf } from "../../src/core/fault.ts"
import type { Context } from "../../src/io/context.ts"
import { createContext } from "../../src/io/create-context.ts"
import { decompressor } from "../../src/io/decompress.ts"
import { fileSource } from "../../src/io/open-file.ts"
import { packageFiles } from "../../src/registries/deb/package-files.ts"
import { search } from "../../src/registries/deb/search.ts"
import { sourcePackages } from "../../src/registries/deb/source-index.ts"
import { upstreamKey } from "../../src/registries/deb/upstream-key.ts"
import { fetchListed } from "../../src/registries/deb/upstream-signature.ts"

export interface UpstreamKeys {
  /** Files of keys, each other bytes. */
  readonly paths: readonly string[]
  /** Why there are none, or not all. */
  readonly why: readonly string[]
}

/**
 * The keys that a distribution keeps for a project's signatures, out of each version of its package that the machine's own apt sources lead to: an older one knows keys that the newest does
 * not, and of one key another end.
 */
export async function upstreamKeys(name: string, folder: string): Promise<UpstreamKeys> {
  const paths = new Set<string>()
  const why = new Set<string>()
  const outer = createContext()
  const halves = new Map<string, () => Promise<Uint8Array | undefined>>()
  // No version is called so: all suites are asked.
  const asked = { type: "deb-src", name, version: "none", what: name } as const
  const found = await faultsOf(() =>
    search(
      asked,
      async (source, of, ctx) => {
        const index = await sourcePackages(name, source, of, ctx)
        for (const one of index?.facts ?? []) {
          const { debian } = packageFiles(one)
          const at = `${source.uri}${one.directory.split("/").map(encodeURIComponent).join("/")}/`
          if (debian !== undefined) halves.set(debian.sha256, () => keyOf(at, debian, ctx))
        }
        return index
      },
      outer,
    ),
  )
  if (!found.ok && halves.size === 0) why.add(explainFault(found.fault))
  for (const half of halves.values()) {
    const key = await faultsOf(half)
    if (!key.ok) why.add(explainFault(key.fault))
    else if (key.value !== undefined) {
      const path = join(folder, `${sha256Of(key.value)}.asc`)
      writeFileSync(path, key.value)
      paths.add(path)
    }
  }
  if (paths.size === 0 && why.size === 0) why.add(`no key of upstream's in the package ${name}`)
  return { paths: [...paths], why: [...why] }
}

async function keyOf(at: string, debian: Parameters<typeof fetchListed>[1], ctx: Context): Promise<Uint8Array | undefined> {
  const { path } = await fetchListed(at, debian, ctx)
  const half = await fileSource(path)
  try {
    const key = await upstreamKey(debian.name, half, {
      limits: ctx.limits,
      decompress: (compression, chunks) => decompressor(ctx)(compression, chunks),
    })
    return key?.bytes
  } finally {
    await half.close()
  }
}

import { join } from "node:path"
import { FaultError } from "../../core/fault.ts"
import { tomlOf } from "../../core/toml.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { placeOfAddress } from "../../io/http.ts"
import { homeFolder } from "../../io/user-folder.ts"
import { type CargoAccess, cargoAccess } from "./access.ts"
import { defaultIndex } from "./default-index.ts"
import { Configuration } from "./schema.ts"

const configurationBytesMax = 1 << 20
/** Sources that are replaced one by another. */
const replacementsMax = 32

export interface CargoConfiguration {
  /** Of a sparse index, with a slash at its end. */
  readonly index: string
  readonly access: CargoAccess
  /** One line for each source that stands in for another. */
  readonly replaced: readonly string[]
}

/**
 * Cargo's configuration of the user: CARGO_HOME and the environment. A `.cargo/config.toml` of the folder we happen to stand in, maybe of a hostile
 * checkout, is never read: it must not choose. What nothing configures is cargo's own default.
 */
export async function cargoConfiguration(ctx: Context): Promise<CargoConfiguration> {
  const home = ctx.environment["CARGO_HOME"] || join(homeFolder(ctx.environment), ".cargo")
  const settings = (await settingsAt([join(home, "config"), join(home, "config.toml")])) ?? {}
  const { name, index, named, replaced } = chosen(settings, ctx)
  const credentials = await settingsAt([join(home, "credentials"), join(home, "credentials.toml")])
  const given = ctx.environment[variable(name, "TOKEN")] ?? credentials?.registries?.[name]?.token
  const address = sparseAddress(name, index ?? (await defaultIndex(ctx)))
  // A token is of a registry, and a registry is its index: a source of the same name may be elsewhere.
  const token = named !== undefined && sparseAddress(name, named) === address ? given : undefined
  return { index: address, access: await cargoAccess(address, { settings, token, name }, ctx), replaced }
}

interface Chosen {
  readonly name: string
  readonly index: string | undefined
  /** The index of the registry of that name. */
  readonly named: string | undefined
  readonly replaced: readonly string[]
}

/** The source that stands in for crates-io in the end, and its index; without one, cargo's default is meant. */
function chosen(settings: Configuration, ctx: Context): Chosen {
  const replaced: string[] = []
  const sources = new Map(Object.entries(settings.source ?? {}))
  for (let name = "crates-io"; ; ) {
    const source = sources.get(name)
    const next = source?.["replace-with"]
    if (next === undefined) {
      const other = source?.directory ?? source?.["local-registry"] ?? source?.git
      if (other !== undefined && source?.registry === undefined) throw unread(`its source ${name} is a folder or a git repository`)
      const own = new Map(Object.entries(settings.registries ?? {})).get(name)
      const named = ctx.environment[variable(name, "INDEX")] ?? own?.index
      const index = source?.registry ?? named
      if (index === undefined && name !== "crates-io") throw unread(`nothing says where its source ${JSON.stringify(name)} is`)
      return { name, index, named, replaced }
    }
    replaced.push(`cargo's configuration replaces the source ${JSON.stringify(name)} with ${JSON.stringify(next)}`)
    if (replaced.length > replacementsMax) throw unread("its sources replace each other without an end")
    name = next
  }
}

/** "Configuration", "Environment variables". */
const variable = (name: string, key: string): string => `CARGO_REGISTRIES_${name.toUpperCase().replaceAll("-", "_")}_${key}`

function sparseAddress(name: string, index: string): string {
  const address = index.replace(/^sparse\+/, "").replace(/\/*$/, "/")
  const isSparse = index.startsWith("sparse+") || name === "crates-io"
  if (isSparse && URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address
  throw unread(`the index of ${JSON.stringify(name)}, ${JSON.stringify(placeOfAddress(index))}, is not one of the sparse protocol`)
}

/** The first file that is there; one that cargo could not read either is a fault, as what it would have said is not known. */
async function settingsAt(paths: readonly string[]): Promise<Configuration | undefined> {
  for (const path of paths) {
    const bytes = await readSmallFile(path, configurationBytesMax)
    if (bytes === undefined) continue
    const read = Configuration.safeParse(tomlOf(Buffer.from(bytes).toString("latin1")))
    if (read.success) return read.data
    throw new FaultError({ kind: "malformed", layer: path, offset: 0, expected: "a configuration of cargo (TOML)" })
  }
  return undefined
}

const unread = (why: string): FaultError =>
  new FaultError({
    kind: "unavailable",
    source: "cargo",
    why,
    remedy: "name a sparse index in [source] of CARGO_HOME/config.toml, or download the crate and name its path",
  })

import { join } from "node:path"
import { explainFault, FaultError, faultsOf, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { type Access, placeOfAddress } from "../../io/http.ts"
import { run } from "../../io/run.ts"
import { homeFolder } from "../../io/user-folder.ts"
import { npmAccess } from "./access.ts"
import { environmentSettings, type NpmSettings, parseNpmrc } from "./npmrc.ts"

const npmrcBytesMax = 1 << 20

/** Where a package's registry is, and how it is reached. */
export interface NpmConfiguration {
  readonly registry: string
  readonly access: Access
  readonly notLookedAt: readonly string[]
}

/**
 * npm's configuration of the user and of the machine: the environment, the user's file, the global file, npm's own defaults
 * (npmrc(5), "Files"). A `.npmrc` of the folder we happen to stand in, maybe of a hostile checkout, is never read: it must not choose.
 */
export const npmConfiguration = async (scope: string | undefined, ctx: Context): Promise<NpmConfiguration> =>
  (await npmConfigurations(scope === undefined ? [] : [scope], ctx))(scope)

/** The same for packages of several scopes, read once. */
export async function npmConfigurations(
  scopes: readonly string[],
  ctx: Context,
): Promise<(scope: string | undefined) => Promise<NpmConfiguration>> {
  const own = environmentSettings(ctx.environment)
  const user = await npmrcAt(own.get("userconfig") ?? join(homeFolder(ctx.environment), ".npmrc"), ctx)
  const known = merged(own, user)
  const told = await faultsOf(() => askNpm(scopes, known, ctx))
  const said: NpmSettings = told.ok ? told.value : new Map<string, string>()
  const file = known.get("globalconfig") ?? said.get("globalconfig")
  const settings = merged(said, file === undefined ? new Map() : await npmrcAt(file, ctx), user, own)
  const unread = told.ok || file !== undefined ? [] : [`npm's global configuration was not read: ${explainFault(told.fault)}`]
  return async (scope) => {
    const registry = (scope === undefined ? undefined : settings.get(`${scope}:registry`)) ?? settings.get("registry")
    if (registry === undefined && !told.ok) throw new FaultError(told.fault)
    const address = addressOf(registry ?? "")
    return { registry: address, access: await npmAccess(address, settings, ctx), notLookedAt: unread }
  }
}

/** Later ones count more. */
const merged = (...all: readonly NpmSettings[]): NpmSettings => new Map(all.flatMap((one) => [...one]))

const npmrcAt = async (path: string, ctx: Context): Promise<NpmSettings> =>
  parseNpmrc(Buffer.from((await readSmallFile(path, npmrcBytesMax)) ?? "").toString("utf8"), ctx.environment)

function addressOf(address: string): string {
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address.endsWith("/") ? address : `${address}/`
  throw new FaultError({
    kind: "unavailable",
    source: "npm",
    why: `its registry ${JSON.stringify(placeOfAddress(address))} is no address`,
    remedy: "set it with `npm config set registry ADDRESS`",
  })
}

/** What only npm knows: where its global file is, and its own defaults. Asked in the root folder, and only for what is not known yet. */
async function askNpm(scopes: readonly string[], known: NpmSettings, ctx: Context): Promise<NpmSettings> {
  if (known.has("globalconfig") && known.has("registry")) return new Map()
  const keys = ["registry", "globalconfig", ...scopes.map((scope) => `${scope}:registry`)]
  const call = {
    program: "npm",
    args: ["config", "get", ...keys],
    environment: ctx.environment,
    folder: "/",
    outputBytesMax: 64 * 1024,
    secondsMax: 60,
  }
  const { code, stdout, stderr } = orThrow(await run(call))
  if (code !== 0) {
    const why = `\`npm config get\` failed: ${stderr.trim().split("\n").at(-1) ?? ""}`
    throw new FaultError({ kind: "unavailable", source: "npm", why, remedy: "repair npm's configuration, or set npm_config_registry" })
  }
  return new Map(Buffer.from(stdout).toString("utf8").split("\n").flatMap(settingOf))
}

/** A line of `npm config get` for several keys: `key=value`. */
function settingOf(line: string): readonly (readonly [string, string])[] {
  const [name, value] = [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).trim()]
  return name === "" || /^(?:undefined|null)?$/.test(value) ? [] : [[name, value]]
}

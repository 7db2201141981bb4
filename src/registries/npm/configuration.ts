import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { run } from "../../io/run.ts"

/**
 * The registry's address for a package: npm's own answer, from the user's and the machine's configuration.
 * npm is asked in the root folder: a `.npmrc` of the folder we happen to stand in, maybe of a hostile checkout, must not choose.
 */
export async function registryAddress(scope: string | undefined, ctx: Context): Promise<string> {
  const { environment } = ctx
  const set =
    (scope === undefined ? undefined : environment[`npm_config_${scope}:registry`]) ??
    (scope === undefined ? environment["npm_config_registry"] : undefined)
  const address = set ?? (await askNpm(scope, ctx))
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address.endsWith("/") ? address : `${address}/`
  throw new FaultError({
    kind: "unavailable",
    source: "npm",
    why: `its registry ${JSON.stringify(address)} is no address`,
    remedy: "set it with `npm config set registry ADDRESS`",
  })
}

async function askNpm(scope: string | undefined, ctx: Context): Promise<string> {
  const own = scope === undefined ? undefined : await npmConfig(`${scope}:registry`, ctx)
  return own ?? ctx.environment["npm_config_registry"] ?? (await npmConfig("registry", ctx)) ?? ""
}

async function npmConfig(key: string, ctx: Context): Promise<string | undefined> {
  const call = {
    program: "npm",
    args: ["config", "get", key],
    environment: ctx.environment,
    folder: "/",
    outputBytesMax: 64 * 1024,
    secondsMax: 60,
  }
  const { code, stdout, stderr } = orThrow(await run(call))
  if (code !== 0) {
    const why = `\`npm config get ${key}\` failed: ${stderr.trim().split("\n").at(-1) ?? ""}`
    throw new FaultError({ kind: "unavailable", source: "npm", why, remedy: "repair npm's configuration, or set npm_config_registry" })
  }
  const said = Buffer.from(stdout).toString("utf8").trim()
  return said === "" || said === "undefined" || said === "null" ? undefined : said
}

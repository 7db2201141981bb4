import { join } from "node:path"
import type { Context } from "../../io/context.ts"
import { readSmallFile } from "../../io/files.ts"
import { type Access, basic, isExempt, ownLogin, proxyAddress } from "../../io/http.ts"
import { homeFolder } from "../../io/user-folder.ts"
import type { NpmSettings } from "./npmrc.ts"

const certificatesBytesMax = 4 << 20

/** How npm reaches its registries (npm's config, "proxy", "https-proxy", "noproxy", "ca", "cafile", and npmrc(5), "Auth related configuration"). */
export async function npmAccess(registry: string, settings: NpmSettings, ctx: Context): Promise<Access> {
  const certificates = await trusted(settings, ctx)
  const own = new URL(registry)
  return {
    proxy: (at) => proxyOf(at, settings, ctx.environment),
    authorization(at) {
      // Over plain http only to a registry that is configured so: an answer must not move a token onto an open line.
      if (at.protocol !== "https:" && at.origin !== own.origin) return undefined
      return loginFor(at, settings) ?? (at.href.startsWith(withoutLogin(own)) ? ownLogin(own) : undefined)
    },
    certificates: () => certificates,
    login: `check that you may read it, and the token for //${own.host}${own.pathname} in npm's user or global configuration`,
  }
}

/** The login of the longest `//host/path/` that the address is under: each is cut at a `/`, with and without it, as npm does. */
function loginFor(at: URL, settings: NpmSettings): string | undefined {
  for (let key = `//${at.host}${at.pathname}`; key.length > 2; key = key.replace(/(?:[^/]+|\/)$/, "")) {
    const [token, pair, user, password] = ["_authToken", "_auth", "username", "_password"].map(
      (name) => settings.get(`${key}:${name}`) ?? "",
    )
    if (token) return `Bearer ${token}`
    if (pair) return `Basic ${pair}`
    if (user && password) return basic(user, Buffer.from(password, "base64").toString("utf8"))
  }
  return undefined
}

function withoutLogin(at: URL): string {
  const bare = new URL(at)
  bare.username = ""
  bare.password = ""
  return bare.href
}

/** npm's own setting is for both schemes; its reading of the environment knows any case, and falls back to https' proxy for http. */
function proxyOf(at: URL, settings: NpmSettings, environment: Context["environment"]): URL | undefined {
  const variables = new Map(Object.entries(environment).map(([name, value]) => [name.toLowerCase(), value]))
  const given = [
    ...["https-proxy", "proxy"].map((name) => [name, setOrNot(settings.get(name))] as const),
    ...(at.protocol === "https:" ? ["https_proxy"] : ["https_proxy", "http_proxy", "proxy"]).map(
      (name) => [name, variables.get(name)] as const,
    ),
  ]
  const [name, value] = given.find(([, one]) => one !== undefined && one !== "") ?? []
  const exempt = isExempt(at, setOrNot(settings.get("noproxy"))?.replaceAll("\n", ",") || (variables.get("no_proxy") ?? ""))
  return name === undefined || value === undefined || exempt ? undefined : proxyAddress(value, `npm's ${name}`)
}

const setOrNot = (value: string | undefined): string | undefined => (/^(?:null|false)?$/.test(value ?? "") ? undefined : value)

/** `cafile`, else `ca`: trusted instead of Node's own. A file that is not there is none, as for npm. */
async function trusted(settings: NpmSettings, ctx: Context): Promise<readonly string[] | undefined> {
  const file = setOrNot(settings.get("cafile"))
  const path = file?.startsWith("~/") === true ? join(homeFolder(ctx.environment), file.slice(2)) : file
  const bytes = path === undefined ? undefined : await readSmallFile(path, certificatesBytesMax)
  const text = bytes === undefined ? setOrNot(settings.get("ca"))?.replaceAll("\\n", "\n") : Buffer.from(bytes).toString("utf8")
  const found = text?.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  return found === undefined || found === null ? undefined : [...found]
}

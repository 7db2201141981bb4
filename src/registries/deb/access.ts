import { join } from "node:path"
import { faultsOf } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { namesIn, readSmallFile } from "../../io/files.ts"
import { type Access, basic, isExempt, ownLogin, proxyAddress } from "../../io/http.ts"
import type { AptOptions } from "./apt-conf.ts"
import { type AptLogin, loginFor, parseAuthConf } from "./auth-conf.ts"
import { aptFolder } from "./configuration.ts"

const authBytesMax = 1 << 20
const certificatesBytesMax = 4 << 20

/** How apt reaches its mirrors: apt-transport-http(1), apt-transport-https(1), apt_auth.conf(5). */
export async function aptAccess(
  options: AptOptions,
  ctx: Context,
): Promise<{ readonly access: Access; readonly notLookedAt: readonly string[] }> {
  const { entries, unread } = await logins(ctx)
  const authorities = await certificates(options)
  const access: Access = {
    proxy: (at) => withLogin(proxyOf(at, options, ctx.environment), entries),
    authorization: (at) => headerOf(loginFor(at, entries)),
    certificates: (at) => authorities.get(`acquire::https::cainfo::${at.hostname}`) ?? authorities.get("acquire::https::cainfo"),
    login: `check the login in ${join(aptFolder(ctx), "auth.conf")} or auth.conf.d${unread.length === 0 ? "" : ` (${unread.join("; ")})`}`,
  }
  const detects = [...options].some(([name, value]) => /^acquire::https?::proxy-?auto-?detect$/.test(name) && value !== "")
  return {
    access,
    notLookedAt: [...unread, ...(detects ? ["apt's Proxy-Auto-Detect was not run: the proxy is that of the other settings"] : [])],
  }
}

/** The host's own setting, the general one, the environment; https falls back to http's. `DIRECT` is none, and so is what no_proxy names. */
function proxyOf(at: URL, options: AptOptions, environment: Context["environment"]): URL | undefined {
  const schemes = at.protocol === "https:" ? ["https", "http"] : ["http"]
  const names = [`::${at.hostname}`, ""].flatMap((host) => schemes.map((scheme) => `Acquire::${scheme}::Proxy${host}`))
  const given = [
    ...names.map((name) => [name, options.get(name.toLowerCase())] as const),
    ...schemes.map((scheme) => [`${scheme}_proxy`, environment[`${scheme}_proxy`]] as const),
  ]
  const [name, value] = given.find(([, one]) => one !== undefined && one !== "") ?? []
  if (name === undefined || value === undefined || value === "DIRECT" || isExempt(at, environment["no_proxy"] ?? "")) return undefined
  return proxyAddress(value, name)
}

/** A proxy's login may stand in auth.conf too. */
function withLogin(proxy: URL | undefined, entries: readonly AptLogin[]): URL | undefined {
  const found = proxy === undefined || ownLogin(proxy) !== undefined ? undefined : loginFor(proxy, entries)
  if (proxy === undefined || found === undefined) return proxy
  const known = new URL(proxy)
  known.username = encodeURIComponent(found.login)
  known.password = encodeURIComponent(found.password)
  return known
}

const headerOf = (found: AptLogin | undefined): string | undefined =>
  found === undefined || `${found.login}${found.password}` === "" ? undefined : basic(found.login, found.password)

/** What may not be read is no fault: the files are often for root and apt alone, and most mirrors need no login. */
async function logins(ctx: Context): Promise<{ entries: readonly AptLogin[]; unread: readonly string[] }> {
  const folder = aptFolder(ctx)
  const parts = (await namesIn(join(folder, "auth.conf.d"))).filter((name) => name.endsWith(".conf"))
  const entries: AptLogin[] = []
  const unread: string[] = []
  for (const path of [join(folder, "auth.conf"), ...parts.map((name) => join(folder, "auth.conf.d", name))]) {
    const bytes = await faultsOf(() => readSmallFile(path, authBytesMax))
    if (bytes.ok) entries.push(...parseAuthConf(Buffer.from(bytes.value ?? "").toString("utf8")))
    else
      unread.push(`${path} was not read: ${bytes.fault.kind === "unavailable" ? bytes.fault.why : "it is too large for a list of logins"}`)
  }
  return { entries, unread }
}

/** Acquire::https::CAInfo and its forms for one host, read. */
async function certificates(options: AptOptions): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const [name, path] of options) {
    if (!/^acquire::https::cainfo(?:::|$)/.test(name) || path === "") continue
    const bytes = await readSmallFile(path, certificatesBytesMax)
    if (bytes !== undefined) found.set(name, [Buffer.from(bytes).toString("utf8")])
  }
  return found
}

import { BlockList, isIP } from "node:net"
import { FaultError } from "../core/fault.ts"
import { noAnswer } from "./http-fault.ts"

/**
 * How servers are reached, as an ecosystem or the environment is configured. Each is asked again for every redirect, so that a secret
 * goes to the addresses that it is kept for and to no other.
 */
export interface Access {
  /** The proxy, with its user name and password; undefined: none. */
  proxy(at: URL): URL | undefined
  /** The value of the Authorization header. */
  authorization(at: URL): string | undefined
  /** Certificates (PEM) that are trusted instead of Node's own. */
  certificates(at: URL): readonly string[] | undefined
  /** What to do about an answer of 401 or 403: where user names and passwords come from. */
  readonly login: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** What a context says, else the environment. */
export const accessOf = (ctx: { readonly access?: Access; readonly environment: Environment }): Access =>
  ctx.access ?? environmentAccess(ctx.environment)

/** The variables as curl(1) reads them, "Environment": HTTP_PROXY in capitals is not one, as a web server sets it from a request's header. */
export const environmentAccess = (environment: Environment): Access => ({
  proxy(at) {
    const own = at.protocol === "https:" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
    const name = [...own, "all_proxy", "ALL_PROXY"].find((one) => (environment[one] ?? "") !== "")
    const exempt = isExempt(at, environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")
    return name === undefined || exempt ? undefined : proxyAddress(environment[name] ?? "", name)
  },
  authorization: () => undefined,
  certificates: () => undefined,
  login: undefined,
})

/** A proxy's address. Its text is never shown: it may hold a password. */
export function proxyAddress(text: string, setting: string): URL {
  const given = text.includes("://") ? text : `http://${text}`
  if (!URL.canParse(given) || new URL(given).hostname === "")
    throw new FaultError(noAnswer(setting, "its value is no address of a proxy", "write http://HOST:PORT"))
  const parsed = new URL(given)
  if (parsed.protocol === "http:" || parsed.protocol === "https:") return parsed
  throw new FaultError(noAnswer(setting, `${parsed.protocol} proxies are not spoken`, "name an http proxy, or none for this host"))
}

/** Whether a list such as no_proxy names this host: itself, a domain above it, its network, or `*`; with or without a port. */
export function isExempt(at: URL, list: string): boolean {
  const host = hostOf(at)
  const port = at.port || (at.protocol === "https:" ? "443" : "80")
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "" || entry === "*") return entry === "*"
      if (entry.includes("/")) return isInNetwork(host, entry)
      const [, name = "", only] = isIP(entry) > 0 ? ["", entry] : (/^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [])
      const domain = name.replace(/^\*?\.?/, "").replace(/\.$/, "")
      return (only ?? port) === port && domain !== "" && (host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`)))
    })
}

function isInNetwork(host: string, network: string): boolean {
  const [, base = "", bits = ""] = /^(.+)\/(\d{1,3})$/.exec(network) ?? []
  const family = isIP(base)
  if (family === 0 || isIP(host) !== family || Number(bits) > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(base, Number(bits), family === 4 ? "ipv4" : "ipv6")
  return list.check(host, family === 4 ? "ipv4" : "ipv6")
}

/** Without the brackets of an IPv6 address, which node:http does not want, and without a final dot. */
export const hostOf = (at: URL): string => at.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "")

export const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`

/** The user name and password that stand in an address. */
export function ownLogin({ username, password }: URL): string | undefined {
  return username === "" && password === "" ? undefined : basic(decoded(username), decoded(password))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a lone % stands for itself
  }
}

import { type Element, elementAt, listAt, textAt } from "../../core/xml.ts"
import type { Context } from "../../io/context.ts"
import { homeFolder } from "../../io/user-folder.ts"

/** Maven's settings (maven.apache.org/settings.html), as far as they say where files come from. */
export interface Settings {
  readonly mirrors: readonly Mirror[]
  /** Of the profiles that are active, in their order. */
  readonly repositories: readonly Repository[]
  readonly servers: readonly Server[]
  readonly proxies: readonly Proxy[]
}

export interface Repository {
  readonly id: string
  readonly url: string
}
export interface Mirror extends Repository {
  readonly of: string
  readonly isBlocked: boolean
}
export interface Server {
  readonly id: string
  readonly user: string
  readonly password: string
}
export interface Proxy {
  readonly protocol: string
  readonly address: string
  /** Host names and `*.` patterns between `|`. */
  readonly exempt: string
}

/** The user's settings and the installation's; of two with one id the user's counts. Undefined: there is no such file. */
export function settingsOf(user: Element | undefined, installed: Element | undefined, environment: Context["environment"]): Settings {
  const both = [user, installed]
  const all = (list: string, name: string): readonly Element[] => both.flatMap((one) => listAt(one, list, name))
  const text = (element: Element, ...path: readonly string[]): string => expanded(textAt(element, ...path) ?? "", environment)
  return {
    mirrors: firstOfId(all("mirrors", "mirror")).map((one) => ({
      id: text(one, "id"),
      url: text(one, "url"),
      of: text(one, "mirrorOf"),
      isBlocked: text(one, "blocked") === "true",
    })),
    repositories: activeProfiles(both)
      .flatMap((profile) => listAt(profile, "repositories", "repository"))
      .filter((one) => text(one, "releases", "enabled") !== "false")
      .map((one) => ({ id: text(one, "id"), url: text(one, "url") })),
    servers: firstOfId(all("servers", "server")).map((one) => ({
      id: text(one, "id"),
      user: text(one, "username"),
      password: text(one, "password"),
    })),
    proxies: all("proxies", "proxy")
      .filter((one) => text(one, "active") !== "false")
      .map((one) => ({ protocol: text(one, "protocol") || "http", address: proxyAddress(one, text), exempt: text(one, "nonProxyHosts") })),
  }
}

function proxyAddress(proxy: Element, text: (element: Element, name: string) => string): string {
  const [user, password] = [text(proxy, "username"), text(proxy, "password")].map(encodeURIComponent)
  const login = user === "" ? "" : `${user}:${password}@`
  return `http://${login}${text(proxy, "host")}:${text(proxy, "port") || "8080"}`
}

function firstOfId(elements: readonly Element[]): readonly Element[] {
  const byId = new Map<string, Element>()
  for (const one of elements) {
    const id = textAt(one, "id") ?? ""
    if (!byId.has(id)) byId.set(id, one)
  }
  return [...byId.values()]
}

/** Those that activeProfiles names; where it names none that is there, those that are active by default. What a JDK or a system would activate is not. */
function activeProfiles(both: readonly (Element | undefined)[]): readonly Element[] {
  const profiles = firstOfId(both.flatMap((one) => listAt(one, "profiles", "profile")))
  const named = new Set(both.flatMap((one) => listAt(one, "activeProfiles", "activeProfile")).map((one) => one.text))
  const active = profiles.filter((one) => named.has(textAt(one, "id") ?? ""))
  return active.length > 0 ? active : profiles.filter((one) => elementAt(one, "activation", "activeByDefault")?.text === "true")
}

/** `${env.NAME}` and `${user.home}`; any other stays as it is, and is no address then. */
const expanded = (text: string, environment: Context["environment"]): string =>
  text.replace(/\$\{(?:env\.([A-Za-z0-9_]+)|(user\.home))\}/g, (whole: string, name: string | undefined, home: string | undefined) =>
    home === undefined ? (environment[name ?? ""] ?? whole) : homeFolder(environment),
  )

/** The mirror of a repository: one that names it, else the first whose pattern does ("Mirror Settings", "Advanced Mirror Specification"). */
export const mirrorOf = ({ id, url }: Repository, mirrors: readonly Mirror[]): Mirror | undefined =>
  mirrors.find(({ of }) => of === id) ?? mirrors.find(({ of }) => matchesMirror(of, id, url))

function matchesMirror(pattern: string, id: string, url: string): boolean {
  let matches = false
  for (const word of pattern.split(",").map((one) => one.trim())) {
    if (word === `!${id}`) return false
    if (word === id) return true
    const at = URL.canParse(url) ? new URL(url) : undefined
    const isExternal = at !== undefined && at.protocol !== "file:" && !/^(?:localhost|127\.0\.0\.1)$/.test(at.hostname)
    matches ||=
      word === "*" || (word === "external:*" && isExternal) || (word === "external:http:*" && isExternal && at.protocol === "http:")
  }
  return matches
}

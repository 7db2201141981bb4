import { FaultError, faultsOf } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { type Access, environmentAccess, ownLogin, placeOfAddress } from "../../io/http.ts"
import { folderPath } from "./fetch.ts"

/** One word of GOPROXY. */
export interface Proxy {
  /** Of a proxy, without a slash at its end. */
  readonly base: string | "direct" | "off"
  /** A `|` stands behind it: the next one is asked after any failure, not only where this one has no such module. */
  readonly fallsBack: boolean
}

/** GOPROXY's list (go.dev/ref/mod, "Environment variables"): what stands behind `direct` or `off` is never reached. */
export function proxyList(text: string): readonly Proxy[] {
  const list: Proxy[] = []
  for (const [, word = "", separator = ""] of text.matchAll(/([^,|]+)([,|]?)/g)) {
    const name = word.trim()
    if (name === "") continue
    // A host without a scheme is one of https, as for go.
    const address = /[.:/]/.test(name) && !name.includes(":/") && !name.startsWith("/") ? `https://${name}` : name
    list.push({ base: address.replace(/\/+$/, ""), fallsBack: separator === "|" })
    if (name === "direct" || name === "off") break
  }
  return list
}

/**
 * The first answer of the list. Undefined from `ask`: this proxy has no such thing (404, 410). `beyond` is what to do where the list leads past its proxies.
 */
export async function askProxies<T>(
  list: readonly Proxy[],
  ask: (base: string) => Promise<T | undefined>,
  beyond: (why: "direct" | "off" | "end") => T,
): Promise<T> {
  let first: FaultError | undefined
  for (const { base, fallsBack } of list) {
    if (base === "direct" || base === "off") return first === undefined ? beyond(base) : thrown(first)
    const answer = await faultsOf(() => asked(base, ask))
    if (answer.ok && answer.value !== undefined) return answer.value
    if (answer.ok) continue
    const failure = new FaultError(answer.fault)
    if (!fallsBack) throw failure
    first ??= failure
  }
  return first === undefined ? beyond("end") : thrown(first)
}

function thrown(fault: FaultError): never {
  throw fault
}

function asked<T>(base: string, ask: (base: string) => Promise<T>): Promise<T> {
  if (URL.canParse(base) && (/^https?:$/.test(new URL(base).protocol) || folderPath(base) !== undefined)) return ask(base)
  throw new FaultError({
    kind: "unavailable",
    source: "go",
    why: `GOPROXY names ${JSON.stringify(placeOfAddress(base))}, which is neither an http(s) address nor file:/// and a path`,
    remedy: "set GOPROXY to a module proxy, or download the zip and name its path",
  })
}

/** The environment's proxies; the login that stands in a module proxy's address, for that server alone. */
export function goAccess(list: readonly Proxy[], ctx: Context): Access {
  const own = list.flatMap(({ base }) => (URL.canParse(base) ? [new URL(base)] : []))
  return {
    ...environmentAccess(ctx.environment),
    authorization: (at) => own.flatMap((one) => (one.origin === at.origin ? (ownLogin(one) ?? []) : []))[0],
    login: "check that you may read it, and the login in GOPROXY",
  }
}

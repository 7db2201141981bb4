import { withoutLogin } from "../core/escape.ts"
import { type Fault, FaultError } from "../core/fault.ts"

/** Broken in a way that another try may mend: a cut line, a busy server. Never leaves `src/io`. */
export class Broken extends Error {
  override readonly name = "Broken"
  readonly waitSeconds: number | undefined
  constructor(message: string, waitSeconds?: number) {
    super(message)
    this.waitSeconds = waitSeconds
  }
}

export const noAnswer = (what: string, why: string, remedy = "check the network and run again"): Fault => ({
  kind: "unavailable",
  source: what,
  why,
  remedy,
})

export const offlineFault = (what: string): Fault => noAnswer(what, "it is not in the cache, and --offline is set", "run without --offline")

/** An address for messages: without user name and password, though it be none. */
export function shownAddress(url: string): string {
  if (!URL.canParse(url)) return withoutLogin(url)
  const parsed = new URL(url)
  parsed.username = ""
  parsed.password = ""
  return parsed.href
}

/** The same without the query, which in an address that a server redirects to is often a password for a while. */
export const placeOfAddress = (url: string): string =>
  /^https?:/i.test(url) ? shownAddress(url).replace(/[?#].*$/s, "") : withoutLogin(url)

/** What an answer's status means for the one who asked. `login` says where user name and password come from. */
export function statusFault(
  what: string,
  answer: { readonly status: number; readonly url: string; readonly login: string | undefined },
): Fault {
  const why = `the server answers ${answer.status} for ${placeOfAddress(answer.url)}`
  const refused = (remedy: string): Fault => ({ kind: "unavailable", source: what, why, remedy, status: answer.status })
  if (answer.status === 407) return noAnswer(what, `the proxy answers 407 for ${placeOfAddress(answer.url)}`, proxyLogin)
  if (answer.status === 401 || answer.status === 403) return refused(answer.login ?? "check that you may read it")
  return refused("check the name and the version")
}

export const proxyLogin = "check the user name and password in the proxy's setting"

export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message
  if (!(error instanceof Error)) return String(error)
  return error.message === "aborted" ? "the line was cut" : error.message
}

/** No server takes a longer one (RFC 9110, 4.1 asks for 8,000), and settings are matched against each of its parts. */
const addressCharactersMax = 8192

export function parseAddress(url: string, what: string, base?: URL): URL {
  if (url.length > addressCharactersMax)
    throw new FaultError(noAnswer(what, `an address of more than ${addressCharactersMax} characters`, "use another server or a file"))
  if (!URL.canParse(url, base?.href))
    throw new FaultError(noAnswer(what, `${placeOfAddress(url)} is no address`, "check the configuration"))
  const parsed = new URL(url, base)
  if (parsed.protocol === "https:" || parsed.protocol === "http:") return parsed
  throw new FaultError(noAnswer(what, `${parsed.protocol} addresses are not fetched`, "use an https address"))
}

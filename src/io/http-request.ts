import type { IncomingMessage } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { type Fault, FaultError } from "../core/fault.ts"
import type { Context } from "./context.ts"

/** What a request carries beside its address. */
export interface Request {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Names the thing in messages. */
  readonly what: string
}

/** Broken in a way that another try may mend: a cut line, a busy server. Never leaves `src/io`. */
export class Broken extends Error {
  override readonly name = "Broken"
  readonly waitSeconds: number | undefined
  constructor(message: string, waitSeconds?: number) {
    super(message)
    this.waitSeconds = waitSeconds
  }
}

/** Seconds without a byte after which a connection counts as broken. */
const silenceSecondsMax = 60
const waitSecondsMax = 60

/** An answer whose body is a stream that breaks when the line goes silent. */
export interface Answer {
  readonly status: number
  /** By its lower-case name. */
  header(name: string): string | undefined
  /** Without user name and password. */
  readonly url: string
  readonly body: AsyncIterable<Uint8Array>
  /** Lets the connection go when the body is not wanted. */
  discard(): void
}

/** Tries `work` again, with growing pauses, while it is `Broken` and tries are left. */
export async function withRetries<T>(what: string, ctx: Context, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      if (tries >= ctx.limits.retriesMax) throw new FaultError(noAnswer(what, `${error.message} (tried ${tries + 1} times)`))
      await sleep(Math.min(error.waitSeconds ?? 0.25 * 2 ** tries, waitSecondsMax) * 1000)
    }
  }
}

/** One answer, redirects followed by hand: never from https to http, never to anything but these two. */
export async function request({ url, headers, what }: Request, ctx: Context): Promise<Answer> {
  if (ctx.offline) throw new FaultError(offlineFault(what))
  let at = parseAddress(url, what)
  const first = at
  for (let redirects = 0; redirects <= ctx.limits.redirectsMax; redirects += 1) {
    const answer = await once(at, { ...headers, ...credentials(at, first) })
    const next = answer.header("location")
    if (![301, 302, 303, 307, 308].includes(answer.status) || next === undefined) return judged(answer)
    answer.discard()
    const to = parseAddress(next, what, at)
    if (at.protocol === "https:" && to.protocol === "http:") {
      throw new FaultError(
        noAnswer(
          what,
          `the server redirects from https to http (${shownAddress(to.href)})`,
          "use the address of a server that stays with https",
        ),
      )
    }
    at = to
  }
  throw new FaultError(noAnswer(what, `more than ${ctx.limits.redirectsMax} redirects`, "check the address"))
}

/** An address for messages: without user name and password. */
export function shownAddress(url: string): string {
  if (!URL.canParse(url)) return url
  const parsed = new URL(url)
  parsed.username = ""
  parsed.password = ""
  return parsed.href
}

export function statusFault(what: string, answer: Pick<Answer, "status" | "url">): Fault {
  const remedy = answer.status === 401 || answer.status === 403 ? "check that you may read it" : "check the name and the version"
  return noAnswer(what, `the server answers ${answer.status} for ${shownAddress(answer.url)}`, remedy)
}

export const noAnswer = (what: string, why: string, remedy = "check the network and run again"): Fault => ({
  kind: "unavailable",
  source: what,
  why,
  remedy,
})

export const offlineFault = (what: string): Fault => noAnswer(what, "it is not in the cache", "run without --offline")

function parseAddress(url: string, what: string, base?: URL): URL {
  if (!URL.canParse(url, base?.href)) throw new FaultError(noAnswer(what, `${url} is no address`, "check the configuration"))
  const parsed = new URL(url, base)
  if (parsed.protocol === "https:" || parsed.protocol === "http:") return parsed
  throw new FaultError(noAnswer(what, `${parsed.protocol} addresses are not fetched`, "use an https address"))
}

/** A user name and password in a configured address go to that origin only. */
function credentials(at: URL, first: URL): Record<string, string> {
  if (first.username === "" || at.origin !== first.origin) return {}
  const pair = `${decodeURIComponent(first.username)}:${decodeURIComponent(first.password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` }
}

/**
 * One answer, by node:http. Not fetch(): its client throws out of our reach, and so ends the process, when a server closes the
 * connection while we are still taking the body (undici, `assert(!this.paused)` in Parser.finish, seen with Node 24.21); and it undoes a
 * Content-Encoding, where a digest and a byte range speak of the bytes as stored.
 */
async function once(at: URL, headers: Record<string, string>): Promise<Answer> {
  // Loaded on use: a run that finds all in the cache asks nobody.
  const client = await (at.protocol === "https:" ? import("node:https") : import("node:http"))
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search, protocol } = at
    const host = hostname.replace(/^\[(.*)\]$/, "$1") // node:http wants an IPv6 address without its brackets
    const options = {
      protocol,
      hostname: host,
      port,
      path: `${pathname}${search}`,
      headers: { "accept-encoding": "identity", "user-agent": "everybyte", ...headers },
    }
    const sent = client.request(options)
    sent.setTimeout(silenceSecondsMax * 1000, () => sent.destroy(new Error(`no byte for ${silenceSecondsMax} s`)))
    sent.on("error", (error) => reject(new Broken(reasonOf(error))))
    sent.on("response", (response) => resolve(answerOf(at, response, () => sent.destroy())))
    sent.end()
  })
}

function answerOf(at: URL, response: IncomingMessage, end: () => void): Answer {
  response.on("error", () => undefined) // told by the body; without a listener a discarded answer would end the process
  return {
    status: response.statusCode ?? 0,
    header: (name) => {
      const value = response.headers[name]
      return Array.isArray(value) ? value[0] : value
    },
    url: shownAddress(at.href),
    body: bodyOf(response),
    discard: end, // also when complete: an unread answer keeps its socket, and so the process, until the silence is over
  }
}

async function* bodyOf(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterable<Uint8Array> = response
  const body = chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await body.next().catch((error: unknown) => {
        throw new Broken(reasonOf(error))
      })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    if (!response.complete) response.destroy()
  }
}

function judged(answer: Answer): Answer {
  if (answer.status < 500 && answer.status !== 408 && answer.status !== 429) return answer
  answer.discard()
  const wait = Number(answer.header("retry-after") ?? Number.NaN)
  throw new Broken(`the server answers ${answer.status}`, Number.isFinite(wait) && wait >= 0 ? wait : undefined)
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message
  if (!(error instanceof Error)) return String(error)
  return error.message === "aborted" ? "the line was cut" : error.message
}

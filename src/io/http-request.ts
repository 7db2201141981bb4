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
  readonly headers: Headers
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
    const next = answer.headers.get("location")
    if (![301, 302, 303, 307, 308].includes(answer.status) || next === null) return judged(answer)
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

/** A user name and password in a configured address go to that origin only. fetch() refuses addresses that carry them. */
function credentials(at: URL, first: URL): Record<string, string> {
  if (first.username === "" || at.origin !== first.origin) return {}
  const pair = `${decodeURIComponent(first.username)}:${decodeURIComponent(first.password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` }
}

async function once(at: URL, headers: Record<string, string>): Promise<Answer> {
  const bare = new URL(at)
  bare.username = ""
  bare.password = ""
  const silence = new Silence()
  try {
    // Identity: a digest and a byte range speak of the bytes as stored, and fetch() would undo a Content-Encoding.
    const response = await fetch(bare, {
      redirect: "manual",
      headers: { "accept-encoding": "identity", "user-agent": "everybyte", ...headers },
      signal: silence.signal,
    })
    return {
      status: response.status,
      headers: response.headers,
      url: bare.href,
      body: bodyOf(response, silence),
      discard: () => silence.end(),
    }
  } catch (error) {
    silence.end()
    throw new Broken(reasonOf(error))
  }
}

function judged(answer: Answer): Answer {
  if (answer.status < 500 && answer.status !== 408 && answer.status !== 429) return answer
  answer.discard()
  const wait = Number(answer.headers.get("retry-after") ?? Number.NaN)
  throw new Broken(`the server answers ${answer.status}`, Number.isFinite(wait) && wait >= 0 ? wait : undefined)
}

async function* bodyOf(response: Response, silence: Silence): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) {
      silence.heard()
      yield chunk
    }
  } catch (error) {
    if (error instanceof FaultError) throw error
    throw new Broken(reasonOf(error))
  } finally {
    silence.end()
  }
}

/** Ends a request that has said nothing for too long, or that nobody reads any more. */
class Silence {
  readonly #controller = new AbortController()
  readonly signal = this.#controller.signal
  #timer = this.#start()

  heard(): void {
    clearTimeout(this.#timer)
    this.#timer = this.#start()
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#controller.abort()
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(new Error(`no byte for ${silenceSecondsMax} s`)), silenceSecondsMax * 1000)
  }
}

/** fetch() says only "fetch failed"; the cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message
}

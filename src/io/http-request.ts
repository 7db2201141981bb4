import type { IncomingMessage } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { FaultError } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { type Access, accessOf, ownLogin } from "./http-access.ts"
import { clientOf, connectionTo } from "./http-connection.ts"
import { Broken, noAnswer, offlineFault, parseAddress, placeOfAddress, reasonOf, shownAddress } from "./http-fault.ts"
import { answerInTime, Pace, tooSlow } from "./http-pace.ts"

/** What a request carries beside its address. */
export interface Request {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Names the thing in messages. */
  readonly what: string
}

const waitSecondsMax = 60

/** An answer whose body is a stream that breaks when the line goes silent. */
export interface Answer {
  readonly status: number
  /** By its lower-case name. */
  header(name: string): string | undefined
  /** Without user name and password. */
  readonly url: string
  /** Where user names and passwords come from. */
  readonly login: string | undefined
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
  const access = accessOf(ctx)
  for (let redirects = 0; redirects <= ctx.limits.redirectsMax; redirects += 1) {
    const answer = await once(at, { what, headers: { ...headers, ...credentials(at, first, what, access) } }, access)
    const next = answer.header("location")
    if (![301, 302, 303, 307, 308].includes(answer.status) || next === undefined) return judged(answer)
    answer.discard()
    const to = parseAddress(next, what, at)
    if (at.protocol === "https:" && to.protocol === "http:") {
      throw new FaultError(
        noAnswer(
          what,
          `the server redirects from https to http (${placeOfAddress(to.href)})`,
          "use the address of a server that stays with https",
        ),
      )
    }
    at = to
  }
  throw new FaultError(noAnswer(what, `more than ${ctx.limits.redirectsMax} redirects`, "check the address"))
}

/** Whether a server gives a document: its first byte is asked for, once, and nothing kept. No answer counts as no. */
export async function isGiven(url: string, what: string, ctx: Context): Promise<boolean> {
  const answer = await request({ url, headers: { range: "bytes=0-0" }, what }, ctx).catch((error: unknown) => {
    if (error instanceof FaultError || error instanceof Broken) return undefined
    throw error
  })
  answer?.discard()
  return answer?.status === 200 || answer?.status === 206
}

/** What is kept for the first address's origin goes to that origin only, and there only as far as its setting reaches. */
function credentials(at: URL, first: URL, what: string, access: Access): Record<string, string> {
  const authorization = at.origin === first.origin ? (ownLogin(first) ?? access.authorization(at)) : undefined
  if (authorization === undefined) return {}
  if (/^[\x20-\x7e]+$/.test(authorization)) return { authorization }
  throw new FaultError(noAnswer(what, "its configured token or password has characters that no header may have", "correct the setting"))
}

/**
 * One answer, by node:http. Not fetch(): its client throws out of our reach, and so ends the process, when a server closes the
 * connection while we are still taking the body (undici, `assert(!this.paused)` in Parser.finish, seen with Node 24.21); and it undoes a
 * Content-Encoding, where a digest and a byte range speak of the bytes as stored.
 */
async function once(at: URL, { headers, what }: Pick<Request, "headers" | "what">, access: Access): Promise<Answer> {
  const { from, options, proxy } = await connectionTo(at, what, access)
  const client = await clientOf(from)
  return new Promise((resolve, reject) => {
    const sent = client.request({
      ...options,
      headers: { "accept-encoding": "identity", "user-agent": "everybyte", ...headers, ...options.headers },
    })
    answerInTime(sent)
    sent.on("error", (error) =>
      reject(new Broken(proxy === undefined ? reasonOf(error) : `through the proxy ${proxy}: ${reasonOf(error)}`)),
    )
    sent.on("response", (response) => resolve(answerOf(at, response, { login: access.login, end: () => sent.destroy() })))
    sent.end()
  })
}

function answerOf(at: URL, response: IncomingMessage, { login, end }: { login: string | undefined; end: () => void }): Answer {
  response.on("error", () => undefined) // told by the body; without a listener a discarded answer would end the process
  return {
    status: response.statusCode ?? 0,
    header: (name) => {
      const value = response.headers[name]
      return Array.isArray(value) ? value[0] : value
    },
    url: shownAddress(at.href),
    login,
    body: bodyOf(response),
    discard: end, // also when complete: an unread answer keeps its socket, and so the process, until the silence is over
  }
}

async function* bodyOf(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterable<Uint8Array> = response
  const body = chunks[Symbol.asyncIterator]()
  const pace = new Pace(performance.now())
  try {
    for (;;) {
      const next = await body.next().catch((error: unknown) => {
        throw new Broken(reasonOf(error))
      })
      if (next.done === true) return
      if (pace.isTooSlow(next.value.byteLength, performance.now())) throw new Broken(tooSlow)
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

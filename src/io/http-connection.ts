import type { RequestOptions } from "node:https"
import { isIP, type Socket } from "node:net"
import { FaultError } from "../core/fault.ts"
import { type Access, hostOf, ownLogin } from "./http-access.ts"
import { Broken, noAnswer, proxyLogin, reasonOf } from "./http-fault.ts"
import { answerInTime } from "./http-pace.ts"

/** What node:http or node:https, by `from`, is told in order to ask for an address. */
export interface Connection {
  readonly from: URL
  readonly options: RequestOptions
  /** The proxy that is spoken to, for messages: host and port only. */
  readonly proxy: string | undefined
}

/** Loaded on use: a run that finds all in the cache asks nobody. */
export const clientOf = ({ protocol }: URL) => (protocol === "https:" ? import("node:https") : import("node:http"))

/** Directly, through a proxy that is given the whole address (RFC 9112, 3.2.2), or for https through a tunnel (RFC 9110, 9.3.6). */
export async function connectionTo(at: URL, what: string, access: Access): Promise<Connection> {
  const proxy = access.proxy(at)
  const path = `${at.pathname}${at.search}`
  const certificates = access.certificates(at)
  const ca = certificates === undefined ? {} : { ca: [...certificates] }
  const headers = { host: at.host }
  if (proxy === undefined) return { from: at, options: { ...endpoint(at), path, headers, ...ca }, proxy: undefined }
  if (at.protocol === "http:")
    return {
      from: proxy,
      options: { ...endpoint(proxy), path: `http://${at.host}${path}`, headers: { ...headers, ...loginAt(proxy) } },
      proxy: proxy.host,
    }
  const socket = await tunnel(proxy, at, what)
  const { connect } = await import("node:tls")
  const host = hostOf(at)
  const createConnection = () => connect({ socket, host, ...(isIP(host) > 0 ? {} : { servername: host }), ...ca })
  return { from: at, options: { ...endpoint(at), path, headers, createConnection }, proxy: proxy.host }
}

const endpoint = (at: URL) => ({ protocol: at.protocol, hostname: hostOf(at), port: at.port })

function loginAt(proxy: URL): Record<string, string> {
  const login = ownLogin(proxy)
  return login === undefined ? {} : { "proxy-authorization": login }
}

async function tunnel(proxy: URL, at: URL, what: string): Promise<Socket> {
  const client = await clientOf(proxy)
  const target = `${at.hostname}:${at.port || "443"}`
  return new Promise((resolve, reject) => {
    const headers = { host: target, "user-agent": "everybyte", ...loginAt(proxy) }
    const sent = client.request({ ...endpoint(proxy), method: "CONNECT", path: target, headers, agent: false })
    answerInTime(sent)
    sent.on("error", (error) => reject(new Broken(`the proxy ${proxy.host}: ${reasonOf(error)}`)))
    sent.on("connect", ({ statusCode = 0 }, socket: Socket, head) => {
      socket.setTimeout(0)
      // A server of TLS never speaks first.
      const refusal = statusCode >= 200 && statusCode < 300 && head.byteLength > 0 ? "sends bytes that nobody asked for" : undefined
      if (refusal === undefined && statusCode >= 200 && statusCode < 300) return resolve(socket)
      socket.on("error", () => undefined)
      socket.destroy()
      reject(refusedBy(proxy, what, statusCode, refusal))
    })
    sent.end()
  })
}

function refusedBy(proxy: URL, what: string, status: number, refusal = `answers ${status}`): Error {
  const why = `the proxy ${proxy.host} ${refusal}`
  if (status >= 500) return new Broken(why)
  return new FaultError(noAnswer(what, why, status === 407 ? proxyLogin : "check the proxy's setting, or except this host from it"))
}

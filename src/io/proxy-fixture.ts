import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http"
import { connect, type Server as NetServer, type Socket } from "node:net"

/** What a proxy on this machine was asked for: method, target, and the login it was given. */
export interface Asked {
  readonly line: string
  readonly login: string | undefined
}

/** A proxy for tests. It connects to the given port of this machine whatever host is asked for, so no name is ever looked up. */
export function proxyFixture(asked: Asked[], port: () => number): Server {
  const note = ({ method, url, headers }: IncomingMessage): void => {
    asked.push({ line: `${method} ${url}`, login: headers["proxy-authorization"] })
  }
  const proxy = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    note(incoming)
    const { pathname, search } = new URL(incoming.url ?? "")
    const onward = request({ port: port(), host: "127.0.0.1", path: pathname + search, method: incoming.method, headers: incoming.headers })
    onward.on("response", (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers)))
    incoming.pipe(onward)
  })
  proxy.on("connect", (incoming, client: Socket) => {
    note(incoming)
    const server = connect(port(), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n")
      server.pipe(client).pipe(server)
    })
    for (const socket of [server, client]) socket.on("error", () => [server, client].map((one) => one.destroy()))
  })
  return proxy
}

/** Starts a server on this machine; its port. */
export async function listening(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

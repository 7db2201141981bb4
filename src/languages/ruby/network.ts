import { text, unknown } from "../../model/code.ts"
import type { Call, Row } from "../imperative/platform.ts"
import { contentOf, fetches, instance, passes, resolves, sends } from "../imperative/rows.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** What is opened is given to the block, and what the block gives is given back. */
export const withBlock =
  (row: Row): Row =>
  (call) => {
    const opened = row(call)
    const block = call.args.at(-1)
    return block?.kind === "closure" && opened !== undefined ? call.world.invoke(block, [opened], call) : opened
  }

const host: Row = withBlock((call) => {
  const to = contentOf(call, 0)
  call.world.act({ kind: "connects", to, at: call.at })
  return instance("connection", { kind: "fetched", from: to, at: call.at })
})

/** Goes out on a connection, which then answers. */
const asks: Row = (call) => {
  sends(call)
  return call.of.kind === "instance" ? call.of.holds : undefined
}

/** A request that a connection is given later: what is set in it is sent with it. */
const requested: Row = (call) => instance("request", undefined, [["(path)", call.args[0] ?? unknown("a path")]])
const fills: Row = (call) => {
  if (call.of.kind === "instance") call.of.fields.set(`(${call.start})`, { kind: "items", items: [...call.args] })
  return call.of
}

/** The host of an address that is known. */
export const hostOf = (call: Call): ReturnType<Row> => {
  const constant = call.world.constant(call.of)
  return constant !== undefined && /^[a-z]+:\/\//i.test(constant) && URL.canParse(constant) ? text(new URL(constant).hostname) : undefined
}

const answered: Row = ({ of }) => (of.kind === "instance" && of.type === "connection" ? of.holds : undefined)

const verbs = ["get", "post", "put", "patch", "delete"]

/** The network, as Ruby's standard library and what is often installed reach it. */
export const network: readonly (readonly [string, Row])[] = [
  ...named(["URI", "URI.parse", "URI.join", "Addressable.URI.parse"], passes(0)),
  ...named(
    ["Get", "Post", "Put", "Patch", "Delete", "Head"].map((verb) => `Net.HTTP.${verb}.new`),
    requested,
  ),
  ...named(["request.set_form_data", "request.set_form", "request.basic_auth", "request.add_field", "request.body="], fills),
  ...named(
    [
      "URI.open",
      "OpenURI.open_uri",
      "Net.HTTP.get",
      "Net.HTTP.get_response",
      "Net.HTTP.post",
      "Net.HTTP.post_form",
      ...["HTTParty", "Faraday", "RestClient", "Excon", "HTTP", "Typhoeus"].flatMap((client) => verbs.map((verb) => `${client}.${verb}`)),
    ],
    withBlock(fetches(0)),
  ),
  ...named(
    [
      "Net.HTTP.start",
      "Net.HTTP.new",
      "TCPSocket.new",
      "TCPSocket.open",
      "Socket.tcp",
      "UDPSocket.new",
      "Faraday.new",
      "Net.FTP.open",
      "Net.FTP.new",
      "Net.SMTP.start",
      "OpenSSL.SSL.SSLSocket.new",
    ],
    host,
  ),
  ...named(
    [
      ...verbs,
      "request",
      "send_request",
      "request_post",
      "write",
      "print",
      "puts",
      "syswrite",
      "<<",
      "sendmsg",
      "send_message",
      "storbinary",
    ].map((name) => `connection.${name}`),
    asks,
  ),
  ...named(["Resolv.getaddress", "Resolv.getname", "Socket.gethostbyname", "Addrinfo.getaddrinfo", "Socket.getaddrinfo"], resolves(0)),
]

export const networkMethods: readonly (readonly [string, Row])[] = [
  ...named(["request", "get", "post", "read", "gets", "recv", "body", "readpartial"], answered),
  ...named(["host", "hostname"], hostOf),
]

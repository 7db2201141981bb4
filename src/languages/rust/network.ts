import { text, unknown, type Value } from "../../model/code.ts"
import type { Row, Thing } from "../imperative/platform.ts"
import { contentOf, fetches, instance, passes, resolves, sends, sentOf } from "../imperative/rows.ts"
import { holds } from "../values.ts"
import { formatted } from "./build.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** `("host", port)` is an address too. */
const addressed =
  (index: number, row: Row): Row =>
  (call) => {
    const given = call.args[index]
    if (given?.kind !== "items") return row(call)
    const parts = given.items.flatMap((one, at): readonly Thing[] => (at === 0 ? [one] : [text(":"), one]))
    return row({ ...call, args: call.args.with(index, call.world.joined(parts)) })
  }

const isRequest = (of: Thing): boolean => of.kind === "fetched" || (of.kind === "instance" && of.holds?.kind === "fetched")

/** A request is put together call by call: each gives the request again. Hashers, cells and maps have methods of these names too, which are given nothing from outside. */
const adds: Row = (call) => {
  const { what } = sentOf(call.world, call.args)
  if (isRequest(call.of) || (what !== undefined && holds(what, around))) sends(call)
  return isRequest(call.of) ? call.of : undefined
}

/** Content, or what the environment holds. */
const around: ReadonlySet<Value["kind"]> = new Set(["environment", "file", "fetched", "names"])

/** By its name alone, whatever it is a method of. */
const addsTo: Row = (call) => {
  sends(call)
  return isRequest(call.of) ? call.of : undefined
}

/** A datagram, to an address that stands beside it. */
const sendsTo = addressed(1, (call) => {
  if (call.args.length !== 2) return adds(call)
  call.world.act({ kind: "connects", to: contentOf(call, 1), ...sentOf(call.world, call.args.slice(0, 1)), at: call.at })
  return unknown("a number")
})

const writesAll: Row = (call) => (call.of.kind === "sink" ? call.of.take(call.world.value(call.args[0]), call.at) : adds(call))

/** `write!(into, "{}", x)`. */
const writesFormatted: Row = (call) => {
  const [into] = call.args
  const what = formatted(call, 1, into?.kind === "sink")
  if (into?.kind === "sink") return into.take(what, call.at)
  if (into?.kind === "fetched") addsTo({ ...call, of: into, args: [what], named: new Map() })
  return unknown("nothing")
}

const verbs = ["get", "post", "put", "patch", "delete", "head"]

/** The network, as the standard library and what is often used reach it. */
export const network: readonly (readonly [string, Row])[] = [
  ...named(
    ["reqwest", "reqwest.blocking", "ureq", "minreq", "attohttpc", "surf", "isahc", "Client"].flatMap((client) =>
      verbs.map((verb) => `${client}.${verb}`),
    ),
    fetches(0),
  ),
  ...named(["Client.request", "ureq.request", "Request.new"], fetches(1)),
  ...named(["TcpStream.connect", "net.TcpStream.connect", "UdpSocket.connect", "UnixStream.connect"], addressed(0, fetches(0))),
  ...named(["Client.new", "reqwest.Client.new", "reqwest.blocking.Client.new", "ureq.agent", "ureq.Agent.new", "ClientBuilder.build"], () =>
    instance("Client"),
  ),
  ...named(
    ["", "reqwest.", "reqwest.blocking."].flatMap((crate) => [`${crate}Client.builder`, `${crate}ClientBuilder.new`]),
    () => instance("ClientBuilder"),
  ),
  ...named(
    [
      "timeout",
      "connect_timeout",
      "user_agent",
      "default_headers",
      "cookie_store",
      "redirect",
      "danger_accept_invalid_certs",
      "use_rustls_tls",
      "no_proxy",
      "proxy",
    ].map((name) => `ClientBuilder.${name}`),
    passes("this"),
  ),
  ...named(["Easy.new", "curl.easy.Easy.new"], () => instance("Easy")),
  [
    "Easy.url",
    (call) => {
      const of = fetches(0)(call)
      if (call.of.kind === "instance" && of?.kind === "fetched") call.of.holds = of
      return unknown("nothing")
    },
  ],
  ...named(
    ["post_fields_copy", "http_headers", "username", "password", "cookie"].map((name) => `Easy.${name}`),
    addsTo,
  ),
  ...named(["net.lookup_host", "lookup_host", "dns_lookup.lookup_host"], resolves(0)),
  ...named(["write!", "writeln!"], writesFormatted),
]

export const networkMethods: readonly (readonly [string, Row])[] = [
  ...named(["write_all", "write"], writesAll),
  ...named(["body", "json", "form", "query", "header", "headers", "set", "multipart", "with_body", "with_json", "with_header"], adds),
  ...named(["send_string", "send_bytes", "send_json", "send_form", "bearer_auth", "basic_auth"], addsTo),
  ["send", (call) => (call.args.length === 0 && (call.of.kind !== "instance" || call.of.type === "") ? call.of : adds(call))],
  ["send_to", sendsTo],
  ["to_socket_addrs", addressed(0, resolves(0))],
]

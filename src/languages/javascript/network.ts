import { unknown, type Value } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { extraOf, fetches, instance, request, sends, sentOf } from "../imperative/rows.ts"

/** Where a request goes: a text, or a record that says it in parts. */
function target(call: Call, index: number): Value {
  const given = call.args[index]
  if (given?.kind !== "instance" || given.holds !== undefined || given.type !== "") return call.world.value(given)
  const field = (...names: readonly string[]): Thing | undefined =>
    names.map((name) => given.fields.get(name)).find((one) => one !== undefined)
  const whole = field("url", "uri", "href")
  if (whole !== undefined) return call.world.value(whole)
  const parts = [field("hostname", "host", "baseURL"), field("path", "pathname")].filter((one) => one !== undefined)
  return parts.length === 0 ? unknown("an address") : call.world.joined(parts)
}

/** What a request is made of, but for an address by itself: of a record that says the address too, all else in it. */
const askedOf = (args: readonly Thing[]): readonly Thing[] =>
  args.flatMap((one, index) => (index > 0 || (one.kind === "instance" && one.holds === undefined) ? [one] : extraOf(one)))

/** What is asked of the network; functions that are given get the answer. */
const asks =
  (index: number): Row =>
  (call) => {
    const from = target(call, index)
    call.world.act({ kind: "connects", to: from, ...sentOf(call.world, askedOf(call.args)), at: call.at })
    const answer = instance("response", { kind: "fetched", from, at: call.at })
    for (const one of call.args)
      if (one.kind === "closure")
        call.world.invoke(one, one.of.parameters.length > 1 ? [unknown("no error"), answer, answer] : [answer], call)
    return answer
  }

/** A connection to a port, and a host behind it. */
const dials: Row = (call) => {
  const first = call.args[0]
  const to =
    first?.kind === "numeral" || (first?.kind === "text" && /^\d+$/.test(first.text)) ? call.world.value(call.args[1]) : target(call, 0)
  call.world.act({ kind: "connects", to, at: call.at })
  for (const one of call.args) if (one.kind === "closure") call.world.invoke(one, [], call)
  return instance("socket", { kind: "fetched", from: to, at: call.at })
}

/** Who calls is not known. */
const serves: Row = (call) => {
  const client = instance("request", { kind: "fetched", from: unknown("a client"), at: call.at })
  for (const one of call.args) if (one.kind === "closure") call.world.invoke(one, [client], call)
  return instance("server")
}

const opens: Row = (call) => {
  call.world.act({ kind: "connects", to: target(call, 1), at: call.at })
  if (call.of.kind === "instance") call.of.holds = { kind: "fetched", from: target(call, 1), at: call.at }
  return unknown("nothing")
}

/** The script of an address, which a page then runs. */
const loadsScript: Row = (call) => {
  const what = call.world.value(fetches(0)(call))
  call.world.act({ kind: "runs", as: "script", what, language: "javascript", at: call.at })
  return what
}

const element: Row = (call) => (call.world.constant(call.args[0])?.toLowerCase() === "script" ? instance("script") : instance("element"))

/** `script.setAttribute("src", x)` is an assignment. */
const attribute: Row = (call) => {
  const name = call.world.constant(call.args[0])
  if (name === "src" && call.args[1] !== undefined) return loadsScript({ ...call, args: [call.args[1]] })
  return unknown("nothing")
}

export const network: readonly (readonly [string, Row])[] = [
  ...[
    "fetch",
    "http.get",
    "http.request",
    "axios",
    "got",
    "request",
    "needle",
    "phin",
    "superagent",
    "undici.request",
    "undici.stream",
    "ky",
    "download",
    "node-downloader-helper.DownloaderHelper",
    "jQuery.get",
    "jQuery.ajax",
    "jQuery.getJSON",
    "$.get",
    "$.ajax",
    "$.getJSON",
    "EventSource",
    "navigator.sendBeacon",
    "bent",
    "wreck.get",
  ].map((name) => [name, asks(0)] as const),
  ...["axios", "got", "request", "needle", "superagent", "ky"].flatMap((name) =>
    ["get", "post", "put", "patch", "delete", "head", "request", "stream", "defaults"].map((verb) => [`${name}.${verb}`, asks(0)] as const),
  ),
  ["jQuery.getScript", loadsScript],
  ["$.getScript", loadsScript],
  ...[
    "WebSocket",
    "ws",
    "ws.WebSocket",
    "socket.io-client",
    "socket.io-client.io",
    "net.connect",
    "net.createConnection",
    "tls.connect",
    "http.connect",
    "RTCPeerConnection",
  ].map((name) => [name, dials] as const),
  ["net.Socket", () => instance("plain-socket")],
  ["plain-socket.connect", dials],
  ["http.createServer", serves],
  ["net.createServer", serves],
  ["XMLHttpRequest", () => instance("XMLHttpRequest")],
  ["XMLHttpRequest.open", opens],
  ["XMLHttpRequest.send", sends],
  ["XMLHttpRequest.setRequestHeader", sends],
  ["Request", request("asked", 0)],
  ...["response", "socket"].flatMap((type) =>
    ["write", "end", "send", "emit", "set", "field", "attach", "query", "setHeader"].map((name) => [`${type}.${name}`, sends] as const),
  ),
  ...[
    "lookup",
    "resolve",
    "resolveSrv",
    "resolveNs",
    "resolve4",
    "resolve6",
    "resolveTxt",
    "resolveAny",
    "resolveMx",
    "resolveCname",
    "reverse",
  ].map((name) => [`dns.${name}`, dnsAnswer] as const),
  ["document.createElement", element],
  ["set script.src", loadsScript],
  ["script.setAttribute", attribute],
]

/** An answer of a name service is content from the network: text records carry what one wants, addresses next to nothing. */
function dnsAnswer(call: Call): Thing {
  call.world.act({ kind: "connects", to: call.world.value(call.args[0]), at: call.at })
  const answer: Value = /^dns\.(?:lookup|resolve[46])$/.test(call.name)
    ? unknown("an address")
    : { kind: "fetched", from: call.world.value(call.args[0]), at: call.at }
  for (const one of call.args) if (one.kind === "closure") call.world.invoke(one, [unknown("no error"), answer], call)
  return answer
}

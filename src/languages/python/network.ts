import { text, unknown } from "../../model/code.ts"
import type { Row } from "../imperative/platform.ts"
import { all, argument, connects, contentOf, copies, fetches, instance, request, resolves, sends } from "../imperative/rows.ts"

const url = [0, "url", "fullurl"] as const
const verbs = ["get", "post", "put", "patch", "delete", "head", "options"]

/** `socket.connect((host, port))`. */
const connected: Row = (call) => {
  const given = call.args[0]
  const to = given?.kind === "items" ? (given.items[0] ?? given) : given
  const value = call.world.value(to)
  call.world.act({ kind: "connects", to: value, at: call.at })
  if (call.of.kind === "instance") call.of.holds = { kind: "fetched", from: value, at: call.at }
  return instance("socket.socket", { kind: "fetched", from: value, at: call.at })
}

const received: Row = ({ of, at }) => (of.kind === "instance" ? (of.holds ?? { kind: "fetched", from: unknown("a peer"), at }) : undefined)

/** What is downloaded is written under the name that is given. */
const downloads: Row = (call) => {
  const content = fetches(url)(call)
  const path = argument(call, [1, "filename"])
  if (path !== undefined) call.world.act({ kind: "writes", path: call.world.value(path), what: call.world.value(content), at: call.at })
  return path ?? content
}

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** A connection to a host: what it answers comes from there. */
const host: Row = (call) => {
  const to = contentOf(call, [0, "host"])
  call.world.act({ kind: "connects", to, at: call.at })
  return instance("connection", { kind: "fetched", from: to, at: call.at })
}

/** `ipaddress.ip_address(x)`: the text of a number, as it stands in an address (The Python Standard Library, ipaddress). */
const numbered: Row = (call) => {
  const [given] = call.args
  if (given?.kind !== "numeral" || !Number.isInteger(given.number) || given.number < 0 || given.number >= 2 ** 32) return given
  return text([24, 16, 8, 0].map((bits) => Math.floor(given.number / 2 ** bits) % 256).join("."))
}

/** The network, as the standard library and what is often installed reach it. */
export const network: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(["urllib.urlopen", "urllib3.request", "wget.download"], fetches(url)),
  ["urllib.Request", request("urllib.asked", url)],
  ["urllib.urlretrieve", downloads],
  ["urllib.build_opener", () => instance("urllib.opener")],
  ["urllib.opener.open", fetches(url)],
  ["urllib3.PoolManager", () => instance("urllib3.pool")],
  ["urllib3.pool.request", fetches([1, "url"])],
  ...["requests", "httpx", "requests.session", "aiohttp.session"].flatMap((client) => [
    ...named(
      verbs.map((verb) => `${client}.${verb}`),
      fetches(url),
    ),
    ...named([`${client}.request`, `${client}.stream`], fetches([1, "url"])),
  ]),
  ...named(["requests.Session", "requests.session", "httpx.Client", "httpx.AsyncClient", "cloudscraper.create_scraper"], () =>
    instance("requests.session"),
  ),
  // Of the class itself, as who puts another function in its place names them.
  ...named(
    ["requests.Session.send", "requests.Session.request", "urllib3.HTTPConnectionPool.urlopen", "httplib.HTTPConnection.request"],
    fetches(url),
  ),
  ["aiohttp.ClientSession", () => instance("aiohttp.session")],
  ...named(
    [
      "httplib.HTTPConnection",
      "httplib.HTTPSConnection",
      "ftplib.FTP",
      "ftplib.FTP_TLS",
      "smtplib.SMTP",
      "smtplib.SMTP_SSL",
      "telnetlib.Telnet",
    ],
    host,
  ),
  ...named(
    [
      "imaplib.IMAP4_SSL",
      "poplib.POP3_SSL",
      "paramiko.Transport",
      "xmlrpc.client.ServerProxy",
      "websockets.connect",
      "websocket.create_connection",
    ],
    host,
  ),
  ...["connection", "socket.socket"].flatMap((type) =>
    ["request", "send", "sendall", "sendto", "sendmail", "send_message", "storbinary", "storlines", "write"].map(
      (name) => [`${type}.${name}`, sends] as const,
    ),
  ),
  ["socket.socket", () => instance("socket.socket")],
  ["socket.create_connection", connected],
  ["socket.socket.connect", connected],
  ["socket.socket.connect_ex", connected],
  ...named(
    ["recv", "recvfrom", "makefile", "read"].map((name) => `socket.socket.${name}`),
    received,
  ),
  ["asyncio.open_connection", connects([0, "host"])],
  ...named(
    ["socket.gethostbyname", "socket.gethostbyname_ex", "socket.getaddrinfo", "dns.resolver.resolve", "dns.resolver.query"],
    resolves(0),
  ),
  ...named(["ipaddress.ip_address", "ipaddress.IPv4Address", "ipaddress.IPv6Address"], numbered),
  ["webbrowser.open", connects(0)],
  ["setuptools.archive_util.unpack_archive", copies(0, 1)],
])

export const networkMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["urlretrieve", downloads],
  ["urlopen", all(fetches(url))],
])

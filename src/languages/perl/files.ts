import { posix } from "node:path"
import { type Search, text, unknown, type Value } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import {
  contentOf,
  copies,
  deletes,
  environment,
  fetches,
  instance,
  opensForWriting,
  passes,
  reads,
  request,
  resolves,
  sends,
  writes,
} from "../imperative/rows.ts"
import { commandOf, fetching } from "./processes.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** `open(FH, MODE, PATH)`, with `|` a program; of two arguments the mode stands in the text (perlfunc, `open`). */
const opens: Row = (call) => {
  const [mode, path, ...rest] = call.args
  if (mode === undefined) return undefined
  if (path === undefined) return opensOne(call, mode)
  const how = call.world.constant(mode) ?? "<"
  if (/^(?:-\||\|-)/.test(how)) return commandOf(call, [path, ...rest])
  return opened({ ...call, args: [path] }, how)
}

function opened(call: Call, mode: string): Thing {
  const isWritten = /[>+]/.test(mode)
  const isRead = !isWritten || mode.includes("+")
  const things = [...(isRead ? [reads(0)(call)] : []), ...(isWritten ? [opensForWriting(0)(call)] : [])].filter((one) => one !== undefined)
  return call.world.either(things)
}

function opensOne(call: Call, given: Thing): Thing | undefined {
  const value = call.world.value(given)
  const parts: readonly Value[] = value.kind === "joined" ? value.parts : [value]
  const [head, last] = [parts[0], parts.at(-1)]
  const [, mode = ""] = head?.kind === "text" ? (/^\s*(\+?[<>]{1,2}|\|)?/.exec(head.text) ?? []) : []
  const isPipe = mode === "|" || (last?.kind === "text" && /\|\s*$/.test(last.text))
  const trimmed = parts.map((part, index): Value => {
    if (part.kind !== "text") return part
    const from = index === 0 ? part.text.replace(/^\s*(?:\+?[<>]{1,2}|\|)?\s*/, "") : part.text
    return text(index === parts.length - 1 ? from.replace(/\s*\|?\s*$/, "") : from)
  })
  const what = call.world.joined(trimmed)
  return isPipe ? commandOf(call, [what]) : opened({ ...call, args: [what] }, mode === "" ? "<" : mode)
}

const globs: Row = (call) => {
  const search: Search = { by: "name", syntax: "expansion", ignoresCase: false, pattern: contentOf(call, 0), within: [] }
  return { kind: "names", search, at: call.at }
}
const lists =
  (within: number): Row =>
  (call) => {
    const search: Search = { by: "name", syntax: "glob", ignoresCase: false, pattern: text("*"), within: [contentOf(call, within)] }
    const found: Thing = { kind: "names", search, at: call.at }
    for (const one of call.args) if (one.kind === "closure") call.world.invoke(one, [found], call)
    return found
  }

/** Into a handle goes what is printed; without one it is printed. */
const prints: Row = (call) => {
  const [handle, ...rest] = call.args
  const what = call.world.joined(rest)
  for (const one of handle?.kind === "some" ? handle.of : [handle])
    if (one?.kind === "sink") one.take(what, call.at)
    else if (one?.kind === "fetched") sends({ ...call, of: one, args: rest })
  return unknown("whether it was written")
}

const joins: Row = ({ args, world, of, name }) => {
  const parts = (name.includes(".") ? args : [of, ...args]).flatMap((one) => (one.kind === "items" ? one.items : [one]))
  const whole = world.joined(parts.flatMap((part, index) => (index === 0 ? [part] : [text("/"), part])))
  return whole.kind === "text" ? text(posix.normalize(whole.text)) : whole
}

const computed =
  (compute: (path: string) => string): Row =>
  ({ args, world }) => {
    const constant = world.constant(args[0])
    return constant === undefined ? args[0] : text(compute(constant))
  }

const downloads: Row = (call) => {
  const content = fetches(0)(call)
  if (call.args[1] !== undefined) call.world.act({ kind: "writes", path: contentOf(call, 1), what: call.world.value(content), at: call.at })
  return unknown("a status")
}

/** What a request is given after it was made. */
const fills: Row = (call) => {
  if (call.of.kind === "instance") call.of.fields.set(`(${call.start})`, { kind: "items", items: [...call.args] })
  return call.of
}

/** A request that was put together is sent with all that it was given. */
const asks: Row = (call) => {
  const [given] = call.args
  const content: readonly Thing[] = given?.kind === "instance" ? [...given.fields.values()] : []
  return fetches(0)({ ...call, args: [...call.args, ...content] })
}

/** `IO::Socket::INET->new(PeerAddr => ...)`. */
const connects: Row = (call) => {
  const words = call.args.flatMap((one) => (one.kind === "items" ? one.items : [one]))
  const key = words.findIndex((one) => /^Peer(?:Addr|Host)$/.test(call.world.constant(one) ?? ""))
  const to = call.world.value(key === -1 ? words[0] : words[key + 1])
  call.world.act({ kind: "connects", to, at: call.at })
  return { kind: "fetched", from: to, at: call.at }
}

/** Files and the network, as Perl, its core modules and what is often installed reach them. */
export const files: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["(open)", opens],
  ["(sysopen)", (call) => call.world.either([reads(0)(call), opensForWriting(0)(call)].filter((one) => one !== undefined))],
  ["(opendir)", lists(0)],
  ["readdir", passes(0)],
  ["(read)", passes(0)],
  ["readline", passes(0)],
  ["(print)", prints],
  ["print", (call) => call.world.prints(call.world.joined(call.args)) ?? unknown("nothing")],
  ["IO::File.new", (call) => opens({ ...call, args: [call.args[1] ?? text("<"), call.args[0] ?? unknown("a path")] })],
  ...named(["read_file", "slurp", "Path::Tiny.slurp", "File::Slurper::read_text", "read_text", "read_binary"], reads(0)),
  ...named(["write_file", "spew", "write_text", "write_binary"], writes(0, 1)),
  ...named(["path", "file"], passes(0)),
  ...named(["unlink", "rmtree", "remove_tree", "rmdir"], deletes(0)),
  ...named(["copy", "cp", "link", "symlink"], copies(0, 1)),
  ...named(["rename", "move", "mv"], copies(0, 1, true)),
  ["glob", globs],
  ["find", lists(1)],
  ["dirname", computed(posix.dirname)],
  ["basename", computed((path) => posix.basename(path))],
  ...named(["rel2abs", "abs_path", "realpath", "File::Spec.rel2abs"], passes(0)),
  ...named(["File::Spec.catfile", "File::Spec.catdir", "File::Spec::Functions::catfile"], (call) =>
    joins({ ...call, name: "File.catfile" }),
  ),
  ...named(["catfile", "catdir"], (call) => joins({ ...call, name: "File.catfile" })),
  ...named(["tempfile", "tempdir"], opensForWriting("(temporary)")),
  ...named(["getstore", "mirror"], downloads),
  ...named(["LWP::UserAgent.new", "HTTP::Tiny.new", "Mojo::UserAgent.new", "WWW::Mechanize.new"], (call) =>
    instance(call.name.replace(/\.new$/, "")),
  ),
  ...fetching,
  ["URI.new", (call) => call.args.at(-1)],
  ["HTTP::Request.new", request("HTTP::Request", 1)],
  ...named(["POST", "PUT", "GET", "HTTP::Request::Common::POST"], request("HTTP::Request", 0)),
  ...named(["HTTP::Request.content", "HTTP::Request.header", "HTTP::Request.add_content"], fills),
  ["LWP::UserAgent.request", asks],
  ...named(["HTTP::Tiny.request"], fetches(1)),
  ...named(["LWP::UserAgent.mirror", "HTTP::Tiny.mirror"], downloads),
  ...named(["IO::Socket::INET.new", "IO::Socket::SSL.new", "IO::Socket::IP.new", "Net::FTP.new"], connects),
  ...named(["inet_aton", "gethostbyname", "getaddrinfo"], resolves(0)),
  [
    "connect",
    (call) => {
      call.world.act({ kind: "connects", to: contentOf(call, 1), at: call.at })
      return { kind: "fetched", from: contentOf(call, 1), at: call.at }
    },
  ],
  ...named(["sockaddr_in", "pack_sockaddr_in"], passes(1)),
  ["env", environment(0)],
])

import { text, unknown, type Value } from "../../../model/code.ts"
import { constantOf, textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"
import { unpack } from "./archives.ts"

/** Something comes over the network, for what is sent there. */
function fetched(call: Call, from: Value, sent: readonly Value[] = []): Value {
  call.act({ kind: "connects", to: plainAddress(from), ...sending(call, sent) })
  return call.machine.build.fetched(from, call.at)
}

/** What of all that is sent is not written in the script itself. */
export function sending(call: Call, sent: readonly Value[]): { readonly what?: Value } {
  const others = sent.filter((one) => constantOf(one) === undefined && one.kind !== "unknown")
  return others.length === 0 ? {} : { what: call.machine.build.joined(others) }
}

const plainAddress = (from: Value): Value => (textual(from) === undefined ? from : text(textual(from) ?? ""))

/** Several addresses as one, none as what is not known. */
function addresses(call: Call, operands: readonly Value[]): Value {
  return operands.length === 0 ? unknown("an address") : call.machine.build.either(operands)
}

function lastPart(address: Value): Value {
  const constant = constantOf(address)
  return constant === undefined ? unknown("a name from an address") : text(/([^/?#]+)[^/]*$/.exec(constant)?.[1] ?? "index.html")
}

/** `@$HOME/x`, `name=@$HOME/x`: the file of a name that is not all known. */
export function fileBehind(call: Call, word: Value, marked: RegExp): Value {
  const start = word.kind === "joined" ? textual(word.parts[0] ?? text("")) : undefined
  const mark = marked.exec(start ?? "")?.[0]
  return mark === undefined ? word : call.content(call.behind(word, mark.length))
}

/** What a word of `curl` names a file by: `@f` of data, `x=@f` and `x=<f` of forms, `x@f` of what it encodes itself (curl(1)). */
const fileMark = (isForm: boolean, encodes: boolean): RegExp => (isForm ? /^[^=]*=[@<]/ : encodes ? /^[^=@]*@/ : /^(?:[^=@]*=)?@/)

const curl: Tool = (call) => {
  const { flags, values, operands } = call.options({
    short: "oAbcCdDeEFHKmPQrtTuUwxXyYzh",
    long: [
      "output",
      "url",
      "data",
      "data-binary",
      "data-raw",
      "data-urlencode",
      "header",
      "form",
      "request",
      "user-agent",
      "user",
      "upload-file",
      "retry",
      "max-time",
      "connect-timeout",
      "proxy",
      "cacert",
      "referer",
      "output-dir",
      "proto",
      "write-out",
    ],
  })
  const urls = [...operands, ...(values.get("url") ?? [])]
  const sent = ["d", "data", "data-binary", "data-raw", "data-urlencode", "F", "form", "T", "upload-file"].flatMap(
    (name) => values.get(name) ?? [],
  )
  const files = [...(values.get("T") ?? []), ...(values.get("upload-file") ?? [])]
  const forms = [...(values.get("F") ?? []), ...(values.get("form") ?? [])]
  const encoded = values.get("data-urlencode") ?? []
  const contents = sent.map((one) => {
    const marked = fileMark(forms.includes(one), encoded.includes(one))
    const written = textual(one) ?? ""
    const mark = marked.exec(written)?.[0]
    const path = mark === undefined ? undefined : /^[^;]+/.exec(written.slice(mark.length))?.[0]
    if (path !== undefined) return call.content(text(path))
    return files.includes(one) ? call.content(one) : fileBehind(call, one, marked)
  })
  const headers = ["H", "header", "u", "user", "A", "user-agent", "b", "e", "referer"].flatMap((name) => values.get(name) ?? [])
  const config = values.get("K")?.[0]
  const from = addresses(call, urls)
  const got = fetched(call, config === undefined ? from : call.content(config), [...contents, ...headers])
  const to = values.get("o")?.[0] ?? values.get("output")?.[0]
  if (to !== undefined && textual(to) !== "-") call.write(to, got)
  else if (flags.has("O") || flags.has("remote-name")) for (const url of urls) call.write(lastPart(url), got)
  else return got
  return
}

const wget: Tool = (call) => {
  const { flags, values, operands } = call.options({
    short: "oOaeitTwQPUlABDIXR",
    long: [
      "output-document",
      "directory-prefix",
      "input-file",
      "header",
      "post-data",
      "post-file",
      "body-data",
      "body-file",
      "user-agent",
      "tries",
      "timeout",
    ],
  })
  const of = (...names: readonly string[]): readonly Value[] => names.flatMap((name) => values.get(name) ?? [])
  const sent = [
    ...of("post-file", "body-file").map((path) => call.content(path)),
    ...of("post-data", "body-data", "header", "U", "user-agent"),
  ]
  const list = values.get("i")?.[0] ?? values.get("input-file")?.[0]
  const got = fetched(call, list === undefined ? addresses(call, operands) : call.content(list), sent)
  const to = values.get("O")?.[0] ?? values.get("output-document")?.[0]
  if (flags.has("spider")) return
  if (to !== undefined && /^(?:-|\/dev\/stdout)$/.test(textual(to) ?? "")) return got
  if (to !== undefined) call.write(to, got)
  else {
    const folder = values.get("P")?.[0] ?? values.get("directory-prefix")?.[0]
    for (const url of operands)
      call.write(folder === undefined ? lastPart(url) : call.machine.build.joined([folder, text("/"), lastPart(url)]), got)
  }
  return
}

/** `nc host port`, `telnet`, `socat`, `ssh host command`, `openssl s_client`: what the other side sends. */
const dialled =
  (short = ""): Tool =>
  (call) => {
    const { values, operands } = call.options({ short })
    for (const program of [...(values.get("e") ?? []), ...(values.get("c") ?? [])])
      call.machine.evaluator.text(call.machine, program, call.streams, call.at)
    return fetched(call, addresses(call, operands.slice(0, 1)), [call.input, ...operands.slice(1)])
  }

/** `socat TCP:host:1 EXEC:sh`: addresses that run something. */
const socat: Tool = (call) => {
  const { operands } = call.options({ short: "tTbd" })
  for (const operand of operands) {
    const program = /^(?:EXEC|SYSTEM|SHELL):([^,]+)/i.exec(textual(operand) ?? "")?.[1]
    if (program !== undefined) call.runsShell(text(program))
  }
  return fetched(call, addresses(call, operands), [call.input])
}

/** `scp`, `rsync`, `ftp`: files from or to another machine. */
const copied: Tool = (call) => {
  const { operands } = call.options({ short: "cFiloPSe", long: ["rsh", "exclude", "include", "filter"] })
  const to = operands.at(-1)
  const from = operands.slice(0, -1)
  const isRemote = (path: Value): boolean => /^[^/]*:/.test(textual(path) ?? ":")
  if (to === undefined) return
  if (isRemote(to)) {
    call.act({ kind: "connects", to, ...sending(call, [call.contents(from)]) })
    return
  }
  for (const path of from) call.write(to, isRemote(path) ? fetched(call, path) : call.content(path))
  return
}

const remoteCommands = new Set(["clone", "fetch", "pull", "submodule", "ls-remote", "push", "remote"])

/** `git`: what it fetches, lists, shows and runs. */
const git: Tool = (call) => {
  const { operands } = call.options({ short: "Cc", long: ["git-dir", "work-tree"], command: true })
  const [command, ...args] = operands
  const name = command === undefined ? undefined : textual(command)
  const own = call.with(args)
  if (name === "grep") {
    call.command([text("grep"), text("-r"), ...args])
    return
  }
  if (name === "ls-files" || name === "ls-tree") {
    const { operands: within } = own.options({ short: "xX" })
    return call.machine.build.names({ by: "name", syntax: "glob", ignoresCase: false, pattern: text("*"), within }, call.at)
  }
  if (name === "show" || name === "cat-file") {
    const path = own.options().operands.flatMap((one) => /^[^:]*:(.+)$/.exec(textual(one) ?? "")?.[1] ?? [])[0]
    return path === undefined ? unknown("what git shows") : call.content(text(path))
  }
  if (name === "archive") return call.step("edit", call.machine.build.file(text("."), call.at))
  if (name === "credential")
    return call.machine.build.step("program", "git", call.machine.build.joined(operands.flatMap((one) => [one, text(" ")])), call.at)
  if (name === "apply" || name === "am") {
    call.write(unknown("files that a patch names"), call.step("edit", call.with(args).contents(own.options({ short: "pC" }).operands)))
    return
  }
  if (name === undefined || !remoteCommands.has(name)) return unknown(`what git ${name ?? ""} prints`)
  const { operands: words } = own.options({ short: "bojcu", long: ["branch", "depth", "origin", "reference"] })
  const [from, to] = words
  if (name === "remote" || name === "submodule") {
    if (name === "submodule" || textual(from ?? text("")) === "update")
      call.act({ kind: "connects", to: unknown("remotes of the repository") })
    return
  }
  const got = fetched(call, from ?? unknown("a remote of the repository"))
  if (name === "clone") unpack(call, got, to ?? (from === undefined ? undefined : folderOf(from)), [])
  return
}

const folderOf = (from: Value): Value => {
  const last = lastPart(from)
  return last.kind === "text" ? text(last.text.replace(/\.git$/, "")) : last
}

const installs = new Set([
  "install",
  "i",
  "ci",
  "add",
  "update",
  "upgrade",
  "exec",
  "x",
  "dlx",
  "download",
  "get",
  "build",
  "create",
  "publish",
  "require",
  "sync",
])

/** Package managers: they connect, and run what they install as they please. */
const manager: Tool = (call) => {
  const { operands } = call.options({ command: false })
  const [command, ...names] = operands
  const word = command === undefined ? "install" : (textual(command) ?? "install")
  if (installs.has(word)) call.act({ kind: "connects", to: names.length === 0 ? unknown("registries") : call.machine.build.either(names) })
  return unknown(`what ${call.name} prints`)
}

const managers =
  "npm npx pnpm yarn bun pip pipx uv poetry gem bundle cargo go apt apt-get aptitude dnf yum zypper pacman apk brew composer cpan cpanm luarocks conda mamba nix opam stack cabal mvn gradle helm"

export const fetchers: readonly (readonly [string, Tool])[] = [
  ["curl", curl],
  ["wget", wget],
  ["wget2", wget],
  ["fetch", curl],
  ["aria2c", wget],
  ["axel", wget],
  ["lynx", (call) => fetched(call, addresses(call, call.options().operands))],
  ["w3m", (call) => fetched(call, addresses(call, call.options().operands))],
  ["links", (call) => fetched(call, addresses(call, call.options().operands))],
  ["lwp-request", (call) => fetched(call, addresses(call, call.options().operands))],
  ["http", (call) => fetched(call, addresses(call, call.options().operands))],
  ["GET", (call) => fetched(call, addresses(call, call.options().operands))],
  ["nc", dialled("epswlXxic")],
  ["ncat", dialled("epswlXxic")],
  ["netcat", dialled("epswlXxic")],
  ["telnet", dialled()],
  ["ssh", dialled("bcDEeFIiJLlmOopQRSWw")],
  ["socat", socat],
  ["dig", dialled("tpq")],
  ["host", dialled("t")],
  ["nslookup", dialled()],
  ["ftp", copied],
  ["sftp", copied],
  ["scp", copied],
  ["rsync", copied],
  ["git", git],
  ["svn", git],
  ["hg", git],
  ...managers.split(" ").map((name): [string, Tool] => [name, manager]),
]

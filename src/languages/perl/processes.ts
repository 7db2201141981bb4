import { text, unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { environment, fetches, instance, loads, runsText, steps } from "../imperative/rows.ts"
import { started } from "../process-rows.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** One text is a command line of a shell, more are a program and its arguments (perlfunc, `system` and `exec`). */
const runs: Row = (call) => {
  const words = call.args.flatMap((one) => (one.kind === "items" ? one.items : [one]))
  const [first] = words
  if (first === undefined) return undefined
  return started(call, words.length > 1 ? { kind: "items", items: words } : first, words.length === 1, undefined)
}

const evaluates: Row = (call) => {
  const [given] = call.args
  if (given === undefined || given.kind === "closure") return undefined
  return runsText(0, "perl")(call)
}

const runsFile: Row = (call) => {
  call.world.runsText({ kind: "file", path: call.world.path(call.args[0]), at: call.at }, "perl", call)
  return unknown("what a file gave")
}

/** `use Module` and `require`: pragmas change how Perl reads, and load nothing of the release. */
const uses: Row = (call) => {
  const name = call.world.constant(call.args[0]) ?? ""
  if (/^[a-z]/.test(name) || name === "") return unknown("a pragma")
  call.world.takesAll(`lib/${name.replaceAll("::", "/")}.pm`)
  call.world.act({ kind: "runs", as: "module", what: text(name), at: call.at })
  return unknown("a module")
}
const requires: Row = (call) => {
  const constant = call.world.constant(call.args[0])
  if (constant !== undefined && /^[\w:]+$/.test(constant)) return uses(call)
  if (constant !== undefined) call.world.takesAll(constant.replace(/^(?:\.{0,2}\/)+/, ""))
  return runsFile(call)
}

/** Programs and code that is data, as Perl and its core modules start them. */
export const processes: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(["system", "exec", "capture", "run", "capturex", "systemx", "run_forked", "open2", "open3"], runs),
  ...named(["eval"], evaluates),
  ["do", runsFile],
  ["require", requires],
  ["(use)", uses],
  ["DynaLoader::dl_load_file", loads(0, "object")],
  ["dl_load_file", loads(0, "object")],
  ["FFI::Platypus.new", () => instance("FFI::Platypus")],
  ["FFI::Platypus.lib", loads(0, "object")],
  ["getenv", environment(0)],
  ["Safe.new", () => instance("Safe")],
  ["Safe.reval", evaluates],
  ["Storable::thaw", steps("decode", 0)],
])

export const commandOf = (call: Call, words: readonly Thing[]): Thing | undefined => {
  const [first] = words
  if (first === undefined) return undefined
  return started(call, words.length > 1 ? { kind: "items", items: [...words] } : first, words.length === 1, undefined)
}

/** What is fetched, by modules that are often installed. */
export const fetching: readonly (readonly [string, Row])[] = named(
  [
    "LWP::Simple::get",
    "HTTP::Tiny.get",
    "LWP::UserAgent.get",
    "LWP::UserAgent.post",
    "HTTP::Tiny.post",
    "Mojo::UserAgent.get",
    "WWW::Mechanize.get",
    "WWW::Mechanize.new.get",
  ],
  fetches(0),
)

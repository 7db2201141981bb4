import { posix } from "node:path"
import { type Search, text, unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { contentOf, copies, deletes, fetches, opensForWriting, passes, reads, writes } from "../imperative/rows.ts"
import { network, networkMethods, withBlock } from "./network.ts"
import { opensCommand } from "./processes.ts"

const opens: Row = (call) => {
  const given = call.args[1]
  const mode = given === undefined || given.kind === "closure" || given.kind === "instance" ? "r" : call.world.constant(given)
  const isRead = mode === undefined || /[r+]/.test(mode)
  const isWritten = mode === undefined || /[wa+]/.test(mode)
  const things: readonly Thing[] = [...(isRead ? [reads(0)(call)] : []), ...(isWritten ? [opensForWriting(0)(call)] : [])].filter(
    (one) => one !== undefined,
  )
  return call.world.either(things)
}

const isAddress = (call: Call): boolean => {
  const value = contentOf(call, 0)
  const head = value.kind === "joined" ? value.parts[0] : value
  return head?.kind === "text" && /^(?:https?|ftp):/.test(head.text)
}

/** `Kernel#open`. */
const opensAny: Row = (call) => {
  if (opensCommand(call)) return unknown("what a program gave")
  return isAddress(call) ? fetches(0)(call) : opens(call)
}

const globs: Row = (call) => {
  const search: Search = { by: "name", syntax: "glob", ignoresCase: false, pattern: contentOf(call, 0), within: [] }
  return { kind: "names", search, at: call.at }
}
const lists: Row = (call) => {
  const search: Search = { by: "name", syntax: "glob", ignoresCase: false, pattern: text("*"), within: [contentOf(call, 0)] }
  return { kind: "names", search, at: call.at }
}

const joins: Row = ({ args, world }) => {
  const whole = world.joined(args.flatMap((part, index) => (index === 0 ? [part] : [text("/"), part])))
  return whole.kind === "text" ? text(posix.normalize(whole.text)) : whole
}

/** `File.expand_path(path, folder)`. */
const expands: Row = (call) => {
  const [path, folder] = call.args
  if (path === undefined) return undefined
  return folder === undefined ? path : joins({ ...call, args: [folder, path] })
}

const computed =
  (compute: (path: string) => string): Row =>
  ({ args, world }) => {
    const constant = world.constant(args[0])
    return constant === undefined ? args[0] : text(compute(constant))
  }

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])
const written: Row = (call) => (call.of.kind === "sink" ? call.of.take(call.world.value(call.args[0]), call.at) : undefined)

/** Files, as Ruby's core and standard library reach them, and the network. */
export const files: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["open", withBlock(opensAny)],
  ...named(["File.open", "File.new", "IO.open", "Zlib.GzipReader.open", "Pathname.open"], withBlock(opens)),
  ...named(
    ["File.read", "File.binread", "IO.read", "IO.binread", "File.readlines", "IO.readlines", "File.foreach", "YAML.load_file"],
    reads(0),
  ),
  ...named(["File.write", "File.binwrite", "IO.write", "IO.binwrite"], writes(0, 1)),
  ...named(
    ["File.delete", "File.unlink", "Dir.rmdir", "FileUtils.rm", "FileUtils.rm_f", "FileUtils.rm_r", "FileUtils.rm_rf", "rm_rf", "rm_f"],
    deletes(0),
  ),
  ...named(
    [
      "FileUtils.cp",
      "FileUtils.copy",
      "FileUtils.cp_r",
      "FileUtils.copy_file",
      "FileUtils.install",
      "FileUtils.ln_s",
      "File.symlink",
      "IO.copy_stream",
      "cp",
    ],
    copies(0, 1),
  ),
  ...named(["FileUtils.mv", "FileUtils.move", "File.rename", "mv"], copies(0, 1, true)),
  ...named(["Dir.glob", "Dir.[]", "Rake.FileList.new"], withBlock(globs)),
  ...named(["Dir.entries", "Dir.children", "Dir.each_child", "Dir.foreach", "Find.find"], withBlock(lists)),
  ["File.join", joins],
  ["File.expand_path", expands],
  ["File.absolute_path", expands],
  ["File.realpath", passes(0)],
  ["File.dirname", computed(posix.dirname)],
  ["File.basename", computed((path) => posix.basename(path))],
  ["__dir__", ({ at }) => text(posix.dirname(at.path))],
  ["Pathname.new", passes(0)],
  ["Pathname", passes(0)],
  ["Dir.pwd", () => text(".")],
  ["StringIO.new", passes(0)],
  ...network,
])

export const fileMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(["write", "print", "puts", "syswrite", "<<"], written),
  ...networkMethods,
])

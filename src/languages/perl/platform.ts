import { posix } from "node:path"
import { text, unknown } from "../../model/code.ts"
import type { Platform, Row } from "../imperative/platform.ts"
import { blindRow } from "../lowering.ts"
import { files } from "./files.ts"
import { processes } from "./processes.ts"
import { textMethods, texts } from "./texts.ts"

const calls: ReadonlyMap<string, Row> = new Map<string, Row>([["(blind)", blindRow], ...processes, ...files, ...texts])

/** Where a connection ends is none of what came through it. */
const ends = ["sockport", "sockhost", "sockaddr", "peerport", "peerhost", "peeraddr"].map((name): readonly [string, Row] => [
  name,
  () => unknown("an address"),
])

export const perl: Platform = {
  language: "perl",
  calls,
  methods: new Map<string, Row>([...textMethods, ...ends]),
  // A function of a module under its own name is the same: `MIME::Base64::decode_base64`.
  canonical(name) {
    const plain = name.replace(/^&(?:CORE::(?:GLOBAL::)?|POSIX::)?/, "")
    const last = plain.split("::").at(-1) ?? plain
    return calls.has(plain) || !name.startsWith("&") || !calls.has(last) ? plain : last
  },
  isEnvironment: (name) => name === "%ENV",
  exports: (names) => new Map([...names].map(([name, thing]) => [name.replace(/^&/, ""), thing])),
  // `$My::Module::a` is `$a` of lib/My/Module.pm.
  exported(name, _, files) {
    const [, sign = "", folders = "", own = ""] = /^&?([$@%]?)((?:\w+::)+)(\w+)$/.exec(name) ?? []
    const file = `${folders.replaceAll("::", "/").slice(0, -1)}.pm`
    const module = own === "" ? undefined : [`lib/${file}`, file].find((one) => files.has(one))
    return module === undefined ? undefined : { module, name: `${sign}${own}` }
  },
  argv: { names: ["@ARGV", "@_"], before: [] },
  member(name, at) {
    if (name === "__FILE__" || name === "$0") return text(at.path)
    if (name === "$^X") return text("perl")
    if (name === "$FindBin::Bin" || name === "$FindBin::RealBin") return text(posix.dirname(at.path))
    return /^[*@$%](?!\w+::)/.test(name) && name !== "%ENV" ? unknown(name) : undefined
  },
}

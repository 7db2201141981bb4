import { text } from "../../model/code.ts"
import type { Platform, Row } from "../imperative/platform.ts"
import { blindRow } from "../lowering.ts"
import { codecMethods, codecs } from "./codecs.ts"
import { fileMethods, files } from "./files.ts"
import { processes, processMethods } from "./processes.ts"
import { textMethods, texts } from "./texts.ts"

const calls: ReadonlyMap<string, Row> = new Map<string, Row>([["(blind)", blindRow], ...processes, ...files, ...codecs, ...texts])
const methods: ReadonlyMap<string, Row> = new Map<string, Row>([...processMethods, ...fileMethods, ...codecMethods, ...textMethods])

export const ruby: Platform = {
  language: "ruby",
  calls,
  methods,
  canonical: (name) =>
    name.replace(/^(?:Object\.|TOPLEVEL_BINDING\.)*(?:Kernel|Process|binding|main)\.(?=[a-z`])/, "").replace(/^(\w+)\.call$/, "$1"),
  isEnvironment: (name) => name === "ENV",
  exports: (names) => names,
  argv: { names: ["ARGV"], before: [] },
  member(name, at) {
    if (name === "__FILE__" || name === "$0") return text(at.path)
    if (name === "RbConfig.ruby") return text("ruby")
    return undefined
  },
}

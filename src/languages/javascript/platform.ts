import type { Platform, Row } from "../imperative/platform.ts"
import { canonical, inherited, isEnvironment } from "./canonical.ts"
import { control, controlMethods } from "./control.ts"
import { decoderMethods, decoders } from "./decoders.ts"
import { files } from "./files.ts"
import { listMethods, lists } from "./lists.ts"
import { exported, exportsOf } from "./modules.ts"
import { network } from "./network.ts"
import { processes } from "./processes.ts"
import { stringMethods } from "./strings.ts"

/** Node, browsers, Deno and Bun, and the packages that most stand in for them. */
export const platform: Platform = {
  language: "javascript",
  calls: new Map<string, Row>([...files, ...processes, ...network, ...decoders, ...lists, ...control]),
  methods: new Map<string, Row>([...controlMethods, ...stringMethods, ...decoderMethods, ...listMethods]),
  canonical,
  isEnvironment,
  isTrusted: (name) =>
    /^ethereum\.\w+$|^(?:(?:http|net|tls|dgram|dns|crypto|module)\.[A-Z]\w*|XMLHttpRequest|WebSocket|Headers|Request|Response|SubtleCrypto|HTML(?:Form|Input)Element)\.prototype\.\w+$/.test(
      name,
    ),
  argv: { names: ["process.argv"], before: ["node"] },
  inherited,
  exported,
  exports: exportsOf,
  member: (name, at) => (name === "document.cookie" ? { kind: "environment", name, at } : undefined),
}

import { text } from "../../model/code.ts"
import { fieldOf, type Named, textsIn, tomlFrontEnd } from "../toml-front-end.ts"

/** Keys of `build` that name what stands for the compiler or before it (The Cargo Book, "Configuration"). */
const compilers = ["rustc", "rustc-wrapper", "rustc-workspace-wrapper", "rustdoc"]

/** Programs that the configuration of a workspace puts where its build has its own. A name without a slash is looked for where the system has its programs; another is seen from the folder above. */
function* namedIn(config: unknown): Generator<Named> {
  const build = fieldOf(config, "build")
  for (const key of compilers) for (const path of textsIn(fieldOf(build, key))) yield* named(`build.${key}`, path)
  yield* ofFlags("build.rustflags", fieldOf(build, "rustflags"))
  for (const [name, target] of tablesIn(fieldOf(config, "target"))) {
    for (const path of textsIn(fieldOf(target, "linker"))) yield* named(`target.${name}.linker`, path)
    for (const path of textsIn(fieldOf(target, "runner")))
      for (const word of path.split(/\s+/)) yield* named(`target.${name}.runner`, word, path)
    yield* ofFlags(`target.${name}.rustflags`, fieldOf(target, "rustflags"))
  }
  for (const [name, value] of tablesIn(fieldOf(config, "env")))
    if (/^RUSTC(?:_WORKSPACE)?(?:_WRAPPER)?$|^(?:HOST_|TARGET_)?(?:CC|CXX|LD|AR)(?:_\w+)?$/.test(name))
      for (const path of [...textsIn(value), ...textsIn(fieldOf(value, "value"))]) yield* named(`env.${name}`, path)
}

/** `-C linker=path` (The rustc book, "Codegen Options"). */
function* ofFlags(key: string, flags: unknown): Generator<Named> {
  for (const flag of textsIn(flags))
    for (const [, path = ""] of flag.matchAll(/(?:^|\s|-C)linker=(\S+)/g)) yield* named(`${key} linker`, path, flag)
}

function* named(standsFor: string, path: string, words = path): Generator<Named> {
  if (path.includes("/") && !path.startsWith("/"))
    yield { act: (at) => ({ kind: "runs", as: "program", what: text(path), standsFor, at }), words }
}

const tablesIn = (of: unknown): readonly (readonly [string, unknown])[] =>
  typeof of === "object" && of !== null && !Array.isArray(of) ? Object.entries(of) : []

export const analyse = tomlFrontEnd(namedIn)

import type { Tool } from "./call.ts"
import { matches, patternOf } from "./patterns.ts"
import { echo, printf } from "./printing.ts"
import { archives } from "./tools/archives.ts"
import { codecs } from "./tools/codecs.ts"
import { compilers } from "./tools/compilers.ts"
import { editors } from "./tools/editors.ts"
import { fetchers } from "./tools/fetchers.ts"
import { files } from "./tools/files.ts"
import { interpreters } from "./tools/interpreters.ts"
import { readers } from "./tools/readers.ts"
import { searches } from "./tools/searches.ts"
import { wrappers } from "./tools/wrappers.ts"

/** Builtins that are also programs. */
const printers: readonly (readonly [string, Tool])[] = [
  ["echo", echo],
  ["printf", printf],
  ["test", () => undefined],
  ["true", () => undefined],
  ["false", () => undefined],
]

/** Every program whose work is known, by its name: a new one is a row in the table of its kind. */
const tools: ReadonlyMap<string, Tool> = new Map(
  [printers, readers, editors, codecs, archives, searches, fetchers, interpreters, compilers, files, wrappers].flatMap((table) => [
    ...table,
  ]),
)

/** `/usr/bin/x86_64-linux-gnu-gcc-12`, `python3.11`, `gsed`: as their plain names. */
export function toolNamed(path: string): Tool | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.exe$/i, "")
  const plain = name.replace(/[-.]?\d+(?:\.\d+)*$/, "")
  const target = /^[a-z0-9_]+-(?:[a-z0-9_]+-)*([a-z+]+)$/.exec(plain)?.[1]
  return (
    tools.get(name) ??
    tools.get(plain) ??
    (target === undefined ? undefined : tools.get(target)) ??
    (/^g[a-z]/.test(plain) ? tools.get(plain.slice(1)) : undefined)
  )
}

/** Tools that a pattern of file names fits: `/bin/c?t`. */
export function matchingTools(pattern: string, max: number): readonly string[] {
  const tokens = patternOf(pattern.slice(pattern.lastIndexOf("/") + 1))
  return tokens === undefined ? [] : [...tools.keys()].filter((name) => matches(tokens, name)).slice(0, max)
}

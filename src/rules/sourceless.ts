import { baseName } from "../core/path.ts"
import type { Start } from "../model/binary.ts"
import type { Opaques } from "../model/opaque.ts"
import { type Held, some } from "./binaries.ts"
import type { InspectedSubject } from "./rule.ts"
import { isFeatureTest } from "./symbol-kinds.ts"

interface Source {
  readonly held: Held
  readonly words: Opaques["words"]
  readonly files: Pick<InspectedSubject, "artifact">
}

/** Whether places of code come from a source of the release: a doubt where the object states sources of which the release has none, or a name that no text has. */
export function sourceless(starts: readonly Start[], { held, words, files }: Source): readonly string[] {
  const { sources } = held.binary
  // Without a text there is no source to compare with: a package of binaries alone.
  if (words === undefined) return []
  const names = starts
    .filter(does)
    .flatMap(({ name }) => (name === undefined || isMade(name) ? [] : [name]))
    .filter((name) => !words.has(name))
  const unnamed = names.length === 0 ? [] : [`of which no text names ${some(names)}`]
  if (sources.length === 0 || held.binary.kind !== "object") return unnamed
  const has = new Set(files.artifact.entries.map(({ path }) => baseName(path)))
  const strange = sources.filter((source) => !has.has(baseName(source)))
  return strange.length === sources.length ? [...unnamed, `in an object of ${some(sources)}, which the release lacks`] : unnamed
}

/** Code that reaches nothing can do nothing to others. Runtimes of compilers bring such along, which asks the processor and goes by a table of jumps. */
function does({ name = "", reach }: Start): boolean {
  if (reach === undefined || reach.imports.length + reach.systemCalls > 0) return true
  return (!reach.isWhole || reach.unknown > 0) && !isFeatureTest(name)
}

/** Names that a compiler makes: mangled, numbered, or of its own functions, or of the start code that it links (FreeBSD's crtbegin.c has the last). */
const isMade = (name: string): boolean =>
  /^(?:_Z|_R|\.L|_GLOBAL__|frame_dummy$|__do_global_|_init$|_fini$|run_cxa_finalize$)|[.$]/.test(name)

/**
 * Inspects the texts of one file and nothing else, language by language, and writes what it took: `node tools/node.mjs test/bench/inspect-only.ts FILE NOTE [LANGUAGE ...]`.
 * The processor's time is the whole process's, the collector of garbage with it.
 */
import { writeFileSync } from "node:fs"
import { latin1 } from "../../src/core/bytes.ts"
import { orThrow } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { decompressor } from "../../src/io/decompress.ts"
import { readPackaged } from "../../src/io/packaged.ts"
import { languages } from "../../src/languages/index.ts"
import { parseTarget } from "../../src/registries/index.ts"
import { type InspectOptions, inspect } from "../../src/stages/inspect/inspect.ts"
import { languageOf } from "../../src/stages/inspect/scripts.ts"
import { open } from "../../src/stages/open/open.ts"

export interface Inspected {
  readonly language: string
  readonly files: number
  readonly bytes: number
  readonly seconds: number
  readonly acts: number
  /** Files that nothing was given up of, and bytes of the others. */
  readonly whole: number
  readonly bytesBlind: number
}

const [file = "", note = "", ...asked] = process.argv.slice(2)
const ctx = createContext({ offline: true })
const artifact = orThrow(await open(file, orThrow(await parseTarget(file)), ctx))
const byLanguage = new Map<string, typeof artifact.entries>()
for (const entry of artifact.entries) {
  if (entry.type !== "file" || entry.encoding === undefined) continue
  const text = latin1(await entry.content.read(0, Math.min(entry.size, 4096)))
  const language = languageOf({ path: entry.path, text, isWhole: true }, artifact.root, languages)?.name
  if (language !== undefined) byLanguage.set(language, [...(byLanguage.get(language) ?? []), entry])
}
const decode = decompressor(ctx)
const options: InspectOptions = { limits: ctx.limits, read: readPackaged, decompress: (compression, chunks) => decode(compression, chunks) }
const found: Inspected[] = []
for (const [language, entries] of byLanguage) {
  if (asked.length > 0 && !asked.includes(language)) continue
  const before = process.cpuUsage()
  const { scripts } = await inspect({ entries, root: artifact.root }, options)
  const { user, system } = process.cpuUsage(before)
  const blind = new Set(scripts.filter((script) => script.blind.length > 0).map(({ path }) => path))
  const sum = (of: typeof entries): number => of.reduce((bytes, { size }) => bytes + size, 0)
  found.push({
    language,
    files: scripts.length,
    bytes: sum(entries),
    seconds: (user + system) / 1e6,
    acts: scripts.reduce((acts, script) => acts + script.acts.length, 0),
    whole: scripts.length - blind.size,
    bytesBlind: sum(entries.filter(({ path }) => blind.has(path))),
  })
}
await artifact.close()
writeFileSync(note, JSON.stringify(found))

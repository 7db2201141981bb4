/**
 * `npm run base-rates`: how ordinary each event of a trace is across honest repositories, from the clones in the folder that EVERYBYTE_REPOSITORIES names. Counts alone are kept, of nobody.
 * A project whose history is known to have been attacked is no measure of what is ordinary.
 */
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createContext } from "../src/io/create-context.ts"
import { eventKinds } from "../src/model/trace.ts"
import { traceRepository } from "../src/trace.ts"
import { findRepository } from "../test/results/repositories.ts"

const attacked: ReadonlySet<string> = new Set(["tukaani-project/xz"])
/** Below these a history says little of what is ordinary. */
const least = { commits: 100, people: 5 }

const folder = process.env["EVERYBYTE_REPOSITORIES"]
if (folder === undefined) throw new Error("EVERYBYTE_REPOSITORIES names no folder")
const names = readdirSync(folder)
  .filter((name) => name.includes("+"))
  .map((name) => name.replace("+", "/"))
  .sort()
const repositories: string[] = []
const kinds = new Map(eventKinds.map((kind) => [kind, { repositories: 0, events: 0 }]))
let people = 0
for (const name of names.filter((one) => !attacked.has(one))) {
  const found = findRepository(name, folder)
  const traced = found.ok
    ? await traceRepository({ repository: found.path, wantsHands: false }, createContext({ offline: true }))
    : undefined
  if (traced?.ok !== true) {
    process.stderr.write(`${name}: not read\n`)
    continue
  }
  const persons = traced.value.people.filter(({ kind }) => kind === "person").length
  if (traced.value.repository.commits < least.commits || persons < least.people) continue
  repositories.push(name)
  people += persons
  for (const [kind, rate] of kinds) {
    const own = traced.value.baseRates[kind]
    if (own === undefined) continue
    rate.repositories += 1
    rate.events += own.events
  }
  process.stderr.write(`${name}: ${traced.value.repository.commits} commits, ${persons} people\n`)
}
const text = `// Made by \`npm run base-rates\`. Do not edit.
import type { OrdinaryRates } from "../../model/trace.ts"

export const ordinaryRates: OrdinaryRates = ${JSON.stringify({ repositories, people, kinds: Object.fromEntries(kinds) }, undefined, 2)}
`
writeFileSync(join(import.meta.dirname, "../src/stages/trace/ordinary-rates-generated.ts"), text)

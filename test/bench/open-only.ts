/** Opens and hashes one file as `explain` does, and nothing after it: `node tools/node.mjs test/bench/open-only.ts FILE CACHE`. */
import { createContext } from "../../src/io/create-context.ts"
import { parseTarget } from "../../src/registries/index.ts"
import { open } from "../../src/stages/open/open.ts"

const [file = "", cache] = process.argv.slice(2)
const target = await parseTarget(file)
if (!target.ok) throw new Error(`${file} is no path`)
const artifact = await open(file, target.value, createContext({ cache }))
if (!artifact.ok) throw new Error(JSON.stringify(artifact.fault))
process.stdout.write(`${artifact.value.entries.length} entries, ${artifact.value.layers.map((layer) => layer.sha256).join(" ")}\n`)
await artifact.value.close()

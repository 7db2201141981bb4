/** The commands of a release, run once in the sandbox under the true clock: `node tools/node.mjs test/bench/replay-by-hand.ts NOTE CACHE`. */
import { readFileSync } from "node:fs"
import { z } from "zod"
import { orThrow } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { findSandbox, sandboxLimits } from "../../src/io/sandbox.ts"
import { mountsFor } from "../../src/stages/replay/originals.ts"
import { cachedToolchain } from "../../src/toolchains/index.ts"
import type { ByHand } from "./replay.ts"

const Note = z.object({
  script: z.string(),
  collation: z.string(),
  originals: z.array(z.string()),
  toolchain: z.string(),
  input: z.string(),
})

const [file = "", cache] = process.argv.slice(2)
const note: ByHand = Note.parse(JSON.parse(readFileSync(file, "utf8")))
const ctx = createContext({ cache })
const toolchain = await cachedToolchain(note.toolchain, ctx)
if (toolchain === undefined) throw new Error(`no toolchain ${note.toolchain}`)
const clock = String(Math.floor(Date.now() / 1000))
const run = orThrow(
  await orThrow(await findSandbox(ctx)).run(
    {
      root: toolchain.root,
      mounts: new Map([["/input", note.input], ...(await mountsFor(note.originals, toolchain))]),
      argv: ["/bin/sh", "-c", note.script],
      environment: { LC_ALL: "", LC_COLLATE: note.collation, LANG: "C.UTF-8", LOCPATH: "/build/locale", EVERYBYTE_CLOCK: clock },
      input: (async function* () {})(),
      limits: sandboxLimits(ctx.limits),
    },
    ctx,
  ),
)
await run.output.close()
if (run.end.kind !== "exit" || run.end.code !== 0) throw new Error(`${JSON.stringify(run.end)}: ${run.said.slice(-500)}`)

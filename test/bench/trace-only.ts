/** The raw pass of a trace and nothing else: history, people, windows, events. `node tools/node.mjs test/bench/trace-only.ts REPOSITORY`. */
import { orThrow } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { openRepository } from "../../src/io/git.ts"
import { recordHistory } from "../../src/io/git-history.ts"
import { eventsOf } from "../../src/stages/trace/events.ts"
import { noHomepages } from "../../src/stages/trace/homepages.ts"
import { identify } from "../../src/stages/trace/identities.ts"
import { monthlyEnds, windowsOf } from "../../src/stages/trace/windows.ts"

const ctx = createContext({ offline: true })
const repository = orThrow(await openRepository(process.argv[2] ?? "", ctx))
const history = await recordHistory(repository, ctx)
const identities = identify(history)
const windows = windowsOf(history, identities, monthlyEnds(history))
const events = eventsOf(history, identities, { windows, homepages: noHomepages })
await repository.close()
process.stdout.write(`${history.commits.length} commits, ${identities.people.length} people, ${events.length} events\n`)

/** The raw pass of a trace and nothing else: history, people, windows, events. `node tools/node.mjs test/bench/trace-only.ts REPOSITORY CACHE`. */
import { orThrow } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { openForHistory } from "../../src/io/git.ts"
import { recordRows } from "../../src/io/git-history.ts"
import { eventsOf } from "../../src/stages/trace/events.ts"
import { noHomepages } from "../../src/stages/trace/homepages.ts"
import { identify } from "../../src/stages/trace/identities.ts"
import { monthlyEnds, surveyOf } from "../../src/stages/trace/windows.ts"

const ctx = createContext({ offline: true, cache: process.argv[3] })
const repository = orThrow(await openForHistory(process.argv[2] ?? "", ctx))
const { history } = await recordRows(repository, ctx)
const identities = identify(history)
const { leads } = surveyOf(history, identities, monthlyEnds(history.rows))
const events = eventsOf(history, identities, { leads, homepages: noHomepages })
await repository.close()
process.stdout.write(`${history.rows.length} commits, ${identities.people.length} people, ${events.length} events\n`)
// As the command line ends.
if (process.stdout.writableLength === 0) process.exit()

import { expect, it } from "vitest"
import { limitsDefault } from "../../core/limits.ts"
import type { Replay } from "../../model/replay.ts"
import { explain } from "./explain.ts"
import { artifactOf, entryOf, snapshotOf } from "./test-kit.ts"

/** A replay that left this file. */
function replayOf(path: string, content: string, mode = 0o644): Replay {
  const entry = entryOf(path, { content, mode })
  return {
    generator: "npm",
    revision: 1,
    commands: "npm pack",
    toolchain: { name: "made", digest: "0", date: "" },
    sandbox: "made 1",
    originals: [],
    collation: "C.UTF-8",
    tools: [],
    sources: [],
    steps: [],
    files: new Map([[path, { ...entry, unstable: [] }]]),
  }
}

const text = "the licence\n"

/** The commit has a link at LICENSE, or what is said instead. */
async function explained(replays: readonly Replay[], tree: { content: string; mode?: string } = { content: "../LICENSE", mode: "120000" }) {
  const ledger = await explain(artifactOf({ LICENSE: { content: text } }), snapshotOf({ tree: { LICENSE: tree } }), {
    limits: limitsDefault,
    without: "",
    previous: undefined,
    origins: undefined,
    replays: { done: replays, not: [], close: async () => undefined },
  })
  return ledger.entries[0]
}

it("explains a file where the commit has a link, when what packs the release leaves that very file", async () => {
  expect(await explained([replayOf("LICENSE", text)])).toMatchObject({
    toRead: 0,
    explanation: { kind: "derived", replaces: { path: "LICENSE", from: "repository" } },
  })
})

it.each([
  ["with other bytes", [replayOf("LICENSE", "another\n")], undefined],
  ["of another mode", [replayOf("LICENSE", text, 0o755)], undefined],
  ["that nothing made", [], undefined],
  ["where the commit has a program", [replayOf("LICENSE", text)], { content: "x", mode: "100755" }],
])("leaves a file to read %s", async (_, replays, tree) => {
  expect(await explained(replays, tree)).toMatchObject({ explanation: { kind: "unexplained" } })
})

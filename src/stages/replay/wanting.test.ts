import { describe, expect, it } from "vitest"
import type { Replay, ReplayedFile } from "../../model/replay.ts"
import { artifactOf, commit, entryOf, type Held, type Made, snapshotOf } from "../explain/test-kit.ts"
import { Wanting } from "./wanting.ts"

const wanting = (entries: Record<string, Made>, held: Held): Wanting => new Wanting(artifactOf(entries, "it-1/"), snapshotOf(held))

const configure = { writes: /(?:^|\/)configure$/ }

function replayOf(path: string, content: string, unstable: ReplayedFile["unstable"] = []): Replay {
  const { sha256, gitOid, size } = entryOf(path, { content })
  const file = { path, mode: 0o644, size, sha256, gitOid, encoding: undefined, content: entryOf(path, { content }).content, unstable }
  return {
    ...{ generator: "g", revision: 1, commands: "", sandbox: "", originals: [], collation: "C.UTF-8", tools: [], sources: [], steps: [] },
    toolchain: { name: "t", digest: "", date: "" },
    files: new Map([[path, file]]),
  }
}

describe("what a release still wants", () => {
  it("is nothing where every file is the commit's, whatever its mode", () => {
    const all = wanting(
      { "it-1/a": { content: "a", mode: 0o600 }, "it-1/l": { type: "link", target: "a" } },
      { tree: { a: { content: "a" } } },
    )
    expect(all.nothing).toBe(true)
    expect(all.has({ writes: /./ })).toBe(false)
  })

  it("is a file that the commit lacks or has otherwise, where the procedure writes such a one", () => {
    const held = { tree: { "sub/configure": { content: "old" } } }
    expect(wanting({ "it-1/configure": { content: "c" } }, held).has(configure)).toBe(true)
    expect(wanting({ "it-1/sub/configure": { content: "new" } }, held).has(configure)).toBe(true)
    const other = wanting({ "it-1/README": { content: "c" } }, held)
    expect([other.nothing, other.has(configure)]).toEqual([false, false])
  })

  it("is asked among the files that a replay wrote, too", () => {
    const one = wanting({ "it-1/configure": { content: "c" }, "it-1/sub/configure": { content: "d" } }, { tree: {} })
    const amongst = (path: string): boolean => one.has(configure, replayOf(path, "other").files)
    expect([amongst("sub/configure"), amongst("lib/configure"), amongst("README")]).toEqual([true, false, false])
  })

  it("is not what a known origin or a recipe explains", async () => {
    const one = wanting({ "it-1/configure": { content: "c" }, "it-1/sub/configure": { content: "d" } }, { tree: {} })
    await one.leave(async ({ path }) => path === "it-1/configure")
    expect(one.has(configure)).toBe(true)
    await one.leave(() => true)
    expect([one.has(configure), one.nothing]).toEqual([false, true])
  })

  it("is not what git archive writes otherwise, nor what lies in a submodule that has it or was not given", () => {
    const blob = snapshotOf({ tree: { configure: { content: "s" } } })
    const submodule = { commit, address: undefined, why: "not given", blob: blob.blob }
    const held = {
      tree: { configure: { content: "$Format:%H$" } },
      attributes: { configure: { exportSubst: true } },
      submodules: [
        { ...submodule, path: "given", tree: blob.tree },
        { ...submodule, path: "not", tree: undefined },
      ],
    }
    const settled = { "it-1/configure": { content: "x" }, "it-1/given/configure": { content: "s" }, "it-1/not/configure": { content: "x" } }
    expect(wanting(settled, held).nothing).toBe(true)
    expect(wanting({ ...settled, "it-1/given/configure": { content: "other" } }, held).has(configure)).toBe(true)
  })

  it("loses what a replay gave, and nothing else: the next procedure is not run in vain", () => {
    const left = (replay: Replay): boolean => {
      const one = wanting({ "it-1/configure": { content: "c" } }, { tree: {} })
      one.take(replay)
      return one.has(configure)
    }
    expect(left(replayOf("configure", "c"))).toBe(false)
    expect(left(replayOf("configure", "other"))).toBe(true)
    expect(left(replayOf("configure", "c", "all"))).toBe(true)
    expect(left(replayOf("configure", "c", [{ line: 0, under: undefined }]))).toBe(true)
    expect(left(replayOf("configure", "dated", [{ line: 0, under: "date" }]))).toBe(false)
  })
})

import { expect, test } from "vitest"
import { memorySource } from "../../core/bytes.ts"
import { gitOidOf, sha256Of } from "../../core/digest.ts"
import { type Limits, limitsDefault } from "../../core/limits.ts"
import { encodingOf } from "../../core/text.ts"
import type { Entry } from "../../model/artifact.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import { changesOf } from "./changes.ts"

function entryOf(path: string, content: string): Entry {
  const bytes = Buffer.from(content)
  const [sha256, gitOid] = [sha256Of(bytes), gitOidOf("blob", bytes)]
  return { path, type: "file", mode: 0o644, size: bytes.length, sha256, gitOid, encoding: encodingOf(bytes), content: memorySource(bytes) }
}

const item = (entry: Entry): LedgerEntry => ({ entry, explanation: { kind: "undetermined", why: "" }, toRead: 0, danger: "code" })

async function changes(now: Readonly<Record<string, string>>, then: Readonly<Record<string, string>>, limits: Limits = limitsDefault) {
  const entries = Object.entries(now).map(([path, content]) => entryOf(`p-2/${path}`, content))
  const before = Object.entries(then).map(([path, content]) => entryOf(`p-1/${path}`, content))
  const previous = { entries: before, root: "p-1/" }
  return changesOf({ entries: entries.map(item) }, { artifact: { root: "p-2/" }, snapshot: undefined, previous, limits })
}

test("lines that a text changes against the release before it, with what stood there and without comments", async () => {
  const { texts } = await changes({ "a.c": "a\nb // c\nd\ne\nf\n" }, { "a.c": "x\na\nb\nd\ne /* y */ z\nf\n" })
  expect(texts).toEqual([
    {
      path: "p-2/a.c",
      language: "c",
      against: "previous",
      lines: [
        { first: 1, added: [], removed: ["x"] },
        { first: 2, added: ["b     "], removed: ["b"] },
        { first: 4, added: ["e"], removed: ["e         z"] },
      ],
    },
  ])
})

test("what is equal, new or in no language is no change; what is gone is named", async () => {
  const found = await changes({ "a.c": "a\n", "b.c": "b\n", "c.png": "c\n" }, { "a.c": "a\n", "c.png": "d\n", "d.c": "d\n" })
  expect(found).toEqual({ texts: [], gone: ["d.c"], blind: [], hasPrevious: true })
})

test("what costs too much is said", async () => {
  const lines = Array.from({ length: 200 }, (_, index) => `${index % 97}`)
  const [now, then] = [{ "a.c": lines.join("\n") }, { "a.c": lines.toReversed().join("\n") }]
  const costly = await changes(now, then, { ...limitsDefault, diffStepsMax: 10 })
  expect([costly.texts, costly.blind]).toEqual([[], [expect.objectContaining({ why: expect.stringContaining("cost too much") })]])
  expect((await changes(now, then, { ...limitsDefault, scriptBytesMax: 3 })).blind[0]?.why).toBe("more than 3 bytes")
})

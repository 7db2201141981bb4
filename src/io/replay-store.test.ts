import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, expect, test } from "vitest"
import { collect, memorySource } from "../core/bytes.ts"
import { gitOidOf, sha256Of } from "../core/digest.ts"
import { encodingOf } from "../core/text.ts"
import type { Replay, ReplayedFile } from "../model/replay.ts"
import { fixtureContext } from "./git-fixture.ts"
import { type KeptReplay, keepReplay, keptReplay, replayKey } from "./replay-store.ts"

const ctx = fixtureContext()
afterAll(() => rmSync(ctx.cache, { recursive: true, force: true }))

type Made = Omit<Replay, "files"> & { readonly files: readonly ReplayedFile[] }

function fileOf(path: string, content: Uint8Array, unstable: ReplayedFile["unstable"] = [], mode = 0o644): ReplayedFile {
  const [sha256, gitOid, encoding] = [sha256Of(content), gitOidOf("blob", content), encodingOf(content)]
  return { path, mode, size: content.byteLength, sha256, gitOid, encoding, unstable, content: memorySource(content) }
}

function madeOf(files: readonly ReplayedFile[], some: Partial<Made> = {}): Made {
  return {
    generator: "autotools",
    revision: 1,
    commands: "make dist",
    toolchain: { name: "trixie", digest: "d", date: "2024-01-01" },
    sandbox: "made 1",
    originals: ["libtool"],
    collation: "C.UTF-8",
    tools: [
      { tool: "autoconf", stated: "2.72", used: undefined },
      { tool: "byacc", stated: undefined, used: "2" },
    ],
    sources: ["autoconf"],
    steps: [{ step: "make dist", code: 2 }],
    files,
    ...some,
  }
}

/** All that a replay is, its contents read. */
async function plain({ files, ...rest }: Omit<Replay, "files"> & { readonly files: Iterable<ReplayedFile> }): Promise<unknown> {
  const read = await Promise.all(
    [...files].map(async ({ content, ...file }) => ({ ...file, bytes: Buffer.from(await collect(content.stream())).toString("hex") })),
  )
  return { ...rest, files: read }
}

const plainKept = ({ replay }: KeptReplay): Promise<unknown> => plain({ ...replay, files: replay.files.values() })

async function kept(key: ReturnType<typeof replayKey>): Promise<unknown> {
  const found = await keptReplay(key, ctx)
  const told = found === undefined ? undefined : await plainKept(found)
  await found?.close()
  return told
}

const pathOf = (key: string): string => join(ctx.cache, "replays", key)

test("what is kept is read back as it was", async () => {
  const line = fc.record({ line: fc.nat(1000), under: fc.option(fc.constantFrom("date", "POT-Creation-Date"), { nil: undefined }) })
  const file = fc
    .tuple(
      fc.string({ minLength: 1, unit: "grapheme" }),
      fc.uint8Array({ maxLength: 50 }),
      fc.oneof(fc.constant("all" as const), fc.array(line, { maxLength: 3 })),
      fc.nat(0o7777),
    )
    .map(([path, content, unstable, mode]) => fileOf(path, content, unstable, mode))
  let count = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(file, { maxLength: 5, selector: ({ path }) => path }),
      fc.string({ unit: "grapheme" }),
      async (files, commands) => {
        const [made, key] = [madeOf(files, { commands }), replayKey({ count: count++ })]
        const handed = await keepReplay(key, made, ctx)
        expect(await plainKept(handed)).toEqual(await plain(made))
        await handed.close()
        expect(await kept(key)).toEqual(await plain(made))
      },
    ),
    { numRuns: 40 },
  )
})

test("what nobody kept is not there, and other inputs have another name", async () => {
  expect(await kept(replayKey("nothing"))).toBeUndefined()
  expect(replayKey({ a: 1, b: 2 })).toBe(replayKey({ b: 2, a: 1 }))
  expect(replayKey({ a: 1 })).not.toBe(replayKey({ a: "1" }))
})

test("was believed with a damaged note: any changed byte, any cut and any more makes it again", async () => {
  const key = replayKey("damaged")
  const made = madeOf([fileOf("configure", Buffer.from("a\nb\n"), [{ line: 1, under: undefined }]), fileOf("b", Buffer.from([0, 1]))])
  await (await keepReplay(key, made, ctx)).close()
  const whole = readFileSync(pathOf(key))
  for (let at = 0; at < whole.length; at += 1) {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(pathOf(key), bytes)
    expect(await keptReplay(key, ctx), `byte ${at}`).toBeUndefined()
  }
  for (const bytes of [
    whole.subarray(0, 10),
    whole.subarray(0, 72),
    whole.subarray(0, -1),
    Buffer.concat([whole, Buffer.from("x")]),
    Buffer.alloc(0),
  ]) {
    writeFileSync(pathOf(key), bytes)
    expect(await keptReplay(key, ctx)).toBeUndefined()
  }
  rmSync(pathOf(key))
  await (await keepReplay(key, made, ctx)).close()
  expect(await kept(key)).toEqual(await plain(made))
})

test("a whole digest over something else is no replay", async () => {
  const key = replayKey("other")
  const note = Buffer.from('{"generator":"x"}')
  for (const rest of [`${note.length.toString(16).padStart(8, "0")}${note}`, "ffffffff{}", "0000000g{}", "00000000", "-0000001{}"]) {
    writeFileSync(pathOf(key), `${sha256Of(rest)}${rest}`)
    expect(await keptReplay(key, ctx)).toBeUndefined()
  }
})

test("was mixed when two runs kept the same replay: each gets a whole one, and leaves nothing else", async () => {
  const key = replayKey("concurrent")
  const variants = Array.from({ length: 8 }, (_, at) => madeOf([fileOf("a", Buffer.from(`${at}`.repeat(1000 + at)))]))
  const wanted = await Promise.all(variants.map(plainMade))
  const handed = await Promise.all(variants.map((made) => keepReplay(key, made, ctx)))
  for (const one of handed) {
    expect(wanted).toContainEqual(await plainKept(one))
    await one.close()
  }
  expect(wanted).toContainEqual(await kept(key))
  expect((await readdir(join(ctx.cache, "replays"))).filter((name) => name.startsWith(key))).toEqual([key])
})
const plainMade = (made: Made): Promise<unknown> => plain(made)

test("use is noted, so that what is not used is pruned first; and a folder in its place is no replay", async () => {
  const key = replayKey("used")
  await (await keepReplay(key, madeOf([]), ctx)).close()
  utimesSync(pathOf(key), new Date(0), new Date(0))
  await kept(key)
  expect(statSync(pathOf(key)).atimeMs).toBeGreaterThan(0)
  expect(await keptReplay(replayKey("../replays"), ctx)).toBeUndefined()
})

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { collect } from "../core/bytes.ts"
import { FaultError } from "../core/fault.ts"
import { type Found, walkDirectory } from "./directory.ts"
import { fixtureContext } from "./git-fixture.ts"

const fresh = (): string => mkdtempSync(join(tmpdir(), "everybyte-directory-"))
const walk = (folder: string) => walkDirectory(folder, fixtureContext(), () => undefined)

async function allOf(folder: string): Promise<readonly Found[]> {
  const all: Found[] = []
  for await (const found of walk(folder)) all.push(found)
  return all
}

async function faultOf(work: () => Promise<unknown>): Promise<unknown> {
  const error: unknown = await work().catch((thrown: unknown) => thrown)
  return error instanceof FaultError ? error.fault : error
}

test("names that are not UTF-8 are walked and read, not crashed on", async () => {
  const folder = fresh()
  const inner = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from("d\xe9", "latin1")])
  mkdirSync(inner)
  writeFileSync(Buffer.concat([inner, Buffer.from("/caf\xe9", "latin1")]), "coffee")
  symlinkSync(Buffer.from("d\xe9", "latin1"), Buffer.from(`${folder}/link`))
  const all = await allOf(folder)
  expect(all.map(({ path, target }) => [path, target])).toEqual([
    ["d\\xe9/caf\\xe9", undefined],
    ["link", "d\\xe9"],
  ])
  const [file, link] = await Promise.all(all.map(({ content }) => collect(content.stream())))
  expect(Buffer.from(file ?? []).toString()).toBe("coffee")
  expect(Buffer.from((await all[0]?.content.read(1, 3)) ?? []).toString()).toBe("of")
  expect(Buffer.from(link ?? []).toString("latin1")).toBe("d\xe9")
})

test("a folder that vanishes during the walk is a fault with its path", async () => {
  const folder = fresh()
  mkdirSync(join(folder, "b"))
  writeFileSync(join(folder, "a"), "")
  const steps = walk(folder)
  await steps.next()
  rmSync(join(folder, "b"), { recursive: true })
  expect(await faultOf(() => steps.next())).toMatchObject({
    kind: "unavailable",
    source: join(folder, "b"),
    why: "there is no such file",
    remedy: expect.stringContaining("run again"),
  })
})

test("a file that vanishes, shrinks, becomes a link or cannot be read is a fault with its path", async () => {
  const folder = fresh()
  for (const name of ["gone", "link", "short"]) writeFileSync(join(folder, name), "bytes")
  const [gone, link, short] = await allOf(folder)
  rmSync(join(folder, "gone"))
  rmSync(join(folder, "link"))
  symlinkSync("short", join(folder, "link"))
  truncateSync(join(folder, "short"), 2)
  for (const found of [gone, link, short]) {
    const content = found?.content
    if (content === undefined) throw new Error("not walked")
    const fault = { kind: "unavailable", source: join(folder, found?.path ?? "") }
    expect(await faultOf(() => collect(content.stream()))).toMatchObject(fault)
    expect(await faultOf(async () => content.read(0, 5))).toMatchObject(fault)
  }
})

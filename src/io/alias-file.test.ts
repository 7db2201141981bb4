import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { limitsDefault } from "../core/limits.ts"
import { readAliases } from "./alias-file.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-aliases-"))
afterAll(() => rmSync(folder, { recursive: true }))

async function read(text: string | Uint8Array): Promise<unknown> {
  const path = join(folder, "aliases.json")
  writeFileSync(path, text)
  return readAliases(path, limitsDefault)
}
const file = (people: unknown): string => JSON.stringify({ schema: "everybyte.aliases/1", people })

test("groups of addresses", async () => {
  expect(await read(file([["a@one.org", "b@one.org"]]))).toEqual([["a@one.org", "b@one.org"]])
  await expect(readAliases(join(folder, "none"), limitsDefault)).rejects.toThrow("there is no such file")
})

test.each([
  ["not JSON", "{"],
  ["another schema", '{"schema": "everybyte.aliases/2", "people": []}'],
  ["a group of one", file([["a@one.org"]])],
  [
    "an address twice",
    file([
      ["a@one.org", "b@one.org"],
      ["a@one.org", "c@one.org"],
    ]),
  ],
  ["not UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
])("%s is refused, and the file named", async (_, text) => {
  await expect(read(text)).rejects.toMatchObject({ fault: { kind: "usage", why: expect.stringContaining("aliases.json: ") } })
})

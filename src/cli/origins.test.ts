import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { exitCodes } from "./exit.ts"
import { originsCommand } from "./origins.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "everybyte-cli-origins-"))
  vi.stubEnv("XDG_DATA_HOME", join(folder, "home"))
})
afterEach(() => {
  vi.unstubAllEnvs()
  process.exitCode = 0
  rmSync(folder, { recursive: true })
})

function put(path: string, text: string): string {
  mkdirSync(join(folder, path, ".."), { recursive: true })
  writeFileSync(join(folder, path), text)
  return join(folder, path)
}

/** What a command says on both streams, and its exit code. */
async function said(...words: readonly string[]): Promise<readonly [text: string, code: number]> {
  const parts: string[] = []
  const keep = (text: unknown) => parts.push(String(text)) > 0
  const spies = [vi.spyOn(process.stdout, "write").mockImplementation(keep), vi.spyOn(process.stderr, "write").mockImplementation(keep)]
  process.exitCode = 0
  try {
    await originsCommand().parseAsync(words, { from: "user" })
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return [parts.join(""), Number(process.exitCode)]
}

const macro = `# ours.m4 serial 4\n${Array.from({ length: 20 }, (_, at) => `OURS_${at}\n`).join("")}`

test("list names origins, what they were read from, and what is missing", async () => {
  const [text, code] = await said("list")
  expect(code).toBe(exitCodes.done)
  expect(text).toMatch(/^gettext {2}\d+ files, upstream: its files explain; never in releases of gettext$/m)
  expect(text).toMatch(/^ {2}from {5}deb-src:gettext@1\.0 {2}[0-9a-f]{16}$/m)
  expect(text).toMatch(/^ {2}missing {2}\d+ releases known by their tags only/m)
  expect(JSON.parse((await said("list", "--format", "json"))[0])).toHaveProperty("origins")
})

test("lookup says where a file was published, else its nearest and what remains, and its exit code which", async () => {
  const release = join(put("release/m4/ours.m4", macro), "../..")
  expect((await said("add", release))[0]).toBe(`added ${release}: 1 file, known and not trusted\n`)
  const [exact, found] = await said("lookup", put("ours.m4", macro))
  expect([exact.split("\n")[0], found]).toEqual([expect.stringContaining(`published  ${release} `), exitCodes.done])
  const [near, notFound] = await said("lookup", put("ours.m4", `${macro.replace("serial 4", "serial 5")}\u001b]0;x\n`))
  expect(notFound).toBe(exitCodes.verdict)
  expect(near).toContain(
    "remain     2 of 22 lines; 1 of the published file's are gone\n       1  # ours.m4 serial 5\n      22  \\x1b]0;x\n",
  )
  expect(near).toContain("claims     serial 5, which no known origin of this name ever published\n")
  const [unknown] = await said("lookup", put("zzz", "zzz\n"))
  expect(unknown).toContain("published  nowhere that is known\n")
})

test("what was added goes out and comes in, and never over the index itself", async () => {
  const release = join(put("release/m4/ours.m4", macro), "../..")
  await said("add", release)
  expect(await said("export", "-o", join(folder, "ours.ndjson"))).toEqual(["", exitCodes.done])
  const [stdout] = await said("export")
  expect(readFileSync(join(folder, "ours.ndjson"), "utf8")).toBe(stdout)
  const index = join(folder, "home/everybyte/origins.sqlite")
  const [refused, code] = await said("export", "-o", index)
  expect([refused, code]).toEqual([expect.stringContaining("would write over or into"), exitCodes.usage])
  vi.stubEnv("XDG_DATA_HOME", join(folder, "other"))
  expect(await said("import", join(folder, "ours.ndjson"))).toEqual([`imported ${release}\n`, exitCodes.done])
  expect(await said("update")).toEqual(["nothing was added yet\n", exitCodes.done])
})

test("what cannot be done is one sentence and exit code 3", async () => {
  writeFileSync(put("home/everybyte/origins.sqlite", "x"), "no index")
  const [text, code] = await said("list")
  expect(text).toMatch(/^everybyte: .*it is not an index of known origins; remove it .*\n$/)
  expect(code).toBe(exitCodes.fault)
})

test("what is gone is kept as it was known, and said", async () => {
  const release = join(put("release/m4/ours.m4", macro), "../..")
  await said("add", release)
  rmSync(release, { recursive: true })
  const [text, code] = await said("update")
  expect(text).toMatch(new RegExp(`^kept {4}${release} as it was: .*no such file`))
  expect(code).toBe(exitCodes.fault)
  expect((await said("lookup", put("ours.m4", macro)))[1]).toBe(exitCodes.done)
})

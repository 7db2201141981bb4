import { existsSync } from "node:fs"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { toolchainCommand } from "./toolchain.ts"

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-cli-toolchain-"))
})
afterEach(async () => {
  process.exitCode = undefined
  await rm(folder, { recursive: true })
})

async function said(...words: readonly string[]): Promise<{ readonly out: string; readonly err: string; readonly code: unknown }> {
  const [out, err]: [string[], string[]] = [[], []]
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0),
  ]
  try {
    await toolchainCommand().parseAsync([...words, "--cache", folder], { from: "user" })
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  const code = process.exitCode
  process.exitCode = undefined
  return { out: out.join(""), err: err.join(""), code }
}

/** A store as a build leaves it. */
async function put(name: string, digest: string, date: string): Promise<string> {
  const place = join(folder, "toolchains", `${name}-${digest.slice(0, 16)}`)
  await mkdir(join(place, "root"), { recursive: true })
  const packages = [
    { name: "autoconf", version: "2.72-3", architecture: "all", sha256: "", source: "autoconf" },
    { name: "libc6", version: "2.41-12", architecture: "amd64", sha256: "", source: "glibc" },
  ]
  const rest = { architecture: "amd64", suite: "trixie", packages, originals: [], missing: ["x\u001b[2J"], installedBytes: 3 << 20 }
  await writeFile(join(place, "toolchain.json"), JSON.stringify({ name, digest, date, ...rest }))
  return place
}
const [one, two] = ["ab".repeat(32), "cd".repeat(32)]

test("the list has tools, sizes and what is missing, the newest first, and nothing that moves the cursor", async () => {
  expect((await said("list")).out).toMatch(/^none is built; .*toolchain build NAME\n$/)
  await put("trixie", one, "Sat, 11 Jul 2026 10:16:37 UTC")
  const place = await put("trixie", two, "Sat, 21 Nov 2026 09:15:44 UTC")
  const { out } = await said("list")
  expect(out.split("\n\n")[0]).toBe(
    `trixie  cdcdcdcdcdcdcdcd  3.0 MiB, 2 packages of Sat, 21 Nov 2026 09:15:44 UTC
  tools    autoconf 2.72
  missing  x\\x1b[2J
  root     ${place}/root`,
  )
  const json: unknown = JSON.parse((await said("list", "--format", "json")).out)
  expect(json).toMatchObject({ toolchains: [{ digest: two }, { digest: one }] })
})

test("one whose note or root is gone is none", async () => {
  const first = await put("trixie", one, "")
  await rm(join(first, "root"), { recursive: true })
  await writeFile(join(await put("trixie", two, ""), "toolchain.json"), "{")
  expect((await said("list")).out).toMatch(/^none is built/)
})

test("removing says what it frees; a name that is not there is wrong usage", async () => {
  const place = await put("trixie", one, "")
  expect(await said("remove", "bookworm")).toMatchObject({ code: 2, err: expect.stringContaining('there is no toolchain "bookworm"') })
  expect(await said("remove", "trixie")).toEqual({ out: "removed trixie: 3.0 MiB freed\n", err: "", code: undefined })
  expect(existsSync(place)).toBe(false)
})

test("a name that is none is wrong usage; what is not in the cache cannot be planned offline", async () => {
  expect(await said("build", "../x")).toMatchObject({ code: 2, out: "" })
  expect(await said("build", "--offline", "--dry-run", "trixie")).toMatchObject({ code: 3, out: "" })
})

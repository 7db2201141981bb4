import { createHash } from "node:crypto"
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { explainFault, faultsOf } from "../../core/fault.ts"
import { createContext } from "../../io/create-context.ts"
import type { LockedPackage, ReplayMode } from "../../model/replay.ts"
import { packagesOf } from "./packages.ts"

/** What the registry has: `/one/-/one-1.0.0.tgz` -> bytes, `/one/1.0.0` -> the document. */
const served = new Map<string, string>()
const asked: string[] = []
let server: Server
let registry = ""
let folder = ""

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "")
    const found = served.get(request.url ?? "")
    response.writeHead(found === undefined ? 404 : 200).end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const bound = server.address()
  registry = typeof bound === "object" && bound !== null ? `http://127.0.0.1:${bound.port}/` : ""
})
afterAll(() => server.close())
beforeEach(async () => {
  served.clear()
  asked.length = 0
  folder = await mkdtemp(join(tmpdir(), "everybyte-packages-"))
  return () => rm(folder, { recursive: true })
})

const sri = (bytes: string): string => `sha512-${createHash("sha512").update(bytes).digest("base64")}`

/** A package that the registry has, as a lock file names it. */
function published(name: string, bytes = `bytes of ${name}`): LockedPackage {
  const base = name.slice(name.indexOf("/") + 1)
  served.set(`/${name}/-/${base}-1.0.0.tgz`, bytes)
  served.set(
    `/${name.replace("/", "%2f")}/1.0.0`,
    JSON.stringify({ name, version: "1.0.0", dist: { tarball: "x", integrity: sri(bytes) } }),
  )
  return { name, version: "1.0.0", integrity: sri(bytes) }
}

/** The folder that the sandbox would read, and what it has to make do without; else the fault. */
async function brought(packages: readonly LockedPackage[], mode: ReplayMode = "always", limits = {}) {
  const environment = { HOME: folder, npm_config_registry: registry, npm_config_globalconfig: join(folder, "npmrc") }
  const ctx = createContext({ cache: join(folder, "cache"), environment, limits: { retriesMax: 0, ...limits } })
  const result = await faultsOf(async () => {
    const { bring, digest } = await packagesOf({ packages, tools: [{ tool: "node", stated: undefined, package: "tool" }] }, mode, ctx)
    const input = await mkdtemp(join(folder, "input-"))
    return { without: await bring(input), digest, input }
  })
  return result.ok ? result.value : `${result.fault.kind}: ${explainFault(result.fault)}`
}

describe("the packages of a replay", () => {
  it("come by their digests and can be read by another user", async () => {
    const result = await brought([published("one"), published("@s/two"), published("one")])
    if (typeof result === "string") throw new Error(result)
    expect(await readdir(join(result.input, "packages"))).toEqual(["@s+two@1.0.0.tgz", "one@1.0.0.tgz"])
    const file = join(result.input, "packages", "one@1.0.0.tgz")
    expect([await readFile(file, "utf8"), (await stat(file)).mode & 0o777]).toEqual(["bytes of one", 0o644])
    expect(result.without).toEqual([])
  })

  it("that are optional are left out where they cannot be had, and nothing fails for it", async () => {
    const optional: LockedPackage = { ...published("one"), optional: true }
    expect(await brought([optional])).toMatchObject({ without: [] })
    const lacking = await brought([{ ...optional, version: "2.0.0", integrity: sri("never published") }, published("two")])
    if (typeof lacking === "string") throw new Error(lacking)
    expect(await readdir(join(lacking.input, "packages"))).toEqual(["two@1.0.0.tgz"])
    expect(lacking.without).toEqual([])
  })

  it("are not asked for, but taken from the cache, unless the network is wanted", async () => {
    const packages = [published("one"), published("two")]
    expect(await brought(packages, "auto")).toMatch(/^unavailable: .*2 of 2 are not in the cache; --replay always/)
    expect(asked).toEqual([])
    await brought(packages)
    served.clear()
    expect(await brought(packages, "auto")).toMatchObject({ without: [] })
  })

  it("of another digest than the lock file's are a fault", async () => {
    expect(await brought([{ ...published("one"), integrity: sri("others") }])).toMatch(/^mismatch: npm:one@1.0.0/)
  })

  it("without a digest in the lock file have the registry's, which then is part of the result's name", async () => {
    const [stated, bare] = [await brought([published("one")]), await brought([{ ...published("one"), integrity: undefined }])]
    expect(typeof stated === "string" ? stated : stated.digest).toBe(typeof bare === "string" ? bare : bare.digest)
  })

  it("that the registry has no more are left out by name; one that it does not hand out is not", async () => {
    const gone = { name: "gone", version: "1.0.0", integrity: sri("gone") }
    expect(await brought([published("one"), gone, { ...gone, name: "bare", integrity: undefined }])).toMatchObject({
      without: ["npm:gone@1.0.0", "npm:bare@1.0.0"],
    })
    const kept = published("kept")
    served.delete("/kept/-/kept-1.0.0.tgz")
    expect(await brought([kept])).toMatch(/^unavailable: .*kept@1.0.0/)
    expect(await brought([{ ...gone, name: "tool" }])).toMatch(/^unavailable: .*tool@1.0.0/)
    expect(await brought(Array.from({ length: 20 }, (_, at) => ({ ...gone, name: `gone${at}` })))).toMatch(/^unavailable: .*4 of 20/)
  })

  it.each([
    ["../../etc", "1.0.0"],
    ["@s/../x", "1.0.0"],
    ["..", "1.0.0"],
    ["a b", "1.0.0"],
    ["one", "1.0.0/../../x"],
    ["one", "latest"],
    ["one", "1.0.0-\u0000"],
    ["", ""],
  ])("of a hostile name are refused before anybody is asked: %j %j", async (name, version) => {
    expect(await brought([published("one"), { name, version, integrity: sri("x") }])).toMatch(/^malformed: /)
    expect(asked).toEqual([])
  })

  it("that are too many or too large, or one with two digests, are refused", async () => {
    const packages = [published("one"), published("two")]
    expect(await brought(packages, "always", { replayPackagesMax: 1 })).toMatch(/^over-limit: .*replayPackagesMax/)
    expect(await brought(packages, "always", { replayPackagesBytesMax: 20 })).toMatch(/^over-limit: /)
    expect(await brought([...packages, { name: "one", version: "1.0.0", integrity: sri("x") }])).toMatch(/^malformed: /)
  })
})

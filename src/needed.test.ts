import { createHash } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Served, serve } from "../test/fixtures/served.ts"
import { tarOf } from "../test/fixtures/tar.ts"
import { explainFault } from "./core/fault.ts"
import type { Limits } from "./core/limits.ts"
import { auditRelease, compareReleases, type ExplainRequest } from "./index.ts"
import { createContext } from "./io/create-context.ts"
import type { Report } from "./model/report.ts"
import { chosenFor } from "./registries/index.ts"

let registry: Served
let folder = ""
beforeAll(async () => {
  registry = await serve()
})
afterAll(() => registry.close())
beforeEach(async () => {
  registry.documents.clear()
  folder = await mkdtemp(join(tmpdir(), "everybyte-needed-"))
  return () => rm(folder, { recursive: true })
})

interface Package {
  readonly name: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

const packed = (manifest: Package, files: Readonly<Record<string, string>> = {}): Buffer =>
  gzipSync(
    tarOf(
      Object.entries({ "package.json": JSON.stringify({ version: "1.0.0", ...manifest }, null, 1), ...files }).map(([path, content]) => ({
        name: `package/${path}`,
        content,
      })),
    ),
  )

function publish(manifest: Package, files: Readonly<Record<string, string>> = {}, tags: Readonly<Record<string, string>> = {}): void {
  const { name, version = "1.0.0" } = manifest
  const bytes = packed(manifest, files)
  const at = `/${name.replace("/", "%2f")}`
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`
  const before = registry.documents.get(at)
  const known: { versions: object } = typeof before === "string" ? JSON.parse(before) : { versions: {} }
  registry.documents.set(at, JSON.stringify({ name, "dist-tags": tags, versions: { ...known.versions, [version]: {} } }))
  registry.documents.set(
    `${at}/${version}`,
    JSON.stringify({ name, version, dist: { tarball: `${registry.address}/${name}-${version}.tgz`, integrity } }),
  )
  registry.documents.set(`/${name}-${version}.tgz`, bytes)
}

const contextOf = (limits: Partial<Limits> = {}, offline = false) =>
  createContext({
    cache: join(folder, "cache"),
    offline,
    environment: { HOME: folder, npm_config_registry: `${registry.address}/`, npm_config_globalconfig: join(folder, "npmrc") },
    limits: { retriesMax: 0, ...limits },
  })

/** A release of `whole` beside the one before it. */
async function releases(
  dependencies: Readonly<Record<string, string>>,
  code: string,
  before: Readonly<Record<string, string>> = {},
): Promise<ExplainRequest & { readonly previous: string }> {
  const [previous, target] = [join(folder, "whole-1.0.0.tgz"), join(folder, "whole-1.1.0.tgz")]
  await writeFile(previous, packed({ name: "whole", dependencies: before }, { "index.js": code }))
  await writeFile(target, packed({ name: "whole", version: "1.1.0", dependencies }, { "index.js": code }))
  return { target, previous, repository: undefined, ref: undefined, subdirectory: undefined, submodules: new Map(), acceptPrevious: false }
}

async function audited(dependencies: Readonly<Record<string, string>>, code = "", ctx = contextOf(), all = false): Promise<Report> {
  const result = await auditRelease({ ...(await releases(dependencies, code)), ...(all ? { dependencies: "all" } : {}) }, ctx)
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value
}

const hook = { scripts: { postinstall: "node hook.js" } }
const marker = { "hook.js": 'require("child_process").exec("touch MARKER")\n' }
const findingsOf = (report: Report, rule: string): readonly string[] =>
  report.findings.filter((one) => one.rule === rule).map(({ severity, message }) => `${severity}: ${message}`)

describe("what a release needs", () => {
  it("is to be looked at where it is new, nothing imports it, and it runs something when it is installed, however old it is", async () => {
    publish({ name: "part", ...hook }, marker)
    const report = await audited({ part: "^1.0.0" })
    expect(findingsOf(report, "release/new-dependency")).toEqual([
      expect.stringMatching(/^review: needs part, .* no file imports; npm:part@1\.0\.0 runs programs, .* when it is installed; /),
    ])
    expect(findingsOf(report, "capability/added").join()).toContain("npm:part@1.0.0 runs programs at install, ")
    expect(report.capabilities).toContainEqual(
      expect.objectContaining({ capability: "runs programs", runs: "install", through: "npm:part@1.0.0" }),
    )
    expect(report.dependencies).toEqual({ looked: ["npm:part@1.0.0"], not: [] })
  })

  it("is a note where it is imported, or runs nothing", async () => {
    publish({ name: "part", ...hook }, marker)
    publish({ name: "still" })
    const report = await audited({ part: "1", still: "1" }, 'require("part")\n')
    expect(findingsOf(report, "release/new-dependency")).toEqual([expect.stringMatching(/^note: needs still/)])
  })

  it("is followed through what it needs itself, around a circle once, and told by the line that states the first", async () => {
    publish({ name: "one", dependencies: { two: "~1.0" } })
    publish({ name: "two", dependencies: { one: "*", deep: "1" } })
    publish({ name: "deep", ...hook }, marker)
    const report = await audited({ one: "1" })
    expect(report.dependencies?.looked).toEqual(["npm:one@1.0.0", "npm:two@1.0.0", "npm:deep@1.0.0"])
    const [found] = report.findings.filter(({ rule }) => rule === "capability/added")
    expect(found?.message).toContain("needs one, which needs two, which needs deep, ")
    expect(found?.at).toMatchObject({ path: "package/package.json", lines: [5, 5] })
  })

  it("is told of each that needs it, and of the new one before the others", async () => {
    publish({ name: "deep", ...hook }, marker)
    publish({ name: "a", dependencies: { deep: "1" } })
    publish({ name: "b", dependencies: { deep: "1" } })
    const report = await audited({ a: "1", b: "1" }, 'require("a")\n')
    expect(findingsOf(report, "release/new-dependency")).toEqual([
      expect.stringMatching(/^review: needs b, .* npm:deep@1.0.0 runs programs/),
    ])
    const request = { ...(await releases({ a: "1", b: "1" }, "", { a: "1" })), dependencies: "all" } as const
    const all = await auditRelease(request, contextOf())
    expect(all.ok && findingsOf(all.value, "capability/added").join()).toContain("needs b, which needs deep, ")
  })

  it("is not taken for looked at where its manifest cannot be read", async () => {
    publish({ name: "part" })
    registry.documents.set("/part-1.0.0.tgz", "nonsense")
    const integrity = `sha512-${createHash("sha512").update("nonsense").digest("base64")}`
    registry.documents.set(
      "/part/1.0.0",
      JSON.stringify({ name: "part", version: "1.0.0", dist: { tarball: `${registry.address}/part-1.0.0.tgz`, integrity } }),
    )
    const report = await audited({ part: "1" })
    expect(report.dependencies?.not).toEqual([{ name: "npm:part@1.0.0", why: "it has no manifest that is read" }])
    expect(report.rules.find(({ rule }) => rule === "capability/added")?.outcome).toBe("not-assessed")
  })

  it("that cannot be opened keeps nothing else from being opened", async () => {
    publish({ name: "z", ...hook }, marker)
    const filler = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`a${at}`, "git+https://a.example.org/a"]))
    const { dependencies } = await audited({ ...filler, z: "1" }, "", contextOf({ neededMax: 4 }))
    expect(dependencies?.looked).toEqual(["npm:z@1.0.0"])
  })

  it("is named where it cannot be opened, with the reason", async () => {
    publish({ name: "one" })
    const report = await audited({ one: "2", none: "1", forge: "git+ssh://forge.example/a.git", work: "workspace:*" })
    expect(report.dependencies?.looked).toEqual([])
    expect(report.dependencies?.not.map(({ name, why }) => `${name}: ${why}`).join("\n")).toMatch(
      /one: .*no version that it allows.*\nnone: .*no such package.*\nforge: .*no version of a registry.*\nwork: .*no version of a registry/,
    )
    expect(report.rules.find(({ rule }) => rule === "capability/added")?.why).toContain(
      "4 packages that it newly needs were not opened, the first one: ",
    )
  })

  it("is not asked for without a network, and no further than a limit", async () => {
    publish({ name: "one", dependencies: { two: "1" } })
    publish({ name: "two" })
    expect((await audited({ one: "1" }, "", contextOf({}, true))).dependencies).toMatchObject({ looked: [], not: [{ name: "one" }] })
    const { dependencies } = await audited({ one: "1" }, "", contextOf({ neededMax: 1 }))
    expect(dependencies).toEqual({
      looked: ["npm:one@1.0.0"],
      not: [{ name: "two and the rest", why: expect.stringContaining("neededMax=1") }],
    })
  })

  it("is opened without a release before it only for who asks for that", async () => {
    publish({ name: "part" }, { "index.js": 'require("child_process").exec("touch MARKER")\n' })
    const request = { ...(await releases({ part: "1" }, "")), previous: undefined }
    for (const dependencies of [undefined, "all"] as const) {
      const result = await auditRelease({ ...request, ...(dependencies === undefined ? {} : { dependencies }) }, contextOf())
      if (!result.ok) throw new Error(explainFault(result.fault))
      expect(result.value.dependencies).toEqual(dependencies === undefined ? undefined : { looked: ["npm:part@1.0.0"], not: [] })
    }
  })

  it("is compared by package: another version of one that was needed adds nothing that it could before", async () => {
    const runs = { "index.js": 'require("child_process").exec("touch MARKER")\n' }
    publish({ name: "part" }, runs)
    publish({ name: "part", version: "2.0.0" }, runs)
    publish({ name: "more" }, runs)
    const request = await releases({ part: "2", more: "1" }, "", { part: "1" })
    for (const asked of [{}, { dependencies: "all" }] as const) {
      const compared = await compareReleases({ ...request, ...asked }, contextOf())
      if (!compared.ok) throw new Error(explainFault(compared.fault))
      expect(new Set(compared.value.capabilities.map(({ through }) => through))).toEqual(new Set(["npm:more@1.0.0"]))
    }
  })
})

describe("the version that npm takes", () => {
  it.each([
    ["the latest, where it is allowed", "^1.0.0", "npm:a@1.5.0"],
    ["else the highest that is", ">=1.6.0 <2", "npm:a@1.9.0"],
    ["that of a tag", "next", "npm:a@2.0.0-rc.1"],
    ["none before a release, if not named", ">=1.9.1", undefined],
    ["that of another name", "npm:@b/c@1", "npm:@b/c@1.0.0"],
    ["none of what is too long", "1 || ".repeat(200), undefined],
    ["none of another name that is none", "npm:../a@1", undefined],
    ["none of an address", "https://a.example.org/a.tgz", undefined],
    ["any", "", "npm:a@1.5.0"],
  ])("is %s", async (_, requirement, expected) => {
    for (const version of ["1.0.0", "1.5.0", "1.9.0", "2.0.0-rc.1"])
      publish({ name: "a", version }, {}, { latest: "1.5.0", next: "2.0.0-rc.1" })
    publish({ name: "@b/c" })
    const chosen = await chosenFor("npm", "a", requirement, contextOf())
    expect(chosen.ok ? chosen.value : undefined).toBe(expected)
  })

  it("is not asked of a registry whose requirements are not read", async () => {
    const chosen = await chosenFor("golang", "a", "v1", contextOf())
    expect(chosen.ok ? "" : explainFault(chosen.fault)).toContain("what a golang package requires is not read")
  })
})

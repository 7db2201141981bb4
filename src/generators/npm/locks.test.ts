import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isForSandbox, isRegistryAddress } from "./locked.ts"
import { lockedByNpm } from "./package-lock.ts"
import { lockedByPnpm } from "./pnpm-lock.ts"

const npmLock = (packages: Record<string, unknown>, lockfileVersion = 3): string => JSON.stringify({ lockfileVersion, packages })
const at = (name: string, version: string) => `https://reg.example/npm/${name}/-/${name.slice(name.indexOf("/") + 1)}-${version}.tgz`

describe("package-lock.json", () => {
  it("gives the registry's packages, once each, and neither links, bundled ones, other platforms' nor the project's own", () => {
    const one = { version: "1.0.0", resolved: at("one", "1.0.0"), integrity: "sha512-A" }
    const locked = lockedByNpm(
      npmLock({
        "": { version: "0.1.0" },
        "packages/own": { version: "2.0.0" },
        "node_modules/own": { link: true, resolved: "packages/own" },
        "node_modules/one": one,
        "node_modules/two/node_modules/one": one,
        "node_modules/@s/alias": { name: "@s/real", version: "3.0.0", resolved: at("@s/real", "3.0.0"), integrity: "sha512-B" },
        "node_modules/two": { version: "2.0.0" },
        "node_modules/two/node_modules/inside": { version: "1.0.0", inBundle: true },
        "node_modules/darwin": { version: "1.0.0", integrity: "sha512-C", optional: true, os: ["darwin"] },
        "node_modules/here": { version: "1.0.0", integrity: "sha512-D", optional: true, os: ["linux"], cpu: "x64", libc: ["glibc"] },
      }),
      "x64",
    )
    expect(locked).toEqual({
      packages: [
        { name: "@s/real", version: "3.0.0", integrity: "sha512-B" },
        { name: "here", version: "1.0.0", integrity: "sha512-D" },
        { name: "one", version: "1.0.0", integrity: "sha512-A" },
        { name: "two", version: "2.0.0", integrity: undefined },
      ],
    })
  })

  it.each([
    ["a git dependency", npmLock({ "node_modules/a": { version: "1.0.0", resolved: "git+ssh://git@host.example/a.git#abc" } })],
    [
      "another server's tarball",
      npmLock({ "node_modules/a": { version: "1.0.0", resolved: "https://host.example/b.tgz", integrity: "x" } }),
    ],
    ["a file", npmLock({ "node_modules/a": { version: "1.0.0", resolved: "file:a.tgz", integrity: "x" } })],
    ["version 1", JSON.stringify({ lockfileVersion: 1, dependencies: {} })],
    ["no JSON", "{"],
  ])("with %s is refused with a reason", (_, text) => {
    expect(lockedByNpm(text, "x64")).toHaveProperty("why")
  })
})

const pnpmLock = `
lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      builder: {specifier: ^1.0.0, version: 1.0.0(peer@2.0.0)}
  packages/own:
    dependencies:
      sibling: {specifier: 'workspace:*', version: link:../sibling}
      alias: {specifier: npm:@s/real@3, version: '@s/real@3.0.0'}
  packages/sibling:
    optionalDependencies:
      darwin: {specifier: 1.0.0, version: 1.0.0}
      here: {specifier: 1.0.0, version: 1.0.0}
  packages/other:
    dependencies:
      unneeded: {specifier: 1.0.0, version: 1.0.0}
packages:
  builder@1.0.0: {resolution: {integrity: sha512-A}}
  peer@2.0.0: {resolution: {integrity: sha512-B}}
  '@s/real@3.0.0': {resolution: {integrity: sha512-C}}
  darwin@1.0.0: {resolution: {integrity: sha512-D}, os: [darwin]}
  here@1.0.0: {resolution: {integrity: sha512-E}, os: [linux]}
  unneeded@1.0.0: {resolution: {tarball: 'https://host.example/x.tgz'}}
snapshots:
  builder@1.0.0(peer@2.0.0):
    dependencies: {peer: 2.0.0}
  peer@2.0.0:
    dependencies: {builder: 1.0.0(peer@2.0.0)}
  '@s/real@3.0.0': {}
  darwin@1.0.0: {optional: true}
  here@1.0.0: {optional: true}
  unneeded@1.0.0: {}
`

describe("pnpm-lock.yaml", () => {
  it("gives what the projects reach, cycles and all, and not what others need", () => {
    expect(lockedByPnpm(pnpmLock, [".", "packages/own"], "x64")).toEqual({
      projects: [".", "packages/own", "packages/sibling"],
      packages: [
        { name: "@s/real", version: "3.0.0", integrity: "sha512-C" },
        { name: "builder", version: "1.0.0", integrity: "sha512-A" },
        { name: "here", version: "1.0.0", integrity: "sha512-E" },
        { name: "peer", version: "2.0.0", integrity: "sha512-B" },
      ],
    })
  })

  it("that takes a needed package from elsewhere is refused with a reason", () => {
    expect(lockedByPnpm(pnpmLock, ["packages/other"], "x64")).toHaveProperty("why")
  })

  it.each([
    ["another version", pnpmLock.replace("'9.0'", "'6.0'")],
    ["no YAML", "a: [b"],
    ["what nests without end", '{"a":'.repeat(20_000)],
    ["aliases that multiply", `a: &a [x, x]\nb: &b [*a, *a]\n${pnpmLock}`],
  ])("with %s is refused with a reason", (_, text) => {
    expect(lockedByPnpm(text, ["."], "x64")).toHaveProperty("why")
  })

  it("leads nowhere out of the workspace: a link that climbs names no project", () => {
    const text = pnpmLock.replace("link:../sibling", "link:../../../../etc")
    expect(lockedByPnpm(text, ["packages/own"], "x64")).toMatchObject({ projects: ["etc", "packages/own"] })
  })
})

describe("any lock file", () => {
  it("is read or refused, whatever it says, and never throws", () => {
    const word = fc.oneof(fc.constantFrom("__proto__", "constructor", "link:../..", "../../x", "a@b@c", "(", ""), fc.string())
    const value = fc.object({ key: word, values: [word, fc.boolean(), fc.integer(), fc.constant(null)], maxDepth: 4 })
    fc.assert(
      fc.property(value, word, (some, key) => {
        const texts = [
          JSON.stringify(some),
          JSON.stringify({ lockfileVersion: 3, packages: { [`node_modules/${key}`]: some } }),
          JSON.stringify({ lockfileVersion: "9.0", importers: { ".": some }, packages: { [key]: some }, snapshots: { [key]: some } }),
        ]
        for (const text of texts)
          for (const locked of [lockedByNpm(text, "x64"), lockedByPnpm(text, [".", key], "x64")])
            expect("why" in locked ? typeof locked.why : Array.isArray(locked.packages)).toBeTruthy()
      }),
      { numRuns: 300 },
    )
  })
})

it.each([
  [{}, true],
  [{ os: ["linux", "darwin"] }, true],
  [{ os: ["!win32"] }, true],
  [{ os: ["!linux"] }, false],
  [{ os: ["linux"], cpu: ["arm64"] }, false],
  [{ libc: ["musl"] }, false],
  [{ os: ["any"] }, true],
])("%j is for the sandbox: %s", (platforms, expected) => {
  expect(isForSandbox(platforms, "x64")).toBe(expected)
})

it("an address with a broken escape ended the run", () => {
  expect(isRegistryAddress("https://r.example/%E0%A4%A/x", "one", "1.0.0")).toBe(false)
  expect(isRegistryAddress("https://r.example/@a%2fone/-/one-1.0.0.tgz", "@a/one", "1.0.0")).toBe(true)
})

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { lockedByBun } from "./bun-lock.ts"
import { isForSandbox, isRegistryAddress } from "./locked.ts"
import { lockedByNpm } from "./package-lock.ts"
import { lockedByPnpm } from "./pnpm-lock.ts"
import { lockedByYarnBerry } from "./yarn-berry-lock.ts"
import { lockedByYarn } from "./yarn-lock.ts"

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
    ["version 4", JSON.stringify({ lockfileVersion: 4, packages: 1 })],
    ["version 0", JSON.stringify({ lockfileVersion: 0, packages: {} })],
    ["no JSON", "{"],
  ])("with %s is refused with a reason", (_, text) => {
    expect(lockedByNpm(text, "x64")).toHaveProperty("why")
  })
})

describe("package-lock.json of version 1", () => {
  const lock = (dependencies: unknown): string => JSON.stringify({ lockfileVersion: 1, dependencies })

  it("gives the registry's packages at any depth, and none that is bundled; a SHA-1 does not vouch", () => {
    const one = { version: "1.0.0", resolved: at("one", "1.0.0"), integrity: "sha512-A" }
    const locked = lockedByNpm(
      lock({
        one,
        two: {
          version: "2.0.0",
          resolved: at("two", "2.0.0"),
          integrity: "sha1-B",
          dependencies: { one, inside: { version: "1.0.0", bundled: true, resolved: false } },
        },
        alias: { version: "npm:@s/real@3.0.0", resolved: at("@s/real", "3.0.0"), integrity: "sha1-C sha512-C" },
        darwin: { version: "1.0.0", integrity: "sha512-D", optional: true },
      }),
      "x64",
    )
    expect(locked).toEqual({
      packages: [
        { name: "@s/real", version: "3.0.0", integrity: "sha1-C sha512-C" },
        { name: "darwin", version: "1.0.0", integrity: "sha512-D" },
        { name: "one", version: "1.0.0", integrity: "sha512-A" },
        { name: "two", version: "2.0.0", integrity: undefined },
      ],
    })
    expect(lockedByNpm(JSON.stringify({ lockfileVersion: 1 }), "x64")).toEqual({ packages: [] })
  })

  it.each([
    ["a git dependency", { a: { version: "git+ssh://git@host.example/a.git#abc", from: "a@git" } }],
    ["another server's tarball", { a: { version: "https://host.example/a.tgz" } }],
    ["an address of another package", { a: { version: "1.0.0", resolved: at("b", "1.0.0") } }],
    ["a git dependency inside", { a: { version: "1.0.0", dependencies: { b: { version: "github:a/b#1" } } } }],
    ["words for packages", { a: "1.0.0" }],
    ["a list inside", { a: { version: "1.0.0", dependencies: [1] } }],
  ])("with %s is refused with a reason", (_, dependencies) => {
    expect(lockedByNpm(lock(dependencies), "x64")).toHaveProperty("why")
  })

  it("is read however deep it nests", () => {
    const nested = `{"a":{"version":"1.0.0","dependencies":`.repeat(20_000)
    const text = `{"lockfileVersion":1,"dependencies":${nested}{}${"}}".repeat(20_000)}}`
    expect(lockedByNpm(text, "x64")).toEqual({ packages: [{ name: "a", version: "1.0.0", integrity: undefined }] })
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

/** The same of version 6: one project at the top, packages under a slash with what they need. */
const pnpmLock6 = `
lockfileVersion: '6.0'
devDependencies:
  builder: {specifier: ^1.0.0, version: 1.0.0(peer@2.0.0)}
dependencies:
  alias: {specifier: npm:@s/real@3, version: /@s/real@3.0.0}
optionalDependencies:
  darwin: {specifier: 1.0.0, version: 1.0.0}
packages:
  /builder@1.0.0(peer@2.0.0): {resolution: {integrity: sha512-A}, dependencies: {peer: 2.0.0, again: /@s/real@3.0.0}, dev: true}
  /peer@2.0.0: {resolution: {integrity: sha512-B}, dependencies: {builder: 1.0.0(peer@2.0.0)}}
  /@s/real@3.0.0: {resolution: {integrity: sha512-C}}
  /darwin@1.0.0: {resolution: {integrity: sha512-D}, os: [darwin], optional: true}
  /unneeded@1.0.0: {resolution: {tarball: 'https://host.example/x.tgz'}}
`

describe("pnpm-lock.yaml", () => {
  it("gives what the projects reach, cycles and all, and not what others need", () => {
    expect(lockedByPnpm(pnpmLock, [".", "packages/own"], "x64")).toEqual({
      format: 9,
      projects: [".", "packages/own", "packages/sibling"],
      packages: [
        { name: "@s/real", version: "3.0.0", integrity: "sha512-C" },
        { name: "builder", version: "1.0.0", integrity: "sha512-A" },
        { name: "here", version: "1.0.0", integrity: "sha512-E" },
        { name: "peer", version: "2.0.0", integrity: "sha512-B" },
      ],
    })
  })

  it("of version 6 gives the same", () => {
    const packages = [
      { name: "@s/real", version: "3.0.0", integrity: "sha512-C" },
      { name: "builder", version: "1.0.0", integrity: "sha512-A" },
      { name: "peer", version: "2.0.0", integrity: "sha512-B" },
    ]
    expect(lockedByPnpm(pnpmLock6, ["."], "x64")).toEqual({ format: 6, projects: ["."], packages })
    const workspace = `lockfileVersion: '6.1'
importers:
  packages/own: {dependencies: {sibling: {specifier: 'workspace:*', version: link:../sibling}}}
  packages/sibling: {dependencies: {one: {specifier: 1.0.0, version: 1.0.0}}}
packages: {/one@1.0.0: {resolution: {integrity: sha512-A}}}
`
    expect(lockedByPnpm(workspace, ["packages/own"], "x64")).toEqual({
      format: 6,
      projects: ["packages/own", "packages/sibling"],
      packages: [{ name: "one", version: "1.0.0", integrity: "sha512-A" }],
    })
  })

  it("that takes a needed package from elsewhere is refused with a reason", () => {
    expect(lockedByPnpm(pnpmLock, ["packages/other"], "x64")).toHaveProperty("why")
  })

  it.each([
    ["version 5", pnpmLock6.replace("'6.0'", "5.4")],
    ["version 7, which no release of pnpm wrote", pnpmLock6.replace("'6.0'", "'7.0'")],
    ["a package of git", pnpmLock6.replace("version: /@s/real@3.0.0", "version: github.example/a/b/abc")],
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

/** A lock file of yarn 1 in its own spelling. */
const yarnLock = (entries: Readonly<Record<string, string>>): string =>
  `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n\n${Object.entries(entries)
    .map(([asked, lines]) => `${asked}:\n${lines.replaceAll(/^/gm, "  ")}\n`)
    .join("\n")}`
const yarnEntry = (name: string, version: string, integrity: string): string =>
  `version "${version}"\nresolved "${at(name, version)}#00ff"\n${integrity === "" ? "" : `integrity ${integrity}\n`}dependencies:\n  other "^1.0.0"`

describe("yarn.lock of yarn 1", () => {
  it("gives the registry's packages, once each; a SHA-1 does not vouch", () => {
    const lock = yarnLock({
      '"@s/two@^2.0.0", "@s/two@^2.1.0"': yarnEntry("@s/two", "2.1.0", "sha512-B"),
      '"alias@npm:@s/real@^3"': yarnEntry("@s/real", "3.0.0", "sha512-C"),
      "one@1.0.0, one@^1.0.0": yarnEntry("one", "1.0.0", ""),
    })
    const packages = [
      { name: "@s/real", version: "3.0.0", integrity: "sha512-C" },
      { name: "@s/two", version: "2.1.0", integrity: "sha512-B" },
      { name: "one", version: "1.0.0", integrity: undefined },
    ]
    expect(lockedByYarn(lock)).toEqual({ packages })
    expect(lockedByYarn(lock.replaceAll("\n", "\r\n"))).toEqual({ packages })
    expect(lockedByYarn(yarnLock({}))).toEqual({ packages: [] })
  })

  it.each([
    [
      "a git dependency",
      yarnLock({ '"a@git+https://host.example/a.git"': 'version "1.0.0"\nresolved "git+https://host.example/a.git#abc"' }),
    ],
    ["another server's tarball", yarnLock({ "a@1": 'version "1.0.0"\nresolved "https://host.example/a.tgz"' })],
    ["an address of another package", yarnLock({ "a@1": yarnEntry("b", "1.0.0", "") })],
    ["a folder", yarnLock({ '"a@file:./a"': 'version "1.0.0"' })],
    ["two sides of a merge", `<<<<<<< ours\n${yarnLock({ a: 'version "1.0.0"' })}\n=======\nb\n>>>>>>> theirs\n`],
    ["no version", yarnLock({ "a@1": 'resolved "x"' })],
    ["a word for a package", "# yarn lockfile v1\n\na@1 b\n"],
    ["what is none", "{"],
    ["a prototype's name", yarnLock({ '"__proto__@1"': 'version "1.0.0"', constructor: 'version "1.0.0"' })],
  ])("with %s is refused with a reason", (_, text) => {
    expect(lockedByYarn(text)).toHaveProperty("why")
  })

  // The library looks for the quote or the end of the line without end, and ended with all memory taken.
  it.each(['"', "#", `"${"\\".repeat(1000)}`, '# yarn lockfile v1\n\na:\n  b "c', "a#"])(
    "left open does not take all memory: %j",
    (text) => {
      const locked = lockedByYarn(text)
      expect("why" in locked || locked.packages.length === 0).toBe(true)
    },
  )

  it("that nests further than it can is not followed", () => {
    expect(lockedByYarn(Array.from({ length: 3000 }, (_, depth) => `${"  ".repeat(depth)}a:\n`).join(""))).toHaveProperty("why")
  })
})

const berryLock = (entries: string): string => `# This file is generated\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n\n${entries}`
const berryEntry = (resolution: string, more = ""): string =>
  `"${resolution.replace(/npm:.*/, "npm:^1.0.0")}":\n  version: 0\n  resolution: "${resolution}"\n${more}  languageName: node\n\n`

describe("yarn.lock of later yarns", () => {
  it("names packages, and vouches for no byte of them: its checksum is of an archive of yarn's own", () => {
    const lock = berryLock(
      [
        berryEntry("one@npm:1.0.0", "  checksum: 10c0/00ff\n"),
        berryEntry("@s/two@npm:2.0.0::__archiveUrl=https%3A%2F%2Freg.example%2F%40s%2Ftwo%2F-%2Ftwo-2.0.0.tgz"),
        berryEntry("own@workspace:packages/own"),
        berryEntry("one@patch:one@npm%3A1.0.0#~/.yarn/patches/one.patch::version=1.0.0&hash=00ff"),
        berryEntry("darwin@npm:1.0.0", "  conditions: os=darwin & cpu=x64\n"),
        berryEntry("patched@npm:1.0.0", "  conditions: os=darwin\n  checksum: 00ff\n"),
        berryEntry("here@npm:1.0.0", "  conditions: os=linux & (cpu=x64 | cpu=arm64) & libc=glibc\n"),
        berryEntry("musl@npm:1.0.0", "  conditions: os=linux & libc=musl\n"),
        berryEntry("nowindows@npm:1.0.0", "  conditions: !os=win32\n"),
        berryEntry("nolinux@npm:1.0.0", "  conditions: os=!linux\n"),
      ].join(""),
    )
    expect(lockedByYarnBerry(lock, "x64")).toEqual({
      format: 8,
      packages: ["@s/two@2.0.0", "here@1.0.0", "nowindows@1.0.0", "one@1.0.0", "patched@1.0.0"].map((id) => {
        const at = id.lastIndexOf("@")
        return { name: id.slice(0, at), version: id.slice(at + 1), integrity: undefined }
      }),
    })
  })

  it.each([
    ["a git dependency", berryLock(berryEntry("a@https://host.example/a.git#commit=abc"))],
    ["another server's tarball", berryLock(berryEntry("a@npm:1.0.0::__archiveUrl=https%3A%2F%2Fhost.example%2Fb.tgz"))],
    ["a broken escape", berryLock(berryEntry("a@npm:1.0.0::__archiveUrl=%E0%A4%A"))],
    ["a folder", berryLock(berryEntry("a@file:./a#./a::hash=1&locator=b"))],
    ["words for packages", berryLock("a: b\n")],
    ["no metadata", berryEntry("a@npm:1.0.0")],
    ["no YAML", "__metadata: {"],
    ["what nests without end", `__metadata: {version: 8}\na: ${'{"a":'.repeat(20_000)}`],
  ])("with %s is refused with a reason", (_, text) => {
    expect(lockedByYarnBerry(text, "x64")).toHaveProperty("why")
  })
})

const bunLock = (packages: string, version = 1): string =>
  `{\n  "lockfileVersion": ${version},\n  "workspaces": {\n    "": {\n      "name": "x",\n    },\n  },\n  "packages": {\n${packages}\n  }\n}\n`

describe("bun.lock", () => {
  it("gives the registry's packages, once each, and neither the project's own nor other platforms'", () => {
    const lock = bunLock(`
    "one": ["one@1.0.0", "", { "dependencies": { "two": "^2.0.0", }, }, "sha512-A"],

    "two/one": ["one@1.0.0", "", {}, "sha512-A"],
    "@s/two": ["@s/two@2.0.0", "${at("@s/two", "2.0.0")}", { "bin": "x.js" }, "sha512-B"],
    "own": ["own@workspace:packages/own"],
    "darwin": ["darwin@1.0.0", "", { "os": "darwin", "cpu": "x64" }, "sha512-C"],
    "here": ["here@1.0.0", "", { "os": ["linux", "darwin"], "cpu": "!arm64" }, "sha512-D"],`)
    expect(lockedByBun(lock, "x64")).toEqual({
      packages: [
        { name: "@s/two", version: "2.0.0", integrity: "sha512-B" },
        { name: "here", version: "1.0.0", integrity: "sha512-D" },
        { name: "one", version: "1.0.0", integrity: "sha512-A" },
      ],
    })
  })

  it.each([
    ["a git dependency", bunLock('"a": ["a@git+https://host.example/a.git#abc", {}, "abc"],')],
    ["another server's tarball", bunLock('"a": ["a@https://host.example/a.tgz", {}, "sha512-A"],')],
    ["another server", bunLock('"a": ["a@1.0.0", "https://host.example/b.tgz", {}, "sha512-A"],')],
    ["a folder", bunLock('"a": ["a@file:./a", {}],')],
    ["no digest", bunLock('"a": ["a@1.0.0", "", {}],')],
    ["words for packages", bunLock('"a": "a@1.0.0",')],
    ["an empty list", bunLock('"a": [],')],
    ["another version", bunLock("", 2)],
    ["what is none", "{"],
    ["what nests without end", '{"packages":'.repeat(20_000)],
  ])("with %s is refused with a reason", (_, text) => {
    expect(lockedByBun(text, "x64")).toHaveProperty("why")
  })
})

describe("any lock file", () => {
  it("is read or refused, whatever it says, and never throws", () => {
    const word = fc.oneof(fc.constantFrom("__proto__", "constructor", "link:../..", "../../x", "a@b@c", "(", ""), fc.string())
    const value = fc.object({ key: word, values: [word, fc.boolean(), fc.integer(), fc.constant(null)], maxDepth: 4 })
    fc.assert(
      fc.property(value, word, (some, key) => {
        const entry = { version: key, resolution: key, resolved: key, ...some }
        const texts = [
          JSON.stringify(some),
          key,
          JSON.stringify({ lockfileVersion: 3, packages: { [`node_modules/${key}`]: some } }),
          JSON.stringify({ lockfileVersion: 1, dependencies: { [key]: entry, a: { ...entry, dependencies: some } } }),
          JSON.stringify({ lockfileVersion: "9.0", importers: { ".": some }, packages: { [key]: some }, snapshots: { [key]: some } }),
          JSON.stringify({ lockfileVersion: "6.0", dependencies: { [key]: entry }, packages: { [`/${key}`]: some } }),
          JSON.stringify({ lockfileVersion: 1, packages: { [key]: [key, key, some, key], a: some } }),
          JSON.stringify({ __metadata: { version: key }, [key]: entry }),
          yarnLock({ [JSON.stringify(key)]: `version ${JSON.stringify(key)}\nresolved ${JSON.stringify(at(key, key))}`, [key]: key }),
        ]
        const readers = [
          (text: string) => lockedByNpm(text, "x64"),
          (text: string) => lockedByPnpm(text, [".", key], "x64"),
          lockedByYarn,
          (text: string) => lockedByYarnBerry(text, "x64"),
          (text: string) => lockedByBun(text, "x64"),
        ]
        for (const text of texts)
          for (const read of readers) {
            const locked = read(text)
            expect("why" in locked ? locked.why.startsWith("its ") : Array.isArray(locked.packages)).toBe(true)
          }
      }),
      { numRuns: 100 },
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

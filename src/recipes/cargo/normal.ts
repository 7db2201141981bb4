import type { RecipeFacts } from "../recipe.ts"
import { type Table, tableOf } from "../table.ts"
import type { Manifests } from "./crate.ts"
import { dependenciesOf, haveVersions, sections } from "./dependencies.ts"
import { libraryOf, type TargetFacts, targetsOf } from "./targets.ts"

/** Tables of a manifest that cargo keeps as they are. `workspace`, `patch` and `replace` are about the workspace and go. */
const kept = ["cargo-features", "features", "badges", "hints"]
const autos = ["autolib", "autobins", "autoexamples", "autotests", "autobenches"]

/** The manifest as a registry gets it (doc.rust-lang.org/cargo, "cargo package": `Cargo.toml` is normalised). `stated`: the one in the crate, asked only which defaults its cargo writes down. Undefined where cargo would refuse to pack it. */
export function normalManifest({ own, workspace }: Manifests, stated: Table, { commit, release }: RecipeFacts): Table | undefined {
  if (!isWhole(own, workspace)) return undefined
  const explicit = tableOf(stated.get("package"))?.get("autobins") === false
  const facts: TargetFacts = { own, stated, commit, release, explicit }
  const library = libraryOf(facts)
  const lints = isInherited(own.get("lints")) ? workspace?.get("lints") : own.get("lints")
  const platforms = [...(tableOf(own.get("target")) ?? [])].flatMap(([platform, table]) => {
    const inner = allDependencies(tableOf(table) ?? new Map(), workspace)
    return inner.size === 0 ? [] : [[platform, inner] as const]
  })
  return new Map<string, unknown>([
    ["package", packageOf(facts, workspace)],
    ...kept.flatMap((key) => (own.has(key) ? [[key, own.get(key)] as const] : [])),
    ...(library === undefined ? [] : [["lib", library] as const]),
    ...targetsOf(facts),
    ...allDependencies(own, workspace),
    ...(platforms.length === 0 ? [] : [["target", new Map(platforms)] as const]),
    ...(lints === undefined ? [] : [["lints", lints] as const]),
    ...(own.has("profile") ? [["profile", profilesOf(own.get("profile"))] as const] : []),
  ])
}

const isInherited = (value: unknown): boolean => tableOf(value)?.get("workspace") === true

/** Whether what it inherits is there, and each dependency but those for development has a version. */
function isWhole(own: Table, workspace: Table | undefined): boolean {
  const shared = tableOf(workspace?.get("package"))
  const tables = [own, ...[...(tableOf(own.get("target"))?.values() ?? [])].map((table) => tableOf(table) ?? new Map())]
  return (
    [...(tableOf(own.get("package")) ?? [])].every(([key, value]) => !isInherited(value) || shared?.has(key) === true) &&
    (!isInherited(own.get("lints")) || workspace?.has("lints") === true) &&
    tables.every((table) =>
      sections.every(([name, alias]) => name === "dev-dependencies" || haveVersions(table.get(name) ?? table.get(alias), workspace)),
    )
  )
}

const allDependencies = (table: Table, workspace: Table | undefined): Table =>
  new Map(
    sections.flatMap(([name, alias]) => {
      const found = dependenciesOf(table.get(name) ?? table.get(alias), workspace)
      return found.size === 0 ? [] : [[name, found] as const]
    }),
  )

function packageOf({ own, stated, commit, release, explicit }: TargetFacts, workspace: Table | undefined): Table {
  const shared = tableOf(workspace?.get("package"))
  const written = tableOf(stated.get("package"))
  const all = new Map(
    [...(tableOf(own.get("package")) ?? [])].flatMap(([key, value]) => {
      const inherited = isInherited(value) ? shared?.get(key) : value
      return key === "workspace" || inherited === undefined ? [] : [[key, inherited] as const]
    }),
  )
  // A readme or a licence of the workspace's folder is copied beside the manifest.
  for (const key of ["readme", "license-file"]) {
    const path = all.get(key)
    if (typeof path === "string")
      all.set(key, /^\.\.\/|\/\.\.\//.test(path) || isInherited(tableOf(own.get("package"))?.get(key)) ? path.replace(/^.*\//, "") : path)
  }
  if (all.get("readme") === true) all.set("readme", "README.md")
  const isWritten = (key: string): boolean => explicit || written?.has(key) === true
  const found = ["README.md", "README.txt", "README"].find((name) => commit.tree.has(name))
  if (isWritten("readme") && !all.has("readme")) all.set("readme", found ?? false)
  const builds = all.get("build") ?? commit.tree.has("build.rs")
  const script = builds === true ? "build.rs" : builds
  // A script that is kept out of the package is none.
  if (isWritten("build")) all.set("build", typeof script === "string" && release.files.has(script.replace(/^\.\//, "")) ? script : false)
  const resolver = workspace?.get("resolver")
  const differs = resolver !== resolverOf(all.get("edition"))
  if (resolver !== undefined && !all.has("resolver") && (differs || written?.has("resolver") === true)) all.set("resolver", resolver)
  if (explicit) for (const auto of autos) if (auto !== "autolib" || written?.has(auto) === true) all.set(auto, false)
  return all
}

/** The resolver that an edition has by default (doc.rust-lang.org/cargo, "Dependency Resolution", Resolver versions): cargo writes the workspace's down where it is another. */
const resolverOf = (edition: unknown): string => (edition === "2021" ? "2" : edition === "2024" ? "3" : "1")

const levels = new Map<unknown, number>([
  [true, 2],
  [false, 0],
  ["full", 2],
  ["limited", 1],
  ["none", 0],
])

/** `debug = true` is a level (doc.rust-lang.org/cargo, "Profiles", debug). */
function profilesOf(profiles: unknown): unknown {
  const table = tableOf(profiles)
  if (table === undefined) return profiles
  return new Map([...table].map(([key, value]) => [key, key === "debug" ? (levels.get(value) ?? value) : profilesOf(value)]))
}

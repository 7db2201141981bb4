import type { CommitFacts, ReleaseFacts } from "../recipe.ts"
import { type Table, tableOf, textOf } from "../table.ts"

/** Kinds of targets, where cargo looks for them, and what switches that off (doc.rust-lang.org/cargo, "Cargo Targets", Target auto-discovery). */
const kinds = [
  { kind: "bin", folder: "src/bin/", auto: "autobins" },
  { kind: "example", folder: "examples/", auto: "autoexamples" },
  { kind: "test", folder: "tests/", auto: "autotests" },
  { kind: "bench", folder: "benches/", auto: "autobenches" },
] as const

export interface TargetFacts {
  /** The commit's manifest and the rewritten one. */
  readonly own: Table
  readonly stated: Table
  readonly commit: CommitFacts
  readonly release: ReleaseFacts
  /** Since Rust 1.79 cargo writes each target down that is in the package, with its path. */
  readonly explicit: boolean
}

/** The library: what the manifest says, with the name and the path that it has by default. */
export function libraryOf({ own, stated, commit, explicit }: TargetFacts): Table | undefined {
  const said = tableOf(own.get("lib"))
  if (said === undefined && !(explicit && commit.tree.has("src/lib.rs"))) return undefined
  const written = tableOf(stated.get("lib"))
  const name = textOf(tableOf(own.get("package"))?.get("name")).replaceAll("-", "_")
  return filled(said ?? new Map(), { name, path: "src/lib.rs" }, explicit ? undefined : written)
}

/** The other targets, by kind. */
export function targetsOf(facts: TargetFacts): readonly (readonly [string, readonly Table[]])[] {
  return kinds.flatMap(({ kind, folder, auto }) => {
    const said = tablesOf(facts.own.get(kind))
    const written = new Map(tablesOf(facts.stated.get(kind)).map((one) => [one.get("name"), one]))
    const found = facts.explicit ? discovered(facts, { kind, folder, auto, said }) : []
    const all = [...said, ...found].flatMap((one) => {
      const name = textOf(one.get("name"))
      const path = [...(kind === "bin" ? ["src/main.rs"] : []), `${folder}${name}/main.rs`, `${folder}${name}.rs`].findLast(
        (at) => facts.commit.tree.has(at) && (at !== "src/main.rs" || name === packageName(facts)),
      )
      const target = filled(one, { name, path: path ?? `${folder}${name}.rs` }, facts.explicit ? undefined : written.get(name))
      return facts.explicit && !facts.release.files.has(textOf(target.get("path")).replace(/^\.\//, "")) ? [] : [target]
    })
    const order = new Map([...written.keys()].map((name, at) => [name, at]))
    const place = (one: Table): number => order.get(one.get("name")) ?? order.size
    const sorted = all.toSorted((a, b) => place(a) - place(b))
    return sorted.length === 0 ? [] : [[kind, sorted] as const]
  })
}

const packageName = ({ own }: TargetFacts): unknown => tableOf(own.get("package"))?.get("name")
const tablesOf = (value: unknown): readonly Table[] => (Array.isArray(value) ? value.flatMap((one) => tableOf(one) ?? []) : [])

interface Kind {
  readonly kind: string
  readonly folder: string
  readonly auto: string
  readonly said: readonly Table[]
}

function discovered(facts: TargetFacts, { kind, folder, auto, said }: Kind): readonly Table[] {
  const { own, commit } = facts
  const stated = tableOf(own.get("package"))
  const edition = stated?.get("edition") ?? "2015"
  if (stated?.get(auto) === false || (edition === "2015" && said.length > 0 && stated?.get(auto) !== true)) return []
  const paths = [...commit.tree.keys()].filter((path) => path.startsWith(folder))
  const names = new Set(paths.flatMap((path) => /^([^/.][^/]*?)(?:\.rs|\/main\.rs)$/.exec(path.slice(folder.length))?.[1] ?? []))
  if (kind === "bin" && commit.tree.has("src/main.rs")) names.add(textOf(packageName(facts)))
  for (const one of said) names.delete(textOf(one.get("name")))
  const taken = new Set(said.map((one) => one.get("path")))
  return [...names].filter((name) => !taken.has(`${folder}${name}.rs`)).map((name) => new Map([["name", name]]))
}

const spelt: Readonly<Record<string, string>> = { crate_type: "crate-type", proc_macro: "proc-macro" }

/** The table with the defaults that cargo writes down: all, or those that the rewritten manifest has. */
function filled(table: Table, defaults: Readonly<Record<string, string>>, only: Table | undefined): Table {
  const own = new Map([...table].map(([key, value]) => [spelt[key] ?? key, value]))
  for (const [key, value] of Object.entries(defaults)) if (!own.has(key) && (only === undefined || only.has(key))) own.set(key, value)
  return own
}

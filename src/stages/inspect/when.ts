import { belowRoot } from "../../core/path.ts"
import type { Script, Search } from "../../model/code.ts"
import { type Inspected, type Moment, moments } from "../../model/inspection.ts"
import type { Danger } from "../../model/ledger.ts"
import type { EntryPaths } from "./entry-paths.ts"

interface Seen {
  readonly root: string
  readonly paths: EntryPaths
  /** Where an entry sits, by its stored path. */
  dangerOf(path: string): Danger | undefined
}

/** When each script runs: what a package manager or a build starts by itself, and what that starts in turn. */
export function whenEachRuns(scripts: readonly Script[], { root, paths, dangerOf }: Seen): readonly Inspected[] {
  const runs = new Map<string, Moment>()
  const byPath = new Map(scripts.map((script) => [script.path, script]))
  const queue: string[] = []
  const reach = (path: string, moment: Moment): void => {
    const known = runs.get(path)
    if (known !== undefined && moments.indexOf(known) <= moments.indexOf(moment)) return
    runs.set(path, moment)
    queue.push(path)
  }
  for (const { path, language } of scripts) {
    const moment = ownMoment(belowRoot(path, root), language, dangerOf(path))
    if (moment !== undefined) reach(path, moment)
  }
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const script = byPath.get(path)
    const moment = runs.get(path)
    if (script === undefined || moment === undefined) continue
    for (const started of startedBy(script, paths)) if (byPath.has(started)) reach(started, moment)
  }
  return scripts.map((script) => ({ ...script, runs: runs.get(script.path) }))
}

/** Entries that a script runs, loads or gives to an interpreter. */
function startedBy({ path, acts }: Script, paths: EntryPaths): readonly string[] {
  const none = (_: Search): readonly string[] => []
  return acts.flatMap((act) => {
    if (act.kind !== "runs") return []
    if (act.as === "text") return act.what.kind === "file" ? paths.meant(act.what.path, path, none) : []
    return paths.meant(act.what, path, none)
  })
}

const testPath = /(?:^|\/)(?:tests?|testing|testdata|__tests__|specs?|t|fixtures?|examples?|docs?|bench(?:marks?)?)\//i
const libraries = new Set(["javascript", "python", "ruby", "php", "perl"])

/** What runs by its name and place alone. The code of a library is taken to run when it is imported: whether each file is reached would take a resolver of each ecosystem. */
function ownMoment(path: string, language: string, danger: Danger | undefined): Moment | undefined {
  if (testPath.test(path)) return "test"
  if (danger === "runs at install") return path.endsWith(".pth") ? "start" : "install"
  if (danger === "runs at build") return "build"
  return libraries.has(language) ? "import" : undefined
}

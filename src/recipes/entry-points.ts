import { asBytes, isLine, linesIn } from "./latin1.ts"
import { namedIn } from "./nearest.ts"
import { projectOf, pyprojectOf } from "./python.ts"
import type { CommitFacts, Written } from "./recipe.ts"
import { type Table, tableOf } from "./table.ts"

/**
 * entry_points.txt (packaging.python.org, "Entry points specification", File format): the scripts and entry points of [project], and no others: a line is a program that is installed, or code that
 * others load. The order of groups and names, and the spaces around `=`, are the file's.
 */
export async function entryPoints(text: string, commit: CommitFacts): Promise<readonly Written[]> {
  const at = projectOf(commit)
  const project = tableOf((await pyprojectOf(at))?.get("project"))
  if (project === undefined) return []
  const left = new Map([...groupsOf(project)].map(([group, points]) => [group, new Set(points)]))
  const headers = new Set(left.keys())
  let group = ""
  let wasEmpty = true
  const kept = linesIn(text).filter((line) => {
    const header = /^\[(.+)\]\n$/.exec(line)?.[1]
    const isEmpty = line === "\n"
    const isSecond = isEmpty && wasEmpty
    wasEmpty = isEmpty
    if (isEmpty) return !isSecond
    if (header !== undefined) group = header
    return header !== undefined ? headers.delete(header) : left.get(group)?.delete(line.replace(/^([^=]*?) ?= ?/, "$1 = ")) === true
  })
  const missing = [...left].flatMap(([name, points]) => (points.size === 0 ? [] : [`[${name}]\n`, ...points]))
  return [
    {
      text: [...kept, ...missing].join(""),
      from: { commit: [namedIn(at, "pyproject.toml")], release: [] },
      dropped: ["the order of its lines", "the spaces around `=`", "empty lines"],
    },
  ]
}

function groupsOf(project: Table): ReadonlyMap<string, readonly string[]> {
  const points = (value: unknown): readonly string[] =>
    [...(tableOf(value) ?? [])].flatMap(([name, to]) =>
      typeof to === "string" && isLine(name + to) ? [`${asBytes(`${name} = ${to}`)}\n`] : [],
    )
  const groups = [
    ["console_scripts", points(project.get("scripts"))],
    ["gui_scripts", points(project.get("gui-scripts"))],
    ...[...(tableOf(project.get("entry-points")) ?? [])].map(
      ([name, value]) => [asBytes(name), isLine(name) ? points(value) : []] as const,
    ),
  ] as const
  return new Map(groups.filter(([, all]) => all.length > 0))
}

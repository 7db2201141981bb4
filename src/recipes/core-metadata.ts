import { linesIn } from "./latin1.ts"
import { type Distribution, type Field, fieldsOf } from "./metadata-fields.ts"
import { namedIn } from "./nearest.ts"
import { backendOf, projectOf, pyprojectOf } from "./python.ts"
import type { CommitFacts, RecipeFacts, Written } from "./recipe.ts"
import { tableOf } from "./table.ts"

/** Empty lines before and after the description differ from backend to backend. */
const emptyMax = 3

/**
 * METADATA and PKG-INFO (packaging.python.org, "Core metadata specifications"): a head of fields, an empty line, the description. Each field that pyproject.toml's [project] states is one line of
 * the head, wherever it stands and however a requirement is spelt; the description is the readme. What a backend computes otherwise, and all that a setup.py states, is no part of the text.
 */
export async function coreMetadata(text: string, of: Distribution, { commit }: Pick<RecipeFacts, "commit">): Promise<readonly Written[]> {
  const at = projectOf(commit)
  const pyproject = await pyprojectOf(at)
  if (pyproject === undefined) return []
  const project = tableOf(pyproject.get("project"))
  const lines = linesIn(text)
  const gap = lines.indexOf("\n")
  const head = gap < 0 ? lines : lines.slice(0, gap)
  const body = gap < 0 ? "" : lines.slice(gap).join("")
  const fields = fieldsOf(of, project, backendOf(pyproject))
  const readme = await readmeOf(at, project?.get("readme"), body)
  return [
    {
      text: headOf(head, fields) + bodyOf(readme?.text, body),
      from: {
        commit: [...(project === undefined ? [] : ["pyproject.toml"]), ...(readme === undefined ? [] : [readme.path])].map((path) =>
          namedIn(at, path),
        ),
        release: [],
      },
      dropped: [
        "the order of fields",
        "the spelling of requirements",
        "the version of the format",
        "which fields are dynamic",
        "empty lines around the description",
      ],
    },
  ]
}

/** The fields that the project states, those that the file has too in the order and spelling of the file; each as often as it is stated. */
function headOf(head: readonly string[], fields: ReadonlyMap<string, Field>): string {
  const left = new Map([...fields].map(([name, field]) => [name, new Wanted(field)]))
  const kept = head.filter((line) => {
    const [, name = "", value = ""] = /^([A-Za-z-]+): ([^\u0000-\u001f\u007f]*)\n$/.exec(line) ?? []
    return left.get(name)?.take(value) === true
  })
  return [...kept, ...[...left].flatMap(([name, wanted]) => wanted.missing.map((value) => `${name}: ${value}\n`))].join("")
}

/** What is expected of a field and was not seen yet, by its meaning. */
class Wanted {
  readonly #field: Field
  readonly #left = new Map<string | undefined, string[]>()

  constructor(field: Field) {
    this.#field = field
    for (const value of field.expected) {
      const meaning = field.meaning(value)
      const same = this.#left.get(meaning)
      if (same === undefined) this.#left.set(meaning, [value])
      else same.push(value)
    }
  }

  take(value: string): boolean {
    const meaning = this.#field.meaning(value)
    if (meaning === undefined) return false
    const same = this.#left.get(meaning) ?? (this.#field.open === true ? [value] : [])
    this.#left.set(meaning, same)
    return same.pop() !== undefined
  }

  get missing(): readonly string[] {
    return [...this.#left.values()].flat()
  }
}

interface Readme {
  readonly path: string
  /** With the line ends that a file opened as text has. */
  readonly text: string
}

const readmes = ["README.md", "README.rst", "README.txt", "README"]

/** The file that the project names, in whichever form; without a word of it the readme that the description starts like. */
async function readmeOf(commit: CommitFacts, named: unknown, body: string): Promise<Readme | undefined> {
  const file = tableOf(named)?.get("file") ?? named
  const all: Readme[] = []
  for (const path of typeof file === "string" ? [file] : readmes) {
    const text = await commit.text(path)
    if (text !== undefined) all.push({ path, text: text.replaceAll(/\r\n?/g, "\n") })
  }
  const first = /\S[^\n]*/.exec(body)?.[0]
  return all.find(({ text }) => first !== undefined && text.includes(first)) ?? undefined
}

function bodyOf(readme: string | undefined, body: string): string {
  if (readme === undefined) return body.trim() === "" ? "\n".repeat(Math.min(body.length, emptyMax)) : "\n"
  const [stated, own] = [bareOf(body), bareOf(readme)]
  const before = Math.max(1, Math.min(stated.start, emptyMax))
  const after = Math.min(body.length - stated.end, emptyMax)
  return `${"\n".repeat(before)}${readme.slice(own.start, own.end)}${"\n".repeat(after)}`
}

/** Where a text begins and ends without the line ends around it; those inside are passed once. */
function bareOf(text: string): { readonly start: number; readonly end: number } {
  let [start, end] = [0, text.length]
  while (text[start] === "\n") start += 1
  while (end > start && text[end - 1] === "\n") end -= 1
  return { start, end }
}

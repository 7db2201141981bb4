import type { Value } from "../../model/code.ts"
import type { Flow } from "./flow.ts"

/** A text with names in the place of what only the run tells, and what these names hold. */
export interface ProgramText {
  readonly text: string
  readonly variables: ReadonlyMap<string, Value>
}

/** How a language reads a variable; a text in another is analysed only where all of it is known. */
const variable: ReadonlyMap<string, (name: string) => string> = new Map([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is text of a shell
  ["shell", (name) => "${NAME}".replace("NAME", name)],
  ["javascript", (name) => name],
])

export function programText(value: Value, language: string, flow: Flow): ProgramText | undefined {
  const constant = flow.constant(value)
  if (constant !== undefined) return { text: constant, variables: new Map() }
  const spell = variable.get(language)
  if (value.kind !== "joined" || spell === undefined) return undefined
  const variables = new Map<string, Value>()
  const parts = value.parts.map((part) => {
    const known = flow.constant(part)
    if (known !== undefined) return known
    const name = `part_${variables.size + 1}`
    variables.set(name, part)
    return spell(name)
  })
  return { text: parts.join(""), variables }
}

import { type Table, tableOf } from "../table.ts"

const isTable = (value: unknown): boolean => tableOf(value) !== undefined
const isTables = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0 && value.every(isTable)

/** A TOML document as cargo prints it (the `toml` crate's `to_string_pretty`): values before tables, each table under its whole name, lists of more than one on lines of their own. */
export function printToml(document: Table): string {
  const sections: string[] = []
  const print = (table: Table, name: readonly string[], header: string): void => {
    const values = [...table].filter(([, value]) => !isTable(value) && !isTables(value))
    const lines = values.map(([key, value]) => `${keyOf(key)} = ${printValue(value)}\n`).join("")
    if (values.length > 0 || table.size === 0 || header.startsWith("[[")) sections.push(`${header}${lines}`)
    for (const [key, value] of table) {
      const path = [...name, keyOf(key)]
      const inner = tableOf(value)
      if (inner !== undefined) print(inner, path, `[${path.join(".")}]\n`)
      else if (isTables(value)) for (const one of value) print(tableOf(one) ?? new Map(), path, `[[${path.join(".")}]]\n`)
    }
  }
  print(document, [], "")
  return sections.filter((section) => section !== "").join("\n")
}

const hasControl = (text: string): boolean => /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)

const keyOf = (key: string): string =>
  /^[\w-]+$/.test(key) ? key : key.includes('"') && !/['\n]/.test(key) && !hasControl(key) ? `'${key}'` : basic(key)

function printValue(value: unknown): string {
  if (typeof value === "string") return stringOf(value)
  if (Array.isArray(value))
    return value.length < 2 ? `[${value.map(printValue).join("")}]` : `[\n${value.map((one) => `    ${printValue(one)},\n`).join("")}]`
  const table = tableOf(value)
  if (table !== undefined) return `{ ${[...table].map(([key, one]) => `${keyOf(key)} = ${printValue(one)}`).join(", ")} }`
  return value instanceof Date ? value.toISOString() : String(value)
}

/** The string that needs no escape is preferred: with quotes or backslashes a literal one, with line ends one of several lines. */
function stringOf(text: string): string {
  const isPlain = !/["\\]/.test(text)
  const isEscaped = hasControl(text)
  if (text.includes("\n")) {
    if (isPlain && !isEscaped) return `"""\n${text}"""`
    const isBasic = text.includes("'''") || isEscaped || text.endsWith("'")
    return isBasic ? `"""\n${text.split("\n").map(escaped).join("\n")}"""` : `'''\n${text}'''`
  }
  return isPlain || isEscaped || text.includes("'") ? basic(text) : `'${text}'`
}

const basic = (text: string): string => `"${escaped(text)}"`
const short: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
}
const escaped = (text: string): string =>
  text.replaceAll(/[\u0000-\u001f\u007f"\\]/g, (one) => short[one] ?? `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`)

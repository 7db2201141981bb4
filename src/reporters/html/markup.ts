import { escapeForeign } from "../../core/escape.ts"

/** HTML that was made here. A plain string is never it, so foreign text cannot pass as markup by mistake. */
export interface Markup {
  readonly markup: string
}

/** Only for what we wrote: the bundled script and style. */
export const verbatim = (markup: string): Markup => ({ markup })

/** Between elements, for who reads the source. */
export const lineBreak: Markup = { markup: "\n" }

const voids = new Set(["meta", "input", "br"])

/** An element. Text inside and attribute values are escaped, invisible characters shown (HTML Living Standard, 13.1.2). */
export function element(name: string, attributes: Readonly<Record<string, string>>, ...children: readonly (Markup | string)[]): Markup {
  const named = Object.entries(attributes).map(([key, value]) => ` ${key}="${plain(value)}"`)
  const inside = children.map((child) => (typeof child === "string" ? plain(child) : child.markup)).join("")
  return { markup: `<${name}${named.join("")}>${voids.has(name) ? "" : `${inside}</${name}>`}` }
}

const plain = (text: string): string => escapeForeign(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/**
 * A value as JSON inside a script element. `<` cannot stand there, or `</script>` and `<!--` would end or change it (HTML, 13.1.3),
 * nor can U+2028 and U+2029, which older readers of JSON in scripts take as line ends.
 */
export const dataIn = (value: unknown): Markup => ({
  markup: JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
})

/** A line of a text as it is shown: escaped like all else, but with its tabs. */
export const escapeLine = (line: string): string => line.split("\t").map(escapeForeign).join("\t")

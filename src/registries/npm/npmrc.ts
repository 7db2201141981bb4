import type { Context } from "../../io/context.ts"

/** npm's settings by name. Several values of one (`ca[]=`) stand on lines of their own. */
export type NpmSettings = ReadonlyMap<string, string>

/** A `.npmrc` (npmrc(5), and the ini form that npm reads): `key = value`, `;` and `#` start comments, quoted values are JSON. */
export function parseNpmrc(text: string, environment: Context["environment"]): NpmSettings {
  const settings = new Map<string, string>()
  for (const line of text.split(/[\r\n]+/)) {
    if (/^\s*\[/.test(line)) break // what follows belongs to a section, of which npm has none
    const cut = line.indexOf("=") < 0 ? line.length : line.indexOf("=")
    const key = line.slice(0, cut).trim()
    if (/^(?:[;#]|$)/.test(key)) continue
    const name = expanded(key.replace(/\[\]$/, ""), environment)
    const before = key.endsWith("[]") ? settings.get(name) : undefined
    const now = expanded(cut === line.length ? "true" : plain(line.slice(cut + 1).trim()), environment)
    settings.set(name, before === undefined ? now : `${before}\n${now}`)
  }
  return settings
}

/** Variables `npm_config_NAME`, in any case; a `_` after the first character stands for `-`, except in names that begin with an address. */
export function environmentSettings(environment: Context["environment"]): NpmSettings {
  const settings = new Map<string, string>()
  for (const [variable, value = ""] of Object.entries(environment)) {
    if (!/^npm_config_/i.test(variable) || value === "") continue
    const name = variable.slice("npm_config_".length)
    settings.set(name.startsWith("//") ? name : name.replace(/(?!^)_/g, "-").toLowerCase(), expanded(value, environment))
  }
  return settings
}

/** `${NAME}`, left as it is where there is no such variable; `${NAME?}`, then empty; a backslash before it keeps it. */
const expanded = (text: string, environment: Context["environment"]): string =>
  text.replace(/(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}/g, (whole: string, slashes: string, name: string, optional: string | undefined) => {
    const half = slashes.slice(Math.ceil(slashes.length / 2))
    if (slashes.length % 2 === 1) return `${half}${whole.slice(slashes.length)}`
    return `${half}${environment[name] ?? (optional === undefined ? `\${${name}}` : "")}`
  })

function plain(value: string): string {
  if (/^'.*'$|^".*"$/s.test(value) && value.length > 1) return quoted(value)
  // A `;` or `#` ends it, unless a backslash stands before it.
  return value
    .replace(/^((?:\\.|[^\\;#])*)[;#].*$/, "$1")
    .replace(/\\([\\;#])/g, "$1")
    .trim()
}

function quoted(value: string): string {
  const inner = value.startsWith("'") ? value.slice(1, -1) : value
  try {
    const parsed: unknown = JSON.parse(inner)
    return typeof parsed === "string" ? parsed : inner
  } catch {
    return inner
  }
}
